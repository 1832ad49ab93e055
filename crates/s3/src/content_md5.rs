//! `Content-MD5` on the requests whose body S3 wants checked, such as `DeleteObjects`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo_core::Request;
use cumulo_core::http::HeaderName;
use md5::{Digest as _, Md5};

const CHECKSUM_PREFIX: &str = "x-amz-checksum-";

/// Sets the header, unless the caller sends a checksum already or the body is not in memory.
pub(crate) fn set_content_md5(request: &mut Request) {
    if !request.operation().checksum_required || request.is_presigned() {
        return;
    }
    let header = HeaderName::from_static("content-md5");
    let headers = &request.http_request.headers;
    let is_checked = headers.contains_key(&header)
        || headers.keys().any(|name| name.as_str().starts_with(CHECKSUM_PREFIX));
    let Some(body) = request.http_request.body.bytes().filter(|_| !is_checked) else { return };
    let digest = STANDARD.encode(Md5::digest(body));
    if let Err(error) = request.http_request.set_header(header, &digest) {
        request.fail(error);
    }
}
