//! Support for the integration tests in `tests/tests`, which run against the embedded endpoint and real servers alike.
//!
//! A test asks [`Target::from_environment`] for the server it shall talk to. `cargo xtask live` sets the variables named
//! in [`target`]; in plain `cargo test` there are none, and a test starts the embedded endpoint.

pub mod target;

pub use target::{Capabilities, InstanceMetadata, Mfa, Peer, Server, Target};
