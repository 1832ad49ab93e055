//! Build and Unmarshal: checksums of requests and of answers. What is sent when stands in [`crate::checksum`].

use ::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::auth_scheme::SchemeName;
use crate::body::Encoding;
use crate::checksum::{self, Algorithm, Expected};
use crate::config::ChecksumPolicy;
use crate::err_code;
use crate::error::Error;
use crate::operation::{Auth, HttpChecksum};
use crate::request::Request;
use crate::signer::{ChunkSignature, v4};

/// Asks for the checksum of the answer, where the operation has a member for that and the settings say so.
pub const CHECKSUM_MODE: &str = "core.ChecksumMode";
/// Gives the request its checksum, as a header or behind the body; encodes bodies whose chunks are signed.
pub const REQUEST_CHECKSUM: &str = "core.RequestChecksum";
/// Has the body of the answer compared with its checksum while it is read.
pub const RESPONSE_CHECKSUM: &str = "core.ResponseChecksum";

/// What an algorithm is chosen by where the caller names none.
const DEFAULT_ALGORITHM: Algorithm = Algorithm::Crc32;

const CHECKSUM_PREFIX: &str = "x-amz-checksum-";
static CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
static CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
static DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
static TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");

pub(super) fn set_mode(request: &mut Request) {
    let Some(HttpChecksum { mode_member: Some(member), .. }) = request.operation().checksum else { return };
    let policy = request.settings().config.response_checksum_validation;
    if request.is_presigned() || resolved(policy, request) == ChecksumPolicy::WhenRequired {
        return;
    }
    if request.params.named(member).is_none() {
        request.params.set_text(member, "ENABLED");
    }
}

/// A policy that is not set is that of the endpoint's owner: AWS's own servers know every checksum.
fn resolved(policy: Option<ChecksumPolicy>, request: &Request) -> ChecksumPolicy {
    policy.unwrap_or(match is_custom(request) {
        true => ChecksumPolicy::WhenRequired,
        false => ChecksumPolicy::WhenSupported,
    })
}

fn is_custom(request: &Request) -> bool {
    request.settings().endpoint.as_ref().is_ok_and(|endpoint| endpoint.is_custom)
}

pub(super) fn set_request_checksum(request: &mut Request) {
    let Some(operation) = &request.operation().checksum else { return };
    let set = match wanted(operation, request) {
        Ok(Wanted::Nothing) => encode(request, None),
        Ok(Wanted::ContentMd5) => set_content_md5(request),
        Ok(Wanted::Checksum(algorithm)) if request.http_request.body.bytes().is_some() => {
            set_header(request, algorithm)
        }
        Ok(Wanted::Checksum(algorithm)) => set_trailer(request, algorithm),
        Ok(Wanted::Default) => set_default(operation, request),
        Err(error) => Err(error),
    };
    if let Err(error) = set {
        request.fail(error);
    }
}

/// What a request is to carry.
enum Wanted {
    Nothing,
    ContentMd5,
    /// The algorithm that the caller chose.
    Checksum(Algorithm),
    /// The one that is chosen for callers who do not.
    Default,
}

fn wanted(operation: &HttpChecksum, request: &Request) -> Result<Wanted, Error> {
    let chosen = operation.algorithm_member.and_then(|member| request.params.text(member));
    let policy = request.settings().config.request_checksum_calculation;
    if chosen.is_none() {
        let is_wanted = operation.is_required
            || (operation.algorithm_member.is_some()
                && resolved(policy, request) == ChecksumPolicy::WhenSupported);
        if !is_wanted || request.is_presigned() {
            return Ok(Wanted::Nothing);
        }
    }
    if has_checksum(&request.http_request.headers) {
        return Ok(Wanted::Nothing);
    }
    let Some(name) = chosen else {
        // S3 takes any checksum for a required one; other services want that of the HTTP standard, and so do older servers
        // that speak S3's API. Those of S3 Express, wherever they stand, do not know it.
        let is_s3 = request.settings().service.signing.content_sha256_header;
        let is_md5 = operation.is_required
            && (!is_s3 || (policy.is_none() && is_custom(request) && request.signing_name != "s3express"));
        return Ok(if is_md5 { Wanted::ContentMd5 } else { Wanted::Default });
    };
    if request.is_presigned() && request.http_request.body.is_empty() {
        // Whoever uses the URL has the body, and sends its checksum.
        return Ok(Wanted::Nothing);
    }
    match Algorithm::from_name(name) {
        Some(algorithm) => Ok(Wanted::Checksum(algorithm)),
        None => {
            let known = Algorithm::ALL.map(Algorithm::name).join(", ");
            let message =
                format!("checksums by {name} cannot be computed; send one of your own, or use {known}");
            Err(Error::new(err_code::INVALID_PARAMETER, message))
        }
    }
}

/// Whether the caller has made a checksum; then nothing is added to it.
fn has_checksum(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| name.as_str().starts_with(CHECKSUM_PREFIX))
}

fn set_content_md5(request: &mut Request) -> Result<(), Error> {
    let http = &mut request.http_request;
    match http.body.bytes() {
        Some(body) if !http.headers.contains_key(&CONTENT_MD5) => {
            let md5 = checksum::of(Algorithm::Md5, body);
            http.set_header(CONTENT_MD5.clone(), &md5)
        }
        _ => Ok(()),
    }
}

fn set_header(request: &mut Request, algorithm: Algorithm) -> Result<(), Error> {
    let http = &mut request.http_request;
    let Some(body) = http.body.bytes() else { return Ok(()) };
    let checksum = checksum::of(algorithm, body);
    http.set_header(algorithm.header(), &checksum)
}

/// The checksum that the caller chose of a body that is not in memory, and must not be left out in silence.
fn set_trailer(request: &mut Request, algorithm: Algorithm) -> Result<(), Error> {
    encode(request, Some(algorithm))?;
    if request.http_request.body.chunk_encoding().is_some() {
        return Ok(());
    }
    let message = "the checksum of a stream follows it in aws-chunked: the stream must have a length, the request must not \
                   be presigned, and no handler may have set x-amz-content-sha256";
    Err(Error::new(err_code::INVALID_PARAMETER, message))
}

/// The checksum of callers who choose none; the service is told the algorithm, as it is of those who do.
fn set_default(operation: &HttpChecksum, request: &mut Request) -> Result<(), Error> {
    if request.http_request.body.bytes().is_some() {
        set_header(request, DEFAULT_ALGORITHM)?;
    } else {
        encode(request, Some(DEFAULT_ALGORITHM))?;
        if request.http_request.body.chunk_encoding().is_none() {
            return Ok(());
        }
    }
    let schema = request.params.schema();
    let member = operation.algorithm_member.and_then(|member| schema.index_of(member));
    let Some(name) = member.map(|index| schema.members()[index].wire_name()) else { return Ok(()) };
    if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
        request.http_request.insert_header(name, HeaderValue::from_static(DEFAULT_ALGORITHM.name()));
    }
    Ok(())
}

/// Encodes a body that is not in memory, so that its checksum can follow it or its chunks can be signed.
fn encode(request: &mut Request, trailer: Option<Algorithm>) -> Result<(), Error> {
    if request.http_request.body.bytes().is_some() || request.is_presigned() {
        return Ok(());
    }
    let is_anonymous = request.operation().auth == Auth::None
        || request.signing_credentials().is_none_or(|credentials| credentials.is_anonymous());
    let may_sign = request.settings().service.signing.content_sha256_header && !is_anonymous;
    let kind = match request.auth_scheme.name {
        SchemeName::SigV4a => ChunkSignature::V4a,
        _ => ChunkSignature::V4,
    };
    let http = &mut request.http_request;
    let (mut is_signed, mut is_unsigned_announced) = (may_sign && !http.url.is_https, false);
    match http.headers.get(&CONTENT_SHA256) {
        None => is_unsigned_announced = is_anonymous,
        Some(announced) if announced == v4::STREAMING_UNSIGNED_TRAILER => is_signed = false,
        // Signed as something else already.
        Some(_) => return Ok(()),
    }
    // One that can be rewound is read for its hash instead, which every server understands.
    if trailer.is_none() && (!is_signed || http.body.is_rewindable()) {
        return Ok(());
    }
    let Some(length) = http.body.len() else { return Ok(()) };
    http.body.encode_chunks(Encoding { trailer, signature: is_signed.then_some(kind) });
    http.insert_header(DECODED_LENGTH.clone(), HeaderValue::from(length));
    http.headers.remove(header::CONTENT_LENGTH);
    if let Some(algorithm) = trailer {
        http.insert_header(TRAILER.clone(), HeaderValue::from_name(algorithm.header()));
    }
    if is_unsigned_announced {
        http.insert_header(CONTENT_SHA256.clone(), HeaderValue::from_static(v4::STREAMING_UNSIGNED_TRAILER));
    }
    let encodings = http.headers.get_all(header::CONTENT_ENCODING).iter().filter_map(|own| own.to_str().ok());
    let encodings: Vec<&str> = encodings.chain(["aws-chunked"]).collect();
    let encodings = encodings.join(",");
    http.set_header(header::CONTENT_ENCODING, &encodings)
}

pub(super) fn validate_response(request: &mut Request) {
    let Some(operation) = request.operation().checksum else { return };
    let Some(mode) = operation.mode_member else { return };
    if request.error.is_some() || request.params.named(mode).is_none() {
        return;
    }
    let name = request.operation().name;
    let Some(response) = &mut request.http_response else { return };
    // What the checksum of a range is one of is not said.
    if response.status == 206 {
        return;
    }
    let found = Algorithm::ALL.into_iter().find_map(|algorithm| {
        let is_modelled = operation.response_algorithms.contains(&algorithm.name());
        let checksum = response.headers.get(algorithm.header()).filter(|_| is_modelled)?.to_str().ok()?;
        // With a count of parts behind it, it is made of their checksums.
        (!checksum.contains('-')).then(|| (algorithm, checksum.trim().to_owned()))
    });
    let Some((algorithm, checksum)) = found else { return };
    let expected = Expected { algorithm, checksum, operation: name, request_id: request.request_id.clone() };
    let body = std::mem::take(&mut response.body);
    response.body = checksum::validated(body, expected);
}

#[cfg(test)]
mod tests;
