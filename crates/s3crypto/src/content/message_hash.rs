//! GHASH (NIST SP 800-38D §6.4) of a message that comes in pieces, at the speed of the library's assembly.
//!
//! The library hashes only whole messages, as part of AES-GCM, and the `ghash` crate takes five times as long. But the tag
//! that the library gives for additional data `A` and no plaintext is `(GHASH(A) ⊕ L) · H ⊕ E(J0)`, with `L` the block of
//! lengths. GHASH is Horner's scheme, so for a piece of blocks `A ‖ B` behind a value `y`, the next value is
//! `(GHASH(A') ⊕ B) · H`, where `A'` is `A` with `y` added to its first block. The difference of the two,
//! `E(J0) ⊕ (L ⊕ B) · H`, takes one multiplication.
//!
//! For the same reason parts can be hashed apart, each from zero: behind a value `y`, a part of `n` blocks whose own hash is
//! `x` gives `y · H^n ⊕ x`.

use cumulo_core::Error;
use ghash::GHash;
use ghash::universal_hash::UniversalHash as _;
use zeroize::Zeroizing;

use crate::provider::{NONCE_LEN, OneShotGcm};

pub(super) type Block = [u8; BLOCK];
pub(super) const BLOCK: usize = 16;

/// Below this, calling the library takes longer than it saves.
const SHORT: usize = 256;

/// The hash of what has come so far.
pub(super) struct MessageHash {
    library: OneShotGcm,
    nonce: [u8; NONCE_LEN],
    /// `E(J0)`, which the library's tags are masked with.
    mask: Zeroizing<Block>,
    h: Zeroizing<Block>,
    /// Multiplies by `h`.
    by_h: GHash,
    value: Zeroizing<Block>,
    /// The start of a block that is not complete.
    pending: Block,
    filled: usize,
}

impl MessageHash {
    /// Of nothing yet. `hash_key` is the encryption of zeros, `mask` that of the nonce's first counter block.
    pub(super) fn new(
        key: &[u8],
        nonce: [u8; NONCE_LEN],
        hash_key: &ghash::Key,
        mask: Zeroizing<Block>,
    ) -> Result<Self, Error> {
        Ok(Self {
            library: OneShotGcm::new(key)?,
            nonce,
            mask,
            h: Zeroizing::new((*hash_key).into()),
            by_h: GHash::new(hash_key),
            value: Zeroizing::default(),
            pending: [0; BLOCK],
            filled: 0,
        })
    }

    /// Adds the next bytes, which are the same afterwards.
    pub(super) fn update(&mut self, mut data: &mut [u8]) -> Result<(), Error> {
        if self.filled > 0 {
            let (start, rest) = data.split_at_mut(data.len().min(BLOCK - self.filled));
            self.pending[self.filled..self.filled + start.len()].copy_from_slice(start);
            self.filled += start.len();
            data = rest;
            if self.filled < BLOCK {
                return Ok(());
            }
            self.pad()?;
        }
        let (blocks, rest) = data.split_at_mut(data.len() - data.len() % BLOCK);
        self.absorb(blocks)?;
        self.pending[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
        Ok(())
    }

    /// Completes the last block with zeros.
    pub(super) fn pad(&mut self) -> Result<(), Error> {
        let mut pending = std::mem::take(&mut self.pending);
        let filled = std::mem::take(&mut self.filled);
        self.absorb(&mut pending[..filled.next_multiple_of(BLOCK)])
    }

    /// Ends a part of a message, whose hash began with nothing, and gives the hash.
    pub(super) fn part(mut self) -> Result<Zeroizing<Block>, Error> {
        self.pad()?;
        Ok(self.value)
    }

    /// Adds a part that has been hashed apart, and that begins at a block's border.
    pub(super) fn join(&mut self, bytes: u64, part: &Block) {
        let (mut power, mut blocks) = (self.h.clone(), bytes.div_ceil(BLOCK as u64));
        while blocks > 0 {
            if blocks & 1 == 1 {
                *self.value = product(&self.value, &power);
            }
            *power = product(&power, &power);
            blocks >>= 1;
        }
        *self.value = sum(&self.value, part);
    }

    /// Ends a message of these lengths and gives its tag.
    pub(super) fn tag(mut self, aad_len: u64, data_len: u64) -> Result<Block, Error> {
        self.pad()?;
        self.absorb(&mut lengths(aad_len, data_len))?;
        Ok(sum(&self.value, &self.mask))
    }

    fn absorb(&mut self, blocks: &mut [u8]) -> Result<(), Error> {
        let Some((head, last)) = blocks.split_last_chunk_mut::<BLOCK>() else { return Ok(()) };
        if head.len() < SHORT {
            for block in head.chunks_exact(BLOCK).chain([&last[..]]) {
                let block = block.try_into().unwrap_or_default();
                *self.value = self.times_h(&sum(&self.value, &block));
            }
            return Ok(());
        }
        add(head, &self.value);
        let tag = self.library.tag(self.nonce, head);
        add(head, &self.value);
        let rest = self.times_h(&sum(&lengths(head.len() as u64, 0), last));
        *self.value = sum(&sum(&tag?, &self.mask), &rest);
        Ok(())
    }

    fn times_h(&self, block: &Block) -> Block {
        let mut product = self.by_h.clone();
        product.update(&[(*block).into()]);
        product.finalize().into()
    }
}

/// Multiplication in GF(2^128) as GHASH defines it.
fn product(one: &Block, other: &Block) -> Block {
    let mut hash = GHash::new(&(*other).into());
    hash.update(&[(*one).into()]);
    hash.finalize().into()
}

/// The block of lengths, in bits.
fn lengths(aad_len: u64, data_len: u64) -> Block {
    let bits = u128::from(aad_len * 8) << 64 | u128::from(data_len * 8);
    bits.to_be_bytes()
}

/// Addition in GF(2^128).
fn sum(one: &Block, other: &Block) -> Block {
    (u128::from_ne_bytes(*one) ^ u128::from_ne_bytes(*other)).to_ne_bytes()
}

/// Adds `value` to the first block of `data`.
fn add(data: &mut [u8], value: &Block) {
    data.iter_mut().zip(value).for_each(|(byte, value)| *byte ^= value);
}
