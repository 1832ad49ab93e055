//! Signatures of the chunks of a body in S3's encoding `aws-chunked`, each made over the one before.
//!
//! The request's own signature, over its headers and the name of the encoding, is the seed of the chain; the
//! last link, of the trailers, is there when the encoding has some.
//!
//! Source: "Signature calculations for the authorization header: transferring payload in multiple chunks", and the same
//! with trailing headers, in the Amazon S3 API Reference,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>.

use std::fmt;
use std::sync::Arc;

use crate::crypto::{self, HmacKey};

use super::chunk_text::ChunkText;
use super::string_to_sign::Timestamp;
use super::{ALGORITHM, Scope, SigningCredentials, SigningError, SigningKeyCache};

/// Signs the chunks of one body, in their order.
///
/// ```
/// use cumulo_core::signer::v4::{ChunkSigner, Scope, SigningCredentials};
///
/// let credentials =
///     SigningCredentials { access_key_id: "AKIDEXAMPLE", secret_access_key: "secret", session_token: None };
/// let scope = Scope { region: "us-east-1", service: "s3" };
/// let seed = [b'0'; 64]; // the signature of the request
/// let mut signer = ChunkSigner::new(&credentials, &scope, 1_369_353_600, seed, None)?;
/// let (first, second) = (signer.sign_chunk(&[0; 32]), signer.sign_chunk(&[0; 32]));
/// assert_ne!(first, second, "each signature covers the one before");
/// # Ok::<(), cumulo_core::signer::v4::SigningError>(())
/// ```
#[derive(Clone)]
pub struct ChunkSigner {
    key: Arc<HmacKey>,
    text: ChunkText,
    previous: [u8; 64],
}

impl ChunkSigner {
    /// A signer that begins with the signature `seed` of the request, made with the same credentials, scope and time.
    ///
    /// # Errors
    /// [`SigningError::TimeOutOfRange`] for a time outside the years 0 to 9999.
    pub fn new(
        credentials: &SigningCredentials<'_>,
        scope: &Scope<'_>,
        time: i64,
        seed: [u8; 64],
        cache: Option<&SigningKeyCache>,
    ) -> Result<Self, SigningError> {
        let timestamp = Timestamp::from_unix_seconds(time)?;
        let text = ChunkText::new(ALGORITHM, &timestamp, &scope.parts());
        let key = super::signature::key(credentials, scope, &timestamp, cache);
        Ok(Self { key, text, previous: seed })
    }

    /// The signature, in lower-case hexadecimal, of the next chunk, whose SHA-256 this is. The last chunk is empty.
    pub fn sign_chunk(&mut self, sha256: &[u8; 32]) -> [u8; 64] {
        let text = self.text.of_chunk(&self.previous, sha256);
        self.sign(&text)
    }

    /// The signature of the trailers, after that of the last chunk: of their lines `name:value`, each with a line feed, in
    /// the order of their names.
    pub fn sign_trailers(&mut self, lines: &[u8]) -> [u8; 64] {
        let text = self.text.of_trailers(&self.previous, lines);
        self.sign(&text)
    }

    fn sign(&mut self, text: &[u8]) -> [u8; 64] {
        self.previous = crypto::hex_32(&self.key.sign(text));
        self.previous
    }
}

/// Shows nothing of the key.
impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChunkSigner(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::signer::v4::{self, Options, Payload, SigningRequest};

    const TIME: i64 = 1_369_353_600;
    const SCOPE: Scope<'_> = Scope { region: "us-east-1", service: "s3" };
    const CREDENTIALS: SigningCredentials<'_> = SigningCredentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        session_token: None,
    };

    /// The seed of the documentation's upload of 65 KiB, and a signer that begins with it.
    fn documented(payload: Payload<'_>, headers: &[(&'static str, &'static str)]) -> (String, ChunkSigner) {
        let mut map = HeaderMap::new();
        for (name, value) in [
            ("content-encoding", "aws-chunked"),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("x-amz-decoded-content-length", "66560"),
        ]
        .iter()
        .chain(headers)
        {
            map.insert(*name, value.parse().unwrap());
        }
        let request = SigningRequest {
            method: "PUT",
            host: "s3.amazonaws.com",
            path: "/examplebucket/chunkObject.txt",
            query: "",
            headers: &map,
            payload,
        };
        let signed = v4::sign(&request, &CREDENTIALS, &SCOPE, TIME, Options::s3(), None).unwrap();
        let seed = signed.signature().try_into().unwrap();
        let signer = ChunkSigner::new(&CREDENTIALS, &SCOPE, TIME, seed, None).unwrap();
        (text(seed), signer)
    }

    fn text(signature: [u8; 64]) -> String {
        String::from_utf8(signature.to_vec()).unwrap()
    }

    fn chunks(signer: &mut ChunkSigner) -> [String; 3] {
        [65_536, 1_024, 0].map(|size| text(signer.sign_chunk(&crypto::sha256(&vec![b'a'; size]))))
    }

    #[test]
    fn aws_example_of_a_body_in_chunks() {
        let (seed, mut signer) = documented(Payload::StreamingSigned, &[("content-length", "66824")]);
        assert_eq!(seed, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
        assert_eq!(
            chunks(&mut signer),
            [
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            ]
        );
    }

    #[test]
    fn aws_example_of_a_body_in_chunks_with_a_trailer() {
        let trailer = ("x-amz-trailer", "x-amz-checksum-crc32c");
        let (seed, mut signer) = documented(Payload::StreamingSignedTrailer, &[trailer]);
        assert_eq!(seed, "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
        assert_eq!(
            chunks(&mut signer),
            [
                "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            ]
        );
        assert_eq!(
            text(signer.sign_trailers(b"x-amz-checksum-crc32c:sOO8/Q==\n")),
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
        );
    }
}
