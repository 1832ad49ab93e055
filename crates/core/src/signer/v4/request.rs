//! What the signer is given: the request, the credentials, the scope and the options. Everything is borrowed.

use std::fmt;

use http::header::{HeaderMap, HeaderValue};

use super::scheme::Scheme;
use crate::crypto;

pub(super) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What `x-amz-content-sha256` says of a body in chunks that are not signed, with its checksum after them.
pub(crate) const STREAMING_UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/// The request to sign, part by part as it will be sent.
///
/// Debug shows method, host and path; query, headers and payload may hold secrets.
#[derive(Clone)]
pub struct SigningRequest<'a> {
    /// The method in upper case.
    pub method: &'a str,
    /// The value of the `host` header: the host, and the port unless it is the scheme's own.
    pub host: &'a str,
    /// The path, escaped once; an empty one counts as `/`.
    pub path: &'a str,
    /// The query without its `?`, escaped; empty when there is none.
    pub query: &'a str,
    /// The headers that are set so far. A `host` among them is not read.
    pub headers: &'a HeaderMap,
    /// The body, or what stands for it.
    pub payload: Payload<'a>,
}

impl fmt::Debug for SigningRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningRequest")
            .field("method", &self.method)
            .field("host", &self.host)
            .field("path", &self.path)
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}

/// What is signed of a request's body. Ignored when the request already has an `x-amz-content-sha256` header.
///
/// Debug shows the length of a body, not its bytes.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// The whole body, hashed here; empty when there is none.
    Bytes(&'a [u8]),
    /// The SHA-256 of the body in lower-case hexadecimal, for a body that was hashed while it was read.
    Hash(&'a str),
    /// The body is not signed (`UNSIGNED-PAYLOAD`); for services that allow it, over TLS.
    Unsigned,
    /// The body is not signed and ends in a trailer with its checksum (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`, S3 only).
    StreamingUnsignedTrailer,
    /// The body is signed chunk by chunk, by a [`ChunkSigner`](super::ChunkSigner) (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, S3 only;
    /// the names of SigV4a have `ECDSA-P256` in them).
    StreamingSigned,
    /// The same with a trailer, which is signed too (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`).
    StreamingSignedTrailer,
}

impl Payload<'_> {
    /// Whether the service can only know from `x-amz-content-sha256` what was signed for the body.
    pub(super) fn must_be_announced(self) -> bool {
        !matches!(self, Self::Bytes(_) | Self::Hash(_))
    }
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Hash(hash) => write!(f, "Hash({hash})"),
            Self::Unsigned => f.write_str("Unsigned"),
            Self::StreamingUnsignedTrailer => f.write_str("StreamingUnsignedTrailer"),
            Self::StreamingSigned => f.write_str("StreamingSigned"),
            Self::StreamingSignedTrailer => f.write_str("StreamingSignedTrailer"),
        }
    }
}

/// The last line of the canonical request.
pub(super) enum PayloadHash<'a> {
    Given(&'a [u8]),
    Computed([u8; 64]),
}

impl<'a> PayloadHash<'a> {
    /// Returns the hash to sign; a `preset` header is what the service will compare with, so it decides.
    pub(super) fn of(payload: &Payload<'a>, preset: Option<&'a HeaderValue>, scheme: &dyn Scheme) -> Self {
        if let Some(preset) = preset {
            return Self::Given(preset.as_bytes());
        }
        match *payload {
            Payload::Bytes([]) => Self::Given(crypto::EMPTY_SHA256.as_bytes()),
            Payload::Bytes(bytes) => Self::Computed(crypto::hex_32(&crypto::sha256(bytes))),
            Payload::Hash(hash) => Self::Given(hash.as_bytes()),
            Payload::Unsigned => Self::Given(UNSIGNED_PAYLOAD.as_bytes()),
            Payload::StreamingUnsignedTrailer => Self::Given(STREAMING_UNSIGNED_TRAILER.as_bytes()),
            Payload::StreamingSigned => Self::Given(scheme.streaming(false).as_bytes()),
            Payload::StreamingSignedTrailer => Self::Given(scheme.streaming(true).as_bytes()),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Given(hash) => hash,
            Self::Computed(hash) => hash,
        }
    }
}

/// The credentials to sign with. Debug shows the access key id only.
#[derive(Clone, Copy)]
pub struct SigningCredentials<'a> {
    /// The access key id, which names the key in the signature.
    pub access_key_id: &'a str,
    /// The secret access key, which never leaves the signer.
    pub secret_access_key: &'a str,
    /// The session token of temporary credentials, sent and signed.
    pub session_token: Option<&'a str>,
}

impl fmt::Debug for SigningCredentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningCredentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// The region and service that a signature is good for; its day comes from the time.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The signing region, such as `us-east-1`.
    pub region: &'a str,
    /// The signing name, such as `s3`; not always the service's id.
    pub service: &'a str,
}

impl<'a> Scope<'a> {
    /// The parts of the credential scope between its day and its end.
    pub(super) const fn parts(&self) -> [&'a str; 2] {
        [self.region, self.service]
    }

    /// The length of the credential scope, `20150830/us-east-1/iam/aws4_request`.
    pub(super) fn len(&self) -> usize {
        self.region.len() + self.service.len() + 22
    }
}

/// What differs from service to service. [`Options::new`] suits all but S3, [`Options::s3`] suits S3.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Escape the path, which is escaped already, once more in the canonical request (`%20` is signed as `%2520`).
    pub double_escape_path: bool,
    /// Resolve `.` and `..` and drop empty segments in the signed path. Never for S3, where they are part of a key.
    pub normalize_path: bool,
    /// Send the payload's hash as `x-amz-content-sha256`. It is always sent for a payload that is not signed.
    pub content_sha256_header: bool,
    /// Presign with `UNSIGNED-PAYLOAD` whatever the payload is.
    pub presign_unsigned_payload: bool,
    /// Move headers into the query when presigning, where that is allowed, so that the URL alone is enough.
    pub hoist_headers: bool,
    /// Where the session token of the credentials goes.
    pub session_token: SessionToken,
}

/// Where the session token of temporary credentials goes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SessionToken {
    /// Into `x-amz-security-token`, or `X-Amz-Security-Token` of a query.
    #[default]
    Security,
    /// Into `x-amz-s3session-token`, or `X-Amz-S3session-Token` of a query: the credentials are those of a session of S3 Express.
    S3Session,
}

impl SessionToken {
    pub(super) const fn header(self) -> &'static str {
        match self {
            Self::Security => "x-amz-security-token",
            Self::S3Session => "x-amz-s3session-token",
        }
    }

    pub(super) const fn parameter(self) -> &'static str {
        match self {
            Self::Security => "X-Amz-Security-Token",
            Self::S3Session => "X-Amz-S3session-Token",
        }
    }
}

impl Options {
    /// Returns the rules of most services: the path is escaped twice and the hash is signed without being sent.
    ///
    /// The path is not normalised, as in Go: the specification asks for it, but nothing that an SDK builds has dot segments.
    pub const fn new() -> Self {
        Self {
            double_escape_path: true,
            normalize_path: false,
            content_sha256_header: false,
            presign_unsigned_payload: false,
            hoist_headers: true,
            session_token: SessionToken::Security,
        }
    }

    /// Returns S3's rules: the path as sent, the payload's hash in a header, presigned URLs without one.
    pub const fn s3() -> Self {
        Self {
            double_escape_path: false,
            normalize_path: false,
            content_sha256_header: true,
            presign_unsigned_payload: true,
            hoist_headers: true,
            session_token: SessionToken::Security,
        }
    }
}

impl Options {
    /// The same for the credentials of a session of S3 Express.
    #[must_use]
    pub const fn s3_session(mut self) -> Self {
        self.session_token = SessionToken::S3Session;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
