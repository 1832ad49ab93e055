//! Whether a body that was read whole is the one that its headers speak of: by its hash, its MD5 and its checksums.
//!
//! The server crate compares hashes while it reads, and takes a mismatch in an XML document for a failure of its own, which
//! clients would retry; MD5s and checksums of documents it does not look at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use s3s::dto::Checksum;

use super::memory::checksums;
use crate::error::ServiceError;
use crate::sigv4::sha256_hex;

pub(super) const CONTENT_HASH: &str = "x-amz-content-sha256";

/// Up to this size a body is read whole before it is served.
const SMALL_BODY: u64 = 1024 * 1024;

/// Whether a body is small and signed by its hash.
pub(super) fn is_checked_at_once(headers: &HeaderMap) -> bool {
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let hash = headers.get(CONTENT_HASH);
    length.is_some_and(|length| length <= SMALL_BODY) && hash.is_some_and(|hash| hash.len() == 64)
}

/// Compares a body with what its headers say of it.
pub(super) fn check(request: &Parts, body: &[u8]) -> Result<(), ServiceError> {
    let headers = &request.headers;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if header(CONTENT_HASH) != Some(sha256_hex(body)) {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        return Err(ServiceError::sender("XAmzContentSHA256Mismatch", message));
    }
    if header("content-md5").is_some_and(|md5| md5 != STANDARD.encode(*md5::compute(body))) {
        let message = "The Content-MD5 you specified did not match what we received.";
        return Err(ServiceError::sender("BadDigest", message));
    }
    // At the end of an upload in parts, the checksums are those of the object.
    let query = request.uri.query().unwrap_or_default();
    if request.method == Method::POST && query.split('&').any(|pair| pair.starts_with("uploadId=")) {
        return Ok(());
    }
    let claimed = Checksum {
        checksum_crc32: header("x-amz-checksum-crc32"),
        checksum_crc32c: header("x-amz-checksum-crc32c"),
        checksum_crc64nvme: header("x-amz-checksum-crc64nvme"),
        checksum_sha1: header("x-amz-checksum-sha1"),
        checksum_sha256: header("x-amz-checksum-sha256"),
        ..Default::default()
    };
    match checksums::compare(body, claimed) {
        Ok(_) => Ok(()),
        Err(error) => Err(ServiceError::sender("BadDigest", error.message().unwrap_or_default())),
    }
}
