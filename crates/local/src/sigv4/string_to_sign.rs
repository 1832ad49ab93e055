//! Step two: the string to sign.

use super::authorization::{ECDSA, HMAC};
use super::{Authorization, sha256_hex};

pub(super) fn build(authorization: &Authorization, canonical_request: &str) -> String {
    let scope = &authorization.scope;
    let (algorithm, region) = match &scope.region {
        Some(region) => (HMAC, format!("{region}/")),
        None => (ECDSA, String::new()),
    };
    format!(
        "{algorithm}\n{}\n{}/{region}{}/aws4_request\n{}",
        authorization.timestamp,
        scope.date,
        scope.service,
        sha256_hex(canonical_request.as_bytes()),
    )
}
