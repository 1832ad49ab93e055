//! Errors that are made in more than one place, so that each has one sentence.

use cumulo_core::Error;

use crate::err_code;

/// The content does not belong to its tag, padding or length. Says no more: the cause would help who forges.
pub(crate) fn decryption() -> Error {
    Error::new(err_code::DECRYPTION_ERROR, "the content is not what was encrypted under this data key")
        .with_retryable(false)
}

/// The wrapped key does not belong to the key. Says no more, for the same reason.
pub(crate) fn key_unwrap() -> Error {
    Error::new(
        err_code::KEY_UNWRAP_ERROR,
        "the data key cannot be unwrapped: it is wrapped under another key, for another content cipher, or altered",
    )
}

pub(crate) fn envelope(message: impl Into<String>) -> Error {
    Error::new(err_code::ENVELOPE_ERROR, message.into())
}

pub(crate) fn construction(message: &'static str) -> Error {
    Error::new(err_code::CLIENT_CONSTRUCTION_ERROR, message)
}

/// A key or an IV has a length that the cipher does not take.
pub(crate) fn key_length(what: &str, expected: &str, found: usize) -> Error {
    envelope(format!("{what} has {found} bytes instead of {expected}"))
}

/// The feature `ring` is on without `aws-lc-rs`, and ring does not have the primitive.
#[cfg_attr(feature = "aws-lc-rs", allow(dead_code, reason = "everything is there"))]
pub(crate) fn needs_aws_lc(what: &str) -> Error {
    Error::new(
        err_code::CRYPTO_PROVIDER_ERROR,
        format!("{what} needs the feature `aws-lc-rs`; ring does not have it"),
    )
}
