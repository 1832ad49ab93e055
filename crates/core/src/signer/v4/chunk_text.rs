//! What the signatures of a body's chunks are made over, in this version and in SigV4a.

use std::sync::Arc;

use crate::crypto;

use super::string_to_sign::{self, Timestamp};

/// The strings to sign of one body.
#[derive(Clone)]
pub(in crate::signer) struct ChunkText {
    /// The request's algorithm; those of chunks and trailers begin with it.
    algorithm: &'static str,
    /// Time and scope, each with its line end.
    head: Arc<[u8]>,
}

impl ChunkText {
    pub(in crate::signer) fn new(algorithm: &'static str, timestamp: &Timestamp, scope: &[&str]) -> Self {
        let mut head = Vec::with_capacity(64);
        head.extend_from_slice(timestamp.as_bytes());
        head.push(b'\n');
        string_to_sign::write_scope(&mut head, timestamp, scope);
        head.push(b'\n');
        Self { algorithm, head: head.into() }
    }

    /// Of a chunk with this SHA-256, after the signature `previous`.
    pub(in crate::signer) fn of_chunk(&self, previous: &[u8], sha256: &[u8; 32]) -> Vec<u8> {
        let mut text = self.begin("-PAYLOAD\n", previous);
        text.extend_from_slice(crypto::EMPTY_SHA256.as_bytes());
        text.push(b'\n');
        text.extend_from_slice(&crypto::hex_32(sha256));
        text
    }

    /// Of the trailers' lines, after the signature of the last chunk.
    pub(in crate::signer) fn of_trailers(&self, previous: &[u8], lines: &[u8]) -> Vec<u8> {
        let mut text = self.begin("-TRAILER\n", previous);
        text.extend_from_slice(&crypto::hex_32(&crypto::sha256(lines)));
        text
    }

    fn begin(&self, what: &str, previous: &[u8]) -> Vec<u8> {
        let parts = [self.algorithm.as_bytes(), what.as_bytes(), &self.head, previous];
        let mut text = Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + 2 * 65);
        for part in parts {
            text.extend_from_slice(part);
        }
        text.push(b'\n');
        text
    }
}
