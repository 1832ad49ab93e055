//! Amazon SQS for Cumulo.
//!
//! ```no_run
//! use cumulo_core::{Config, Credentials};
//! use cumulo_sqs::{Client, SendMessageInput};
//!
//! # async fn run() -> Result<(), cumulo_core::Error> {
//! let config = Config::new().region("eu-central-1").credentials(Credentials::from_keys("AKIA…", "…"));
//! let message = SendMessageInput::new().queue_url("https://…/my-queue").message_body("hello");
//! let sent = Client::new(&config).send_message(message).await?;
//! println!("sent {}", sent.message_id.unwrap_or_default());
//! # Ok(()) }
//! ```
//!
//! Every operation has an input and an output type at the root, made with setters or by plain field assignment;
//! nested structures are in [`types`], names out of a set in [`enums`], error codes in [`err_code`], and the
//! operations as a trait, for fakes and mocks, in [`iface`].
//!
//! Messages are compared with the MD5 that SQS computes of them; a message that has been changed on the way is the error
//! `InvalidChecksum` ([`customizations::VERIFY_CHECKSUMS`]).
//!
//! What all services share, [`Config`](core::Config), [`Credentials`](core::Credentials), [`Error`](core::Error) and so on, is
//! in [`core`], so that a program needs no other crate.
//!
//! Features: `aws-lc-rs` (default) or `ring` choose the cryptography.

mod checksums;
pub mod customizations;
#[rustfmt::skip]
mod generated;

pub use cumulo_core as core;
pub use generated::iface::SqsApi;
#[doc(no_inline)]
pub use generated::operation::*;
pub use generated::{Client, ENDPOINT_RULES, SERVICE, SqsPages, enums, err_code, iface, operation, types};
