//! The client that writes: encrypts what goes to S3, and stores beside it what a reader needs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cumulo_core::{Body, Error};
use cumulo_s3::{PutObjectInput, PutObjectOutput, S3Api};

use crate::algorithm::CommitmentPolicy;
use crate::cipher_stream::CipherStream;
use crate::content::{ContentCipher, ContentCipherBuilder};
use crate::envelope::{Envelope, Format, Stored, is_reserved};
use crate::instruction_file::{self, Owner};
use crate::keys::MaterialDescription;
use crate::upload::Parts;
use crate::{err_code, error};

/// Content that is not in memory is read into memory up to this length, so that a retry can send it again.
const COLLECTED: u64 = 8 * 1024 * 1024;
/// What S3 takes as names and values of an object's own metadata.
const METADATA_LIMIT: usize = 2048;

/// Writes objects encrypted, over any [`S3Api`]. Same role as Go's `s3crypto.EncryptionClient`.
///
/// Cheap to clone: the clones share the S3 client and the key.
///
/// ```no_run
/// use cumulo_core::{Config, Credentials};
/// use cumulo_s3::PutObjectInput;
/// use cumulo_s3crypto::{AesGcmContentCipherBuilder, EncryptionClient, KmsKeyGenerator};
///
/// # async fn run() -> Result<(), cumulo_core::Error> {
/// let config = Config::new().region("eu-central-1").credentials(Credentials::from_keys("AKIA…", "…"));
/// // The key wrap: the master key, which never leaves KMS. Without it nobody reads the data.
/// let key_wrap = KmsKeyGenerator::new(cumulo_kms::Client::new(&config), "arn:aws:kms:eu-central-1:111122223333:key/…");
/// // The content cipher, with a new data key for each object.
/// let builder = AesGcmContentCipherBuilder::new(key_wrap);
/// let client = EncryptionClient::new(cumulo_s3::Client::new(&config), builder);
///
/// client.put_object(PutObjectInput::new().bucket("bar").key("foo").body("Hello world!")).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct EncryptionClient {
    pub(crate) s3: Arc<dyn S3Api>,
    builder: Arc<dyn ContentCipherBuilder>,
    policy: CommitmentPolicy,
    context: MaterialDescription,
    instruction_file: bool,
    pub(crate) parts: Parts,
}

impl EncryptionClient {
    /// Encrypts with the ciphers of `builder` what goes to `s3`.
    pub fn new(s3: impl S3Api + 'static, builder: impl ContentCipherBuilder + 'static) -> Self {
        Self {
            s3: Arc::new(s3),
            builder: Arc::new(builder),
            policy: CommitmentPolicy::default(),
            context: MaterialDescription::new(),
            instruction_file: false,
            parts: Parts::default(),
        }
    }

    /// The same with another commitment policy. Default: objects must commit to their key.
    #[must_use]
    pub fn commitment_policy(mut self, policy: CommitmentPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The same with a KMS encryption context, which readers must know. It is stored with the object in clear. For one
    /// object: `client.clone().encryption_context(…).put_object(…)`. Default: empty.
    #[must_use]
    pub fn encryption_context<K: Into<String>, V: Into<String>>(
        mut self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.context = context.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self
    }

    /// The same with the wrapped key in an instruction file, the object `<key>.instruction`, in place of the metadata.
    /// Default: in the metadata, which have room for 2 KB.
    #[must_use]
    pub fn instruction_file(mut self) -> Self {
        self.instruction_file = true;
        self
    }

    /// The same with parts of another size in uploads, in bytes. At least 5 MiB; default: 8 MiB.
    #[must_use]
    pub fn part_size(mut self, bytes: usize) -> Self {
        self.parts.size = bytes;
        self
    }

    /// The same with another number of parts that an upload sends at once. Default: 4.
    #[must_use]
    pub fn parts_at_once(mut self, parts: usize) -> Self {
        self.parts.at_once = parts;
        self
    }

    /// Encrypts the body and stores the object.
    ///
    /// A body in memory, and any up to 8 MiB, is encrypted once; retries send the same bytes again. A longer one is
    /// encrypted while it is sent, in memory of a chunk, and its length must be known. It is sent once: one that can be
    /// read again is begun anew, under a new key, twice at most, if the failure is worth it. No two contents are ever
    /// encrypted under one key. For content of unknown length there is [`upload`](Self::upload).
    ///
    /// Checksums of the input would be of the content in clear and are refused; `checksum_algorithm` is allowed.
    ///
    /// # Errors
    /// `ClientConstructionError` for settings and input that contradict one another; `ContentLengthError`;
    /// `MetadataTooLargeError`; those of the key wrap, and of S3.
    ///
    /// # Cancel safety
    /// As the S3 client's `put_object`. With an instruction file, a dropped future may leave the file without an object.
    pub async fn put_object(&self, mut input: PutObjectInput) -> Result<PutObjectOutput, Error> {
        check_input(&input)?;
        let body = input.body.take().unwrap_or_default();
        let len = content_length(&body, input.content_length)?;
        input.content_length = None;
        if body.bytes().is_none() && len > COLLECTED {
            return self.put_streaming(input, body, len).await;
        }
        let mut content = self.content_cipher(Some(len)).await?;
        let mut data = Vec::from(body.collect().await?);
        content.cipher.whole(&mut data)?;
        self.put(input, &content.envelope, data.into()).await
    }

    async fn put_streaming(
        &self,
        input: PutObjectInput,
        body: Body,
        len: u64,
    ) -> Result<PutObjectOutput, Error> {
        let mut again = 2;
        let mut next = Some((input, body));
        loop {
            let Some((input, body)) = next.take() else {
                break Err(error::construction("the body is used up"));
            };
            if let Some(body) = body.try_clone().filter(|_| again > 0) {
                let mut copy = PutObjectInput::new();
                cumulo_core::shape::copy(&input, &mut copy)?;
                next = Some((copy, body));
            }
            let content = self.content_cipher(Some(len)).await?;
            let sealed_len = content.cipher.output_len(len);
            let sealed_len =
                sealed_len.ok_or_else(|| error::construction("this cipher cannot tell its length"))?;
            let ContentCipher { cipher, envelope } = content;
            let sealed = Body::stream(CipherStream::new(body, cipher).expect(Some(sealed_len)), sealed_len);
            match self.put(input, &envelope, sealed).await {
                Err(error) if error.is_retryable() && !error.is_throttle() && next.is_some() => again -= 1,
                result => break result,
            }
        }
    }

    async fn put(
        &self,
        mut input: PutObjectInput,
        envelope: &Envelope,
        sealed: Body,
    ) -> Result<PutObjectOutput, Error> {
        let owner = Owner {
            bucket: input.bucket.as_deref(),
            key: input.key.as_deref(),
            suffix: instruction_file::SUFFIX,
            request_payer: input.request_payer.clone(),
            expected_bucket_owner: input.expected_bucket_owner.as_deref(),
        };
        let metadata = self.metadata(envelope, input.metadata.as_ref())?;
        self.store_instruction_file(envelope, &owner).await?;
        input.metadata = Some(metadata);
        input.body = Some(sealed);
        self.s3.put_object(input).await
    }

    /// A new key and cipher for content of `len` bytes.
    pub(crate) async fn content_cipher(&self, len: Option<u64>) -> Result<ContentCipher, Error> {
        self.policy.check_encrypt(self.builder.commits_to_key())?;
        let mut content = self.builder.content_cipher(&self.context).await?;
        if len.is_some_and(|len| len > content.cipher.max_input()) {
            return Err(Error::new(
                err_code::CONTENT_LENGTH_ERROR,
                format!("the content is longer than {} bytes", content.cipher.max_input()),
            ));
        }
        if content.envelope.format == Format::V2 {
            content.envelope.unencrypted_content_length = len;
        }
        Ok(content)
    }

    /// The metadata of the object that is to be stored: the caller's and the envelope's, as far as they are not to be in
    /// an instruction file.
    pub(crate) fn metadata(
        &self,
        envelope: &Envelope,
        metadata: Option<&BTreeMap<String, String>>,
    ) -> Result<BTreeMap<String, String>, Error> {
        let mut merged = metadata.cloned().unwrap_or_default();
        let Stored { object, movable, metadata_only } = Stored::of(envelope);
        merged.extend(object);
        if !self.instruction_file {
            merged.extend(movable);
            merged.extend(metadata_only);
        }
        let size: usize = merged.iter().map(|(name, value)| name.len() + value.len()).sum();
        if size > METADATA_LIMIT {
            return Err(Error::new(
                err_code::METADATA_TOO_LARGE_ERROR,
                format!(
                    "the object's metadata have {size} bytes, and S3 takes {METADATA_LIMIT}: use an instruction file"
                ),
            ));
        }
        Ok(merged)
    }

    /// Stores the instruction file, if there is to be one.
    pub(crate) async fn store_instruction_file(
        &self,
        envelope: &Envelope,
        owner: &Owner<'_>,
    ) -> Result<(), Error> {
        if self.instruction_file {
            instruction_file::put(&*self.s3, owner, &Stored::of(envelope).movable).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for EncryptionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionClient")
            .field("policy", &self.policy)
            .field("encryption_context", &self.context)
            .field("instruction_file", &self.instruction_file)
            .finish_non_exhaustive()
    }
}

/// The caller's own metadata must not pass for an envelope's.
pub(crate) fn check_metadata(metadata: Option<&BTreeMap<String, String>>) -> Result<(), Error> {
    if metadata.into_iter().flatten().any(|(name, _)| is_reserved(name)) {
        return Err(error::construction("the metadata have a name that belongs to client-side encryption"));
    }
    Ok(())
}

fn check_input(input: &PutObjectInput) -> Result<(), Error> {
    check_metadata(input.metadata.as_ref())?;
    let checksums = [
        &input.content_md5,
        &input.checksum_crc32,
        &input.checksum_crc32c,
        &input.checksum_crc64nvme,
        &input.checksum_sha1,
        &input.checksum_sha256,
        &input.checksum_sha512,
        &input.checksum_md5,
        &input.checksum_xxhash64,
        &input.checksum_xxhash3,
        &input.checksum_xxhash128,
    ];
    if checksums.iter().any(|checksum| checksum.is_some()) {
        return Err(error::construction(
            "a checksum of the content in clear is not that of the object, and would tell of the content",
        ));
    }
    if input.write_offset_bytes.is_some() {
        return Err(error::construction("nothing can be appended to an encrypted object"));
    }
    Ok(())
}

fn content_length(body: &Body, told: Option<i64>) -> Result<u64, Error> {
    let Some(len) = body.len() else {
        return Err(Error::new(
            err_code::CONTENT_LENGTH_ERROR,
            "the length of the body is not known: use `upload` to send it in parts",
        ));
    };
    match told {
        Some(told) if u64::try_from(told) != Ok(len) => Err(Error::new(
            err_code::CONTENT_LENGTH_ERROR,
            "the content length of the input is not that of its body",
        )),
        _ => Ok(len),
    }
}
