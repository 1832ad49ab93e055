//! An embedded endpoint that serves S3, STS with MFA, KMS and SQS on loopback, for development and tests.
//!
//! One port serves all services. Every request's signature is verified, by code that the SDK's signer has no part in;
//! temporary credentials are checked for their token and their expiry, MFA codes are real (RFC 6238) and good for one
//! use, KMS ciphertexts are authenticated together with their encryption context. Everything is in memory and gone
//! with the server; S3 can use a folder.
//!
//! S3 has directory buckets too, those of S3 Express: `CreateBucket` of `base--zone--x-s3` with its configuration makes
//! one, `CreateSession` gives five minutes on it, and requests on it must be signed for `s3express`, with the session's
//! keys and `x-amz-s3session-token`, or with the caller's own.
//!
//! A test needs three lines:
//!
//! ```
//! use cumulo_local::{Identity, Role, Server};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let role = Role::new("arn:aws:iam::123456789012:role/demo")
//!     .require_mfa("arn:aws:iam::123456789012:mfa/me", b"12345678901234567890");
//! let local = Server::builder().identity(Identity::new("AKID", "SECRET")).role(role).start().await?;
//! let code = local.mfa_code("arn:aws:iam::123456789012:mfa/me").unwrap();
//! # assert_eq!(code.len(), 6);
//! // Point clients at local.endpoint_url().
//! # std::io::Result::Ok(()) }).unwrap();
//! ```
//!
//! What a client does about failures can be tested with [`Server::fail_next`], [`Server::drop_next_connections`],
//! [`Server::stall_next`], [`Server::truncate_next_body`] and [`Server::garble_next_body`]; what it sent, with
//! [`Server::requests`].
//!
//! The modules, in the order in which a request meets them: `server`, `endpoint`, `requests`, `route`, `faults`,
//! `auth` with `sigv4` and `identity`, then the service.

mod auth;
mod body;
mod builder;
mod clock;
mod endpoint;
mod error;
mod faults;
mod identity;
mod ids;
mod json;
mod kms;
mod mfa;
mod requests;
mod route;
mod s3;
mod server;
mod sigv4;
mod sqs;
mod sts;
mod xml;

pub use builder::Builder;
pub use clock::Clock;
pub use identity::Identity;
pub use mfa::totp_code;
pub use requests::RecordedRequest;
pub use server::Server;
pub use sts::Role;
