//! AWS Key Management Service for Cumulo.
//!
//! ```no_run
//! use cumulo_core::{Config, Credentials};
//! use cumulo_kms::{Client, GenerateDataKeyInput, enums::DataKeySpec};
//!
//! # async fn run() -> Result<(), cumulo_core::Error> {
//! let config = Config::new().region("eu-central-1").credentials(Credentials::from_keys("AKIA…", "…"));
//! let input = GenerateDataKeyInput::new().key_id("alias/my-key").key_spec(DataKeySpec::AES_256);
//! let data_key = Client::new(&config).generate_data_key(input).await?;
//! println!("{data_key:?}"); // the plaintext key is not shown
//! # Ok(()) }
//! ```
//!
//! Every operation has an input and an output type at the root, made with setters or by plain field assignment;
//! nested structures are in [`types`], names out of a set in [`enums`], error codes in [`err_code`], and the
//! operations as a trait, for fakes and mocks, in [`iface`].
//!
//! What all services share, [`Config`](core::Config), [`Credentials`](core::Credentials), [`Error`](core::Error) and so on, is
//! in [`core`], so that a program needs no other crate.
//!
//! Features: `aws-lc-rs` (default) or `ring` choose the cryptography.

pub mod customizations;
#[rustfmt::skip]
mod generated;

pub use cumulo_core as core;
pub use generated::iface::KmsApi;
#[doc(no_inline)]
pub use generated::operation::*;
pub use generated::{Client, ENDPOINT_RULES, KmsPages, SERVICE, enums, err_code, iface, operation, types};
