//! Checksums of bodies: the algorithms, when they are sent, and when they are validated.
//!
//! A checksum guards what the signature does not: the bytes at rest, and those of bodies that are not signed. Two
//! settings decide, [`Config::request_checksum_calculation`] and [`Config::response_checksum_validation`], each
//! `when_supported`, `when_required` or unset:
//!
//! | request | unset, AWS's endpoint | unset, configured endpoint | `when_supported` | `when_required` |
//! | --- | --- | --- | --- | --- |
//! | carries a checksum that the caller made (`checksum_crc32("…")`) | as it is | as it is | as it is | as it is |
//! | names an algorithm (`checksum_algorithm(…)`) | that one | that one | that one | that one |
//! | may carry one (PutObject, UploadPart, …) | CRC32 | none | CRC32 | none |
//! | must carry one (DeleteObjects, PutBucketPolicy, …) | CRC32 | Content-MD5 | CRC32 | CRC32 |
//! | must carry one, of a service that is not S3 | Content-MD5 | Content-MD5 | Content-MD5 | Content-MD5 |
//! | is presigned, and names no algorithm | none | none | none | none |
//!
//! | answer | unset, AWS's endpoint | unset, configured endpoint | `when_supported` | `when_required` |
//! | --- | --- | --- | --- | --- |
//! | of GetObject | asked for and validated | if the caller asks (`checksum_mode(ENABLED)`) | asked for and validated | if the caller asks |
//!
//! Why configured endpoints differ: servers that speak S3's API without being S3 may not know these headers, or know
//! trailers no better than as part of the object. What every one of them knows is Content-MD5, which S3 once required
//! where it now takes any checksum. An endpoint counts as configured when the code, the environment or a profile names
//! its URL.
//!
//! How a checksum travels: of a body in memory it is a header. A file or a stream is read once only, so its checksum
//! follows it as a trailer, in S3's encoding `aws-chunked`: over TLS unsigned (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`), over
//! plain HTTP with a signature on each chunk (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`). Without a checksum, a stream
//! that cannot be rewound has its chunks signed over plain HTTP too (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`), as it could not be
//! read for a signature first. A handler that sets `x-amz-content-sha256` to `STREAMING-UNSIGNED-PAYLOAD-TRAILER` in the
//! Build stage has trailers unsigned over plain HTTP as well; any other value there rules `aws-chunked` out.
//!
//! What is validated: an answer's body against the quickest algorithm that it has a checksum of, while it is read. The last
//! bytes are handed out only if the checksum is right; otherwise the read fails with `ChecksumMismatch`, so a body that was
//! read whole is never a wrong one. Not validated are the composite checksums of multipart objects (`…-N`), which are made
//! of the parts' checksums and not of the bytes, and ranges (status 206), of which S3 tells none.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html> and
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html>.
//!
//! [`Config::request_checksum_calculation`]: crate::Config::request_checksum_calculation
//! [`Config::response_checksum_validation`]: crate::Config::response_checksum_validation

mod algorithm;
mod hasher;
mod validated;

pub use algorithm::Algorithm;
pub use hasher::Hasher;
pub(crate) use validated::{Expected, validated};

use crate::crypto;

/// The checksum of `data` in base64, as headers carry it.
///
/// ```
/// use cumulo_core::checksum::{self, Algorithm};
///
/// assert_eq!(checksum::of(Algorithm::Crc32, b"123456789"), "y/Q5Jg==");
/// ```
pub fn of(algorithm: Algorithm, data: &[u8]) -> String {
    let mut hasher = Hasher::new(algorithm);
    hasher.update(data);
    hasher.finish()
}

/// The MD5 of `data` (RFC 1321) in lower-case hexadecimal, as SQS answers it and as ETags of S3 hold it.
///
/// ```
/// assert_eq!(cumulo_core::checksum::md5_hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
/// ```
pub fn md5_hex(data: &[u8]) -> String {
    crypto::hex(&md5(data))
}

/// The MD5 of `data` (RFC 1321). No protection against anybody who means harm; what services ask for in `Content-MD5`
/// and for keys of their customers (in base64: [`of`] with [`Algorithm::Md5`]).
pub fn md5(data: &[u8]) -> [u8; 16] {
    ::md5::compute(data).into()
}

#[cfg(test)]
mod tests;
