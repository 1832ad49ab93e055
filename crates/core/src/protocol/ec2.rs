//! The `ec2` protocol: a form in, XML out, each a little unlike those of `query`.

use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Operation;
use crate::protocol::form::{self, Dialect};
use crate::protocol::xml::{Reader, line_ends, read_structure};
use crate::protocol::{Protocol, errors, steps, xml_error};
use crate::request::Request;
use crate::shape::Shape;

/// The `ec2` protocol, which Amazon EC2 speaks. Services name it as [`EC2`](crate::protocol::EC2).
///
/// Specification: <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Ec2;

impl Protocol for Ec2 {
    fn name(&self) -> &'static str {
        "ec2"
    }

    fn build(&self, request: &mut Request) {
        steps::build(request, |request| form::write(request, Dialect::Ec2));
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

/// Reads `<OperationResponse>…`, which holds the members without a wrapper around them.
fn read(_: &Operation, body: &[u8], output: &mut dyn Shape) -> Result<(), Error> {
    let body = line_ends(body);
    let mut reader = Reader::new(&body)?;
    let root = reader.root()?;
    read_structure(&mut reader, &root, output)?;
    reader.finish()
}
