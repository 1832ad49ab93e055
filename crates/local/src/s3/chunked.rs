//! Bodies in S3's encoding `aws-chunked`, of requests that the server crate does not verify.
//!
//! ```text
//! 400;chunk-signature=<hexadecimal digits>   (the signature only where chunks are signed)
//! <1024 bytes>
//! 0;chunk-signature=<…>
//! x-amz-checksum-crc32:<base64>              (only with trailers)
//! x-amz-trailer-signature:<…>                (only with trailers, where chunks are signed)
//!
//! ```
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>, and `sigv4-streaming-trailers.html`.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::{S3Error, S3ErrorCode, S3Result};

use super::memory::incomplete;
use crate::sigv4::Chain;

const END_OF_LINE: &[u8] = b"\r\n";
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// Decodes a body; its bytes and its trailers. With a chain, every chunk must carry the signature that follows.
pub(super) fn decode(encoded: &Bytes, mut chain: Option<Chain>) -> S3Result<(Bytes, HeaderMap)> {
    let (mut rest, mut data) = (encoded.clone(), BytesMut::new());
    loop {
        let head = take_line(&mut rest)?;
        let (size, extension) = head.split_once(';').unwrap_or((&head, ""));
        let size = usize::from_str_radix(size, 16).map_err(|_| incomplete())?;
        if rest.len() < size {
            return Err(incomplete());
        }
        let chunk = rest.split_to(size);
        if let Some(chain) = &mut chain {
            let signature = extension.strip_prefix("chunk-signature=").unwrap_or_default();
            if !chain.takes_chunk(&chunk, signature) {
                return Err(wrong_signature());
            }
        }
        if size == 0 {
            return Ok((data.freeze(), trailers(rest, chain)?));
        }
        data.extend_from_slice(&chunk);
        if !take_line(&mut rest)?.is_empty() {
            return Err(incomplete());
        }
    }
}

fn trailers(mut rest: Bytes, chain: Option<Chain>) -> S3Result<HeaderMap> {
    let (mut trailers, mut lines, mut signature) = (HeaderMap::new(), String::new(), None);
    while !rest.is_empty() {
        let line = take_line(&mut rest)?;
        match line.split_once(':') {
            Some((TRAILER_SIGNATURE, value)) => signature = Some(value.to_owned()),
            Some((name, value)) => {
                let (Ok(header), Ok(text)) =
                    (name.parse::<HeaderName>(), HeaderValue::from_str(value.trim()))
                else {
                    return Err(malformed_trailer());
                };
                lines += &format!("{header}:{}\n", value.trim());
                trailers.append(header, text);
            }
            None if line.is_empty() => {}
            None => return Err(malformed_trailer()),
        }
    }
    if let Some(mut chain) = chain
        && !lines.is_empty()
        && !chain.takes_trailers(lines.as_bytes(), &signature.unwrap_or_default())
    {
        return Err(wrong_signature());
    }
    Ok(trailers)
}

fn take_line(rest: &mut Bytes) -> S3Result<String> {
    let end = rest.windows(END_OF_LINE.len()).position(|window| window == END_OF_LINE);
    let line = rest.split_to(end.ok_or_else(incomplete)?);
    let _ = rest.split_to(END_OF_LINE.len());
    String::from_utf8(line.to_vec()).map_err(|_| incomplete())
}

fn wrong_signature() -> S3Error {
    let message = "The request signature we calculated does not match the signature you provided.";
    S3Error::with_message(S3ErrorCode::SignatureDoesNotMatch, message)
}

pub(super) fn malformed_trailer() -> S3Error {
    let message = "The request contained trailing data that was not well-formed or did not conform to our published schema.";
    let mut error = S3Error::with_message(S3ErrorCode::Custom("MalformedTrailerError".into()), message);
    error.set_status_code(http::StatusCode::BAD_REQUEST);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsigned_chunks_are_joined_and_trailers_read() {
        let body = "5\r\nhello\r\n7\r\n, world\r\n0\r\nx-amz-checksum-crc32:/3JyOg==\r\n\r\n";
        let (data, trailers) = decode(&Bytes::from(body), None).unwrap();
        assert_eq!(data, "hello, world");
        assert_eq!(trailers["x-amz-checksum-crc32"], "/3JyOg==");
        assert!(decode(&Bytes::from("0\r\n\r\n"), None).unwrap().1.is_empty());
    }

    #[test]
    fn a_body_that_breaks_off_is_incomplete() {
        for body in ["", "5", "5\r\nhell", "5\r\nhello\r\n", "5\r\nhello!\r\n0\r\n\r\n", "x\r\n\r\n"] {
            let error = decode(&Bytes::from(body), None).unwrap_err();
            assert_eq!(error.code(), &S3ErrorCode::IncompleteBody, "{body}");
        }
        let error = decode(&Bytes::from("0\r\nnothing\r\n\r\n"), None).unwrap_err();
        assert_eq!(error.code().as_str(), "MalformedTrailerError");
    }
}
