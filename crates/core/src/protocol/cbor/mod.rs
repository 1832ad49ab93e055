//! CBOR (RFC 8949): a cursor and a writer over the library's lexer, and on top of them the walk over shapes.

mod decode;
mod errors;
mod reader;
mod writer;

pub(super) use decode::read;
pub(super) use errors::parse as parse_error;
pub(super) use writer::write;

/// How deep values may be nested, in either direction.
const MAX_DEPTH: usize = 128;
