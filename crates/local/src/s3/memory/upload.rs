//! Receiving a body: all of it, with the checksums that came along compared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt as _;
use s3s::dto::{Checksum, StreamingBlob};
use s3s::{S3Error, S3ErrorCode, S3Result, TrailingHeaders};

use super::checksums;
use super::store::error;

/// A body and what was computed over it.
pub(super) struct Received {
    pub(super) data: Bytes,
    pub(super) md5: [u8; 16],
    pub(super) checksum: Checksum,
}

/// What the client says about its body.
pub(super) struct Claimed {
    pub(super) content_md5: Option<String>,
    pub(super) checksum: Checksum,
    /// Checksums may follow the body instead.
    pub(super) trailers: Option<TrailingHeaders>,
    /// The name of the trailer that is to follow.
    pub(super) announced_trailer: Option<String>,
    /// The length of the body without its encoding, where it is sent in chunks.
    pub(super) decoded_length: Option<String>,
}

/// Takes [`Claimed`] out of a request that uploads a body.
macro_rules! take_claims {
    ($request:expr) => {
        crate::s3::memory::upload::Claimed {
            announced_trailer: crate::s3::memory::upload::header(&$request.headers, "x-amz-trailer"),
            decoded_length: crate::s3::memory::upload::header(
                &$request.headers,
                "x-amz-decoded-content-length",
            ),
            content_md5: $request.input.content_md5.take(),
            checksum: s3s::dto::Checksum {
                checksum_crc32: $request.input.checksum_crc32.take(),
                checksum_crc32c: $request.input.checksum_crc32c.take(),
                checksum_crc64nvme: $request.input.checksum_crc64nvme.take(),
                checksum_sha1: $request.input.checksum_sha1.take(),
                checksum_sha256: $request.input.checksum_sha256.take(),
                ..Default::default()
            },
            trailers: $request.trailing_headers.take(),
        }
    };
}
pub(super) use take_claims;

pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

pub(super) async fn receive(body: Option<StreamingBlob>, claimed: Claimed) -> S3Result<Received> {
    let data = match body {
        Some(body) => s3s::Body::from(body).collect().await.map_err(|error| broken_body(&*error))?.to_bytes(),
        None => Bytes::new(),
    };
    // The server crate takes the end of the connection for the end of the body.
    if claimed.decoded_length.is_some_and(|length| length != data.len().to_string()) {
        return Err(incomplete());
    }
    let md5: [u8; 16] = md5::compute(&data).into();
    if let Some(claimed) = &claimed.content_md5 {
        let claimed = STANDARD.decode(claimed).ok().filter(|digest| digest.len() == md5.len());
        let claimed = claimed
            .ok_or_else(|| error(S3ErrorCode::InvalidDigest, "The Content-MD5 you specified was invalid."))?;
        if claimed != md5 {
            let message = "The Content-MD5 you specified did not match what we received.";
            return Err(error(S3ErrorCode::BadDigest, message));
        }
    }
    let claims = checksums::with_trailers(claimed.checksum, claimed.announced_trailer, claimed.trailers)?;
    let checksum = checksums::compare(&data, claims)?;
    Ok(Received { data, md5, checksum })
}

/// `aws-chunked` is the encoding of the upload, not of the object.
pub(super) fn stored_encoding(content_encoding: Option<String>) -> Option<String> {
    let encodings = content_encoding?;
    let kept: Vec<&str> =
        encodings.split(',').map(str::trim).filter(|encoding| *encoding != "aws-chunked").collect();
    Some(kept.join(",")).filter(|encodings| !encodings.is_empty())
}

/// The server crate tells its reasons apart by text alone: the types are its own.
fn broken_body(reason: &(dyn std::error::Error + Send + Sync)) -> S3Error {
    let reason = reason.to_string();
    if reason.contains("Sha256Mismatch") {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        let mut error = error(S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()), message);
        error.set_status_code(http::StatusCode::BAD_REQUEST);
        return error;
    }
    if reason.contains("SignatureMismatch") {
        let message = "The request signature we calculated does not match the signature you provided.";
        return error(S3ErrorCode::SignatureDoesNotMatch, message);
    }
    incomplete()
}

pub(in crate::s3) fn incomplete() -> S3Error {
    let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
    error(S3ErrorCode::IncompleteBody, message)
}
