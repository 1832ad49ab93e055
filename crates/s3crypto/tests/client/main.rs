//! The two clients over S3 and KMS in memory: formats, refusals, tampering, streams.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod fake_kms;
mod fake_s3;
mod go_objects;
mod metadata;
mod own_cipher;
mod re_encryption;
mod refusals;
mod round_trips;
mod streaming;
mod tampering;
mod vectors;
