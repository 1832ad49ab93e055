//! The metadata service of an EC2 instance (IMDS): a small client, and the credentials of the instance's role.
//!
//! [`Client`] asks it for anything, [`Ec2RoleProvider`] for credentials. Same role as Go's packages `ec2metadata` and
//! `ec2rolecreds`.

mod client;
mod documents;
mod role;
mod session;
#[cfg(test)]
mod tests;

pub use client::Client;
pub use documents::{IamInfo, InstanceIdentityDocument};
pub use role::Ec2RoleProvider;
