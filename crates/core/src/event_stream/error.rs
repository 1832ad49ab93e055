//! What is wrong with a frame, and where.

use crate::err_code;
use crate::error::Error;

/// A frame that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset} of the event stream: {fault}")]
pub struct FrameError {
    /// Where it is, from the start of the stream; from the start of the frame if one is being written.
    pub offset: u64,
    /// What is wrong.
    pub fault: FrameFault,
}

/// What is wrong with a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameFault {
    /// The length of a frame is less than that of an empty one.
    #[error("expected a frame of at least 16 bytes, not {length}")]
    FrameTooShort {
        /// The length that the frame declares, in bytes.
        length: u32,
    },
    /// The headers are longer than [`MAX_HEADERS`](super::MAX_HEADERS) or than their frame.
    #[error("expected headers of at most {limit} bytes, not {length}")]
    HeadersTooLong {
        /// The length that the frame declares, in bytes.
        length: u64,
        /// The most that there may be.
        limit: u64,
    },
    /// The payload is longer than [`MAX_PAYLOAD`](super::MAX_PAYLOAD).
    #[error("expected a payload of at most {limit} bytes, not {length}")]
    PayloadTooLong {
        /// The length that the frame declares, in bytes.
        length: u64,
        /// The most that there may be.
        limit: u64,
    },
    /// The checksum of the two lengths at the start of a frame is wrong.
    #[error("expected {computed:08x} as the checksum of the prelude, not {found:08x}")]
    PreludeChecksum {
        /// The one in the frame.
        found: u32,
        /// The one of its bytes.
        computed: u32,
    },
    /// The checksum of the whole frame is wrong.
    #[error("expected {computed:08x} as the checksum of the frame, not {found:08x}")]
    MessageChecksum {
        /// The one in the frame.
        found: u32,
        /// The one of its bytes.
        computed: u32,
    },
    /// A header is no header.
    #[error("expected {expected}")]
    Header {
        /// What should stand there.
        expected: &'static str,
    },
    /// Two headers of a message have the same name.
    #[error("expected each header once")]
    DuplicateHeader,
    /// The stream ends within a frame.
    #[error("expected {missing} or more bytes, but the stream ends")]
    Truncated {
        /// How many bytes are known to be missing.
        missing: u64,
    },
}

impl FrameError {
    pub(super) fn new(offset: u64, fault: FrameFault) -> Self {
        Self { offset, fault }
    }
}

/// `ReadError` for a stream that breaks off, `SerializationError` for the rest.
impl From<FrameError> for Error {
    fn from(error: FrameError) -> Self {
        let code = match error.fault {
            FrameFault::Truncated { .. } => err_code::READ_ERROR,
            _ => err_code::SERIALIZATION_ERROR,
        };
        Self::new(code, error.to_string()).with_source(error)
    }
}
