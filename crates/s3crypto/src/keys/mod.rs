//! Key wraps: where data keys come from and who can unwrap them, and the trait by which a program adds its own.
//!
//! | stored as | V3 | what | type |
//! | --- | --- | --- | --- |
//! | `kms+context` | `12` | a KMS key, with an encryption context | [`KmsKeyGenerator`] |
//! | `AES/GCM` | `02` | an AES key of the program | [`AesKeyWrap`] |
//! | `RSA-OAEP-SHA1` | `22` | an RSA key of the program | [`RsaKeyWrap`] |
//!
//! Legacy wraps (`kms`, `AESWrap`, `RSA/ECB/OAEPWithSHA-256AndMGF1Padding`, and the unnamed AES and RSA wraps of format V1)
//! bind the data key to no content cipher. They are read by the same types, if the client allows it, and never written.

mod aes;
mod kms;
mod rsa;

pub use aes::AesKeyWrap;
pub(crate) use kms::without_reserved;
pub use kms::{KmsDataKeys, KmsKeyGenerator};
pub use rsa::RsaKeyWrap;

use std::collections::BTreeMap;

use cumulo_core::{BoxFuture, Error, SecretBlob};

use crate::provider;

/// What is stored beside a wrapped key in clear: the KMS encryption context, or the names by which a raw key is found.
pub type MaterialDescription = BTreeMap<String, String>;

/// The stored names of key wraps.
pub(crate) mod names {
    pub(crate) const KMS_CONTEXT: &str = "kms+context";
    pub(crate) const KMS: &str = "kms";
    pub(crate) const AES_GCM: &str = "AES/GCM";
    pub(crate) const AES_WRAP: &str = "AESWrap";
    pub(crate) const RSA_OAEP_SHA1: &str = "RSA-OAEP-SHA1";
    pub(crate) const RSA_OAEP_SHA256: &str = "RSA/ECB/OAEPWithSHA-256AndMGF1Padding";
    /// Format V1 stores no name; these are JCE's for what `Cipher.getInstance("AES")` and `("RSA")` are.
    pub(crate) const V1_AES: &str = "AES/ECB/PKCS5Padding";
    pub(crate) const V1_RSA: &str = "RSA/ECB/PKCS1Padding";
}

/// A wrapped data key, as it is stored with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrappedKey {
    /// The wrapped bytes.
    pub bytes: Vec<u8>,
    /// The name of the key wrap, such as `kms+context`.
    pub algorithm: String,
    /// The content cipher that the data key is for, such as `115`.
    pub cek_algorithm: String,
    /// What is stored beside it in clear.
    pub description: MaterialDescription,
}

impl WrappedKey {
    /// Puts the parts together.
    pub fn new(
        bytes: Vec<u8>,
        algorithm: impl Into<String>,
        cek_algorithm: impl Into<String>,
        description: MaterialDescription,
    ) -> Self {
        Self { bytes, algorithm: algorithm.into(), cek_algorithm: cek_algorithm.into(), description }
    }
}

/// A data key in clear, and wrapped.
#[derive(Debug)]
#[non_exhaustive]
pub struct DataKey {
    /// 32 bytes that encrypt the content. Redacted in `Debug`, zeroed on drop.
    pub plaintext: SecretBlob,
    /// The same for storage.
    pub wrapped: WrappedKey,
}

impl DataKey {
    /// Puts the two together.
    pub fn new(plaintext: SecretBlob, wrapped: WrappedKey) -> Self {
        Self { plaintext, wrapped }
    }
}

/// Wraps and unwraps data keys: the master key of client-side encryption. Losing it loses the objects.
///
/// A program's own implements three methods; see `examples/own_cipher.rs`. Same role as Go's
/// `s3crypto.CipherDataGenerator` and `s3crypto.CipherDataDecrypter`.
pub trait KeyWrap: Send + Sync {
    /// The name under which objects store this wrap.
    fn algorithm(&self) -> &str;

    /// The names of the wraps without binding to a cipher that this key can unwrap too, where a client allows them.
    /// Default: none.
    fn legacy_algorithms(&self) -> &[&'static str] {
        &[]
    }

    /// Whether this is the key to ask where a client has several of one algorithm. Default: true.
    fn is_described_by(&self, description: &MaterialDescription) -> bool {
        let _ = description;
        true
    }

    /// Whether the material description is what tells this key from others of its kind, so that two must not share one.
    /// Default: true. KMS finds its keys itself.
    fn is_found_by_description(&self) -> bool {
        true
    }

    /// How a remote service knows this key, so that [`rewrap`](Self::rewrap) takes data keys of no other. Default: it does
    /// not.
    fn remote_id(&self) -> Option<&str> {
        None
    }

    /// Wraps a data key that is under `old_key`, another key of the same remote service, without unwrapping it here.
    /// `None`, the default, where that cannot be done.
    ///
    /// # Errors
    /// As [`unwrap`](Self::unwrap) with `old_context`, and [`wrap`](Self::wrap) with `new_context`.
    fn rewrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        old_key: &'a dyn KeyWrap,
        old_context: Option<&'a MaterialDescription>,
        new_context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<Option<WrappedKey>, Error>> {
        let _ = (key, old_key, old_context, new_context);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Gives a new data key of 32 bytes. The default draws it and calls [`wrap`](Self::wrap).
    ///
    /// # Errors
    /// As [`wrap`](Self::wrap).
    fn generate<'a>(
        &'a self,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let mut bytes = vec![0; 32];
            provider::fill_random(&mut bytes)?;
            let plaintext = SecretBlob::from(bytes);
            let wrapped = self.wrap(&plaintext, cek_algorithm, context).await?;
            Ok(DataKey::new(plaintext, wrapped))
        })
    }

    /// Wraps `key` so that it can be unwrapped for the content cipher `cek_algorithm` alone. `context` is what the caller
    /// wants the key bound to: KMS calls it the encryption context.
    ///
    /// # Errors
    /// `EncryptionContextError` if the wrap cannot bind to a context; what a remote key says.
    fn wrap<'a>(
        &'a self,
        key: &'a SecretBlob,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<WrappedKey, Error>>;

    /// Unwraps a stored key. With `context`, what the key is bound to must be that; with `None` anything will do.
    ///
    /// # Errors
    /// `KeyUnwrapError` with one sentence for every cause; `EncryptionContextError`, `MaterialDescriptionError`,
    /// `CEKAlgorithmMismatchError` for what is stored in clear; what a remote key says.
    fn unwrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        context: Option<&'a MaterialDescription>,
    ) -> BoxFuture<'a, Result<SecretBlob, Error>>;
}

impl<T: KeyWrap + ?Sized> KeyWrap for std::sync::Arc<T> {
    fn algorithm(&self) -> &str {
        (**self).algorithm()
    }

    fn legacy_algorithms(&self) -> &[&'static str] {
        (**self).legacy_algorithms()
    }

    fn is_described_by(&self, description: &MaterialDescription) -> bool {
        (**self).is_described_by(description)
    }

    fn is_found_by_description(&self) -> bool {
        (**self).is_found_by_description()
    }

    fn remote_id(&self) -> Option<&str> {
        (**self).remote_id()
    }

    fn rewrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        old_key: &'a dyn KeyWrap,
        old_context: Option<&'a MaterialDescription>,
        new_context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<Option<WrappedKey>, Error>> {
        (**self).rewrap(key, old_key, old_context, new_context)
    }

    fn generate<'a>(
        &'a self,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<DataKey, Error>> {
        (**self).generate(cek_algorithm, context)
    }

    fn wrap<'a>(
        &'a self,
        key: &'a SecretBlob,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<WrappedKey, Error>> {
        (**self).wrap(key, cek_algorithm, context)
    }

    fn unwrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        context: Option<&'a MaterialDescription>,
    ) -> BoxFuture<'a, Result<SecretBlob, Error>> {
        (**self).unwrap(key, context)
    }
}
