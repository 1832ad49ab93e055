//! Requests signed for somebody else to send.

use std::fmt;
use std::time::Duration;

use crate::http::{HeaderMap, Method};
use crate::signer::v4::{PresignWith, presign_with};

/// How a request becomes a URL.
#[derive(Clone, Copy)]
pub(crate) struct Presigning {
    /// How long the URL is good for.
    pub(crate) expires: Duration,
    pub(crate) sign: PresignWith,
}

impl Presigning {
    pub(crate) fn new(expires: Duration) -> Self {
        Self { expires, sign: presign_with }
    }
}

/// A URL with a signature in it, and what must be sent along with it. Made by
/// [`OperationRequest::presign`](crate::OperationRequest::presign).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresignedRequest {
    /// The method to use.
    pub method: Method,
    /// The URL. Whoever has it can make the call until it expires: treat it as a secret.
    pub url: String,
    /// The headers that were signed and must be sent as they are; often none.
    pub headers: HeaderMap,
}

impl fmt::Debug for PresignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
