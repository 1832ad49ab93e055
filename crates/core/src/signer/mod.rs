//! Signers: what turns a built request and credentials into one that AWS accepts. Called by the Sign stage, once per attempt.

mod chunk_signer;
pub mod v4;
pub mod v4a;

pub(crate) use chunk_signer::{ChunkSignature, ChunkSigner};
