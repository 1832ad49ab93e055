//! Signatures of the chunks of a body in S3's encoding `aws-chunked`, each made over the one before.
//!
//! It is the chain of [SigV4](crate::signer::v4::ChunkSigner) with another key. As signatures in DER differ in length, and the
//! length of a body has to be known before it is signed, each is filled up to the greatest there is with `*`; the next one is
//! made over it without.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>; the form of the signatures is that of the AWS
//! Common Runtime, whose tests have the strings to sign.

use std::fmt;
use std::sync::Arc;

use crate::crypto::{self, ScalarKey};

use super::{ALGORITHM, Ecdsa, Scheme, Scope, SigningCredentials, SigningError, SigningKeyCache, Timestamp};
use crate::signer::v4::ChunkText;

/// The greatest length of a signature in hexadecimal: 72 bytes of DER.
const LENGTH: usize = 144;
const FILLER: u8 = b'*';

/// Signs the chunks of one body, in their order.
///
/// ```
/// # #[cfg(feature = "aws-lc-rs")]
/// # fn main() -> Result<(), cumulo_core::signer::v4::SigningError> {
/// use cumulo_core::signer::v4::SigningCredentials;
/// use cumulo_core::signer::v4a::{ChunkSigner, Scope};
///
/// let credentials =
///     SigningCredentials { access_key_id: "AKIDEXAMPLE", secret_access_key: "secret", session_token: None };
/// let scope = Scope { region_set: "*", service: "s3" };
/// let seed = b"3045022100f4"; // `SignedHeaders::signature` of the request
/// let mut signer = ChunkSigner::new(&credentials, &scope, 1_369_353_600, seed, None)?;
/// assert_eq!(signer.sign_chunk(&[0; 32])?.len(), 144);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "aws-lc-rs"))]
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct ChunkSigner {
    key: Arc<ScalarKey>,
    text: ChunkText,
    /// Without what it is filled up with.
    previous: Vec<u8>,
}

impl ChunkSigner {
    /// The length of a signature, filled up, in bytes.
    pub const SIGNATURE_LENGTH: usize = LENGTH;

    /// A signer that begins with the signature `seed` of the request, in hexadecimal, made with the same credentials, scope
    /// and time.
    ///
    /// # Errors
    /// Those of [`sign`](super::sign).
    pub fn new(
        credentials: &SigningCredentials<'_>,
        scope: &Scope<'_>,
        time: i64,
        seed: &[u8],
        cache: Option<&SigningKeyCache>,
    ) -> Result<Self, SigningError> {
        let timestamp = Timestamp::from_unix_seconds(time)?;
        let scheme = Ecdsa::new(credentials, scope, cache)?;
        let text = ChunkText::new(ALGORITHM, &timestamp, scheme.scope());
        Ok(Self { key: scheme.key, text, previous: seed.to_vec() })
    }

    /// The signature, in lower-case hexadecimal and filled up, of the next chunk, whose SHA-256 this is. The last chunk is
    /// empty.
    ///
    /// # Errors
    /// [`SigningError::NoSignature`].
    pub fn sign_chunk(&mut self, sha256: &[u8; 32]) -> Result<[u8; LENGTH], SigningError> {
        let text = self.text.of_chunk(&self.previous, sha256);
        self.sign(&text)
    }

    /// The signature of the trailers, after that of the last chunk: of their lines `name:value`, each with a line feed, in
    /// the order of their names.
    ///
    /// # Errors
    /// [`SigningError::NoSignature`].
    pub fn sign_trailers(&mut self, lines: &[u8]) -> Result<[u8; LENGTH], SigningError> {
        let text = self.text.of_trailers(&self.previous, lines);
        self.sign(&text)
    }

    fn sign(&mut self, text: &[u8]) -> Result<[u8; LENGTH], SigningError> {
        let signature = self.key.sign(text).ok_or(SigningError::NoSignature)?;
        self.previous = crypto::hex(&signature).into_bytes();
        let mut filled = [FILLER; LENGTH];
        let room = filled.get_mut(..self.previous.len()).ok_or(SigningError::NoSignature)?;
        room.copy_from_slice(&self.previous);
        Ok(filled)
    }
}

/// Shows nothing of the key.
impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v4a::ChunkSigner(redacted)")
    }
}

#[cfg(test)]
#[cfg(feature = "aws-lc-rs")]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

    use super::*;

    const CREDENTIALS: SigningCredentials<'_> = SigningCredentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        session_token: None,
    };
    /// The public key of these credentials in the tests of the AWS Common Runtime.
    const PUBLIC_KEY: &str = "0418b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab\
                              fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2";
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn unhex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> =
            text.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    /// The signature without its fillers, once it is one of this text.
    fn verified(filled: [u8; LENGTH], text: &str) -> String {
        let filled = String::from_utf8(filled.to_vec()).unwrap();
        let signature = filled.trim_end_matches('*').to_owned();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, unhex(PUBLIC_KEY));
        public.verify(text.as_bytes(), &unhex(&signature)).expect(text);
        signature
    }

    #[test]
    fn strings_to_sign_of_the_aws_common_runtime_are_signed_one_over_the_other() {
        let scope = Scope { region_set: "us-east-1", service: "s3" };
        // Many times, as signatures are of several lengths.
        for _ in 0..20 {
            let mut signer =
                ChunkSigner::new(&CREDENTIALS, &scope, 1_369_353_600, b"3045abcd", None).unwrap();
            let mut previous = "3045abcd".to_owned();
            for (size, hash) in [
                (65_536, "bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a"),
                (1_024, "2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a"),
                (0, EMPTY),
            ] {
                let text = format!(
                    "AWS4-ECDSA-P256-SHA256-PAYLOAD\n20130524T000000Z\n20130524/s3/aws4_request\n{previous}\n{EMPTY}\n{hash}"
                );
                let signature = signer.sign_chunk(&crypto::sha256(&vec![b'a'; size])).unwrap();
                previous = verified(signature, &text);
            }
            let text = format!(
                "AWS4-ECDSA-P256-SHA256-TRAILER\n20130524T000000Z\n20130524/s3/aws4_request\n{previous}\n\
                 83d8f190334fb741bc8daf73c891689d320bd8017756bc730c540021ed48001f"
            );
            verified(signer.sign_trailers(b"first:1st\nsecond:2nd\nthird:3rd\n").unwrap(), &text);
        }
    }
}
