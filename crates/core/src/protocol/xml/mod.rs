//! XML: a reader and a writer of text, and on top of them the walk over shapes.

mod decode;
mod encode;
mod line_ends;
mod reader;
mod scan;
mod writer;

pub(super) use decode::structure as read_structure;
pub(super) use encode::root as write_root;
pub(super) use line_ends::line_ends;
pub(super) use reader::{Reader, Start};

/// How deep elements may be nested, in either direction.
const MAX_DEPTH: usize = 128;
