//! Client-side encryption for Amazon S3 objects: what S3 stores, it cannot read.
//!
//! Reads and writes what the encryption clients of other languages do: formats V3 (with key commitment, the default) and
//! V2, and on demand reads the legacy ones. Three parts make a client: a key wrap, which holds the master key; a content
//! cipher, which encrypts each object under its own data key; and the client, which stands over any
//! [`S3Api`](cumulo_s3::S3Api).
//!
//! ```no_run
//! use cumulo_core::{Config, Credentials};
//! use cumulo_s3::{GetObjectInput, PutObjectInput};
//! use cumulo_s3crypto::{AesGcmContentCipherBuilder, DecryptionClient, EncryptionClient, KmsKeyGenerator};
//!
//! # async fn run() -> Result<(), cumulo_core::Error> {
//! let config = Config::new().region("eu-central-1").credentials(Credentials::from_keys("AKIA…", "…"));
//! let s3 = || cumulo_s3::Client::new(&config);
//! let key_wrap = || KmsKeyGenerator::new(cumulo_kms::Client::new(&config), "arn:aws:kms:eu-central-1:111122223333:key/…");
//!
//! let client = EncryptionClient::new(s3(), AesGcmContentCipherBuilder::new(key_wrap()));
//! client.put_object(PutObjectInput::new().bucket("bar").key("foo").body("Hello world!")).await?;
//!
//! let client = DecryptionClient::new(s3(), key_wrap());
//! let object = client.get_object(GetObjectInput::new().bucket("bar").key("foo")).await?;
//! assert_eq!(object.body.unwrap_or_default().collect().await?, "Hello world!");
//! # Ok(()) }
//! ```
//!
//! # What is promised
//!
//! - Content is released after it has been authenticated, whatever its length, unless a client is told otherwise by name:
//!   [delayed authentication](DecryptionClient::enable_delayed_authentication_mode),
//!   [ranges](DecryptionClient::enable_unauthenticated_ranges),
//!   [legacy ciphers](DecryptionClient::enable_legacy_unauthenticated_modes).
//! - No two contents are encrypted under one key and IV: a [`Cipher`] serves one message and hands out each part of it
//!   once, retries send bytes that are in memory, and content that is not is begun anew under a new key.
//! - What fails leaves nothing half-written: [uploads](EncryptionClient::upload) are aborted, also when they are dropped.
//! - What an object says of itself is compared with what its key is bound to before KMS is asked. Objects of no format or of
//!   two are refused, each by an error with its own [code](err_code).
//! - Losing the master key loses the objects.
//!
//! # Where to read on
//!
//! [`keys`] lists the key wraps, [`content`] the content ciphers, [`envelope`] what is stored; [`CryptoRegistry`] is where a
//! program adds its own.
//!
//! Features: `aws-lc-rs` (default) has everything; with `ring` and the default features off there are KMS and AES keys and
//! AES-GCM, and RSA, AESWrap and CBC answer `CryptoProviderError`. `legacy-rsa` reads keys that Java wrapped with
//! RSA-OAEP-256.

mod algorithm;
mod cipher_stream;
pub mod content;
mod decryption_client;
mod deletes;
mod encryption_client;
pub mod envelope;
pub mod err_code;
mod error;
mod fingerprints;
mod instruction_file;
pub mod keys;
mod provider;
mod ranges;
mod re_encryption;
mod registry;
mod upload;

#[cfg(test)]
mod testing;

pub use algorithm::{AlgorithmSuite, CommitmentPolicy};
pub use content::{
    AesGcmContentCipherBuilder, CekEntry, Cipher, ContentCipher, ContentCipherBuilder, EncryptPart,
    PartsCipher,
};
pub use decryption_client::DecryptionClient;
pub use encryption_client::EncryptionClient;
pub use envelope::{Envelope, Format};
pub use keys::{
    AesKeyWrap, DataKey, KeyWrap, KmsDataKeys, KmsKeyGenerator, MaterialDescription, RsaKeyWrap, WrappedKey,
};
pub use re_encryption::ReEncryptInstructionFile;
pub use registry::CryptoRegistry;
pub use upload::MultipartUpload;
