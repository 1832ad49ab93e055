//! Checksums computed piece by piece.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Algorithm;
use crate::crypto;

/// A checksum computed piece by piece.
///
/// ```
/// use cumulo_core::checksum::{Algorithm, Hasher};
///
/// let mut hasher = Hasher::new(Algorithm::Crc32);
/// hasher.update(b"two ");
/// hasher.update(b"pieces");
/// assert_eq!(hasher.finish(), cumulo_core::checksum::of(Algorithm::Crc32, b"two pieces"));
/// ```
pub struct Hasher {
    algorithm: Algorithm,
    state: State,
}

enum State {
    Crc32(crc32fast::Hasher),
    Crc32c(u32),
    Crc64Nvme(crc64fast_nvme::Digest),
    Sha(crypto::Hash),
    Md5(md5::Context),
}

impl Hasher {
    /// Starts the checksum of an empty message.
    pub fn new(algorithm: Algorithm) -> Self {
        let state = match algorithm {
            Algorithm::Crc32 => State::Crc32(crc32fast::Hasher::new()),
            Algorithm::Crc32c => State::Crc32c(0),
            Algorithm::Crc64Nvme => State::Crc64Nvme(crc64fast_nvme::Digest::new()),
            Algorithm::Sha1 => State::Sha(crypto::Hash::sha1()),
            Algorithm::Sha256 => State::Sha(crypto::Hash::sha256()),
            Algorithm::Sha512 => State::Sha(crypto::Hash::sha512()),
            Algorithm::Md5 => State::Md5(md5::Context::new()),
        };
        Self { algorithm, state }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Appends `data` to the message.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.state {
            State::Crc32(hasher) => hasher.update(data),
            State::Crc32c(crc) => *crc = crc32c::crc32c_append(*crc, data),
            State::Crc64Nvme(digest) => digest.write(data),
            State::Sha(hash) => hash.update(data),
            State::Md5(md5) => md5.consume(data),
        }
    }

    /// The checksum of everything appended so far, in base64 as headers and trailers carry it; a CRC has its highest
    /// byte first.
    pub fn finish(self) -> String {
        match self.state {
            State::Crc32(hasher) => STANDARD.encode(hasher.finalize().to_be_bytes()),
            State::Crc32c(crc) => STANDARD.encode(crc.to_be_bytes()),
            State::Crc64Nvme(digest) => STANDARD.encode(digest.sum64().to_be_bytes()),
            State::Sha(hash) => STANDARD.encode(hash.finish()),
            State::Md5(md5) => STANDARD.encode(*md5.finalize()),
        }
    }
}

/// Shows nothing of the state, from which a short message could be guessed.
impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hasher").field(&self.algorithm).finish()
    }
}
