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

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::super::authorization::Scope;
    use super::*;

    /// The documentation's upload of 65 KiB.
    fn documented(seed: &str) -> Chain {
        let scope = Scope {
            date: "20130524".to_owned(),
            region: Some("us-east-1".to_owned()),
            service: "s3".to_owned(),
        };
        let authorization = Authorization {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            scope,
            signed_headers: vec!["host".to_owned()],
            signature: seed.to_owned(),
            timestamp: "20130524T000000Z".to_owned(),
            time: OffsetDateTime::UNIX_EPOCH,
            security_token: None,
            s3_session_token: None,
            expires: None,
            region_set: None,
        };
        Chain::new(authorization, Zeroizing::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()))
    }

    #[test]
    fn the_documented_signatures_are_taken_in_their_order_alone() {
        let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
        let chunks = [
            (65_536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"),
            (1_024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"),
            (0, "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"),
        ];
        let mut chain = documented(seed);
        for (size, signature) in chunks {
            assert!(chain.takes_chunk(&vec![b'a'; size], signature), "{size}");
        }
        let trailer = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
        assert!(chain.takes_trailers(b"x-amz-checksum-crc32c:sOO8/Q==\n", trailer));
        assert!(!documented(seed).takes_chunk(&[b'a'; 1_024], chunks[1].1));
        assert!(!documented(seed).takes_chunk(&[b'b'; 65_536], chunks[0].1));
    }
}
