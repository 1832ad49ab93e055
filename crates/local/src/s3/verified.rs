//! Requests whose signatures the server crate does not know: those of S3 Express and those of SigV4a. They are verified here and
//! handed on without their signature, their body decoded, with a note of what was found.

use bytes::Bytes;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use s3s::host::S3Host as _;
use s3s::{S3Error, S3ErrorCode, S3Result};
use zeroize::Zeroizing;

use super::access::{Gate, in_s3_terms, unknown_key};
use super::chunked::{DECODED_LENGTH, TRAILER, decode_with_trailers};
use super::directory::SIGNING_NAME;
use super::hosts::Hosts;
use super::integrity::{self, CONTENT_HASH};
use crate::auth::{Rejection, check_claims, check_s3_session_claims};
use crate::identity::{Grant, Principal};
use crate::sigv4::{Arrived, Authorization, Chain, is_signed_over};

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// What a presigned request has in its query for its signature.
const SIGNATURE_PARAMETERS: [&str; 9] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Region-Set",
    "X-Amz-S3session-Token",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// The note that goes with a verified request.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    /// The service in the signature's scope.
    pub(super) service: String,
    pub(super) region: String,
    pub(super) caller: Caller,
}

/// Who sent it.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    Principal(Principal),
    /// Whoever a session of S3 Express was made for.
    Session(Grant),
}

/// How the body goes with the signature.
enum Payload {
    Hash,
    Unsigned,
    Chunks { is_signed: bool, has_trailers: bool },
}

/// The signature of a request that is verified here.
pub(super) fn authorization<B>(request: &Request<B>) -> Option<Authorization> {
    let read = Authorization::read(request.uri(), request.headers()).ok()?;
    (read.scope.service == SIGNING_NAME || read.region_set.is_some()).then_some(read)
}

/// Verifies a request and decodes its body.
///
/// # Errors
/// Why the request is refused, or, as the body's, why it could not be read.
pub(super) async fn verify(
    gate: &Gate,
    request: Request<Incoming>,
    authorization: Authorization,
) -> Result<S3Result<Request<s3s::Body>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let admitted = match admit(gate, &head, &authorization) {
        Ok(admitted) => admitted,
        Err(error) => return Ok(Err(error)),
    };
    let body = body.collect().await?.to_bytes();
    Ok(hand_on(head, body, authorization, admitted))
}

/// What was found of the head of a request.
struct Admitted {
    /// How the head says that the body goes with the signature.
    payload: Payload,
    verified: Verified,
    /// Of the key that signed.
    secret: Zeroizing<String>,
}

fn admit(gate: &Gate, head: &Parts, authorization: &Authorization) -> S3Result<Admitted> {
    let (payload, text) = payload(head, authorization)?;
    let secret = gate.identities.secret(&authorization.access_key_id).ok_or_else(unknown_key)?;
    let arrived = Arrived { method: &head.method, uri: &head.uri, headers: &head.headers, body: &[] };
    if !is_signed_over(arrived, authorization, &secret, text) {
        return Err(in_s3_terms(&Rejection::Signature));
    }
    let (headers, identities, clock) = (&head.headers, &gate.identities, &gate.clock);
    let caller = match &authorization.s3_session_token {
        Some(token) => {
            check_s3_session_claims(headers, authorization, token, identities, clock).map(Caller::Session)
        }
        None => check_claims(headers, authorization, identities, clock).map(Caller::Principal),
    };
    let verified = Verified {
        service: authorization.scope.service.clone(),
        region: authorization.region().to_owned(),
        caller: caller.map_err(|rejection| in_s3_terms(&rejection))?,
    };
    Ok(Admitted { payload, verified, secret })
}

/// What is announced of the body, and the text that stands for it in the signature.
fn payload<'a>(head: &'a Parts, authorization: &Authorization) -> S3Result<(Payload, &'a str)> {
    let claimed = head.headers.get(CONTENT_HASH).and_then(|value| value.to_str().ok());
    let is_asymmetric = authorization.region_set.is_some();
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let chunks = |is_signed, text: &'a str| {
        Ok((Payload::Chunks { is_signed, has_trailers: text.ends_with("-TRAILER") }, text))
    };
    match (claimed, authorization.expires) {
        // The body was not known yet when it was signed.
        (None | Some(UNSIGNED), Some(_)) => Ok((Payload::Unsigned, UNSIGNED)),
        (Some(hash), Some(_)) if is_hash(hash) => Ok((Payload::Hash, UNSIGNED)),
        (Some(_), Some(_)) => {
            let message = "A presigned request cannot have a body in chunks.";
            Err(S3Error::with_message(S3ErrorCode::NotImplemented, message))
        }
        (Some(UNSIGNED), None) => Ok((Payload::Unsigned, UNSIGNED)),
        (Some(hash), None) if is_hash(hash) => Ok((Payload::Hash, hash)),
        (Some(text @ "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), None) => chunks(false, text),
        (
            Some(
                text @ ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD" | "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ),
            None,
        ) if !is_asymmetric => chunks(true, text),
        (
            Some(
                text @ ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
                | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"),
            ),
            None,
        ) if is_asymmetric => chunks(true, text),
        (Some(_), None) => {
            let message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a name of the signature's encoding in chunks, or \
                           a valid sha256 value.";
            Err(S3Error::with_message(S3ErrorCode::InvalidArgument, message))
        }
        (None, None) => {
            let message = "Missing required header for this request: x-amz-content-sha256";
            Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message))
        }
    }
}

fn hand_on(
    mut head: Parts,
    body: Bytes,
    authorization: Authorization,
    Admitted { payload, verified, secret }: Admitted,
) -> S3Result<Request<s3s::Body>> {
    let body = match payload {
        Payload::Unsigned => body,
        Payload::Hash => {
            integrity::check(&head, &body).map_err(|error| {
                S3Error::with_message(S3ErrorCode::Custom(error.code.into_owned().into()), error.message)
            })?;
            body
        }
        Payload::Chunks { is_signed, has_trailers } => {
            let chain = is_signed.then(|| Chain::new(authorization, secret));
            decode_with_trailers(&mut head.headers, &body, chain, has_trailers)?
        }
    };
    for name in [header::AUTHORIZATION.as_str(), CONTENT_HASH, TRAILER, DECODED_LENGTH] {
        head.headers.remove(name);
    }
    if head.headers.contains_key(header::CONTENT_LENGTH) || !body.is_empty() {
        head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    head.uri = unsigned(&head, verified.service == SIGNING_NAME);
    head.extensions.insert(verified);
    Ok(Request::from_parts(head, s3s::Body::from(body)))
}

/// The URI without a signature. The server crate tells the two lists of buckets apart by a parameter, AWS by the endpoint.
fn unsigned(head: &Parts, is_express: bool) -> Uri {
    let is_signature = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        SIGNATURE_PARAMETERS.contains(&name)
    };
    let query = head.uri.query().unwrap_or_default();
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !is_signature(pair)).collect();
    if is_express && head.method == Method::GET && head.uri.path() == "/" && !names_bucket(&head.headers) {
        pairs.retain(|pair| !pair.starts_with("x-id="));
        pairs.push("x-id=ListDirectoryBuckets");
    }
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    let mut parts = head.uri.clone().into_parts();
    // What is left of a valid URI is one.
    if let Ok(rest) = PathAndQuery::try_from(format!("{}{query}", head.uri.path())) {
        parts.path_and_query = Some(rest);
    }
    Uri::from_parts(parts).unwrap_or_else(|_| head.uri.clone())
}

fn names_bucket(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    Hosts.parse_host_header(host).is_ok_and(|host| host.bucket().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presigned_request_has_no_body_in_chunks() {
        let uri = "/bucket/key?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=A%2F20150830%2Fs3%2Faws4_request\
            &X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Region-Set=*&X-Amz-Signature=00";
        let payload_with = |hash: Option<&str>| {
            let request =
                hash.into_iter().fold(Request::put(uri), |request, hash| request.header(CONTENT_HASH, hash));
            let (head, ()) = request.body(()).unwrap().into_parts();
            let authorization = Authorization::read(&head.uri, &head.headers).unwrap();
            payload(&head, &authorization)
                .map(|(payload, text)| (matches!(payload, Payload::Hash), text.to_owned()))
        };
        let hash = "0".repeat(64);
        for (hash, is_hash) in [(None, false), (Some(UNSIGNED), false), (Some(&*hash), true)] {
            assert_eq!(payload_with(hash).unwrap(), (is_hash, UNSIGNED.to_owned()), "{hash:?}");
        }
        for encoding in [
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "other",
        ] {
            let refused = payload_with(Some(encoding)).unwrap_err();
            assert_eq!(refused.status_code(), Some(http::StatusCode::NOT_IMPLEMENTED), "{encoding}");
        }
    }
}
