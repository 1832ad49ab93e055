//! An AWS SDK for Rust: sessions from the shared config files, roles assumed with MFA, and service clients that share
//! one readable pipeline.
//!
//! A [`Session`] finds region, endpoint and credentials once; clients are made from it.
//!
//! ```no_run
//! # #[cfg(all(feature = "s3", feature = "credentials"))]
//! use cumulo::{Session, credentials::stscreds, s3};
//!
//! # #[cfg(all(feature = "s3", feature = "credentials"))]
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), cumulo::Error> {
//!     // The profile may name a role to assume, and an MFA device: then the code is asked for at the terminal.
//!     let session = Session::builder()
//!         .profile("work")
//!         .assume_role_token_provider(stscreds::stdin_token_provider)
//!         .build()?;
//!     let s3 = s3::Client::new(&session);
//!
//!     let input = s3::PutObjectInput::new().bucket("reports").key("today.txt").body("all is well");
//!     match s3.put_object(input).await {
//!         Ok(output) => println!("stored, etag {:?}", output.e_tag),
//!         Err(error) if error.code() == s3::err_code::NO_SUCH_BUCKET => println!("make the bucket first"),
//!         Err(error) => return Err(error),
//!     }
//!     Ok(())
//! }
//! # #[cfg(not(all(feature = "s3", feature = "credentials")))]
//! # fn main() {}
//! ```
//!
//! # Features
//!
//! | feature | default | what it brings |
//! | --- | --- | --- |
//! | `s3`, `sts` | yes | the client of Amazon S3, of AWS STS |
//! | `kms`, `sqs`, `ecs` | | the client of AWS KMS, of Amazon SQS, of Amazon ECS |
//! | `s3crypto` | | client-side encryption of S3 objects; turns `s3` and `kms` on |
//! | `s3crypto-legacy-rsa` | | the same, and objects whose keys Java wrapped with RSA-OAEP-256 |
//! | `credentials` | yes | the module `credentials`, and credentials found by sessions |
//! | `role-cache` | | the credentials of assumed roles kept in files that processes share, the AWS CLI among them |
//! | `aws-lc-rs` | yes | TLS and cryptography from AWS-LC |
//! | `ring` | | the same from ring, a smaller build without SigV4a: turn the default features off with it |
//! | `dynamic` | | [`dynamic`]: services that have no crate here, called by a model that is loaded at run time |
//! | `http2` | | HTTP/2 with servers that offer it over TLS, which conversations in event streams need |
//! | `platform-verifier` | | certificates verified by the operating system in place of its list of roots |
//! | `webpki-roots` | | Mozilla's roots in the program, for systems that have none of their own |
//! | `request-compression` | | request bodies compressed with gzip, for operations that take them so: those of services called by [`dynamic`] |
//!
//! Without `credentials` a session still finds region and endpoint, and signs with the credentials that the code gives it.
//!
//! # Where to read on
//!
//! [`Session`] says what is looked up where. [`Handlers`] change or watch requests, for a session, a client or one call.
//! [`Error`] tells failures apart by their code. [`endpoints`] lists partitions, regions and services. [`core`] is
//! what clients are made of.

/// The README's examples, compiled with those of the documentation.
#[cfg(all(doctest, feature = "s3", feature = "credentials"))]
#[doc = include_str!("../../../README.md")]
mod readme {}

mod configured_endpoints;
mod endpoint_settings;
mod env_config;
pub mod err_code;
#[cfg(feature = "credentials")]
mod resolve_credentials;
pub mod session;
mod settings;

pub use cumulo_core::{
    Blob, Body, BoxError, BoxFuture, ChecksumPolicy, Config, ConfigProvider, Credentials, DateTime, Document,
    Error, EventStream, HandlerList, Handlers, NamedHandler, OperationRequest, PresignedRequest, Request,
    RetryMode, SecretBlob, SecretString, Shape, Timeouts,
};
pub use session::{Session, SessionBuilder};

pub use cumulo_core as core;
#[cfg(feature = "dynamic")]
pub use cumulo_core::dynamic;
pub use cumulo_core::endpoints;
pub use cumulo_shared_config as shared_config;

#[cfg(not(feature = "credentials"))]
pub use cumulo_core::credentials;
#[cfg(feature = "credentials")]
pub use cumulo_credentials as credentials;
#[cfg(feature = "ecs")]
pub use cumulo_ecs as ecs;
#[cfg(feature = "kms")]
pub use cumulo_kms as kms;
#[cfg(feature = "s3")]
pub use cumulo_s3 as s3;
#[cfg(feature = "s3crypto")]
pub use cumulo_s3crypto as s3crypto;
#[cfg(feature = "sqs")]
pub use cumulo_sqs as sqs;
#[cfg(feature = "sts")]
pub use cumulo_sts as sts;
