//! Puts an object's data key under another master key, by writing its instruction file anew. The object stays as it is.

use cumulo_core::Error;
use cumulo_s3::HeadObjectInput;

use crate::decryption_client::{Allowed, DecryptionClient};
use crate::envelope::{Envelope, Format, Stored};
use crate::instruction_file::{self, Owner};
use crate::keys::{KeyWrap, MaterialDescription, WrappedKey, without_reserved};
use crate::{err_code, error};

/// Which instruction file is to be written anew, and how. Same role as Java's `ReEncryptInstructionFileRequest`.
#[derive(Debug, Clone, Default)]
pub struct ReEncryptInstructionFile {
    bucket: String,
    key: String,
    suffix: Option<String>,
    context: Option<MaterialDescription>,
    enforce_rotation: bool,
}

impl ReEncryptInstructionFile {
    /// The instruction file of the object `key`.
    pub fn new(bucket: impl Into<String>, key: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), key: key.into(), ..Self::default() }
    }

    /// Writes a further file with this suffix, dot included, such as one for a partner's key; the one that is there stays.
    /// Default: the file that was read is replaced.
    #[must_use]
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = Some(suffix.into());
        self
    }

    /// Binds the key to another KMS encryption context. Default: the one that it is bound to.
    #[must_use]
    pub fn encryption_context<K: Into<String>, V: Into<String>>(
        mut self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.context = Some(context.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// Fails, and writes nothing, if the old key can unwrap what the new one has wrapped. Default: off.
    #[must_use]
    pub fn enforce_rotation(mut self) -> Self {
        self.enforce_rotation = true;
        self
    }
}

impl DecryptionClient {
    /// Unwraps an object's data key with this client's keys, wraps it with `new_key`, and writes the instruction file.
    ///
    /// From one KMS key to another the data key stays inside KMS: `ReEncrypt` is called. Otherwise it is unwrapped here, and
    /// its commitment verified. Rotating the master key does not take the data key away from who has already unwrapped it.
    ///
    /// ```no_run
    /// # use cumulo_core::{Config, Error};
    /// # use cumulo_s3crypto::{DecryptionClient, KmsKeyGenerator, ReEncryptInstructionFile};
    /// # async fn run(client: DecryptionClient, kms: cumulo_kms::Client) -> Result<(), Error> {
    /// let new_key = KmsKeyGenerator::new(kms, "alias/of-this-year");
    /// client.re_encrypt_instruction_file(ReEncryptInstructionFile::new("bar", "foo"), &new_key).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `InstructionFileError` if the object's envelope is in its metadata, which can only be changed with the object;
    /// `MaterialDescriptionError` if a raw key of the same kind has the old one's description; `KeyUnwrapError` if rotation
    /// is enforced and has not taken place; those of [`get_object`](Self::get_object), of both keys, and of S3.
    ///
    /// # Cancel safety
    /// The file is written whole or not at all.
    pub async fn re_encrypt_instruction_file(
        &self,
        request: ReEncryptInstructionFile,
        new_key: &dyn KeyWrap,
    ) -> Result<(), Error> {
        let ReEncryptInstructionFile { bucket, key, suffix, context, enforce_rotation } = request;
        let head = self.s3.head_object(HeadObjectInput::new().bucket(&bucket).key(&key)).await?;
        let mut owner = Owner {
            bucket: Some(&bucket),
            key: Some(&key),
            suffix: self.suffix(),
            request_payer: None,
            expected_bucket_owner: None,
        };
        let located = self.locate(&owner, head.metadata.as_ref()).await?;
        if !located.in_file {
            return Err(Error::new(
                err_code::INSTRUCTION_FILE_ERROR,
                "the object has its wrapped key in its metadata, and no instruction file",
            ));
        }
        let mut envelope = located.envelope;
        if envelope.format == Format::V1 {
            return Err(error::construction("files of format V1 are only read"));
        }
        let old_key = self.check(&envelope)?.wrap;
        let context = context.unwrap_or_else(|| without_reserved(&envelope.key));
        let wrapped = self.rewrap(&envelope, new_key, &context).await?;
        if enforce_rotation && old_key.unwrap(&wrapped, None).await.is_ok() {
            return Err(Error::new(err_code::KEY_UNWRAP_ERROR, "the old key can still unwrap the data key"));
        }
        envelope.key = wrapped;
        if let Some(suffix) = &suffix {
            owner.suffix = suffix;
        }
        instruction_file::put(&*self.s3, &owner, &Stored::of(&envelope).movable).await
    }

    async fn rewrap(
        &self,
        envelope: &Envelope,
        new_key: &dyn KeyWrap,
        context: &MaterialDescription,
    ) -> Result<WrappedKey, Error> {
        let old = &envelope.key;
        let Allowed { wrap: old_key, cek } = self.check(envelope)?;
        if let Some(wrapped) = new_key.rewrap(old, old_key, self.context.as_ref(), context).await? {
            return Ok(wrapped);
        }
        let data_key = old_key.unwrap(old, self.context.as_ref()).await?;
        // Verifies the commitment: a file that was exchanged does not become a good one here.
        cek.decrypter(&data_key, envelope)?;
        let wrapped = new_key.wrap(&data_key, &old.cek_algorithm, context).await?;
        if wrapped.algorithm == old.algorithm
            && new_key.is_found_by_description()
            && wrapped.description == old.description
        {
            return Err(Error::new(
                err_code::MATERIAL_DESCRIPTION_ERROR,
                "the new key must have another material description than the old one",
            ));
        }
        Ok(wrapped)
    }
}
