//! Data keys wrapped under an RSA key of the program: `RSA-OAEP-SHA1`, and the legacy OAEP-256 and V1 wraps.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(feature = "legacy-rsa")]
mod java_oaep;
#[cfg(not(feature = "aws-lc-rs"))]
mod missing;

#[cfg(feature = "aws-lc-rs")]
use aws_lc::Keys;
#[cfg(not(feature = "aws-lc-rs"))]
use missing::Keys;

use std::fmt;

use cumulo_core::{BoxFuture, Error, SecretBlob};
use subtle::ConstantTimeEq as _;

use crate::error;
use crate::keys::aes::{check_description, refuse_context};
use crate::keys::{KeyWrap, MaterialDescription, WrappedKey, names};

/// Wraps data keys with RSA-OAEP (SHA-1, RFC 8017 §7.1), the content cipher's name behind the key.
///
/// Also reads the OAEP-256 wrap and the RSA wrap of format V1, where the client allows legacy wraps. Java made the former
/// with a mask generator that AWS-LC does not have: to read such objects, turn on the feature `legacy-rsa`.
///
/// Needs the feature `aws-lc-rs`.
pub struct RsaKeyWrap {
    keys: Keys,
    description: MaterialDescription,
}

impl RsaKeyWrap {
    /// Wraps and unwraps with a private key of at least 2048 bits, in PKCS #8 (DER).
    ///
    /// # Errors
    /// `ClientConstructionError` if it is none.
    pub fn from_pkcs8(private_key: &[u8]) -> Result<Self, Error> {
        Ok(Self { keys: Keys::from_pkcs8(private_key)?, description: MaterialDescription::new() })
    }

    /// Only wraps, with a public key in SubjectPublicKeyInfo (DER): for programs that write and must not read.
    ///
    /// # Errors
    /// `ClientConstructionError` if it is none.
    pub fn from_public_key(public_key: &[u8]) -> Result<Self, Error> {
        Ok(Self { keys: Keys::from_public_key(public_key)?, description: MaterialDescription::new() })
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
}

impl fmt::Debug for RsaKeyWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaKeyWrap").field("description", &self.description).finish_non_exhaustive()
    }
}

impl KeyWrap for RsaKeyWrap {
    fn algorithm(&self) -> &str {
        names::RSA_OAEP_SHA1
    }

    fn legacy_algorithms(&self) -> &[&'static str] {
        &[names::RSA_OAEP_SHA256, names::V1_RSA]
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
            let bytes = self.keys.seal(&with_suffix(key, cek_algorithm))?;
            Ok(WrappedKey::new(bytes, names::RSA_OAEP_SHA1, cek_algorithm, self.description.clone()))
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
                names::RSA_OAEP_SHA1 => {
                    without_suffix(&self.keys.open_oaep_sha1(&key.bytes)?, &key.cek_algorithm)
                }
                names::RSA_OAEP_SHA256 => self.keys.open_oaep_sha256(&key.bytes),
                names::V1_RSA => self.keys.open_pkcs1(&key.bytes),
                _ => Err(error::key_unwrap()),
            }
        })
    }
}

/// The key's length in one byte, the key, and the content cipher's name.
fn with_suffix(key: &[u8], cek_algorithm: &str) -> SecretBlob {
    [&[key.len() as u8], key, cek_algorithm.as_bytes()].concat().into()
}

fn without_suffix(opened: &[u8], cek_algorithm: &str) -> Result<SecretBlob, Error> {
    let (len, rest) = opened.split_first().ok_or_else(error::key_unwrap)?;
    let (key, suffix) = rest.split_at_checked((*len).into()).ok_or_else(error::key_unwrap)?;
    if key.len() == 32 && bool::from(suffix.ct_eq(cek_algorithm.as_bytes())) {
        return Ok(key.into());
    }
    Err(error::key_unwrap())
}
