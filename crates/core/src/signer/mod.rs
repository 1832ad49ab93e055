//! Signers: what turns a built request and credentials into one that AWS accepts. Called by the Sign stage, once per attempt.

pub mod v4;
pub mod v4a;
