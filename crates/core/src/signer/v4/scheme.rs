//! What the signatures of this module and those of SigV4a do each in its own way; all the rest they share.

use crate::crypto;

use super::string_to_sign::Timestamp;
use super::{Scope, SigningCredentials, SigningError, SigningKeyCache, signature};

/// A way to sign.
pub(crate) trait Scheme {
    /// Its name on the wire.
    fn algorithm(&self) -> &'static str;

    /// The bytes that an `authorization` header has besides the access key id, the scope's parts and the headers' names.
    fn room(&self) -> usize;

    /// What stands for a body that is signed chunk by chunk, and for one with trailers.
    fn streaming(&self, has_trailer: bool) -> &'static str;

    /// The parts of the credential scope between its day and its end.
    fn scope(&self) -> &[&str];

    /// The regions that the signature is good for, where the scope names none.
    fn region_set(&self) -> Option<&str>;

    /// Appends the signature of the string in hexadecimal.
    fn write_signature(
        &self,
        timestamp: &Timestamp,
        string_to_sign: &[u8],
        buffer: &mut Vec<u8>,
    ) -> Result<(), SigningError>;
}

/// SigV4: an HMAC under a key that is derived for a day, a region and a service.
pub(crate) struct Hmac<'a> {
    credentials: &'a SigningCredentials<'a>,
    scope: &'a Scope<'a>,
    parts: [&'a str; 2],
    cache: Option<&'a SigningKeyCache>,
}

impl<'a> Hmac<'a> {
    pub(crate) fn new(
        credentials: &'a SigningCredentials<'a>,
        scope: &'a Scope<'a>,
        cache: Option<&'a SigningKeyCache>,
    ) -> Self {
        Self { credentials, scope, parts: scope.parts(), cache }
    }
}

impl Scheme for Hmac<'_> {
    fn algorithm(&self) -> &'static str {
        super::ALGORITHM
    }

    fn room(&self) -> usize {
        200
    }

    fn streaming(&self, has_trailer: bool) -> &'static str {
        match has_trailer {
            false => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            true => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        }
    }

    fn scope(&self) -> &[&str] {
        &self.parts
    }

    fn region_set(&self) -> Option<&str> {
        None
    }

    fn write_signature(
        &self,
        timestamp: &Timestamp,
        string_to_sign: &[u8],
        buffer: &mut Vec<u8>,
    ) -> Result<(), SigningError> {
        let signature = signature::sign(self.credentials, self.scope, timestamp, self.cache, string_to_sign);
        buffer.extend_from_slice(&crypto::hex_32(&signature));
        Ok(())
    }
}
