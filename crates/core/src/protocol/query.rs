//! The `query` protocol: a form in, XML out.

use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Operation;
use crate::protocol::form::{self, Dialect};
use crate::protocol::xml::{Reader, line_ends, read_structure};
use crate::protocol::{Protocol, errors, steps, xml_error};
use crate::request::Request;
use crate::shape::Shape;

/// The `query` protocol. Services name it as [`QUERY`](crate::protocol::QUERY).
///
/// Specification: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Query;

impl Protocol for Query {
    fn name(&self) -> &'static str {
        "query"
    }

    fn build(&self, request: &mut Request) {
        steps::build(request, |request| form::write(request, Dialect::Query));
    }

    fn unmarshal_meta(&self, request: &mut Request) {
        steps::read_request_id(request);
    }

    fn unmarshal<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        steps::unmarshal(request, read)
    }

    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        errors::unmarshal(request, &xml_error::ANSWERS)
    }
}

fn read(operation: &Operation, body: &[u8], output: &mut dyn Shape) -> Result<(), Error> {
    match operation.result_wrapper {
        Some(wrapper) => read_within(Some(wrapper), body, output),
        // Every published model names the element; where a shorter one does not, the specification does.
        None => {
            let wrapper = Some(format!("{}Result", operation.name));
            let wrapper = wrapper.filter(|wrapper| has_child(body, wrapper));
            read_within(wrapper.as_deref(), body, output)
        }
    }
}

/// Whether an element called `name` stands right below the root of the document.
fn has_child(body: &[u8], name: &str) -> bool {
    let find = || -> Result<bool, Error> {
        let mut reader = Reader::new(body)?;
        reader.root()?;
        while let Some(child) = reader.child()? {
            if child.name == name {
                return Ok(true);
            }
            reader.skip()?;
        }
        Ok(false)
    };
    find().unwrap_or(false)
}

/// Reads `<OperationResponse><OperationResult>…`; the metadata beside the result is known from the headers.
fn read_within(wrapper: Option<&str>, body: &[u8], output: &mut dyn Shape) -> Result<(), Error> {
    let body = line_ends(body);
    let mut reader = Reader::new(&body)?;
    let root = reader.root()?;
    match wrapper {
        None => read_structure(&mut reader, &root, output)?,
        Some(wrapper) => {
            let mut is_found = false;
            while let Some(child) = reader.child()? {
                if child.name == wrapper {
                    is_found = true;
                    read_structure(&mut reader, &child, output)?;
                } else {
                    reader.skip()?;
                }
            }
            if !is_found {
                return Err(Error::unreadable(format!("the answer has no element {wrapper}")));
            }
        }
    }
    reader.finish()
}
