//! Sessions and their credentials from outside: MFA, refreshes, the codes of every failure, hostile neighbours, and that no
//! secret is shown anywhere.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod error_contract;
mod hostile;
mod mfa;
mod processes;
mod refreshes;
mod secrets;
mod world;
