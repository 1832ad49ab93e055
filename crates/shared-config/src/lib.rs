//! The shared AWS config and credentials files, and the environment variables beside them.
//!
//! A session reads them once, when it is made. Nothing here touches the process: the environment comes in as an
//! [`Env`], the disk as a [`FileSystem`], so a test hands in a map and a string.
//!
//! ```
//! use cumulo_shared_config::SharedConfig;
//!
//! let config = SharedConfig::parse(
//!     "[profile dev]\nregion = eu-central-1\nrole_arn = arn:aws:iam::123456789012:role/dev\nsource_profile = base\n",
//!     "[base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = example-secret\n",
//! )?;
//! let dev = config.profile("dev").expect("the profile stands in the config file");
//! assert_eq!(dev.region(), Some("eu-central-1"));
//! assert_eq!(dev.source_profile(), Some("base"));
//! # Ok::<(), cumulo_shared_config::Error>(())
//! ```
//!
//! From outside to inside: [`SharedConfig::load`] finds the files ([`Locations`]), `syntax` reads and checks
//! each, `document` sorts its sections, `shared_config` merges the two files, and [`Profile`] gives the values
//! their types.

mod document;
pub mod env;
mod environment;
mod error;
mod files;
mod profile;
mod node;
mod replace;
mod secret;
mod section;
mod shared_config;
mod syntax;
mod values;

pub use environment::Env;
pub use error::Error;
pub use files::{FileLock, FileSystem, Locations, MemoryFiles, RealFiles};
pub use profile::{Profile, StaticCredentials};
pub use secret::Secret;
pub use section::{Nested, Section};
pub use shared_config::{SharedConfig, SharedConfigState};
pub use values::{
    AccountIdEndpointMode, AddressingStyle, AppId, ChecksumMode, CompressionSize, CredentialSource,
    DefaultsMode, EndpointDiscovery, IpMode, RegionalEndpoints, RetryMode, UnknownValue,
};
