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
/// Names the trailers that are to follow.
pub(super) const TRAILER: &str = "x-amz-trailer";
pub(super) const DECODED_LENGTH: &str = "x-amz-decoded-content-length";
/// What the names of trailers begin with.
const CHECKSUM: &str = "x-amz-checksum-";

/// Decodes a body in chunks, and puts its trailers where the server crate looks for them. As they become headers after the
/// signature was checked, they may be nothing but the checksums that a signed header announces.
pub(super) fn decode_with_trailers(
    headers: &mut HeaderMap,
    body: &Bytes,
    chain: Option<Chain>,
    has_trailers: bool,
) -> S3Result<Bytes> {
    let (data, trailers) = decode(body, chain)?;
    let length = headers.get(DECODED_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length != Some(data.len()) {
        return Err(incomplete());
    }
    let announced = announced(headers).ok_or_else(malformed_trailer)?;
    let is_allowed = |name: &HeaderName| {
        announced.contains(name) && name.as_str().starts_with(CHECKSUM) && !headers.contains_key(name)
    };
    if announced.is_empty() == has_trailers
        || announced.iter().any(|name| !trailers.contains_key(name))
        || !trailers.keys().all(is_allowed)
    {
        return Err(malformed_trailer());
    }
    headers.extend(trailers);
    Ok(data)
}

/// The names of the trailers that are to follow the body; none if they are no names.
fn announced(headers: &HeaderMap) -> Option<Vec<HeaderName>> {
    let mut announced = Vec::new();
    for names in headers.get_all(TRAILER) {
        for name in names.to_str().ok()?.split(',') {
            announced.push(name.trim().parse().ok()?);
        }
    }
    Some(announced)
}

/// Decodes a body; its bytes and its trailers. With a chain, every chunk must carry the signature that follows.
fn decode(encoded: &Bytes, mut chain: Option<Chain>) -> S3Result<(Bytes, HeaderMap)> {
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
                // One that comes twice says nothing, and a map takes no more than so many.
                if !matches!(trailers.try_insert(header, text), Ok(None)) {
                    return Err(malformed_trailer());
                }
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

    #[test]
    fn trailers_that_come_twice_or_are_too_many_are_refused() {
        let many: String = (0..40_000).map(|number| format!("x-{number}:y\r\n")).collect();
        for trailers in ["x-a:1\r\nX-A:2\r\n", &many] {
            let error = decode(&Bytes::from(format!("0\r\n{trailers}\r\n")), None).unwrap_err();
            assert_eq!(error.code().as_str(), "MalformedTrailerError");
            assert_eq!(error.status_code(), Some(http::StatusCode::BAD_REQUEST));
        }
    }

    /// What a body `hello` with these trailers becomes: the headers, or the code that refuses it.
    fn with_trailers(
        encoding: &str,
        announced: Option<&'static str>,
        trailers: &str,
    ) -> Result<(HeaderMap, Bytes), String> {
        let mut headers =
            HeaderMap::from_iter([(HeaderName::from_static(DECODED_LENGTH), HeaderValue::from_static("5"))]);
        headers.extend(
            announced.map(|names| (HeaderName::from_static(TRAILER), HeaderValue::from_static(names))),
        );
        headers.insert("x-amz-checksum-sha1", HeaderValue::from_static("signed"));
        let body = Bytes::from(format!("5\r\nhello\r\n0\r\n{trailers}\r\n"));
        let data = decode_with_trailers(&mut headers, &body, None, encoding.ends_with("-TRAILER"));
        data.map(|data| (headers, data)).map_err(|error| error.code().as_str().to_owned())
    }

    #[test]
    fn checksums_that_were_announced_become_headers() {
        let trailers = "x-amz-checksum-crc32:a\r\nX-Amz-Checksum-Sha256: b\r\n";
        let announced = Some("X-Amz-Checksum-Crc32, x-amz-checksum-sha256");
        let (headers, data) =
            with_trailers("STREAMING-UNSIGNED-PAYLOAD-TRAILER", announced, trailers).unwrap();
        assert_eq!(data, "hello");
        assert_eq!(headers["x-amz-checksum-crc32"], "a");
        assert_eq!(headers["x-amz-checksum-sha256"], "b");
        assert!(with_trailers("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", None, "").is_ok());
    }

    #[test]
    fn no_other_trailer_gets_past_the_signature() {
        const CRC32: &str = "x-amz-checksum-crc32:a\r\n";
        for (what, announced, trailers) in [
            ("one more", Some("x-amz-checksum-crc32"), &*format!("{CRC32}x-amz-meta-injected:1\r\n")),
            (
                "another checksum more",
                Some("x-amz-checksum-crc32"),
                &*format!("{CRC32}x-amz-checksum-sha256:b\r\n"),
            ),
            ("none of the checksums", Some("x-amz-copy-source"), "x-amz-copy-source:b/k\r\n"),
            ("one that is a header", Some("x-amz-checksum-sha1"), "x-amz-checksum-sha1:a\r\n"),
            ("one that is missing", Some("x-amz-checksum-crc32,x-amz-checksum-sha256"), CRC32),
            ("no name", Some("x-amz-checksum-crc32,"), CRC32),
            ("not announced", None, CRC32),
            ("none at all", None, ""),
        ] {
            let refused =
                with_trailers("STREAMING-UNSIGNED-PAYLOAD-TRAILER", announced, trailers).unwrap_err();
            assert_eq!(refused, "MalformedTrailerError", "{what}");
        }
        let refused =
            with_trailers("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Some("x-amz-checksum-crc32"), CRC32);
        assert_eq!(refused.unwrap_err(), "MalformedTrailerError", "an encoding without trailers");
    }
}
