//! Where credentials come from.
//!
//! | provider | source |
//! | --- | --- |
//! | [`EnvProvider`] | environment variables |
//! | [`SharedFileProvider`] | the shared credentials file |
//! | [`ProcessProvider`] | what a command prints (`credential_process`) |
//! | [`SsoProvider`] | a sign-in with IAM Identity Center, by profile |
//! | [`LoginProvider`] | a sign-in with `aws login` |
//! | [`ContainerProvider`] | the agent beside an ECS task or an EKS pod |
//! | [`imds::Ec2RoleProvider`] | the metadata service of an EC2 instance |
//! | [`stscreds::AssumeRoleProvider`] | a role, assumed with other credentials and, where it demands one, an MFA code |
//! | [`stscreds::WebIdentityRoleProvider`] | a role, assumed with a token of another identity provider |
//! | [`ChainProvider`] | several of them in turn |
//!
//! Each provider implements [`Provider`]; put behind [`Credentials`] it is asked when a request is signed, and again
//! before what it gave ends. Keys that are known already need no provider:
//! [`Credentials::from_keys`] takes them as they are.
//!
//! A provider reads nothing behind its user's back: the environment, the files, the HTTP client, the runner of processes, the
//! clock and the random numbers are handed in.
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
mod login;
pub mod process;
#[doc(hidden)]
pub mod session;
mod shared_file;
pub mod sso;
pub mod stscreds;
#[cfg(test)]
mod testing;

pub use chain::ChainProvider;
pub use container::ContainerProvider;
pub use cumulo_core::credentials::{Credentials, Provider, Value};
pub use env::EnvProvider;
pub use login::LoginProvider;
pub use process::ProcessProvider;
pub use shared_file::SharedFileProvider;
pub use sso::SsoProvider;
