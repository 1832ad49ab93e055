//! By what a body is known when it is read again: a keyed hash of each MiB of it.
//!
//! The hash is GMAC (NIST SP 800-38D §3) under a random key, and neither key nor hash leaves this module. So one nonce serves
//! all pieces, and whoever changes a piece goes unnoticed with a chance of 2^-112 (a polynomial of degree 65,537 over a
//! field of 2^128 elements). SHA-256 would take more than ten times as long.

use bytes::{Bytes, BytesMut};
use cumulo_core::Error;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::cipher_stream::changed;
use crate::provider::{self, NONCE_LEN, OneShotGcm, TAG_LEN};

/// How much of a body one fingerprint is of; the last may be of less.
pub(crate) const LENGTH: usize = 1024 * 1024;

/// The fingerprints of a body that has been authenticated.
pub(crate) struct Fingerprints {
    key: OneShotGcm,
    pieces: Vec<[u8; TAG_LEN]>,
}

impl Fingerprints {
    /// None yet, under a new key.
    pub(crate) fn new() -> Result<Self, Error> {
        let mut key = Zeroizing::new([0; 32]);
        provider::fill_random(&mut *key)?;
        Ok(Self { key: OneShotGcm::new(&*key)?, pieces: Vec::new() })
    }

    /// Adds that of the next piece.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), Error> {
        let fingerprint = self.of(piece)?;
        self.pieces.push(fingerprint);
        Ok(())
    }

    fn of(&self, piece: &[u8]) -> Result<[u8; TAG_LEN], Error> {
        self.key.tag([0; NONCE_LEN], piece)
    }
}

/// A body compared with its fingerprints while it is read again.
pub(crate) struct Known {
    fingerprints: Fingerprints,
    /// How many pieces have been compared.
    compared: usize,
    buffer: BytesMut,
}

impl From<Fingerprints> for Known {
    fn from(fingerprints: Fingerprints) -> Self {
        Self { fingerprints, compared: 0, buffer: BytesMut::new() }
    }
}

impl Known {
    /// Takes more of the body.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// The next piece, if all of it is there.
    pub(crate) fn full_chunk(&mut self) -> Option<Result<Bytes, Error>> {
        (self.buffer.len() >= LENGTH).then(|| self.compare(LENGTH))
    }

    /// What is left at the body's end; `None` if that is nothing, and nothing is missing.
    pub(crate) fn last_chunk(&mut self) -> Option<Result<Bytes, Error>> {
        match self.buffer.len() {
            0 if self.compared == self.fingerprints.pieces.len() => None,
            0 => Some(Err(changed())),
            len => Some(self.compare(len)),
        }
    }

    fn compare(&mut self, len: usize) -> Result<Bytes, Error> {
        let piece = self.buffer.split_to(len);
        let found = self.fingerprints.of(&piece)?;
        let known = self.fingerprints.pieces.get(self.compared);
        if !known.is_some_and(|known| known.ct_eq(&found).into()) {
            return Err(changed());
        }
        self.compared += 1;
        Ok(piece.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(known: &mut Known, body: &[u8]) -> Result<Vec<u8>, Error> {
        let mut read = Vec::new();
        for chunk in body.chunks(70_000) {
            known.push(chunk);
            while let Some(piece) = known.full_chunk() {
                read.extend(piece?);
            }
        }
        while let Some(piece) = known.last_chunk() {
            read.extend(piece?);
        }
        Ok(read)
    }

    fn fingerprints(body: &[u8]) -> Known {
        let mut fingerprints = Fingerprints::new().unwrap();
        body.chunks(LENGTH).for_each(|piece| fingerprints.push(piece).unwrap());
        fingerprints.into()
    }

    #[test]
    fn the_same_body_is_known_and_every_other_is_not() {
        for len in [0, 1, LENGTH, LENGTH + 1, 2 * LENGTH, 2 * LENGTH + 5] {
            let body = vec![7; len];
            assert!(read(&mut fingerprints(&body), &body).unwrap() == body);
            let longer = vec![7; len + 1];
            assert!(read(&mut fingerprints(&body), &longer).is_err());
            // A zero more is what padding alone would not tell apart.
            let padded = [&body[..], &[0]].concat();
            assert!(read(&mut fingerprints(&body), &padded).is_err());
            if len > 0 {
                assert!(read(&mut fingerprints(&body), &body[1..]).is_err());
                let mut changed = body.clone();
                changed[len - 1] ^= 0x80;
                assert!(read(&mut fingerprints(&body), &changed).is_err());
            }
        }
    }

    #[test]
    fn no_two_sets_have_one_key() {
        let [one, other] = [0, 1].map(|_| fingerprints(b"the same").fingerprints.pieces);
        assert_ne!(one, other);
    }
}
