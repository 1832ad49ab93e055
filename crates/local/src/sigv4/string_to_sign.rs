//! Step two: the string to sign.

use super::authorization::{ECDSA, HMAC};
use super::{Authorization, sha256_hex};

pub(super) fn build(authorization: &Authorization, canonical_request: &str) -> String {
    let algorithm = if authorization.scope.region.is_some() { HMAC } else { ECDSA };
    format!(
        "{algorithm}\n{}\n{}\n{}",
        authorization.timestamp,
        scope(authorization),
        sha256_hex(canonical_request.as_bytes()),
    )
}

/// The scope as it is signed.
pub(super) fn scope(authorization: &Authorization) -> String {
    let scope = &authorization.scope;
    let region = scope.region.iter().map(|region| format!("{region}/")).collect::<String>();
    format!("{}/{region}{}/aws4_request", scope.date, scope.service)
}
