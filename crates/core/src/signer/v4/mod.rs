//! Signature Version 4: what proves to AWS who sent a request and that nobody changed it on the way.
//!
//! The signer is pure. Request, credentials, scope and time go in, headers ([`sign`]) or a query string ([`presign()`]) come
//! out; it reads no clock, no environment and no file, and it changes nothing. The Sign stage calls it once per attempt.
//!
//! The life of a signature is the specification's, one module for each step:
//!
//! 1. `header_rules` chooses the headers that are signed and, when presigning, those that move into the query;
//! 2. `canonical_request` writes the request in the one form that both sides can rebuild (`canonical_query` its query);
//! 3. `string_to_sign` binds the hash of that form to a time and a credential scope;
//! 4. `signature` derives the signing key (or finds it in the [`SigningKeyCache`]) and signs the string;
//! 5. [`sign`] puts the result into headers, [`presign()`] into a query; a [`ChunkSigner`] goes on from it, chunk by chunk of a
//!    body that is signed while it is sent.
//!
//! The frames of an event stream are signed one by one after their request, with [`sign_event_chunk`].
//!
//! ```
//! use cumulo_core::signer::v4::{self, Options, Payload, Scope, SigningCredentials, SigningRequest};
//!
//! # fn main() -> Result<(), v4::SigningError> {
//! let mut headers = http::HeaderMap::new();
//! let request = SigningRequest {
//!     method: "GET",
//!     host: "iam.amazonaws.com",
//!     path: "/",
//!     query: "Action=ListUsers&Version=2010-05-08",
//!     headers: &headers,
//!     payload: Payload::Bytes(b""),
//! };
//! let credentials = SigningCredentials {
//!     access_key_id: "AKIDEXAMPLE",
//!     secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
//!     session_token: None,
//! };
//! let scope = Scope { region: "us-east-1", service: "iam" };
//!
//! let signed = v4::sign(&request, &credentials, &scope, 1_440_938_160, Options::new(), None)?;
//! signed.apply(&mut headers);
//! assert_eq!(headers["x-amz-date"], "20150830T123600Z");
//! # Ok(())
//! # }
//! ```
//!
//! Source: "AWS Signature Version 4 for API requests" in the IAM User Guide,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>; the rules on headers, escaping and hoisting are those
//! of Go's `aws/signer/v4`.

mod canonical_query;
mod canonical_request;
mod chunk_text;
mod chunks;
mod event_chunk;
mod header_rules;
mod policy;
mod presign;
mod request;
mod scheme;
mod signature;
mod string_to_sign;

pub(in crate::signer) use chunk_text::ChunkText;
pub use chunks::ChunkSigner;
pub use event_chunk::{EventChunk, STREAMING_EVENTS, sign_event_chunk};
pub use policy::PolicySigner;
pub(crate) use presign::{PresignWith, presign_with};
pub use presign::{PresignedQuery, presign};
pub(crate) use request::STREAMING_UNSIGNED_TRAILER;
pub use request::{Options, Payload, Scope, SessionToken, SigningCredentials, SigningRequest};
pub(crate) use scheme::{Hmac, Scheme};
pub use signature::SigningKeyCache;
pub(in crate::signer) use string_to_sign::Timestamp;

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::http::insert_header;

use canonical_request::Header;
use request::PayloadHash;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
static DATE: HeaderName = HeaderName::from_static("x-amz-date");
static CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
static SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
static S3_SESSION_TOKEN: HeaderName = HeaderName::from_static("x-amz-s3session-token");
static REGION_SET: HeaderName = HeaderName::from_static("x-amz-region-set");

/// Signs a request by headers.
///
/// `time` is in seconds since 1970-01-01 UTC; AWS refuses a signature whose time is more than some minutes from its own (15 for
/// S3). With a `cache` the signing key is derived once a day for each region and service instead of on every call.
///
/// Every header of the request is signed but the few that a proxy or the HTTP client may change (`authorization`, `connection`,
/// `expect`, `transfer-encoding`, `user-agent`, `x-amzn-trace-id`). What an earlier attempt left behind (`authorization`,
/// `x-amz-date`, `x-amz-security-token`) is not read, so a request can be signed again as it is. An `x-amz-content-sha256` that
/// is already present is taken for the payload's hash as it stands. Corresponds to Go's `v4.Signer.Sign`.
///
/// # Errors
/// [`SigningError::InvalidHeaderValue`] when the session token or the credential scope cannot stand in a header,
/// [`SigningError::TimeOutOfRange`] for a time outside the years 0 to 9999.
pub fn sign(
    request: &SigningRequest<'_>,
    credentials: &SigningCredentials<'_>,
    scope: &Scope<'_>,
    time: i64,
    options: Options,
    cache: Option<&SigningKeyCache>,
) -> Result<SignedHeaders, SigningError> {
    sign_with(&Hmac::new(credentials, scope, cache), request, credentials, time, options)
}

/// Signs a request by headers, as the scheme has it.
pub(crate) fn sign_with(
    scheme: &dyn Scheme,
    request: &SigningRequest<'_>,
    credentials: &SigningCredentials<'_>,
    time: i64,
    options: Options,
) -> Result<SignedHeaders, SigningError> {
    let timestamp = Timestamp::from_unix_seconds(time)?;
    let preset_hash = request.headers.get(&CONTENT_SHA256);
    let payload_hash = PayloadHash::of(&request.payload, preset_hash, scheme);
    let content_sha256 = (options.content_sha256_header || request.payload.must_be_announced())
        .then_some(payload_hash.as_bytes())
        .filter(|_| preset_hash.is_none());

    let mut headers = Vec::with_capacity(request.headers.len() + 5);
    headers.push(Header { name: "host", value: request.host.as_bytes() });
    headers.push(Header { name: DATE.as_str(), value: timestamp.as_bytes() });
    headers.extend(content_sha256.map(|value| Header { name: CONTENT_SHA256.as_str(), value }));
    let region_set = scheme.region_set();
    headers.extend(region_set.map(|set| Header { name: REGION_SET.as_str(), value: set.as_bytes() }));
    let token = credentials.session_token;
    let token_name = options.session_token.header();
    headers.extend(token.map(|token| Header { name: token_name, value: token.as_bytes() }));
    for (name, value) in request.headers {
        let name = name.as_str();
        let is_own = name == token_name || (region_set.is_some() && name == REGION_SET.as_str());
        if header_rules::is_signed(name) && !is_own {
            headers.push(Header { name, value: value.as_bytes() });
        }
    }
    canonical_request::sort(&mut headers);

    let mut buffer = Vec::with_capacity(canonical_request::capacity(request, &headers));
    canonical_request::write_target(&mut buffer, request, options);
    canonical_query::write(&mut buffer, request.query);
    let signed_headers = canonical_request::write_rest(&mut buffer, &headers, payload_hash.as_bytes());

    let scope = scheme.scope();
    let mut authorization = Vec::with_capacity(
        credentials.access_key_id.len()
            + scope.iter().map(|part| part.len()).sum::<usize>()
            + signed_headers.len()
            + scheme.room(),
    );
    authorization.extend_from_slice(scheme.algorithm().as_bytes());
    authorization.extend_from_slice(b" Credential=");
    authorization.extend_from_slice(credentials.access_key_id.as_bytes());
    authorization.push(b'/');
    string_to_sign::write_scope(&mut authorization, &timestamp, scope);
    authorization.extend_from_slice(b", SignedHeaders=");
    authorization.extend_from_slice(&buffer[signed_headers]);
    authorization.extend_from_slice(b", Signature=");

    string_to_sign::replace(&mut buffer, scheme.algorithm(), &timestamp, scope);
    scheme.write_signature(&timestamp, &buffer, &mut authorization)?;

    let mut authorization = header_value("authorization", HeaderValue::try_from(authorization))?;
    authorization.set_sensitive(true);
    let mut token = token.map(|token| header_value(token_name, HeaderValue::from_str(token))).transpose()?;
    if let Some(token) = &mut token {
        token.set_sensitive(true);
    }
    let (security_token, s3_session_token) = match options.session_token {
        SessionToken::Security => (token, None),
        SessionToken::S3Session => (None, token),
    };
    Ok(SignedHeaders {
        authorization,
        date: header_value("x-amz-date", HeaderValue::from_bytes(timestamp.as_bytes()))?,
        content_sha256: content_sha256
            .map(|hash| header_value("x-amz-content-sha256", HeaderValue::from_bytes(hash)))
            .transpose()?,
        security_token,
        s3_session_token,
        region_set: region_set
            .map(|set| header_value("x-amz-region-set", HeaderValue::from_str(set)))
            .transpose()?,
    })
}

/// The headers that make a request a signed one, as [`sign`] returns them.
///
/// Debug shows neither the authorization nor the session token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedHeaders {
    /// `authorization`, marked sensitive.
    pub authorization: HeaderValue,
    /// `x-amz-date`: the time of the signature, such as `20150830T123600Z`.
    pub date: HeaderValue,
    /// `x-amz-content-sha256`, when it must be sent and the request did not carry it already.
    pub content_sha256: Option<HeaderValue>,
    /// `x-amz-security-token`, marked sensitive, when the credentials are temporary.
    pub security_token: Option<HeaderValue>,
    /// `x-amz-s3session-token`, marked sensitive, when they are those of a session of S3 Express.
    pub s3_session_token: Option<HeaderValue>,
    /// `x-amz-region-set`, when the signature is one of [SigV4a](super::v4a).
    pub region_set: Option<HeaderValue>,
}

impl SignedHeaders {
    /// The signature itself in lower-case hexadecimal, the seed of those of a body's chunks: 64 digits, or as many as its DER
    /// takes with [SigV4a](super::v4a).
    pub fn signature(&self) -> &[u8] {
        self.authorization.as_bytes().rsplit(|byte| *byte == b'=').next().unwrap_or_default()
    }

    /// Writes the headers into those of the request that was signed, over whatever an earlier signature left there.
    ///
    /// Without a session token, one that temporary credentials left behind is removed: the service would read the two together.
    pub fn apply(self, headers: &mut HeaderMap) {
        let Self { authorization, date, content_sha256, security_token, s3_session_token, region_set } = self;
        if security_token.is_none() {
            headers.remove(&SECURITY_TOKEN);
        }
        for (name, value) in [
            (&AUTHORIZATION, Some(authorization)),
            (&DATE, Some(date)),
            (&CONTENT_SHA256, content_sha256),
            (&SECURITY_TOKEN, security_token),
            (&S3_SESSION_TOKEN, s3_session_token),
            (&REGION_SET, region_set),
        ] {
            if let Some(value) = value {
                insert_header(headers, name.clone(), value);
            }
        }
    }
}

/// Why a request could not be signed. Nothing was sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// A value that came with the credentials or the scope holds a control character.
    #[error("the value for the header {name} holds a byte that no header may hold")]
    InvalidHeaderValue {
        /// The header's name in lower case.
        name: &'static str,
    },
    /// The lifetime of a presigned URL is not one that AWS accepts.
    #[error("a presigned URL must expire after 1 to 604800 seconds (7 days), not after {seconds}")]
    InvalidPresignExpire {
        /// The lifetime that was asked for, in seconds.
        seconds: u64,
    },
    /// The time of the signature cannot be written with a year of four digits.
    #[error("the signing time, {seconds} s from 1970, is not in the years 0 to 9999")]
    TimeOutOfRange {
        /// The time, in seconds since 1970-01-01 UTC.
        seconds: i64,
    },
    /// A SigV4a signature was asked for without a region to sign for.
    #[error("a SigV4a signature must name at least one region, or `*` for all")]
    MissingRegionSet,
    /// SigV4a keys cannot be made with the cryptographic library that this program was built with.
    #[error(
        "SigV4a needs the feature `aws-lc-rs`: the cryptographic library of the feature `ring` cannot make its keys"
    )]
    NeedsAwsLc,
    /// The cryptographic library has made no signature: the operating system has no randomness to give.
    #[error("the cryptographic library could not make an ECDSA signature")]
    NoSignature,
}

impl SigningError {
    /// Returns the error code: Go's `InvalidPresignExpireError` for a wrong lifetime, `SigningError` for the rest.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidPresignExpire { .. } => "InvalidPresignExpireError",
            _ => "SigningError",
        }
    }
}

fn header_value(
    name: &'static str,
    value: Result<HeaderValue, impl Into<http::Error>>,
) -> Result<HeaderValue, SigningError> {
    value.map_err(|_| SigningError::InvalidHeaderValue { name })
}

#[cfg(test)]
mod tests;
