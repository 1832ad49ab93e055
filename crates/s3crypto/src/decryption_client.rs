//! The client that reads: finds the envelope, unwraps the data key, and releases content that has been authenticated.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cumulo_core::{Body, Error, SecretBlob};
use cumulo_s3::{GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, S3Api};

use crate::algorithm::CommitmentPolicy;
use crate::cipher_stream::{self, BoxedErrors, CipherStream};
use crate::content::CekEntry;
use crate::envelope::{self, Envelope, Fields, Location};
use crate::instruction_file::{self, Owner};
use crate::keys::{KeyWrap, MaterialDescription};
use crate::registry::CryptoRegistry;
use crate::{err_code, error, ranges};

/// The longest object that is decrypted in memory unless told otherwise: 64 MiB, as in other languages.
const BUFFER_SIZE: u64 = 64 * 1024 * 1024;

/// Reads encrypted objects, over any [`S3Api`]. Same role as Go's `s3crypto.DecryptionClient`.
///
/// Content is released only after it has been authenticated, whatever its length: objects up to the
/// [buffer size](Self::buffer_size) are decrypted in memory; a longer one is read twice, first to verify its tag, then, with
/// the same ETag and byte for byte the same, to decrypt it in memory of a chunk.
///
/// Cheap to clone: the clones share the S3 client and the keys.
///
/// ```no_run
/// use cumulo_core::{Config, Credentials};
/// use cumulo_s3::GetObjectInput;
/// use cumulo_s3crypto::{DecryptionClient, KmsKeyGenerator, err_code};
///
/// # async fn run() -> Result<(), cumulo_core::Error> {
/// let config = Config::new().region("eu-central-1").credentials(Credentials::from_keys("AKIA…", "…"));
/// let key = KmsKeyGenerator::new(cumulo_kms::Client::new(&config), "arn:aws:kms:eu-central-1:111122223333:key/…");
/// let client = DecryptionClient::new(cumulo_s3::Client::new(&config), key);
///
/// match client.get_object(GetObjectInput::new().bucket("bar").key("foo")).await {
///     Ok(object) => println!("{:?}", object.body.unwrap_or_default().collect().await?),
///     Err(error) if error.code() == err_code::INVALID_WRAP_ALGORITHM_ERROR => println!("not our key: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct DecryptionClient {
    pub(crate) s3: Arc<dyn S3Api>,
    keys: Arc<CryptoRegistry>,
    policy: CommitmentPolicy,
    /// None where any context will do.
    pub(crate) context: Option<MaterialDescription>,
    legacy_wraps: bool,
    unauthenticated: bool,
    ranges: bool,
    delayed: bool,
    buffer_size: u64,
    /// None where instruction files are not read.
    suffix: Option<String>,
}

impl DecryptionClient {
    /// Reads from `s3` with one key wrap, or with the keys and ciphers of a registry.
    pub fn new(s3: impl S3Api + 'static, keys: impl Into<CryptoRegistry>) -> Self {
        Self {
            s3: Arc::new(s3),
            keys: Arc::new(keys.into()),
            policy: CommitmentPolicy::default(),
            context: Some(MaterialDescription::new()),
            legacy_wraps: false,
            unauthenticated: false,
            ranges: false,
            delayed: false,
            buffer_size: BUFFER_SIZE,
            suffix: Some(instruction_file::SUFFIX.to_owned()),
        }
    }

    /// The same with another commitment policy. Default: objects must commit to their key, so those of format V2 are not
    /// read.
    #[must_use]
    pub fn commitment_policy(mut self, policy: CommitmentPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The same with the KMS encryption context that objects must have been written with. Default: empty.
    #[must_use]
    pub fn encryption_context<K: Into<String>, V: Into<String>>(
        mut self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.context = Some(context.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// The same with whatever encryption context objects have been written with. KMS still binds the key to it.
    #[must_use]
    pub fn any_encryption_context(mut self) -> Self {
        self.context = None;
        self
    }

    /// The same with keys that are wrapped without a binding to the content cipher: `kms`, `AESWrap`, RSA-OAEP-256 and those
    /// of format V1. Default: refused with `InvalidWrapAlgorithmError` or `V1NotSupportedError`.
    #[must_use]
    pub fn enable_legacy_wrapping_algorithms(mut self) -> Self {
        self.legacy_wraps = true;
        self
    }

    /// The same with AES-CBC, which does not notice changes and may tell who makes them about the content
    /// (CVE-2020-8911). Default: refused with `InvalidCEKAlgorithmError`.
    #[must_use]
    pub fn enable_legacy_unauthenticated_modes(mut self) -> Self {
        self.unauthenticated = true;
        self
    }

    /// The same with reads of ranges, which cannot be authenticated: the tag is over the whole object. Default: refused with
    /// `RangedGetError`.
    #[must_use]
    pub fn enable_unauthenticated_ranges(mut self) -> Self {
        self.ranges = true;
        self
    }

    /// The same with content released before it has been authenticated: a body that has been changed ends with
    /// `DecryptionError` after its content. Reads each object once, in memory of a chunk. Default: off.
    #[must_use]
    pub fn enable_delayed_authentication_mode(mut self) -> Self {
        self.delayed = true;
        self
    }

    /// The same with another length in bytes up to which objects are decrypted in memory; longer ones are read twice.
    /// Default: 64 MiB.
    #[must_use]
    pub fn buffer_size(mut self, bytes: u64) -> Self {
        self.buffer_size = bytes;
        self
    }

    /// The same with instruction files of another suffix, dot included. Default: `.instruction`.
    #[must_use]
    pub fn instruction_file_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = Some(suffix.into());
        self
    }

    /// The same without instruction files: only objects that have their envelope in their metadata are read.
    #[must_use]
    pub fn disable_instruction_files(mut self) -> Self {
        self.suffix = None;
        self
    }

    /// Reads and decrypts an object. `content_length` of the answer is that of the content, checksums are those of the
    /// encrypted object.
    ///
    /// # Errors
    /// The codes of [`err_code`]; those of the key wrap and of S3. With one, not a byte of content has been released; but in
    /// delayed authentication mode, and for legacy ciphers without a tag, the body may end with one.
    ///
    /// # Cancel safety
    /// Nothing is left behind.
    pub async fn get_object(&self, input: GetObjectInput) -> Result<GetObjectOutput, Error> {
        if input.part_number.is_some() {
            return Err(error::construction("a part of an encrypted object cannot be decrypted alone"));
        }
        if input.range.is_some() {
            return if self.ranges {
                ranges::get_object(self, input).await
            } else {
                Err(ranges::not_enabled())
            };
        }
        let mut again = input.clone();
        let mut output = self.s3.get_object(input).await?;
        if output.content_range.is_some() {
            return Err(Error::new(
                err_code::RANGED_GET_ERROR,
                "S3 answered a range, and none was asked for",
            ));
        }
        let opened = self.open(&Owner::of_get(&again, self.suffix()), output.metadata.as_ref()).await?;
        let body = output.body.take().unwrap_or_default();
        let expected = opened.plaintext_len(body.len());
        let cipher = opened.decrypter()?;
        if self.delayed {
            let content = CipherStream::new(body, cipher).expect(expected);
            output.body = Some(Body::received(Box::pin(BoxedErrors(content)), expected));
        } else if body.len().is_some_and(|len| len <= self.buffer_size) {
            output.body = Some(cipher_stream::open_whole(body, cipher, expected).await?.into());
        } else {
            let fingerprints = cipher_stream::verify(body, cipher, expected).await?;
            again.if_match = output.e_tag.clone();
            again.version_id = output.version_id.clone().or(again.version_id);
            let body = self.s3.get_object(again).await.map_err(changed_between)?.body.unwrap_or_default();
            let content = CipherStream::new(body, opened.decrypter()?).expect(expected).known(fingerprints);
            output.body = Some(Body::received(Box::pin(BoxedErrors(content)), expected));
        }
        let len = output.body.as_ref().and_then(Body::len);
        output.content_length = len.and_then(|len| i64::try_from(len).ok());
        Ok(output)
    }

    /// Reads an object's metadata, with the length of its content as `content_length`: `None` where that cannot be told
    /// without the key, as with AES-CBC. No key is unwrapped.
    ///
    /// # Errors
    /// As [`get_object`](Self::get_object).
    pub async fn head_object(&self, input: HeadObjectInput) -> Result<HeadObjectOutput, Error> {
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let (request_payer, bucket_owner) =
            (input.request_payer.clone(), input.expected_bucket_owner.clone());
        let mut output = self.s3.head_object(input).await?;
        let owner = Owner {
            bucket: bucket.as_deref(),
            key: key.as_deref(),
            suffix: self.suffix(),
            request_payer,
            expected_bucket_owner: bucket_owner.as_deref(),
        };
        let envelope = self.locate(&owner, output.metadata.as_ref()).await?.envelope;
        let cek = self.keys.cek(&envelope, true)?;
        let len = output.content_length.and_then(|len| u64::try_from(len).ok());
        let len = len.and_then(|len| cek.plaintext_len(len)).or(envelope.unencrypted_content_length);
        output.content_length = len.and_then(|len| i64::try_from(len).ok());
        Ok(output)
    }

    /// Finds the envelope, checks all that can be checked without the key, and unwraps the key.
    pub(crate) async fn open(
        &self,
        owner: &Owner<'_>,
        metadata: Option<&BTreeMap<String, String>>,
    ) -> Result<Opened, Error> {
        let envelope = self.locate(owner, metadata).await?.envelope;
        let Allowed { wrap, cek } = self.check(&envelope)?;
        let key = wrap.unwrap(&envelope.key, self.context.as_ref()).await?;
        Ok(Opened { cek: Arc::clone(cek), key, envelope })
    }

    /// The key and the cipher that an envelope asks for, if this client may use them.
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<Allowed<'_>, Error> {
        let wrap = self.keys.wrap(&envelope.key, envelope.format, self.legacy_wraps)?;
        let cek = self.keys.cek(envelope, self.unauthenticated)?;
        self.policy.check_decrypt(cek.commits_to_key())?;
        Ok(Allowed { wrap, cek })
    }

    pub(crate) async fn locate(
        &self,
        owner: &Owner<'_>,
        metadata: Option<&BTreeMap<String, String>>,
    ) -> Result<Located, Error> {
        let object = Fields::from_metadata(metadata)?;
        let location = envelope::locate(&object)?;
        let file = match location {
            Location::Metadata(_) => None,
            _ if self.suffix.is_none() => {
                return Err(instruction_file::missing("and instruction files are disabled"));
            }
            _ => Some(instruction_file::get(&*self.s3, owner).await?),
        };
        let envelope = envelope::read(location, &object, file.as_ref())?;
        Ok(Located { envelope, in_file: file.is_some() })
    }

    pub(crate) fn suffix(&self) -> &str {
        self.suffix.as_deref().unwrap_or_default()
    }
}

impl fmt::Debug for DecryptionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionClient")
            .field("keys", &self.keys)
            .field("policy", &self.policy)
            .field("encryption_context", &self.context)
            .field("buffer_size", &self.buffer_size)
            .finish_non_exhaustive()
    }
}

/// An envelope, and whether an instruction file has a part in it.
pub(crate) struct Located {
    pub(crate) envelope: Envelope,
    pub(crate) in_file: bool,
}

/// The key and the cipher of an envelope, which this client may use.
pub(crate) struct Allowed<'a> {
    pub(crate) wrap: &'a Arc<dyn KeyWrap>,
    pub(crate) cek: &'a Arc<dyn CekEntry>,
}

/// What is needed to decrypt one object.
pub(crate) struct Opened {
    pub(crate) cek: Arc<dyn CekEntry>,
    pub(crate) key: SecretBlob,
    pub(crate) envelope: Envelope,
}

impl Opened {
    fn decrypter(&self) -> Result<Box<dyn crate::Cipher>, Error> {
        self.cek.decrypter(&self.key, &self.envelope)
    }

    /// The content's length: as stored, or else what it must be by the object's.
    fn plaintext_len(&self, len: Option<u64>) -> Option<u64> {
        self.envelope.unencrypted_content_length.or_else(|| self.cek.plaintext_len(len?))
    }
}

fn changed_between(error: Error) -> Error {
    match error.status() {
        Some(404 | 412) => cipher_stream::changed().with_source(error),
        _ => error,
    }
}
