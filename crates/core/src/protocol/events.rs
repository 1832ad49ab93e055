//! The documents in the payloads of events, which are those of the protocol.

use std::fmt;

use crate::error::Error;
use crate::protocol::xml::{Reader, read_structure, write_root};
use crate::protocol::{cbor, json};
use crate::shape::Shape;

/// How a protocol writes and reads the payloads of events.
pub trait EventDocuments: fmt::Debug + Send + Sync {
    /// The type of a document, for the header `:content-type`.
    fn content_type(&self) -> &'static str;

    /// Whether the members beside the stream travel in messages of their own, before the first event: in protocols without
    /// places for them in the head of the HTTP message.
    fn has_initial_messages(&self) -> bool;

    /// Writes a document of the members of `shape` that are no headers; `name` is its root where documents have one.
    ///
    /// # Errors
    /// `SerializationError` if a value cannot be written.
    fn write(&self, name: &str, shape: &dyn Shape) -> Result<Vec<u8>, Error>;

    /// Reads a document, which is not blank, into `shape`.
    ///
    /// # Errors
    /// `SerializationError` if it cannot be read.
    fn read(&self, document: &[u8], shape: &mut dyn Shape) -> Result<(), Error>;
}

/// Those of `rest-xml`.
#[derive(Debug)]
pub(super) struct XmlEvents;

impl EventDocuments for XmlEvents {
    fn content_type(&self) -> &'static str {
        "application/xml"
    }

    fn has_initial_messages(&self) -> bool {
        false
    }

    fn write(&self, name: &str, shape: &dyn Shape) -> Result<Vec<u8>, Error> {
        write_root(name, None, shape).map(String::into_bytes)
    }

    fn read(&self, document: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
        let mut reader = Reader::new(document)?;
        let root = reader.root()?;
        read_structure(&mut reader, &root, shape)?;
        reader.finish()
    }
}

/// Those of `rest-json` and of the `json` protocols.
#[derive(Debug)]
pub(super) struct JsonEvents {
    pub(super) has_initial_messages: bool,
}

impl EventDocuments for JsonEvents {
    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn has_initial_messages(&self) -> bool {
        self.has_initial_messages
    }

    fn write(&self, _: &str, shape: &dyn Shape) -> Result<Vec<u8>, Error> {
        json::write(shape)
    }

    fn read(&self, document: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
        json::read(document, shape)
    }
}

/// Those of `smithy-rpc-v2-cbor`.
#[derive(Debug)]
pub(super) struct CborEvents;

impl EventDocuments for CborEvents {
    fn content_type(&self) -> &'static str {
        "application/cbor"
    }

    fn has_initial_messages(&self) -> bool {
        true
    }

    fn write(&self, _: &str, shape: &dyn Shape) -> Result<Vec<u8>, Error> {
        cbor::write(shape)
    }

    fn read(&self, document: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
        cbor::read(document, shape)
    }
}
