//! The server's own check of Signature Version 4 and 4A, for every service but S3 (which its server crate checks, 4 alone).
//!
//! The files are the steps of the AWS description: [`authorization`] reads what the client claims,
//! [`canonical_request`] and [`string_to_sign`] rebuild what it must have signed, [`signature`] computes the answer; for version 4A [`ecdsa`] verifies it.
//! Nothing here is shared with the SDK's signer: a wrong signer must not be able to approve itself.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

mod authorization;
mod canonical_request;
mod ecdsa;
#[cfg(test)]
mod sign;
mod signature;
mod string_to_sign;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use http::{HeaderMap, Method, Uri};

use crate::ids::hex;

pub(crate) use authorization::{Authorization, Malformed};
#[cfg(test)]
pub(crate) use sign::sign;

/// A request as it arrived, its body read.
#[derive(Clone, Copy)]
pub(crate) struct Arrived<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// Whether `authorization` carries the signature that `secret` gives this request.
///
/// False as well when a header that is named as signed is not there, or when the body is not the one that was hashed.
pub(crate) fn is_signed_with(request: Arrived<'_>, authorization: &Authorization, secret: &str) -> bool {
    let payload_hash = sha256_hex(request.body);
    let claimed_hash = request.headers.get("x-amz-content-sha256");
    if claimed_hash.is_some_and(|claimed| claimed.as_bytes() != payload_hash.as_bytes()) {
        return false;
    }
    let Some(canonical) = canonical_request::build(request, authorization, &payload_hash) else {
        return false;
    };
    let text = string_to_sign::build(authorization, &canonical);
    let Some(region) = &authorization.scope.region else {
        return ecdsa::verifies(&authorization.access_key_id, secret, &text, &authorization.signature);
    };
    let expected = signature::compute(secret, &authorization.scope, region, &text);
    verify_slices_are_equal(expected.as_bytes(), authorization.signature.as_bytes()).is_ok()
}

/// SHA-256 in lower-case hexadecimal, the form of body hashes.
pub(crate) fn sha256_hex(data: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, data).as_ref())
}

#[cfg(test)]
mod tests;
