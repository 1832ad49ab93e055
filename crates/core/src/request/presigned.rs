//! A request signed for somebody else to send.

use std::fmt;

use crate::http::{HeaderMap, Method};

/// A URL with a signature in it, and what must be sent along with it. Made by
/// [`OperationRequest::presign`](crate::OperationRequest::presign).
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
