//! Signature Version 4A: one signature that is good in several regions, made with a key pair instead of a shared key.
//!
//! It is what S3's multi-region access points ask for, and services whose model names `aws.auth#sigv4a`. The request is brought
//! into the same canonical form as for [SigV4](super::v4); what differs is
//!
//! - the key: an ECDSA key on the curve P-256, derived from the secret access key alone (`derive`), good for every day, region
//!   and service. AWS knows its public half, and no more than that is kept in a region;
//! - the scope, which has no region. The regions stand in `x-amz-region-set`, which is signed: names with commas between
//!   them, in which `*` stands for any text;
//! - the signature, in DER and never twice the same.
//!
//! Like that signer this one is pure. Its keys need the feature `aws-lc-rs`.
//!
//! ```
//! # #[cfg(feature = "aws-lc-rs")]
//! # fn main() -> Result<(), cumulo_core::signer::v4::SigningError> {
//! use cumulo_core::signer::v4::{Options, Payload, SigningCredentials, SigningRequest};
//! use cumulo_core::signer::v4a::{self, Scope};
//!
//! let mut headers = http::HeaderMap::new();
//! let request = SigningRequest {
//!     method: "GET",
//!     host: "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com",
//!     path: "/key",
//!     query: "",
//!     headers: &headers,
//!     payload: Payload::Bytes(b""),
//! };
//! let credentials = SigningCredentials {
//!     access_key_id: "AKIDEXAMPLE",
//!     secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
//!     session_token: None,
//! };
//! let scope = Scope { region_set: "*", service: "s3" };
//!
//! let signed = v4a::sign(&request, &credentials, &scope, 1_440_938_160, Options::s3(), None)?;
//! signed.apply(&mut headers);
//! assert_eq!(headers["x-amz-region-set"], "*");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "aws-lc-rs"))]
//! # fn main() {}
//! ```
//!
//! A body in chunks is signed as there, by a [`ChunkSigner`] that goes on from the request's signature. Frames of event streams
//! that are signed one by one are those of SigV4 alone.
//!
//! Source: "AWS Signature Version 4 for API requests" in the IAM User Guide, under "AWS SigV4A", and the signing tests of the AWS
//! Common Runtime.

mod chunks;
mod derive;
mod key_cache;

pub use chunks::ChunkSigner;
pub use key_cache::SigningKeyCache;

use std::sync::Arc;

use crate::crypto::{self, ScalarKey};

use super::v4::{
    Options, PresignedQuery, Scheme, SignedHeaders, SigningCredentials, SigningError, SigningRequest,
    Timestamp, presign_with, sign_with,
};

const ALGORITHM: &str = "AWS4-ECDSA-P256-SHA256";

/// The regions and the service that a signature is good for; its day comes from the time.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The regions, with commas between them: `us-west-2`, `us-*,eu-central-1`, or `*` for all.
    pub region_set: &'a str,
    /// The signing name, such as `s3`.
    pub service: &'a str,
}

/// Signs a request by headers. Which are signed, and what becomes of the payload, is as in [`v4::sign`](super::v4::sign).
///
/// `time` is in seconds since 1970-01-01 UTC. With a `cache` the key is derived once for the credentials instead of on every
/// call.
///
/// # Errors
/// As [`v4::sign`](super::v4::sign), and besides [`SigningError::MissingRegionSet`] for an empty region set and
/// [`SigningError::NeedsAwsLc`] in programs that are built with the feature `ring` alone.
pub fn sign(
    request: &SigningRequest<'_>,
    credentials: &SigningCredentials<'_>,
    scope: &Scope<'_>,
    time: i64,
    options: Options,
    cache: Option<&SigningKeyCache>,
) -> Result<SignedHeaders, SigningError> {
    sign_with(&Ecdsa::new(credentials, scope, cache)?, request, credentials, time, options)
}

/// Signs a request by its query, good for `expires_seconds` from `time` on, as [`v4::presign`](super::v4::presign()) does. The
/// regions go into `X-Amz-Region-Set`.
///
/// # Errors
/// As [`v4::presign`](super::v4::presign()), and those of [`sign`].
pub fn presign(
    request: &SigningRequest<'_>,
    credentials: &SigningCredentials<'_>,
    scope: &Scope<'_>,
    time: i64,
    expires_seconds: u64,
    options: Options,
    cache: Option<&SigningKeyCache>,
) -> Result<PresignedQuery, SigningError> {
    let scheme = Ecdsa::new(credentials, scope, cache)?;
    presign_with(&scheme, request, credentials, time, expires_seconds, options)
}

/// SigV4a: an ECDSA signature that is good in a set of regions.
pub(crate) struct Ecdsa<'a> {
    key: Arc<ScalarKey>,
    region_set: &'a str,
    parts: [&'a str; 1],
}

impl<'a> Ecdsa<'a> {
    pub(crate) fn new(
        credentials: &SigningCredentials<'_>,
        scope: &Scope<'a>,
        cache: Option<&SigningKeyCache>,
    ) -> Result<Self, SigningError> {
        if scope.region_set.is_empty() {
            return Err(SigningError::MissingRegionSet);
        }
        let key = match cache {
            Some(cache) => cache.key(credentials)?,
            None => Arc::new(derive::key(credentials)?),
        };
        Ok(Self { key, region_set: scope.region_set, parts: [scope.service] })
    }
}

impl Scheme for Ecdsa<'_> {
    fn algorithm(&self) -> &'static str {
        ALGORITHM
    }

    fn room(&self) -> usize {
        280
    }

    fn streaming(&self, has_trailer: bool) -> &'static str {
        match has_trailer {
            false => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
            true => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        }
    }

    fn scope(&self) -> &[&str] {
        &self.parts
    }

    fn region_set(&self) -> Option<&str> {
        Some(self.region_set)
    }

    fn write_signature(
        &self,
        _timestamp: &Timestamp,
        string_to_sign: &[u8],
        buffer: &mut Vec<u8>,
    ) -> Result<(), SigningError> {
        let signature = self.key.sign(string_to_sign).ok_or(SigningError::NoSignature)?;
        buffer.extend_from_slice(crypto::hex(&signature).as_bytes());
        Ok(())
    }
}

#[cfg(test)]
#[cfg(feature = "aws-lc-rs")]
mod tests;
