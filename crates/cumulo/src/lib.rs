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
//! | `dynamic` | | the module `dynamic`: services that have no crate here, called by a model that is loaded at run time |
//! | `http2` | | HTTP/2 with servers that offer it over TLS, which conversations in event streams need |
//! | `platform-verifier` | | certificates verified by the operating system in place of its list of roots |
//! | `webpki-roots` | | Mozilla's roots in the program, for systems that have none of their own |
//! | `request-compression` | | request bodies compressed with gzip, for operations that take them so: those of services called by `dynamic` |
//!
//! Without `credentials` a session still finds region and endpoint, and signs with the credentials that the code gives it.
//!
//! # Logs
//!
//! Nothing is printed. Events of the crate `tracing` go to the subscriber that the program has installed, if any; their target
//! begins with `cumulo_core`, and none holds a header, a query, a body or a secret.
//!
//! | level | event |
//! | --- | --- |
//! | warn | credentials could not be renewed ahead of their end |
//! | debug | an attempt is repeated: service, operation, attempt, code, status, request id and wait; an exchange failed, or had no answer in time; a stream has an event that the model does not know |
//! | trace | a request is sent, its answer has begun: method, host and status |
//!
//! Whatever else is to be logged, handlers see: each attempt of every client, for example.
//!
//! ```no_run
//! use std::time::Instant;
//!
//! use cumulo::{NamedHandler, Session};
//!
//! # fn main() -> Result<(), cumulo::Error> {
//! let mut session = Session::new()?;
//! let handlers = session.handlers_mut();
//! handlers.send.push_front(|request| {
//!     request.extensions.insert(Instant::now());
//! });
//! handlers.complete_attempt.push_back_named(NamedHandler::new("app.Log", |request| {
//!     tracing::info!(
//!         operation = request.operation().name,
//!         attempt = request.retry_count + 1,
//!         status = request.http_response.as_ref().map(|answer| answer.status),
//!         request_id = request.request_id,
//!         code = request.error.as_ref().map(|error| error.code()),
//!         took = ?request.extensions.get::<Instant>().map(Instant::elapsed),
//!     );
//! }));
//! # Ok(()) }
//! ```
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

/// And those of the guide for users of Go.
#[cfg(all(doctest, feature = "s3"))]
#[doc = include_str!("../../../docs/FROM_GO.md")]
mod from_go {}

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
