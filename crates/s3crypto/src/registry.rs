//! The keys and content ciphers that a client reads with.

use std::fmt;
use std::sync::Arc;

use cumulo_core::Error;

use crate::content::{AesCbc, AesGcm, AesGcmCommitting, CekEntry};
use crate::envelope::{Envelope, Format};
use crate::keys::{KeyWrap, WrappedKey};
use crate::{algorithm, err_code};

/// The keys and content ciphers that a client reads with. Same role as Go's `s3crypto.CryptoRegistry`.
///
/// Made from one key with `From`, so that a key can stand where a registry is asked for. Knows the three content ciphers of
/// the S3 formats from the start.
///
/// ```
/// use cumulo_s3crypto::{AesKeyWrap, CryptoRegistry};
///
/// let registry = CryptoRegistry::new()
///     .add_wrap(AesKeyWrap::new(&[1; 32])?.material_description([("key", "old")]))
///     .add_wrap(AesKeyWrap::new(&[2; 32])?.material_description([("key", "new")]));
/// # Ok::<(), cumulo_core::Error>(())
/// ```
#[derive(Clone)]
pub struct CryptoRegistry {
    wraps: Vec<Arc<dyn KeyWrap>>,
    ceks: Vec<Arc<dyn CekEntry>>,
}

impl CryptoRegistry {
    /// One without a key.
    pub fn new() -> Self {
        Self { wraps: Vec::new(), ceks: vec![Arc::new(AesGcmCommitting), Arc::new(AesGcm), Arc::new(AesCbc)] }
    }

    /// The same with a further key. Of several with one algorithm, an object is read with the first whose material
    /// description is the object's.
    #[must_use]
    pub fn add_wrap(mut self, wrap: impl KeyWrap + 'static) -> Self {
        self.wraps.push(Arc::new(wrap));
        self
    }

    /// The same with a further content cipher, in place of the one that had its name.
    #[must_use]
    pub fn add_cek(mut self, cek: impl CekEntry + 'static) -> Self {
        self = self.remove_cek(cek.name());
        self.ceks.push(Arc::new(cek));
        self
    }

    /// The same without the content cipher `name`, whose objects are then refused.
    #[must_use]
    pub fn remove_cek(mut self, name: &str) -> Self {
        self.ceks.retain(|known| known.name() != name);
        self
    }

    /// The key that unwraps `key`.
    ///
    /// # Errors
    /// `V1NotSupportedError`, `InvalidWrapAlgorithmError`.
    pub(crate) fn wrap(
        &self,
        key: &WrappedKey,
        format: Format,
        legacy_allowed: bool,
    ) -> Result<&Arc<dyn KeyWrap>, Error> {
        if format == Format::V1 && !legacy_allowed {
            return Err(Error::new(
                err_code::V1_NOT_SUPPORTED_ERROR,
                "the object is of format V1, which is read only with legacy wrapping algorithms and legacy unauthenticated modes enabled",
            ));
        }
        let name = key.algorithm.as_str();
        let mut candidates = self.wraps.iter().filter(|wrap| wrap.algorithm() == name).peekable();
        if let Some(first) = candidates.peek().copied() {
            return Ok(candidates.find(|wrap| wrap.is_described_by(&key.description)).unwrap_or(first));
        }
        let mut legacy = self.wraps.iter().filter(|wrap| wrap.legacy_algorithms().contains(&name)).peekable();
        match legacy.peek().copied() {
            Some(first) if legacy_allowed => {
                Ok(legacy.find(|wrap| wrap.is_described_by(&key.description)).unwrap_or(first))
            }
            Some(_) => Err(invalid_wrap(format!(
                "enable legacy wrapping algorithms to use the legacy key wrapping algorithm {name}"
            ))),
            None => Err(invalid_wrap(format!("wrap algorithm isn't supported, {name}"))),
        }
    }

    /// The cipher of the object's content.
    ///
    /// # Errors
    /// `InvalidCEKAlgorithmError`; `EnvelopeError` if the envelope cannot be the cipher's.
    pub(crate) fn cek(
        &self,
        envelope: &Envelope,
        unauthenticated_allowed: bool,
    ) -> Result<&Arc<dyn CekEntry>, Error> {
        let name = match envelope.key.cek_algorithm.as_str() {
            algorithm::CBC_PKCS7 => algorithm::CBC,
            name => name,
        };
        let entry = self.ceks.iter().find(|entry| entry.name() == name);
        let entry = entry.ok_or_else(|| invalid_cek(format!("cek algorithm isn't supported, {name}")))?;
        if envelope.format == Format::V3 && !entry.commits_to_key() {
            return Err(invalid_cek(format!("cek algorithm isn't supported in format V3, {name}")));
        }
        if entry.is_unauthenticated() && !unauthenticated_allowed {
            return Err(invalid_cek(format!(
                "enable legacy unauthenticated modes to use the legacy content cipher {name}"
            )));
        }
        entry.check(envelope)?;
        Ok(entry)
    }
}

impl Default for CryptoRegistry {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: KeyWrap + 'static> From<K> for CryptoRegistry {
    fn from(wrap: K) -> Self {
        Self::new().add_wrap(wrap)
    }
}

impl fmt::Debug for CryptoRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CryptoRegistry")
            .field("wraps", &self.wraps.iter().map(|wrap| wrap.algorithm()).collect::<Vec<_>>())
            .field("ceks", &self.ceks.iter().map(|cek| cek.name()).collect::<Vec<_>>())
            .finish()
    }
}

fn invalid_wrap(message: String) -> Error {
    Error::new(err_code::INVALID_WRAP_ALGORITHM_ERROR, message)
}

fn invalid_cek(message: String) -> Error {
    Error::new(err_code::INVALID_CEK_ALGORITHM_ERROR, message)
}
