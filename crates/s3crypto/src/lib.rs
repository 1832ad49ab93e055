//! Client-side encryption for Amazon S3 objects.
//!
//! The name is reserved for the encryption and decryption clients; this release has neither.
