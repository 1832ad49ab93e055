//! An AWS SDK for Rust: sessions, role assumption with MFA, and service clients.
