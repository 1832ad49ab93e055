//! AES-256-GCM for whole objects and streams, in the formats V3 (key commitment) and V2.

use std::fmt;
use std::sync::Arc;

use aes::Aes256;
use aes::cipher::StreamCipher as _;
use ctr::Ctr32BE;
use cumulo_core::{BoxFuture, Error, SecretBlob};

use crate::algorithm::{self, AlgorithmSuite};
use crate::content::gcm_parts::GcmParts;
use crate::content::gcm_stream::{self, GcmStream, MAX_PLAINTEXT};
use crate::content::key_commitment::{self, COMMITMENT_LEN, IV, MESSAGE_ID_LEN, SUITE_ID};
use crate::content::{CekEntry, Cipher, ContentCipher, ContentCipherBuilder, PartsCipher};
use crate::envelope::{Envelope, Format};
use crate::error;
use crate::keys::{KeyWrap, MaterialDescription};
use crate::provider::{self, NONCE_LEN, OneShotGcm, TAG_LEN};

/// Encrypts objects with AES-256-GCM under data keys of a key wrap. Same role as Go's `s3crypto.AESGCMContentCipherBuilder`.
///
/// Writes format V3, with key commitment, unless told otherwise.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_s3crypto::{AesGcmContentCipherBuilder, EncryptionClient, KmsKeyGenerator};
///
/// let config = Config::new().region("eu-central-1");
/// let key_wrap = KmsKeyGenerator::new(cumulo_kms::Client::new(&config), "arn:aws:kms:eu-central-1:111122223333:key/…");
/// let builder = AesGcmContentCipherBuilder::new(key_wrap);
/// let client = EncryptionClient::new(cumulo_s3::Client::new(&config), builder);
/// ```
#[derive(Clone)]
pub struct AesGcmContentCipherBuilder {
    key_wrap: Arc<dyn KeyWrap>,
    suite: AlgorithmSuite,
}

impl AesGcmContentCipherBuilder {
    /// Takes data keys from `key_wrap`.
    pub fn new(key_wrap: impl KeyWrap + 'static) -> Self {
        Self { key_wrap: Arc::new(key_wrap), suite: AlgorithmSuite::default() }
    }

    /// The same with another algorithm suite, which must agree with the client's
    /// [`CommitmentPolicy`](crate::CommitmentPolicy).
    #[must_use]
    pub fn encryption_algorithm(mut self, suite: AlgorithmSuite) -> Self {
        self.suite = suite;
        self
    }
}

impl fmt::Debug for AesGcmContentCipherBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AesGcmContentCipherBuilder")
            .field("key_wrap", &self.key_wrap.algorithm())
            .field("suite", &self.suite)
            .finish()
    }
}

impl ContentCipherBuilder for AesGcmContentCipherBuilder {
    fn commits_to_key(&self) -> bool {
        self.suite == AlgorithmSuite::Aes256GcmHkdfSha512CommitKey
    }

    fn content_cipher<'a>(
        &'a self,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<ContentCipher, Error>> {
        Box::pin(async move {
            let data_key = self.key_wrap.generate(self.suite.cek_algorithm(), context).await?;
            let (key, mut envelope) = (data_key.plaintext, Envelope::new(data_key.wrapped));
            let seal = match self.suite {
                AlgorithmSuite::Aes256GcmHkdfSha512CommitKey => {
                    envelope.format = Format::V3;
                    envelope.message_id = key_commitment::new_message_id()?;
                    let derived = key_commitment::derive(&key, &envelope.message_id)?;
                    envelope.commitment = derived.commitment.to_vec();
                    Fresh { key: derived.key, nonce: IV, aad: &SUITE_ID }
                }
                AlgorithmSuite::Aes256GcmIv12Tag16NoKdf => {
                    check_key(&key)?;
                    let mut nonce = [0; NONCE_LEN];
                    provider::fill_random(&mut nonce)?;
                    envelope.iv = nonce.to_vec();
                    envelope.tag_len = Some(TAG_LEN as u32 * 8);
                    Fresh { key, nonce, aad: &[] }
                }
            };
            Ok(ContentCipher::new(Box::new(Sealer(State::Fresh(seal))), envelope))
        })
    }
}

/// Reads `AES/GCM/NoPadding`: format V2.
#[derive(Debug, Clone, Copy, Default)]
pub struct AesGcm;

impl CekEntry for AesGcm {
    fn name(&self) -> &str {
        algorithm::GCM
    }

    fn check(&self, envelope: &Envelope) -> Result<(), Error> {
        if !matches!(envelope.tag_len, None | Some(128)) {
            return Err(error::envelope("the tag's length is not 128 bits"));
        }
        nonce(envelope).map(drop)
    }

    fn plaintext_len(&self, len: u64) -> Option<u64> {
        len.checked_sub(TAG_LEN as u64)
    }

    fn decrypter(&self, key: &SecretBlob, envelope: &Envelope) -> Result<Box<dyn Cipher>, Error> {
        check_key(key)?;
        Ok(opener(Fresh { key: key.clone(), nonce: nonce(envelope)?, aad: &[] }))
    }

    fn range_decrypter(
        &self,
        key: &SecretBlob,
        envelope: &Envelope,
        offset: u64,
    ) -> Result<Option<Box<dyn Cipher>>, Error> {
        range(key, nonce(envelope)?, offset)
    }
}

/// Reads suite `115`: format V3, whose commitment is verified before the key is used.
#[derive(Debug, Clone, Copy, Default)]
pub struct AesGcmCommitting;

impl CekEntry for AesGcmCommitting {
    fn name(&self) -> &str {
        algorithm::GCM_COMMITTING
    }

    fn commits_to_key(&self) -> bool {
        true
    }

    fn check(&self, envelope: &Envelope) -> Result<(), Error> {
        let parts = [
            ("the message id", &envelope.message_id, MESSAGE_ID_LEN),
            ("the key commitment", &envelope.commitment, COMMITMENT_LEN),
        ];
        match parts.iter().find(|(_, value, len)| value.len() != *len) {
            Some((what, value, _)) => Err(error::key_length(what, "28", value.len())),
            None => Ok(()),
        }
    }

    fn plaintext_len(&self, len: u64) -> Option<u64> {
        len.checked_sub(TAG_LEN as u64)
    }

    fn decrypter(&self, key: &SecretBlob, envelope: &Envelope) -> Result<Box<dyn Cipher>, Error> {
        let key = key_commitment::derive_committed(key, &envelope.message_id, &envelope.commitment)?;
        Ok(opener(Fresh { key, nonce: IV, aad: &SUITE_ID }))
    }

    fn range_decrypter(
        &self,
        key: &SecretBlob,
        envelope: &Envelope,
        offset: u64,
    ) -> Result<Option<Box<dyn Cipher>>, Error> {
        let key = key_commitment::derive_committed(key, &envelope.message_id, &envelope.commitment)?;
        range(&key, IV, offset)
    }
}

fn nonce(envelope: &Envelope) -> Result<[u8; NONCE_LEN], Error> {
    envelope.iv.as_slice().try_into().map_err(|_| error::key_length("the IV", "12", envelope.iv.len()))
}

fn check_key(key: &SecretBlob) -> Result<(), Error> {
    if key.len() == 32 { Ok(()) } else { Err(error::key_length("the data key", "32", key.len())) }
}

fn opener(fresh: Fresh) -> Box<dyn Cipher> {
    Box::new(Opener { state: State::Fresh(fresh), held: Vec::new() })
}

fn range(key: &[u8], nonce: [u8; NONCE_LEN], offset: u64) -> Result<Option<Box<dyn Cipher>>, Error> {
    Ok(Some(Box::new(RangeOpener(gcm_stream::keystream(key, nonce, offset)?))))
}

/// A key that has not been used.
struct Fresh {
    key: SecretBlob,
    nonce: [u8; NONCE_LEN],
    aad: &'static [u8],
}

/// How far a message is. From `Ended` there is no way back: a key and an IV serve one message.
enum State {
    Fresh(Fresh),
    Streaming(Box<GcmStream>),
    Ended,
}

impl State {
    fn stream(&mut self) -> Result<&mut GcmStream, Error> {
        if let Self::Fresh(fresh) = self {
            *self = Self::Streaming(Box::new(GcmStream::new(&fresh.key, fresh.nonce, fresh.aad)?));
        }
        match self {
            Self::Streaming(stream) => Ok(stream),
            _ => Err(used_up()),
        }
    }

    fn end(&mut self) -> Result<GcmStream, Error> {
        self.stream()?;
        match std::mem::replace(self, Self::Ended) {
            Self::Streaming(stream) => Ok(*stream),
            _ => Err(used_up()),
        }
    }

    fn one_shot(&mut self) -> Result<Fresh, Error> {
        match std::mem::replace(self, Self::Ended) {
            Self::Fresh(fresh) => Ok(fresh),
            _ => Err(used_up()),
        }
    }
}

fn used_up() -> Error {
    error::construction("this cipher has been used: each message needs a new one")
}

struct Sealer(State);

impl Cipher for Sealer {
    fn update(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        self.0.stream()?.encrypt(data)
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        Ok(self.0.end()?.tag()?.to_vec())
    }

    fn whole(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        let Fresh { key, nonce, aad } = self.0.one_shot()?;
        OneShotGcm::new(&key)?.seal(nonce, aad, data)
    }

    fn parts(&mut self) -> Result<Option<Box<dyn PartsCipher>>, Error> {
        let Fresh { key, nonce, aad } = self.0.one_shot()?;
        Ok(Some(Box::new(GcmParts::new(key, nonce, aad)?)))
    }

    fn output_len(&self, len: u64) -> Option<u64> {
        len.checked_add(TAG_LEN as u64)
    }

    fn max_input(&self) -> u64 {
        MAX_PLAINTEXT
    }
}

/// Holds back the last 16 bytes that it has seen, as they may be the tag.
struct Opener {
    state: State,
    held: Vec<u8>,
}

impl Opener {
    /// Puts what was held back in front of `data`, and holds back the end.
    fn hold(&mut self, data: &mut Vec<u8>) {
        data.splice(0..0, self.held.drain(..));
        let end = data.len().saturating_sub(TAG_LEN);
        self.held.extend_from_slice(&data[end..]);
        data.truncate(end);
    }
}

impl Cipher for Opener {
    fn update(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        self.hold(data);
        self.state.stream()?.decrypt(data)
    }

    fn authenticate(&mut self, data: &mut Vec<u8>) -> Result<u64, Error> {
        self.hold(data);
        self.state.stream()?.authenticate(data)?;
        Ok(data.len() as u64)
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.state.end()?.verify(&self.held)?;
        Ok(Vec::new())
    }

    fn whole(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        let Fresh { key, nonce, aad } = self.state.one_shot()?;
        OneShotGcm::new(&key)?.open(nonce, aad, data)
    }

    fn output_len(&self, len: u64) -> Option<u64> {
        len.checked_sub(TAG_LEN as u64)
    }
}

/// CTR alone: what a range of a GCM message needs. Authenticates nothing.
struct RangeOpener(Ctr32BE<Aes256>);

impl Cipher for RangeOpener {
    fn update(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        self.0.try_apply_keystream(data).map_err(|_| error::decryption())
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        Ok(Vec::new())
    }

    fn output_len(&self, len: u64) -> Option<u64> {
        Some(len)
    }
}

#[cfg(test)]
mod tests;
