//! Content ciphers: how the bytes of an object are encrypted, and the traits by which a program adds its own.
//!
//! | stored as | what | module |
//! | --- | --- | --- |
//! | `115` | AES-256-GCM under a derived key, with key commitment (format V3) | `aes_gcm`, `key_commitment` |
//! | `AES/GCM/NoPadding` | AES-256-GCM under the data key (format V2) | `aes_gcm` |
//! | `AES/CBC/PKCS5Padding` | AES-256-CBC, legacy, only read | `aes_cbc` |
//!
//! Content in memory goes through the library's one-shot GCM; a stream goes through `gcm_stream`, piece by piece; the parts
//! of an upload go through `gcm_parts`, several at once.

mod aes_cbc;
mod aes_gcm;
mod gcm_parts;
mod gcm_stream;
mod key_commitment;
mod message_hash;

pub use aes_cbc::AesCbc;
pub use aes_gcm::{AesGcm, AesGcmCommitting, AesGcmContentCipherBuilder};

use cumulo_core::{BoxFuture, Error, SecretBlob};

use crate::envelope::Envelope;
use crate::keys::MaterialDescription;

/// One message that is encrypted or decrypted: used once, from its first byte to its last.
///
/// Either [`whole`](Self::whole) is called, once, or [`update`](Self::update) for each piece and then
/// [`finish`](Self::finish). Calls after the end are errors, so that no two messages share a key and an IV.
pub trait Cipher: Send {
    /// Replaces the next piece of the input by as much output as is ready, which may be more or less.
    ///
    /// What a decrypter gives here has not been authenticated.
    ///
    /// # Errors
    /// `ContentLengthError` if the message gets too long.
    fn update(&mut self, data: &mut Vec<u8>) -> Result<(), Error>;

    /// Takes the next piece of the input to authenticate it alone, and gives how long its output would be. For all pieces of
    /// a message or for none. The default is [`update`](Self::update), whose output nobody sees.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    fn authenticate(&mut self, data: &mut Vec<u8>) -> Result<u64, Error> {
        self.update(data)?;
        Ok(data.len() as u64)
    }

    /// Gives the last of the output: the tag of an encrypter, nothing or a last block of a decrypter.
    ///
    /// # Errors
    /// `DecryptionError` if the message is not what was encrypted. All that came out before must then be forgotten.
    fn finish(&mut self) -> Result<Vec<u8>, Error>;

    /// Replaces a whole message.
    ///
    /// # Errors
    /// As the others; `data` is then of no use.
    fn whole(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        self.update(data)?;
        data.append(&mut self.finish()?);
        Ok(())
    }

    /// The same message in parts that can be encrypted at the same time, in place of all other methods. `None`, the
    /// default, where only one piece after the other will do.
    ///
    /// # Errors
    /// `ClientConstructionError` if the cipher has been used.
    fn parts(&mut self) -> Result<Option<Box<dyn PartsCipher>>, Error> {
        Ok(None)
    }

    /// How long the output of an input of `len` bytes is, if that can be told.
    fn output_len(&self, len: u64) -> Option<u64>;

    /// The longest input. Default: no limit.
    fn max_input(&self) -> u64 {
        u64::MAX
    }
}

/// Encrypts the bytes of one part in place. Can be called once, on any thread.
pub type EncryptPart = Box<dyn FnOnce(&mut [u8]) -> Result<(), Error> + Send>;

/// One message that is encrypted in parts, several at once. Made by [`Cipher::parts`].
///
/// The parts are handed out once, in the message's order, so that no two share a piece of the keystream; they may be
/// encrypted in any.
pub trait PartsCipher: Send {
    /// Takes the next `len` bytes of the message. Every part but the last has a multiple of 16 bytes.
    ///
    /// # Errors
    /// `ContentLengthError` if the message gets too long; `ClientConstructionError` behind the last part.
    fn part(&mut self, len: usize) -> Result<EncryptPart, Error>;

    /// Ends the message and gives what comes behind its last part: the tag.
    ///
    /// # Errors
    /// `ClientConstructionError` if a part has not been encrypted.
    fn finish(&mut self) -> Result<Vec<u8>, Error>;
}

/// A cipher for one object to be written, and what must be stored beside it.
#[non_exhaustive]
pub struct ContentCipher {
    /// Encrypts the content.
    pub cipher: Box<dyn Cipher>,
    /// What a reader needs: algorithm, wrapped key, IV.
    pub envelope: Envelope,
}

impl ContentCipher {
    /// Puts the two together.
    pub fn new(cipher: Box<dyn Cipher>, envelope: Envelope) -> Self {
        Self { cipher, envelope }
    }
}

impl std::fmt::Debug for ContentCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContentCipher").field("envelope", &self.envelope).finish_non_exhaustive()
    }
}

/// Makes a cipher under a new data key for each object. Same role as Go's `s3crypto.ContentCipherBuilder`.
///
/// [`AesGcmContentCipherBuilder`] is the one of the S3 formats. A program's own comes with a [`CekEntry`] that reads what
/// it writes; see `examples/own_cipher.rs`.
pub trait ContentCipherBuilder: Send + Sync {
    /// Whether a reader can tell that the data key is the one that was used. Default: false.
    fn commits_to_key(&self) -> bool {
        false
    }

    /// Gets a new data key, bound to this cipher's name and to `context`, and makes the cipher.
    ///
    /// # Errors
    /// Those of the key wrap.
    fn content_cipher<'a>(
        &'a self,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<ContentCipher, Error>>;
}

/// Reads the objects of one content cipher. Same role as Go's `s3crypto.CEKEntry`; held by a
/// [`CryptoRegistry`](crate::CryptoRegistry).
pub trait CekEntry: Send + Sync {
    /// The name under which objects store the cipher.
    fn name(&self) -> &str;

    /// Whether a changed object may go unnoticed. Such ciphers are refused unless the client allows them by name.
    /// Default: false.
    fn is_unauthenticated(&self) -> bool {
        false
    }

    /// Whether the object commits to its key. Default: false.
    fn commits_to_key(&self) -> bool {
        false
    }

    /// Refuses envelopes that cannot be this cipher's, before the key is unwrapped. Default: takes all.
    ///
    /// # Errors
    /// `EnvelopeError`.
    fn check(&self, envelope: &Envelope) -> Result<(), Error> {
        let _ = envelope;
        Ok(())
    }

    /// The length of the content of an object of `len` bytes, if that can be told without the key.
    fn plaintext_len(&self, len: u64) -> Option<u64>;

    /// A cipher that decrypts one object.
    ///
    /// # Errors
    /// `KeyCommitmentError` if the key is not the object's.
    fn decrypter(&self, key: &SecretBlob, envelope: &Envelope) -> Result<Box<dyn Cipher>, Error>;

    /// A cipher that decrypts the object's bytes from `offset` on, without authentication; `None` (the default) if the
    /// cipher does not allow that.
    ///
    /// # Errors
    /// As [`decrypter`](Self::decrypter).
    fn range_decrypter(
        &self,
        key: &SecretBlob,
        envelope: &Envelope,
        offset: u64,
    ) -> Result<Option<Box<dyn Cipher>>, Error> {
        let _ = (key, envelope, offset);
        Ok(None)
    }
}
