//! The life of a Cumulo request: shapes, handlers, pipeline, protocols, signing, retries, HTTP and the credentials cache.

pub mod crypto;
pub mod signer;
