//! Signatures of the chunks of a body in S3's encoding `aws-chunked`, and of the trailers behind them: each covers the one
//! before, the first the request's.
//!
//! In version 4A, whose signatures differ in length, those of chunks are filled up with `*`; a signature is covered without.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>; the fillers are those of the AWS Common
//! Runtime.

use zeroize::Zeroizing;

use super::authorization::{ECDSA, HMAC};
use super::{Authorization, is_signature_of, sha256_hex, string_to_sign};

const FILLER: char = '*';

/// Follows the signatures of one body.
pub(crate) struct Chain {
    authorization: Authorization,
    secret: Zeroizing<String>,
    previous: String,
}

impl Chain {
    /// Begins with a request whose signature was found right.
    pub(crate) fn new(authorization: Authorization, secret: Zeroizing<String>) -> Self {
        let previous = authorization.signature.clone();
        Self { authorization, secret, previous }
    }

    /// Whether this is the signature of the next chunk. The last one is empty.
    pub(crate) fn takes_chunk(&mut self, chunk: &[u8], signature: &str) -> bool {
        let hashes = format!("{}\n{}", sha256_hex(b""), sha256_hex(chunk));
        self.takes("PAYLOAD", &hashes, signature)
    }

    /// Whether this is the signature of the trailers: of their lines `name:value`, each with a line feed.
    pub(crate) fn takes_trailers(&mut self, lines: &[u8], signature: &str) -> bool {
        self.takes("TRAILER", &sha256_hex(lines), signature)
    }

    fn takes(&mut self, what: &str, hashes: &str, signature: &str) -> bool {
        let is_asymmetric = self.authorization.scope.region.is_none();
        let algorithm = if is_asymmetric { ECDSA } else { HMAC };
        let signature = if is_asymmetric { signature.trim_end_matches(FILLER) } else { signature };
        let (time, scope) = (&self.authorization.timestamp, string_to_sign::scope(&self.authorization));
        let text = format!("{algorithm}-{what}\n{time}\n{scope}\n{}\n{hashes}", self.previous);
        self.previous = signature.to_owned();
        is_signature_of(&text, signature, &self.authorization, &self.secret)
    }
}
