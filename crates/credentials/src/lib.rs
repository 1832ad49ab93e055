//! Where credentials come from: the environment, the shared files, several places in turn, and roles assumed with STS.
//!
//! Each provider implements [`Provider`]; put behind [`Credentials`] it is asked when a request is signed, and again
//! before what it gave ends. Keys that are known already need no provider:
//! [`Credentials::from_keys`] takes them as they are.
//!
//! A provider reads nothing behind its user's back: the environment, the files, the clock and the random numbers are handed in.
//!
//! ```
//! use cumulo_credentials::{ChainProvider, Credentials, EnvProvider, SharedFileProvider};
//! use cumulo_shared_config::Env;
//!
//! let chain = ChainProvider::new()
//!     .with("environment", EnvProvider::new(Env::real()))
//!     .with("shared file", SharedFileProvider::new(Env::real()).profile("dev"));
//! let credentials = Credentials::new(chain);
//! # let _ = credentials;
//! ```

mod chain;
mod container;
mod document;
mod env;
pub mod err_code;
mod fetch;
pub mod imds;
mod limit;
pub mod process;
mod shared_file;
pub mod stscreds;
#[cfg(test)]
mod testing;

pub use chain::ChainProvider;
pub use container::ContainerProvider;
pub use cumulo_core::credentials::{Credentials, Provider, Value};
pub use env::EnvProvider;
pub use process::ProcessProvider;
pub use shared_file::SharedFileProvider;
