//! The server's own check of Signature Version 4 and 4A, for all but what S3's server crate checks by itself.
//!
//! The files are the steps of the AWS description: [`authorization`] reads what the client claims,
//! [`canonical_request`] and [`string_to_sign`] rebuild what it must have signed, [`signature`] computes the answer; for version 4A
//! [`ecdsa`] verifies it. [`chunks`] goes on from there, where a body is signed piece by piece.
//! Nothing here is shared with the SDK's signer: a wrong signer must not be able to approve itself.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

mod authorization;
mod canonical_request;
mod chunks;
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
pub(crate) use chunks::Chain;
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
    is_signed_over(request, authorization, secret, &payload_hash)
}

/// Whether `authorization` carries the signature that `secret` gives the head of this request, with this text for what is
/// signed of its body. The body is not looked at.
pub(crate) fn is_signed_over(
    request: Arrived<'_>,
    authorization: &Authorization,
    secret: &str,
    payload: &str,
) -> bool {
    let Some(canonical) = canonical_request::build(request, authorization, payload) else {
        return false;
    };
    let text = string_to_sign::build(authorization, &canonical);
    is_signature_of(&text, &authorization.signature, authorization, secret)
}

/// Whether this is the text's signature, by the key and in the scope of the request's.
fn is_signature_of(text: &str, signature: &str, authorization: &Authorization, secret: &str) -> bool {
    let Some(region) = &authorization.scope.region else {
        return ecdsa::verifies(&authorization.access_key_id, secret, text, signature);
    };
    let expected = signature::compute(secret, &authorization.scope, region, text);
    verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok()
}

/// SHA-256 in lower-case hexadecimal, the form of body hashes.
pub(crate) fn sha256_hex(data: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, data).as_ref())
}

#[cfg(test)]
mod tests;
