//! The signer of a body's chunks, whichever version its request is signed with.

use super::v4::SigningError;
use super::{v4, v4a};

/// The kinds of signatures of chunks. Their length is known before they are made, so that the body's is too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChunkSignature {
    V4,
    V4a,
}

impl ChunkSignature {
    /// The length of a signature.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::V4 => 64,
            Self::V4a => v4a::ChunkSigner::SIGNATURE_LENGTH,
        }
    }
}

/// Signs the chunks of one body, in their order.
#[derive(Clone)]
pub(crate) enum ChunkSigner {
    V4(v4::ChunkSigner),
    V4a(v4a::ChunkSigner),
}

impl ChunkSigner {
    pub(crate) fn kind(&self) -> ChunkSignature {
        match self {
            Self::V4(_) => ChunkSignature::V4,
            Self::V4a(_) => ChunkSignature::V4a,
        }
    }

    /// Appends the signature of the next chunk.
    pub(crate) fn push_chunk(&mut self, line: &mut String, sha256: &[u8; 32]) -> Result<(), SigningError> {
        match self {
            Self::V4(signer) => line.extend(signer.sign_chunk(sha256).map(char::from)),
            Self::V4a(signer) => line.extend(signer.sign_chunk(sha256)?.map(char::from)),
        }
        Ok(())
    }

    /// Appends the signature of the trailers' lines.
    pub(crate) fn push_trailers(&mut self, text: &mut String, lines: &[u8]) -> Result<(), SigningError> {
        match self {
            Self::V4(signer) => text.extend(signer.sign_trailers(lines).map(char::from)),
            Self::V4a(signer) => text.extend(signer.sign_trailers(lines)?.map(char::from)),
        }
        Ok(())
    }
}
