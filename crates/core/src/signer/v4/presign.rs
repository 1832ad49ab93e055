//! Step 5 for URLs: a signature that travels in the query, so that whoever holds the URL may send the request.

use std::fmt;

use http::header::{HeaderName, HeaderValue};

use super::canonical_query::{QueryWriter, push_escaped};
use super::canonical_request::{self, Header};
use super::request::PayloadHash;
use super::scheme::{Hmac, Scheme};
use super::string_to_sign::{self, Timestamp};
use super::{
    CONTENT_SHA256, Options, Payload, REGION_SET, Scope, SigningCredentials, SigningError, SigningKeyCache,
    SigningRequest, header_rules,
};

/// The longest life of a presigned URL that AWS accepts, in seconds: 7 days.
const MAX_EXPIRES: u64 = 604_800;

/// Signs a request by its query, good for `expires_seconds` from `time` on (or as long as the credentials, if that is less).
///
/// `time` is in seconds since 1970-01-01 UTC. Parameters and headers of an earlier signature are dropped. Headers named
/// `x-amz-*` move into the query unless the service reads them from headers only or [`Options::hoist_headers`] is off; the
/// others stay headers and are signed. The payload is signed by its hash, for S3 as `UNSIGNED-PAYLOAD`. Corresponds to Go's
/// `v4.Signer.Presign`.
///
/// ```
/// use cumulo_core::signer::v4::{self, Options, Payload, Scope, SigningCredentials, SigningRequest};
///
/// # fn main() -> Result<(), v4::SigningError> {
/// let request = SigningRequest {
///     method: "GET",
///     host: "examplebucket.s3.amazonaws.com",
///     path: "/test.txt",
///     query: "",
///     headers: &http::HeaderMap::new(),
///     payload: Payload::Unsigned,
/// };
/// let credentials = SigningCredentials {
///     access_key_id: "AKIAIOSFODNN7EXAMPLE",
///     secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
///     session_token: None,
/// };
/// let scope = Scope { region: "us-east-1", service: "s3" };
///
/// let signed = v4::presign(&request, &credentials, &scope, 1_369_353_600, 86_400, Options::s3(), None)?;
/// let url = format!("https://{}{}?{}", request.host, request.path, signed.query);
/// assert!(url.ends_with("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`SigningError::InvalidPresignExpire`] (code `InvalidPresignExpireError`) unless `expires_seconds` is 1 to 604800,
/// [`SigningError::TimeOutOfRange`] for a time outside the years 0 to 9999.
pub fn presign(
    request: &SigningRequest<'_>,
    credentials: &SigningCredentials<'_>,
    scope: &Scope<'_>,
    time: i64,
    expires_seconds: u64,
    options: Options,
    cache: Option<&SigningKeyCache>,
) -> Result<PresignedQuery, SigningError> {
    presign_with(&Hmac::new(credentials, scope, cache), request, credentials, time, expires_seconds, options)
}

/// [`presign_with`], for programs to be linked without it that presign nothing.
pub(crate) type PresignWith = fn(
    &dyn Scheme,
    &SigningRequest<'_>,
    &SigningCredentials<'_>,
    i64,
    u64,
    Options,
) -> Result<PresignedQuery, SigningError>;

/// Signs a request by its query, as the scheme has it.
pub(crate) fn presign_with(
    scheme: &dyn Scheme,
    request: &SigningRequest<'_>,
    credentials: &SigningCredentials<'_>,
    time: i64,
    expires_seconds: u64,
    options: Options,
) -> Result<PresignedQuery, SigningError> {
    if !(1..=MAX_EXPIRES).contains(&expires_seconds) {
        return Err(SigningError::InvalidPresignExpire { seconds: expires_seconds });
    }
    let timestamp = Timestamp::from_unix_seconds(time)?;
    let payload = if options.presign_unsigned_payload { Payload::Unsigned } else { request.payload };
    let payload_hash = PayloadHash::of(&payload, request.headers.get(&CONTENT_SHA256), scheme);

    let is_own = |name: &[u8]| {
        header_rules::is_presign_parameter(name)
            || name.eq_ignore_ascii_case(options.session_token.parameter().as_bytes())
            || (scheme.region_set().is_some() && name.eq_ignore_ascii_case(REGION_SET.as_str().as_bytes()))
    };
    let mut headers = Vec::with_capacity(request.headers.len() + 1);
    headers.push(Header { name: "host", value: request.host.as_bytes() });
    let mut signed_headers = Vec::new();
    let mut hoisted = Vec::new();
    for (name, value) in request.headers {
        let header = Header { name: name.as_str(), value: value.as_bytes() };
        if !header_rules::is_signed(header.name) || is_own(name.as_ref()) {
            continue;
        }
        if options.hoist_headers && header_rules::is_hoisted(header.name) {
            hoisted.push(header);
        } else {
            headers.push(header);
            signed_headers.push((name.clone(), value.clone()));
        }
    }
    canonical_request::sort(&mut headers);

    let mut query = Vec::with_capacity(
        credentials.session_token.map_or(0, |token| token.len() + 64) + request.query.len() + 512,
    );
    let mut writer = QueryWriter::new(&mut query);
    write_presign_parameters(
        &mut writer,
        scheme,
        credentials,
        &timestamp,
        expires_seconds,
        options,
        &headers,
    );
    for header in hoisted {
        writer.parameter(
            |buffer| push_train_case(buffer, header.name),
            |buffer| push_escaped(buffer, header.value, false),
        );
    }
    writer.raw(request.query, |name| !is_own(name));
    writer.finish();

    let mut buffer = Vec::with_capacity(canonical_request::capacity(request, &headers) + query.len());
    canonical_request::write_target(&mut buffer, request, options);
    buffer.extend_from_slice(&query);
    canonical_request::write_rest(&mut buffer, &headers, payload_hash.as_bytes());
    string_to_sign::replace(&mut buffer, scheme.algorithm(), &timestamp, scheme.scope());

    query.extend_from_slice(b"&X-Amz-Signature=");
    scheme.write_signature(&timestamp, &buffer, &mut query)?;
    let query = String::from_utf8(query).expect("a percent-encoded query is ASCII");
    Ok(PresignedQuery { query, signed_headers })
}

/// The query of a presigned URL and what must be sent along with it, as [`presign`] returns them.
///
/// The query is as good as the credentials until it expires, so Debug does not show it.
#[derive(Clone)]
#[non_exhaustive]
pub struct PresignedQuery {
    /// The whole query of the URL without its `?`, the request's own parameters included.
    pub query: String,
    /// The headers that were signed as headers, without `host`: who uses the URL must send each with this value.
    pub signed_headers: Vec<(HeaderName, HeaderValue)>,
}

impl fmt::Debug for PresignedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.signed_headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("PresignedQuery").field("signed_headers", &names).finish_non_exhaustive()
    }
}

/// Appends the parameters of the signature but the signature itself, in the order that they are sorted into.
fn write_presign_parameters(
    writer: &mut QueryWriter<'_>,
    scheme: &dyn Scheme,
    credentials: &SigningCredentials<'_>,
    timestamp: &Timestamp,
    expires_seconds: u64,
    options: Options,
    headers: &[Header<'_>],
) {
    let mut parameter = |name: &str, value: &dyn Fn(&mut Vec<u8>)| {
        writer.parameter(|buffer| buffer.extend_from_slice(name.as_bytes()), value);
    };
    parameter("X-Amz-Algorithm", &|buffer| buffer.extend_from_slice(scheme.algorithm().as_bytes()));
    parameter("X-Amz-Credential", &|buffer| {
        push_escaped(buffer, credentials.access_key_id.as_bytes(), false);
        buffer.extend_from_slice(b"%2F");
        buffer.extend_from_slice(&timestamp.date());
        for part in scheme.scope() {
            buffer.extend_from_slice(b"%2F");
            push_escaped(buffer, part.as_bytes(), false);
        }
        buffer.extend_from_slice(b"%2Faws4_request");
    });
    parameter("X-Amz-Date", &|buffer| buffer.extend_from_slice(timestamp.as_bytes()));
    parameter("X-Amz-Expires", &|buffer| buffer.extend_from_slice(expires_seconds.to_string().as_bytes()));
    if let Some(set) = scheme.region_set() {
        parameter("X-Amz-Region-Set", &|buffer| push_escaped(buffer, set.as_bytes(), false));
    }
    if let Some(token) = credentials.session_token {
        parameter(options.session_token.parameter(), &|buffer| push_escaped(buffer, token.as_bytes(), false));
    }
    parameter("X-Amz-SignedHeaders", &|buffer| canonical_request::write_names(buffer, headers, b"%3B"));
}

/// Appends a header's name as it is written in a query, `X-Amz-Checksum-Sha256`.
fn push_train_case(buffer: &mut Vec<u8>, name: &str) {
    for (index, word) in name.split('-').enumerate() {
        if index > 0 {
            buffer.push(b'-');
        }
        let start = buffer.len();
        push_escaped(buffer, word.as_bytes(), false);
        buffer[start..].iter_mut().take(1).for_each(|first| first.make_ascii_uppercase());
    }
}
