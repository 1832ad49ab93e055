//! JSON: serde over the lens, so that serde_json writes shapes and reads into them without a tree in between.

mod errors;
mod reader;
mod writer;

pub(super) use errors::parse as parse_error;
pub(super) use reader::{read, read_value};
pub(super) use writer::{write, write_value};
