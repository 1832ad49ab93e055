//! Data keys wrapped under an AES key of the program: `AES/GCM`, and the legacy `AESWrap` and V1 wraps.

use std::fmt;

use cumulo_core::{BoxFuture, Error, SecretBlob};
use zeroize::Zeroizing;

use crate::err_code;
use crate::error;
use crate::keys::{KeyWrap, MaterialDescription, WrappedKey, names};
use crate::provider::{self, NONCE_LEN, OneShotGcm, TAG_LEN};

/// Wraps data keys with AES-GCM under an AES key, the content cipher's name as AAD.
///
/// Stored are a random IV of 12 bytes, the wrapped key and a tag: 60 bytes. Also reads `AESWrap` (RFC 3394) and the AES
/// wrap of format V1, where the client allows legacy wraps.
///
/// ```
/// use cumulo_s3crypto::AesKeyWrap;
///
/// let key = [7; 32]; // from where the program keeps its secrets
/// let key_wrap = AesKeyWrap::new(&key)?.material_description([("key", "2026-11")]);
/// # Ok::<(), cumulo_core::Error>(())
/// ```
pub struct AesKeyWrap {
    key: SecretBlob,
    description: MaterialDescription,
}

impl AesKeyWrap {
    /// Takes a key of 128, 192 (with AWS-LC) or 256 bits.
    ///
    /// # Errors
    /// `EnvelopeError` if the key has another length, `CryptoProviderError` if the library does not take it.
    pub fn new(key: &[u8]) -> Result<Self, Error> {
        OneShotGcm::new(key)?;
        Ok(Self { key: key.into(), description: MaterialDescription::new() })
    }

    /// The same with a description, which is stored with objects. A key with a description reads only objects with the
    /// same; one without reads all.
    #[must_use]
    pub fn material_description<K: Into<String>, V: Into<String>>(
        mut self,
        description: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.description = description.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self
    }

    fn open_gcm(&self, key: &WrappedKey) -> Result<SecretBlob, Error> {
        let (nonce, sealed) = key.bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(error::key_unwrap)?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        OneShotGcm::new(&self.key)?
            .open(*nonce, key.cek_algorithm.as_bytes(), &mut opened)
            .map_err(|_| error::key_unwrap())?;
        Ok(SecretBlob::from(&opened[..]))
    }
}

impl fmt::Debug for AesKeyWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AesKeyWrap").field("description", &self.description).finish_non_exhaustive()
    }
}

impl KeyWrap for AesKeyWrap {
    fn algorithm(&self) -> &str {
        names::AES_GCM
    }

    fn legacy_algorithms(&self) -> &[&'static str] {
        &[names::AES_WRAP, names::V1_AES]
    }

    fn is_described_by(&self, description: &MaterialDescription) -> bool {
        self.description.is_empty() || self.description == *description
    }

    fn wrap<'a>(
        &'a self,
        key: &'a SecretBlob,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<WrappedKey, Error>> {
        Box::pin(async move {
            refuse_context(context)?;
            let mut nonce = [0; NONCE_LEN];
            provider::fill_random(&mut nonce)?;
            let mut sealed = Vec::with_capacity(key.len() + TAG_LEN);
            sealed.extend_from_slice(key);
            OneShotGcm::new(&self.key)?.seal(nonce, cek_algorithm.as_bytes(), &mut sealed)?;
            let bytes = [&nonce, &sealed[..]].concat();
            Ok(WrappedKey::new(bytes, names::AES_GCM, cek_algorithm, self.description.clone()))
        })
    }

    fn unwrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        context: Option<&'a MaterialDescription>,
    ) -> BoxFuture<'a, Result<SecretBlob, Error>> {
        Box::pin(async move {
            context.map_or(Ok(()), refuse_context)?;
            check_description(&self.description, &key.description)?;
            match key.algorithm.as_str() {
                names::AES_GCM => self.open_gcm(key),
                names::AES_WRAP => legacy::unwrap_rfc3394(&self.key, &key.bytes),
                names::V1_AES => legacy::unwrap_ecb(&self.key, &key.bytes),
                _ => Err(error::key_unwrap()),
            }
        })
    }
}

/// Raw keys are found by their description and bound to nothing else: a context would be silently ignored.
pub(super) fn refuse_context(context: &MaterialDescription) -> Result<(), Error> {
    if context.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        err_code::ENCRYPTION_CONTEXT_ERROR,
        "only KMS binds data keys to an encryption context; AES and RSA keys have a material description",
    ))
}

pub(super) fn check_description(
    own: &MaterialDescription,
    stored: &MaterialDescription,
) -> Result<(), Error> {
    if own.is_empty() || own == stored {
        return Ok(());
    }
    Err(Error::new(
        err_code::MATERIAL_DESCRIPTION_ERROR,
        "the material description that is stored with the object is not that of the key",
    ))
}

#[cfg(feature = "aws-lc-rs")]
mod legacy {
    //! The wraps without a binding, from AWS-LC.

    use aws_lc_rs::cipher::{self, PaddedBlockDecryptingKey, UnboundCipherKey};
    use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _};
    use cumulo_core::{Error, SecretBlob};
    use zeroize::Zeroizing;

    use crate::error;

    /// AES Key Wrap (RFC 3394 §2.2.2): 40 bytes for a key of 32.
    pub(super) fn unwrap_rfc3394(kek: &[u8], wrapped: &[u8]) -> Result<SecretBlob, Error> {
        let algorithm = match kek.len() {
            16 => &AES_128,
            _ => &AES_256,
        };
        let mut output = Zeroizing::new(vec![0; wrapped.len()]);
        let kek = AesKek::new(algorithm, kek)
            .map_err(|_| error::key_length("the AES key", "16 or 32", kek.len()))?;
        let key = kek.unwrap(wrapped, &mut output).map_err(|_| error::key_unwrap())?;
        Ok(SecretBlob::from(&key[..]))
    }

    /// AES-ECB with PKCS #7 padding: 48 bytes for a key of 32.
    pub(super) fn unwrap_ecb(kek: &[u8], wrapped: &[u8]) -> Result<SecretBlob, Error> {
        let algorithm = match kek.len() {
            16 => &cipher::AES_128,
            24 => &cipher::AES_192,
            _ => &cipher::AES_256,
        };
        let mut data = Zeroizing::new(wrapped.to_vec());
        let key = UnboundCipherKey::new(algorithm, kek)
            .and_then(PaddedBlockDecryptingKey::ecb_pkcs7)
            .map_err(|_| error::key_unwrap())?;
        let key = key.decrypt(&mut data, cipher::DecryptionContext::None).map_err(|_| error::key_unwrap())?;
        if key.len() == 32 { Ok(SecretBlob::from(&key[..])) } else { Err(error::key_unwrap()) }
    }
}

#[cfg(not(feature = "aws-lc-rs"))]
mod legacy {
    //! The wraps without a binding, which ring does not have.

    use cumulo_core::{Error, SecretBlob};

    use crate::error;

    pub(super) fn unwrap_rfc3394(_: &[u8], _: &[u8]) -> Result<SecretBlob, Error> {
        Err(error::needs_aws_lc("AESWrap"))
    }

    pub(super) fn unwrap_ecb(_: &[u8], _: &[u8]) -> Result<SecretBlob, Error> {
        Err(error::needs_aws_lc("the AES key wrap of format V1"))
    }
}

#[cfg(test)]
mod tests;
