//! AES-256-GCM piece by piece: NIST SP 800-38D composed of CTR and GHASH, which no library offers as a stream.
//!
//! One counter runs over the message from block 2 (§7.1, step 3: `inc32(J0)`); GHASH runs over the padded AAD, the padded
//! ciphertext and both lengths (step 5); the tag is GHASH xor the encryption of `J0` (step 6).

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _, KeyIvInit as _, StreamCipher as _};
use ctr::Ctr32BE;
use cumulo_core::Error;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::content::message_hash::{BLOCK, MessageHash};
use crate::err_code;
use crate::error;
use crate::provider::{NONCE_LEN, TAG_LEN};

/// The longest message under one key and IV: 2^32 - 2 blocks (SP 800-38D §5.2.1.1).
pub(crate) const MAX_PLAINTEXT: u64 = ((1 << 32) - 2) * BLOCK as u64;

/// How much is encrypted before it is hashed.
const STRIDE: usize = 32 * 1024;

/// The state of one message that is encrypted or decrypted.
pub(crate) struct GcmStream {
    counter: Ctr32BE<Aes256>,
    hash: MessageHash,
    aad_len: u64,
    data_len: u64,
}

impl GcmStream {
    pub(crate) fn new(key: &[u8], nonce: [u8; NONCE_LEN], aad: &[u8]) -> Result<Self, Error> {
        let mut hash = message_hash(key, nonce)?;
        hash.update(&mut aad.to_vec())?;
        hash.pad()?;
        Ok(Self { counter: keystream(key, nonce, 0)?, hash, aad_len: aad.len() as u64, data_len: 0 })
    }

    /// Encrypts the next bytes of the message in place.
    pub(crate) fn encrypt(&mut self, data: &mut [u8]) -> Result<(), Error> {
        self.count(data.len())?;
        encrypt(&mut self.counter, &mut self.hash, data)
    }

    /// Decrypts the next bytes of the message in place. Nobody may see them before [`verify`](Self::verify) has passed.
    pub(crate) fn decrypt(&mut self, data: &mut [u8]) -> Result<(), Error> {
        self.count(data.len())?;
        for piece in data.chunks_mut(STRIDE) {
            self.hash.update(piece)?;
            self.counter.try_apply_keystream(piece).map_err(|_| too_long())?;
        }
        Ok(())
    }

    /// Takes the next bytes of the ciphertext for the tag alone.
    pub(crate) fn authenticate(&mut self, data: &mut [u8]) -> Result<(), Error> {
        self.count(data.len())?;
        self.hash.update(data)
    }

    /// Ends the message and gives its tag.
    pub(crate) fn tag(self) -> Result<[u8; TAG_LEN], Error> {
        self.hash.tag(self.aad_len, self.data_len)
    }

    /// Ends the message and compares its tag, in constant time.
    pub(crate) fn verify(self, tag: &[u8]) -> Result<(), Error> {
        if bool::from(self.tag()?.ct_eq(tag)) { Ok(()) } else { Err(error::decryption()) }
    }

    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        let len = self.data_len.saturating_add(bytes as u64);
        if len > MAX_PLAINTEXT {
            return Err(too_long());
        }
        self.data_len = len;
        Ok(())
    }
}

/// The hash of a message of which nothing has come, not even its AAD.
pub(super) fn message_hash(key: &[u8], nonce: [u8; NONCE_LEN]) -> Result<MessageHash, Error> {
    let cipher =
        Aes256::new_from_slice(key).map_err(|_| error::key_length("the data key", "32", key.len()))?;
    let mut hash_key = aes::Block::default();
    cipher.encrypt_block(&mut hash_key);
    let mut mask = aes::Block::from(counter_block(nonce, 1));
    cipher.encrypt_block(&mut mask);
    let hash = MessageHash::new(key, nonce, &hash_key, Zeroizing::new(mask.into()));
    hash_key.zeroize();
    hash
}

/// Encrypts `data` in place and hashes it, piece by piece, so that each is in the first cache both times.
pub(super) fn encrypt(
    counter: &mut Ctr32BE<Aes256>,
    hash: &mut MessageHash,
    data: &mut [u8],
) -> Result<(), Error> {
    for piece in data.chunks_mut(STRIDE) {
        counter.try_apply_keystream(piece).map_err(|_| too_long())?;
        hash.update(piece)?;
    }
    Ok(())
}

/// The keystream of a GCM message from its byte `offset` on: data begin at block 2.
///
/// # Errors
/// `ContentLengthError` if the message cannot be so long.
pub(crate) fn keystream(key: &[u8], nonce: [u8; NONCE_LEN], offset: u64) -> Result<Ctr32BE<Aes256>, Error> {
    if offset > MAX_PLAINTEXT {
        return Err(too_long());
    }
    let block = u32::try_from(offset / BLOCK as u64 + 2).map_err(|_| too_long())?;
    let mut stream = Ctr32BE::<Aes256>::new_from_slices(key, &counter_block(nonce, block))
        .map_err(|_| error::key_length("the data key", "32", key.len()))?;
    let mut skipped = [0; BLOCK];
    let within = (offset % BLOCK as u64) as usize;
    stream.try_apply_keystream(&mut skipped[..within]).map_err(|_| too_long())?;
    skipped.zeroize();
    Ok(stream)
}

/// The counter block of a 12-byte IV (SP 800-38D §7.1, step 2).
fn counter_block(nonce: [u8; NONCE_LEN], counter: u32) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..NONCE_LEN].copy_from_slice(&nonce);
    block[NONCE_LEN..].copy_from_slice(&counter.to_be_bytes());
    block
}

pub(super) fn too_long() -> Error {
    Error::new(
        err_code::CONTENT_LENGTH_ERROR,
        "the content is longer than AES-GCM can encrypt under one key: 68,719,476,704 bytes",
    )
}

#[cfg(test)]
mod tests;
