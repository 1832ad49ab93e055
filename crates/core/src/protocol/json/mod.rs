//! JSON: serde over the lens, so that serde_json writes shapes and reads into them without a tree in between.

mod errors;
mod reader;
mod text;
mod writer;

pub(super) use errors::parse as parse_error;
pub use reader::read;
pub(super) use reader::read_value;
pub use writer::write;
pub(super) use writer::write_value;
