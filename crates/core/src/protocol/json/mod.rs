//! JSON: serde over the lens, so that serde_json writes shapes and reads into them without a tree in between.

mod reader;
mod writer;

pub(super) use reader::read;
pub(super) use writer::write;
