//! Build: bodies are compressed for the operations that take them so. There only with the feature `request-compression`.

use std::io::Write as _;

use ::http::{HeaderValue, header};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::body::Body;
use crate::request::Request;
use crate::schema::Traits;

/// Compresses the body with gzip, right after the protocol has written it and before anything is made of it.
///
/// It does so where the model of the operation has `requestcompression`, unless that is turned off or the request is being
/// presigned, to a body in memory of at least the configured size. Files and streams go out as they are: their compressed
/// length, which the request must say, would be known at their end alone. So does a body whose length the service wants.
pub const COMPRESS_REQUEST: &str = "core.CompressRequest";

/// The size from which bodies are compressed unless the configuration says otherwise, in bytes.
const DEFAULT_MIN_SIZE: u32 = 10_240;

pub(super) fn compress(request: &mut Request) {
    if request.operation().request_compression && !request.is_presigned() && is_allowed(request) {
        compress_body(request);
    }
}

fn is_allowed(request: &Request) -> bool {
    let config = &request.settings().config;
    let needs_length = request
        .params
        .schema()
        .payload_member()
        .is_some_and(|(_, member)| member.has(Traits::REQUIRES_LENGTH));
    !needs_length && config.disable_request_compression != Some(true)
}

fn compress_body(request: &mut Request) {
    let min_size = request.settings().config.request_min_compression_size_bytes.unwrap_or(DEFAULT_MIN_SIZE);
    let http = &mut request.http_request;
    let is_large = |bytes: &&Bytes| !bytes.is_empty() && bytes.len() as u64 >= u64::from(min_size);
    let Some(bytes) = http.body.bytes().filter(is_large) else { return };
    // Memory takes all that is written to it; a body that could not be compressed is as good as it is.
    let Some(compressed) = gzip(bytes) else { return };
    http.body = Body::from(compressed);
    let mut encodings: Vec<&[u8]> =
        http.headers.get_all(header::CONTENT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
    encodings.push(b"gzip");
    if let Ok(encodings) = HeaderValue::from_bytes(&encodings.join(&b", "[..])) {
        http.headers.insert(header::CONTENT_ENCODING, encodings);
    }
}

fn gzip(bytes: &Bytes) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests;
