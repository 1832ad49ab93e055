//! The behaviours that every server must show: the embedded endpoint in plain `cargo test`, and the servers that
//! `cargo xtask live` starts. The modules named after services, and `credentials`, run against all of them, `embedded` and
//! `retries` against the embedded endpoint alone, because they make servers fail on purpose.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod world;

mod credentials;
mod embedded;
mod kms;
mod retries;
mod s3;
mod s3crypto;
mod sqs;
mod sts;
