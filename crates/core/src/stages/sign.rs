//! Sign: credentials are fetched and the built request is signed, as its scheme has it, anew at each attempt.

use std::borrow::Cow;
use std::sync::Arc;

use ::http::{HeaderValue, header};
use bytes::Bytes;

use crate::auth_scheme::SchemeName;
use crate::body::{Body, Encoding};
use crate::client::Settings;
use crate::credentials::{Credentials, Value};
use crate::err_code;
use crate::error::Error;
use crate::http::{HttpRequest, Method};
use crate::operation::{Auth, Operation};
use crate::request::{Presigning, Request, Signature};
use crate::schema::Traits;
use crate::signer::{ChunkSignature, ChunkSigner, v4, v4a};

/// Sets the `Content-Length` header of a request that has a body.
pub const CONTENT_LENGTH: &str = "core.BuildContentLength";
/// Signs, with Signature Version 4 unless the request's `auth_scheme` names another.
pub const V4: &str = "v4.Sign";

/// A length goes out, and into the signature, only where there is a body; a length that a handler has set is kept.
pub(super) fn set_content_length(request: &mut Request) {
    let operation = request.operation();
    let http = &mut request.http_request;
    if request.presigning.is_some() || http.headers.contains_key(header::CONTENT_LENGTH) {
        return;
    }
    match http.body.len() {
        Some(0) => {}
        Some(length) => {
            http.insert_header(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        None if matches!(http.method, Method::GET | Method::HEAD | Method::DELETE) => {}
        // Sent in the chunks of HTTP itself.
        None if operation.unsigned_payload && !requires_length(operation) => {}
        None => request.fail(Error::new(
            err_code::SERIALIZATION_ERROR,
            "the length of the body must be known: make it with `Body::stream` or `Body::reader` and its length",
        )),
    }
}

fn requires_length(operation: &Operation) -> bool {
    operation.input.schema.payload_member().is_some_and(|(_, member)| member.has(Traits::REQUIRES_LENGTH))
}

pub(super) async fn sign(request: &mut Request) {
    if request.error.is_none()
        && let Err(error) = try_sign(request).await
    {
        request.fail(error);
    }
}

async fn try_sign(request: &mut Request) -> Result<(), Error> {
    if request.operation().auth == Auth::None {
        return Ok(());
    }
    let settings = request.shared_settings();
    let own = request.credentials.clone();
    let Some(credentials) = own.as_ref().or(settings.credentials.as_ref()) else {
        return Err(Error::new(
            err_code::NO_CREDENTIAL_PROVIDERS,
            "no credentials are configured: set them in the code, in the environment, or in the profile",
        ));
    };
    if credentials.is_anonymous() {
        return Ok(());
    }
    let mut options = settings.service.signing;
    options.double_escape_path &= !request.auth_scheme.disable_double_encoding;
    match &request.auth_scheme.name {
        SchemeName::SigV4 => {}
        SchemeName::SigV4a => return sign_v4a(request, &settings, credentials, options).await,
        SchemeName::SigV4S3Express if own.is_some() => options = options.s3_session(),
        _ => return Err(no_signer(request)),
    }
    sign_v4(request, &settings, credentials, options).await
}

fn no_signer(request: &Request) -> Error {
    let (host, scheme) = (request.http_request.url.host(), request.auth_scheme.name.as_str());
    let message = format!("{host} takes signatures of the kind {scheme}, which this client cannot make");
    Error::new(err_code::SIGNING_ERROR, message)
}

async fn sign_v4(
    request: &mut Request,
    settings: &Settings,
    credentials: &Credentials,
    options: v4::Options,
) -> Result<(), Error> {
    let (value, payload, time) = prepare(request, settings, credentials).await?;
    let (with, keys) = (keys_of(&value), Some(&settings.signing_keys));
    let scope = v4::Scope { region: &request.signing_region, service: &request.signing_name };
    let scheme = v4::Hmac::new(&with, &scope, keys);
    let http = &mut request.http_request;
    let Some(signed) = sign_as(&scheme, http, request.presigning, &with, &payload, time, options)? else {
        return Ok(());
    };
    if let (Some(kind), Ok(seed)) = (payload.chunk_signature(), signed.signature().try_into()) {
        check_kind(kind, ChunkSignature::V4)?;
        let signer = v4::ChunkSigner::new(&with, &scope, time, seed, keys).map_err(refused)?;
        http.body.sign_chunks(ChunkSigner::V4(signer));
    }
    signed.apply(&mut http.headers);
    Ok(())
}

async fn sign_v4a(
    request: &mut Request,
    settings: &Settings,
    credentials: &Credentials,
    options: v4::Options,
) -> Result<(), Error> {
    let (value, payload, time) = prepare(request, settings, credentials).await?;
    let http = &mut request.http_request;
    if http.headers.get("x-amz-content-sha256").is_some_and(|hash| hash == v4::STREAMING_EVENTS) {
        let message = "SigV4a cannot sign a stream of events";
        return Err(Error::new(err_code::SIGNING_ERROR, message));
    }
    let configured = settings.config.sigv4a_signing_region_set.as_ref();
    let regions = configured.unwrap_or(&request.auth_scheme.signing_region_set);
    let region_set = match &**regions {
        [] => Cow::Borrowed(&*request.signing_region),
        [region] => Cow::Borrowed(&**region),
        regions => Cow::Owned(regions.join(",")),
    };
    let scope = v4a::Scope { region_set: &region_set, service: &request.signing_name };
    let (with, keys) = (keys_of(&value), Some(&settings.asymmetric_keys));
    let scheme = v4a::Ecdsa::new(&with, &scope, keys).map_err(refused)?;
    if let Some(signed) = sign_as(&scheme, http, request.presigning, &with, &payload, time, options)? {
        if let Some(kind) = payload.chunk_signature() {
            check_kind(kind, ChunkSignature::V4a)?;
            let seed = signed.signature();
            let signer = v4a::ChunkSigner::new(&with, &scope, time, seed, keys).map_err(refused)?;
            http.body.sign_chunks(ChunkSigner::V4a(signer));
        }
        signed.apply(&mut http.headers);
    }
    Ok(())
}

/// The length of a body in chunks is that of its signatures, and was announced when it was built.
fn check_kind(announced: ChunkSignature, kind: ChunkSignature) -> Result<(), Error> {
    if announced == kind {
        return Ok(());
    }
    let message = "the body was built for signatures of another kind: choose the auth_scheme before core.RequestChecksum";
    Err(Error::new(err_code::SIGNING_ERROR, message))
}

/// The headers of a signed request; a request that is presigned has none, and its signature in the query instead.
fn sign_as(
    scheme: &dyn v4::Scheme,
    http: &mut HttpRequest,
    presigning: Option<Presigning>,
    with: &v4::SigningCredentials<'_>,
    payload: &Payload,
    time: i64,
    options: v4::Options,
) -> Result<Option<v4::SignedHeaders>, Error> {
    let unsigned = unsigned(http, payload);
    let Some(Presigning { expires, sign }) = presigning else {
        return v4::sign_with(scheme, &unsigned, with, time, options).map(Some).map_err(refused);
    };
    let signed = sign(scheme, &unsigned, with, time, expires.as_secs(), options).map_err(refused)?;
    http.url.query = signed.query;
    http.headers = signed.signed_headers.into_iter().collect();
    Ok(None)
}

/// The keys to sign with, what is signed of the body, and the time in seconds.
async fn prepare(
    request: &mut Request,
    settings: &Settings,
    credentials: &Credentials,
) -> Result<(Arc<Value>, Payload, i64), Error> {
    let value = credentials.get().await?;
    let payload = payload_of(request).await?;
    // Taken now, as somebody may have been asked for an MFA code, and a large file been read, since the attempt began.
    let clock_skew = settings.clock_skew.seconds();
    let time = settings.clock.now().unix_seconds().saturating_add(clock_skew);
    request.signature = Signature { credentials: Some(Arc::clone(&value)), clock_skew };
    Ok((value, payload, time))
}

fn unsigned<'a>(http: &'a HttpRequest, payload: &'a Payload) -> v4::SigningRequest<'a> {
    v4::SigningRequest {
        method: http.method.as_str(),
        host: &http.url.authority,
        path: &http.url.path,
        query: &http.url.query,
        headers: &http.headers,
        payload: payload.as_signed(),
    }
}

fn keys_of(value: &Value) -> v4::SigningCredentials<'_> {
    v4::SigningCredentials {
        access_key_id: &value.access_key_id,
        secret_access_key: &value.secret_access_key,
        session_token: value.session_token.as_deref(),
    }
}

fn refused(error: v4::SigningError) -> Error {
    Error::new(error.code(), error.to_string())
}

/// What the signature says of the body.
enum Payload {
    Bytes(Bytes),
    Hash(String),
    Chunks(Encoding),
    Unsigned,
}

impl Payload {
    /// How chunks are signed, if they are.
    fn chunk_signature(&self) -> Option<ChunkSignature> {
        match self {
            Self::Chunks(encoding) => encoding.signature,
            _ => None,
        }
    }

    fn as_signed(&self) -> v4::Payload<'_> {
        match self {
            Self::Bytes(bytes) => v4::Payload::Bytes(bytes),
            Self::Hash(hash) => v4::Payload::Hash(hash),
            Self::Chunks(encoding) => match (encoding.signature.is_some(), encoding.trailer) {
                (true, None) => v4::Payload::StreamingSigned,
                (true, Some(_)) => v4::Payload::StreamingSignedTrailer,
                (false, _) => v4::Payload::StreamingUnsignedTrailer,
            },
            Self::Unsigned => v4::Payload::Unsigned,
        }
    }
}

/// A body in memory is hashed by the signer; one in chunks is signed as it is encoded; a file or a stream that can be rewound
/// is read once for its hash. One that cannot is sent unsigned over TLS, where the service allows it.
async fn payload_of(request: &mut Request) -> Result<Payload, Error> {
    if let Some(encoding) = request.http_request.body.chunk_encoding() {
        return Ok(Payload::Chunks(encoding));
    }
    if request.http_request.headers.contains_key("x-amz-content-sha256") {
        return Ok(Payload::Bytes(Bytes::new()));
    }
    let signing = request.settings().service.signing;
    if request.operation().unsigned_payload || (request.is_presigned() && signing.presign_unsigned_payload) {
        return Ok(Payload::Unsigned);
    }
    let body = &request.http_request.body;
    if let Some(bytes) = body.bytes() {
        return Ok(Payload::Bytes(bytes.clone()));
    }
    match body.try_clone() {
        Some(copy) => Ok(Payload::Hash(hash_of(copy).await?)),
        None if signing.content_sha256_header && request.http_request.url.is_https => Ok(Payload::Unsigned),
        None => Err(Error::new(
            err_code::BODY_NOT_REWINDABLE,
            "the body must be read once to sign it and once to send it: use bytes, a file or `Body::rewindable_stream`",
        )),
    }
}

async fn hash_of(mut body: Body) -> Result<String, Error> {
    let mut hash = crate::crypto::Sha256::new();
    while let Some(chunk) = body.next_chunk().await? {
        hash.update(&chunk);
    }
    Ok(crate::crypto::hex(&hash.finish()))
}

#[cfg(test)]
mod tests;
