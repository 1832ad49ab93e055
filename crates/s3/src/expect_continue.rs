//! `Expect: 100-continue` on large uploads: a refusal or a redirect then costs no upload.

use cumulo_core::Request;
use cumulo_core::http::{HeaderValue, Method, header};

/// Go's threshold. Below it, the wait for the server costs more than a body sent in vain.
const DEFAULT_THRESHOLD: u64 = 2 * 1024 * 1024;

/// Sets the header behind the signature, which does not cover it: proxies may answer and remove it.
pub(crate) fn expect_continue(request: &mut Request) {
    if request.http_request.method != Method::PUT || request.is_presigned() {
        return;
    }
    let threshold = request.settings().config.s3_expect_continue_from.unwrap_or(DEFAULT_THRESHOLD);
    if request.http_request.body.len().is_some_and(|len| len >= threshold && len > 0) {
        let value = HeaderValue::from_static("100-continue");
        request.http_request.insert_header(header::EXPECT, value);
    }
}
