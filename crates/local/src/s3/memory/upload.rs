//! Receiving a body: all of it, with the checksums that came along compared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use md5::{Digest as _, Md5};
use s3s::checksum::ChecksumHasher;
use s3s::dto::{Checksum, StreamingBlob};
use s3s::{S3Error, S3ErrorCode, S3Result, TrailingHeaders};

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
}

/// Takes [`Claimed`] out of a request that uploads a body.
macro_rules! take_claims {
    ($request:expr) => {
        crate::s3::memory::upload::Claimed {
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

pub(super) async fn receive(body: Option<StreamingBlob>, claimed: Claimed) -> S3Result<Received> {
    let data = match body {
        Some(body) => s3s::Body::from(body).collect().await.map_err(|error| broken_body(&*error))?.to_bytes(),
        None => Bytes::new(),
    };
    let md5: [u8; 16] = Md5::digest(&data).into();
    if let Some(claimed) = &claimed.content_md5 {
        let claimed = STANDARD.decode(claimed).ok().filter(|digest| digest.len() == md5.len());
        let claimed = claimed
            .ok_or_else(|| error(S3ErrorCode::InvalidDigest, "The Content-MD5 you specified was invalid."))?;
        if claimed != md5 {
            let message = "The Content-MD5 you specified did not match what we received.";
            return Err(error(S3ErrorCode::BadDigest, message));
        }
    }
    let checksum = compare(&data, with_trailers(claimed.checksum, claimed.trailers))?;
    Ok(Received { data, md5, checksum })
}

/// `aws-chunked` is the encoding of the upload, not of the object.
pub(super) fn stored_encoding(content_encoding: Option<String>) -> Option<String> {
    let encodings = content_encoding?;
    let kept: Vec<&str> =
        encodings.split(',').map(str::trim).filter(|encoding| *encoding != "aws-chunked").collect();
    Some(kept.join(",")).filter(|encodings| !encodings.is_empty())
}

fn with_trailers(mut checksum: Checksum, trailers: Option<TrailingHeaders>) -> Checksum {
    let Some(trailers) = trailers.and_then(|trailers| trailers.take()) else { return checksum };
    let fields = [
        ("x-amz-checksum-crc32", &mut checksum.checksum_crc32),
        ("x-amz-checksum-crc32c", &mut checksum.checksum_crc32c),
        ("x-amz-checksum-crc64nvme", &mut checksum.checksum_crc64nvme),
        ("x-amz-checksum-sha1", &mut checksum.checksum_sha1),
        ("x-amz-checksum-sha256", &mut checksum.checksum_sha256),
    ];
    for (name, field) in fields {
        if let Some(value) = trailers.get(name).and_then(|value| value.to_str().ok()) {
            *field = Some(value.to_owned());
        }
    }
    checksum
}

/// Computes every checksum that is claimed and answers them when all agree.
fn compare(data: &[u8], claimed: Checksum) -> S3Result<Checksum> {
    let mut hasher = ChecksumHasher {
        crc32: claimed.checksum_crc32.as_ref().map(|_| Default::default()),
        crc32c: claimed.checksum_crc32c.as_ref().map(|_| Default::default()),
        crc64nvme: claimed.checksum_crc64nvme.as_ref().map(|_| Default::default()),
        sha1: claimed.checksum_sha1.as_ref().map(|_| s3s::crypto::Checksum::new()),
        sha256: claimed.checksum_sha256.as_ref().map(|_| s3s::crypto::Checksum::new()),
    };
    hasher.update(data);
    let computed = hasher.finalize();
    let pairs = [
        ("CRC32", &claimed.checksum_crc32, &computed.checksum_crc32),
        ("CRC32C", &claimed.checksum_crc32c, &computed.checksum_crc32c),
        ("CRC64NVME", &claimed.checksum_crc64nvme, &computed.checksum_crc64nvme),
        ("SHA1", &claimed.checksum_sha1, &computed.checksum_sha1),
        ("SHA256", &claimed.checksum_sha256, &computed.checksum_sha256),
    ];
    match pairs.iter().find(|(_, claimed, computed)| claimed != computed) {
        Some((name, ..)) => {
            let message = format!("The {name} you specified did not match the calculated checksum.");
            Err(S3Error::with_message(S3ErrorCode::BadDigest, message))
        }
        None => Ok(computed),
    }
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
    let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
    error(S3ErrorCode::IncompleteBody, message)
}
