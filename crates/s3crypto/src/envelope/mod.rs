//! The envelope: what is stored in clear beside an object so that the holder of the key can read it.
//!
//! `names` has the stored names, `fields` takes them out of metadata or of an instruction file, `read` decides which
//! format they are and refuses what is none, `write` is the way back. `rfc2047` undoes what S3 does to non-ASCII headers,
//! `json` reads and writes maps.

mod fields;
pub(crate) mod json;
mod names;
mod read;
mod rfc2047;
mod write;

pub(crate) use fields::Fields;
pub(crate) use names::is_reserved;
pub(crate) use read::{Location, locate, read};
pub(crate) use write::Stored;

use crate::keys::WrappedKey;

/// Which names an envelope is stored under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// `x-amz-key`: AES-CBC, a wrap without a name. Legacy, only read.
    V1,
    /// `x-amz-key-v2`: both ciphers are named.
    V2,
    /// `x-amz-3`: a committing cipher by its number.
    V3,
}

/// What is stored beside an object: its algorithms, its wrapped data key, its IV or message id. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// The names under which it is stored.
    pub format: Format,
    /// The wrapped data key, with the names of both algorithms.
    pub key: WrappedKey,
    /// The content's IV; empty in format V3.
    pub iv: Vec<u8>,
    /// The length of the content's tag in bits, if it is told.
    pub tag_len: Option<u32>,
    /// The random salt of format V3.
    pub message_id: Vec<u8>,
    /// What commits to the key in format V3.
    pub commitment: Vec<u8>,
    /// The content's length before it was encrypted, if it is told. Compared when the content is read.
    pub unencrypted_content_length: Option<u64>,
}

impl Envelope {
    /// An envelope of format V2 with a wrapped key and nothing else.
    pub fn new(key: WrappedKey) -> Self {
        Self {
            format: Format::V2,
            key,
            iv: Vec::new(),
            tag_len: None,
            message_id: Vec::new(),
            commitment: Vec::new(),
            unencrypted_content_length: None,
        }
    }
}
