//! Step two: the string to sign.

use super::{Authorization, sha256_hex};

pub(super) fn build(authorization: &Authorization, canonical_request: &str) -> String {
    let scope = &authorization.scope;
    format!(
        "AWS4-HMAC-SHA256\n{}\n{}/{}/{}/aws4_request\n{}",
        authorization.timestamp,
        scope.date,
        scope.region,
        scope.service,
        sha256_hex(canonical_request.as_bytes()),
    )
}
