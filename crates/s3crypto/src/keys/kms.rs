//! Data keys from AWS KMS, bound by their encryption context to a content cipher and to what the caller adds.

use std::fmt;
use std::pin::Pin;

use cumulo_core::{Blob, BoxFuture, Error, SecretBlob};
use cumulo_kms::enums::DataKeySpec;
use cumulo_kms::{
    DecryptInput, DecryptOutput, EncryptInput, EncryptOutput, GenerateDataKeyInput, GenerateDataKeyOutput,
    KmsApi, ReEncryptInput, ReEncryptOutput,
};

use crate::err_code;
use crate::keys::{DataKey, KeyWrap, MaterialDescription, WrappedKey, names};

/// The context entry that names the content cipher.
pub(crate) const CEK_ALGORITHM: &str = "aws:x-amz-cek-alg";
/// The context entry of the legacy wrap, which names the KMS key.
pub(crate) const CMK_ID: &str = "kms_cmk_id";

/// Declares a method as `#[async_trait]` would write it, with the body that hands it to [`KmsApi`].
macro_rules! kms_data_keys {
    ($($(#[$meta:meta])* $method:ident ($input:ty) -> $output:ty;)*) => {
        /// The operations of KMS that [`KmsKeyGenerator`] needs, so that a test can stand in for KMS with few methods.
        ///
        /// Every [`KmsApi`] is one: the client, fakes and mocks. Implemented with `#[async_trait]` or by hand.
        pub trait KmsDataKeys: Send + Sync {
            $($(#[$meta])*
            ///
            /// # Errors
            /// The service's answer, or what kept it from coming.
            fn $method<'life0, 'async_trait>(
                &'life0 self,
                input: $input,
            ) -> Pin<Box<dyn Future<Output = Result<$output, Error>> + Send + 'async_trait>>
            where
                'life0: 'async_trait,
                Self: 'async_trait;)*
        }

        impl<T: KmsApi + ?Sized> KmsDataKeys for T {
            $(fn $method<'life0, 'async_trait>(
                &'life0 self,
                input: $input,
            ) -> Pin<Box<dyn Future<Output = Result<$output, Error>> + Send + 'async_trait>>
            where
                'life0: 'async_trait,
                Self: 'async_trait,
            {
                KmsApi::$method(self, input)
            })*
        }
    };
}

kms_data_keys! {
    /// Calls `GenerateDataKey`, for each object written.
    generate_data_key (GenerateDataKeyInput) -> GenerateDataKeyOutput;
    /// Calls `Decrypt`, for each object read.
    decrypt (DecryptInput) -> DecryptOutput;
    /// Calls `Encrypt`, when a data key that was wrapped by another kind of key is wrapped again.
    encrypt (EncryptInput) -> EncryptOutput;
    /// Calls `ReEncrypt`, when a data key goes from one KMS key to another.
    re_encrypt (ReEncryptInput) -> ReEncryptOutput;
}

/// Wraps data keys under a KMS key (`kms+context`). Same role as Go's `s3crypto.NewKMSContextKeyGenerator`.
///
/// Also reads the legacy wrap `kms` where the client allows it.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_s3crypto::KmsKeyGenerator;
///
/// let kms = cumulo_kms::Client::new(&Config::new().region("eu-central-1"));
/// let key_wrap = KmsKeyGenerator::new(kms, "arn:aws:kms:eu-central-1:111122223333:key/…");
/// ```
pub struct KmsKeyGenerator {
    kms: Box<dyn KmsDataKeys>,
    key_id: Option<String>,
    grant_tokens: Option<Vec<String>>,
}

impl KmsKeyGenerator {
    /// Uses the KMS key `key_id`: an id, an ARN or an alias. Objects under other keys are not read.
    pub fn new(kms: impl KmsDataKeys + 'static, key_id: impl Into<String>) -> Self {
        Self { kms: Box::new(kms), key_id: Some(key_id.into()), grant_tokens: None }
    }

    /// Reads objects under every KMS key that the credentials may decrypt with, and writes none: `MissingCMKIDError`.
    pub fn any_key(kms: impl KmsDataKeys + 'static) -> Self {
        Self { kms: Box::new(kms), key_id: None, grant_tokens: None }
    }

    /// The same with grant tokens, for grants that are not known everywhere yet.
    #[must_use]
    pub fn grant_tokens(mut self, tokens: Vec<String>) -> Self {
        self.grant_tokens = Some(tokens);
        self
    }

    fn key_id(&self) -> Result<String, Error> {
        self.key_id.clone().filter(|id| !id.is_empty()).ok_or_else(|| {
            Error::new(err_code::MISSING_CMK_ID_ERROR, "KMS needs the id or ARN of a key to encrypt with")
        })
    }

    async fn decrypt(&self, key: &WrappedKey) -> Result<SecretBlob, Error> {
        let mut input = DecryptInput::new()
            .ciphertext_blob(key.bytes.clone())
            .encryption_context(key.description.clone());
        input.key_id = self.key_id.clone();
        input.grant_tokens = self.grant_tokens.clone();
        self.kms.decrypt(input).await?.plaintext.ok_or_else(|| incomplete("Decrypt"))
    }
}

impl fmt::Debug for KmsKeyGenerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsKeyGenerator").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl KeyWrap for KmsKeyGenerator {
    fn algorithm(&self) -> &str {
        names::KMS_CONTEXT
    }

    fn legacy_algorithms(&self) -> &[&'static str] {
        &[names::KMS]
    }

    fn is_found_by_description(&self) -> bool {
        false
    }

    fn remote_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    fn rewrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        old_key: &'a dyn KeyWrap,
        old_context: Option<&'a MaterialDescription>,
        new_context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<Option<WrappedKey>, Error>> {
        Box::pin(async move {
            if key.algorithm != names::KMS_CONTEXT && key.algorithm != names::KMS {
                return Ok(None);
            }
            check(key, old_context)?;
            let context = bound(&key.cek_algorithm, new_context)?;
            let mut input = ReEncryptInput::new()
                .ciphertext_blob(key.bytes.clone())
                .source_encryption_context(key.description.clone())
                .destination_key_id(self.key_id()?)
                .destination_encryption_context(context.clone());
            input.source_key_id = old_key.remote_id().map(str::to_owned);
            input.grant_tokens = self.grant_tokens.clone();
            let blob =
                self.kms.re_encrypt(input).await?.ciphertext_blob.ok_or_else(|| incomplete("ReEncrypt"))?;
            Ok(Some(wrapped(blob, &key.cek_algorithm, context)))
        })
    }

    fn generate<'a>(
        &'a self,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let context = bound(cek_algorithm, context)?;
            let mut input = GenerateDataKeyInput::new()
                .key_id(self.key_id()?)
                .key_spec(DataKeySpec::AES_256)
                .encryption_context(context.clone());
            input.grant_tokens = self.grant_tokens.clone();
            let output = self.kms.generate_data_key(input).await?;
            match (output.plaintext, output.ciphertext_blob) {
                (Some(plaintext), Some(blob)) if plaintext.len() == 32 => {
                    Ok(DataKey::new(plaintext, wrapped(blob, cek_algorithm, context)))
                }
                _ => Err(incomplete("GenerateDataKey")),
            }
        })
    }

    fn wrap<'a>(
        &'a self,
        key: &'a SecretBlob,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<WrappedKey, Error>> {
        Box::pin(async move {
            let context = bound(cek_algorithm, context)?;
            let mut input = EncryptInput::new()
                .key_id(self.key_id()?)
                .plaintext(key.clone())
                .encryption_context(context.clone());
            input.grant_tokens = self.grant_tokens.clone();
            let blob = self.kms.encrypt(input).await?.ciphertext_blob.ok_or_else(|| incomplete("Encrypt"))?;
            Ok(wrapped(blob, cek_algorithm, context))
        })
    }

    fn unwrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        context: Option<&'a MaterialDescription>,
    ) -> BoxFuture<'a, Result<SecretBlob, Error>> {
        Box::pin(async move {
            check(key, context)?;
            self.decrypt(key).await
        })
    }
}

fn wrapped(blob: Blob, cek_algorithm: &str, context: MaterialDescription) -> WrappedKey {
    WrappedKey::new(blob.to_vec(), names::KMS_CONTEXT, cek_algorithm, context)
}

/// The caller's context and the content cipher's name.
fn bound(cek_algorithm: &str, context: &MaterialDescription) -> Result<MaterialDescription, Error> {
    if let Some(reserved) = [CEK_ALGORITHM, CMK_ID].iter().find(|name| context.contains_key(**name)) {
        return Err(context_error(format!("the name {reserved} is reserved in encryption contexts")));
    }
    let mut context = context.clone();
    context.insert(CEK_ALGORITHM.to_owned(), cek_algorithm.to_owned());
    Ok(context)
}

/// All that can be told of a stored key before KMS is asked.
fn check(key: &WrappedKey, expected: Option<&MaterialDescription>) -> Result<(), Error> {
    check_stored(key)?;
    expected.map_or(Ok(()), |expected| check_expected(key, expected))
}

/// The caller's own part of the context that a stored key is bound to; empty where the key is not under KMS.
pub(crate) fn without_reserved(key: &WrappedKey) -> MaterialDescription {
    if key.algorithm != names::KMS_CONTEXT && key.algorithm != names::KMS {
        return MaterialDescription::new();
    }
    let mut context = key.description.clone();
    context.retain(|name, _| name != CEK_ALGORITHM && name != CMK_ID);
    context
}

/// KMS vouches for the stored context, not for the object's own statement of its cipher: the two are compared here, before
/// KMS is asked, or a relabelled object would be decrypted by the wrong cipher (CVE-2020-8912).
fn check_stored(key: &WrappedKey) -> Result<(), Error> {
    let named = key.description.get(CEK_ALGORITHM);
    if key.algorithm == names::KMS {
        if named.is_some() {
            return Err(mismatch("an object with a bound data key says that its key is not bound"));
        }
        return match key.description.contains_key(CMK_ID) {
            true => Ok(()),
            false => Err(Error::new(
                err_code::MISSING_CMK_ID_ERROR,
                "the object's material description names no KMS key: it has no `kms_cmk_id`",
            )),
        };
    }
    match named {
        Some(named) if *named == key.cek_algorithm => Ok(()),
        Some(_) => Err(mismatch("the data key is bound to another content cipher than the object names")),
        None => Err(mismatch("the stored encryption context does not name the content cipher")),
    }
}

fn check_expected(key: &WrappedKey, expected: &MaterialDescription) -> Result<(), Error> {
    if without_reserved(key) == *expected {
        return Ok(());
    }
    Err(context_error(
        "the encryption context that is stored with the object is not the expected one: give the one it was written with".to_owned(),
    ))
}

fn context_error(message: String) -> Error {
    Error::new(err_code::ENCRYPTION_CONTEXT_ERROR, message)
}

fn mismatch(message: &'static str) -> Error {
    Error::new(err_code::CEK_ALGORITHM_MISMATCH_ERROR, message)
}

fn incomplete(operation: &'static str) -> Error {
    Error::new(
        cumulo_core::err_code::SERIALIZATION_ERROR,
        format!("the answer of {operation} has no usable key"),
    )
}
