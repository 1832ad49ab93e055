//! Signatures of the frames of an event stream: each covers the one before it, and the first that of the request.

use crate::crypto;

use super::signature;
use super::string_to_sign::{Timestamp, write_scope};
use super::{Scope, SigningCredentials, SigningError, SigningKeyCache};

const ALGORITHM: &str = "AWS4-HMAC-SHA256-PAYLOAD";

/// The `x-amz-content-sha256` of a request whose body is signed frame by frame.
pub const STREAMING_EVENTS: &str = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

/// What is signed of one frame.
///
/// Debug shows the length of the payload.
#[derive(Clone, Copy)]
pub struct EventChunk<'a> {
    /// The signature before this one in lower-case hexadecimal: the previous frame's, or for the first frame the request's.
    pub previous: &'a str,
    /// The headers of the frame without its signature, as they are encoded in it: `:date` alone.
    pub headers: &'a [u8],
    /// The payload of the frame: another frame, or nothing at the end of the stream.
    pub payload: &'a [u8],
}

impl std::fmt::Debug for EventChunk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventChunk").field("payload", &self.payload.len()).finish_non_exhaustive()
    }
}

/// Signs one frame of an event stream. The answer goes into its header `:chunk-signature`.
///
/// `time` is in seconds since 1970-01-01 UTC, the same as in `:date`. Corresponds to Go's `v4.StreamSigner.GetSignature`.
///
/// # Errors
/// [`SigningError::TimeOutOfRange`] for a time outside the years 0 to 9999.
pub fn sign_event_chunk(
    chunk: &EventChunk<'_>,
    credentials: &SigningCredentials<'_>,
    scope: &Scope<'_>,
    time: i64,
    cache: Option<&SigningKeyCache>,
) -> Result<[u8; 32], SigningError> {
    let timestamp = Timestamp::from_unix_seconds(time)?;
    let string_to_sign = string_to_sign(chunk, scope, &timestamp);
    Ok(signature::sign(credentials, scope, &timestamp, cache, &string_to_sign))
}

fn string_to_sign(chunk: &EventChunk<'_>, scope: &Scope<'_>, timestamp: &Timestamp) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(320);
    for line in [ALGORITHM.as_bytes(), timestamp.as_bytes()] {
        buffer.extend_from_slice(line);
        buffer.push(b'\n');
    }
    write_scope(&mut buffer, timestamp, &scope.parts());
    buffer.push(b'\n');
    buffer.extend_from_slice(chunk.previous.as_bytes());
    for part in [chunk.headers, chunk.payload] {
        buffer.push(b'\n');
        buffer.extend_from_slice(&crypto::hex_32(&crypto::sha256(part)));
    }
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_stream::Message;

    #[test]
    fn a_chain_of_frames_has_the_signatures_of_the_go_sdk() {
        let credentials =
            SigningCredentials { access_key_id: "AKID", secret_access_key: "SECRET", session_token: None };
        let scope = Scope { region: "us-east-1", service: "transcribestreaming" };
        let mut previous = crypto::hex(b"foobarbazqux");
        for (content, time, expected) in [
            ("foo", 10, "e3a136405ec1152f62136742efd41f8639cd647a1cf21fab12aedb22cccd8999"),
            ("bar", 20, "92a6ad677e839d3003672cb2cefc71ef80d42e8cb300fefce0807e8398c74068"),
            ("baz", 30, "46d6660bd40f2ff5d6246a347895cabe7f4e89d9e1f4c6dad6dabdc801923be1"),
            ("", 30, "492bcb3e21de447c85f8a9bef6c0eb833e992e405b9b3584be84edaccc5aad18"),
        ] {
            let content = content.as_bytes();
            let chunk = EventChunk { previous: &previous, headers: content, payload: content };
            let signature = sign_event_chunk(&chunk, &credentials, &scope, time, None).unwrap();
            previous = crypto::hex(&signature);
            assert_eq!(previous, expected);
        }
    }

    #[test]
    fn the_string_to_sign_is_that_of_the_rust_sdk() {
        let inner = Message::new("test payload").header("some-header", "value").encode().unwrap();
        // `:date` of type 8, and the milliseconds.
        let mut headers = b"\x05:date\x08".to_vec();
        headers.extend_from_slice(&123_456_789_000_i64.to_be_bytes());
        let previous = crypto::hex(&crypto::sha256(b"last message sts"));
        let chunk = EventChunk { previous: &previous, headers: &headers, payload: &inner };
        let scope = Scope { region: "us-east-1", service: "testservice" };
        let timestamp = Timestamp::from_unix_seconds(123_456_789).unwrap();
        assert_eq!(
            String::from_utf8(string_to_sign(&chunk, &scope, &timestamp)).unwrap(),
            "AWS4-HMAC-SHA256-PAYLOAD\n19731129T213309Z\n19731129/us-east-1/testservice/aws4_request\n\
             be1f8c7d79ef8e1abc5254a2c70e4da3bfaf4f07328f527444e1fc6ea67273e2\n\
             0c0e3b3bf66b59b976181bd7d401927bbd624107303c713fd1e5f3d3c8dd1b1e\n\
             f2eba0f2e95967ee9fbc6db5e678d2fd599229c0d04b11e4fc8e0f2a02a806c6"
        );
    }
}
