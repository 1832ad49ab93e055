//! The `rest-xml` protocol: parameters all over the HTTP message, and XML in the body.

use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Operation;
use crate::protocol::errors::ErrorAnswers;
use crate::protocol::events::XmlEvents;
use crate::protocol::rest::{self, Documents};
use crate::protocol::xml::{Reader, line_ends, read_structure, write_root};
use crate::protocol::{EventDocuments, Protocol, errors, scalar, steps, xml_error};
use crate::request::Request;
use crate::schema::{Member, Schema, Target};
use crate::shape::{Mut, Ref, Shape};

/// The `rest-xml` protocol, which S3 speaks. Services name it as [`REST_XML`](crate::protocol::REST_XML).
///
/// Specification: <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RestXml;

impl Protocol for RestXml {
    fn name(&self) -> &'static str {
        "rest_xml"
    }

    fn build(&self, request: &mut Request) {
        rest::build(request, &XmlDocuments);
    }

    fn unmarshal_meta(&self, request: &mut Request) {
        steps::read_request_id(request);
    }

    fn unmarshal<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        rest::unmarshal(request, &XmlDocuments)
    }

    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        errors::unmarshal(request, &ERROR_ANSWERS)
    }

    fn event_documents(&self) -> Option<&'static dyn EventDocuments> {
        Some(&XmlEvents)
    }
}

static ERROR_ANSWERS: ErrorAnswers = ErrorAnswers {
    parse: |service, _, body| xml_error::parse(service, body),
    fill: |response, body, fields| {
        rest::read_head(response, fields)?;
        xml_error::fill(body, fields)
    },
};

struct XmlDocuments;

impl Documents for XmlDocuments {
    fn content_type(&self) -> &'static str {
        "application/xml"
    }

    fn empty(&self) -> Option<&'static [u8]> {
        None
    }

    fn write_members(&self, operation: &Operation, shape: &dyn Shape) -> Result<Vec<u8>, Error> {
        let (name, namespace) = match &operation.input_root {
            Some(root) => (root.name, root.namespace),
            None => (shape.schema().name, None),
        };
        write_root(name, namespace, shape).map(String::into_bytes)
    }

    fn write_payload(&self, member: &'static Member, value: Ref<'_>) -> Result<Vec<u8>, Error> {
        let Ref::Structure(shape) = value else { return Err(scalar::mismatch(member, "a structure")) };
        let name = member.location_name.unwrap_or(shape.schema().name);
        write_root(name, member.xml_namespace, shape).map(String::into_bytes)
    }

    fn read_members(&self, body: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
        let body = line_ends(body);
        let mut reader = Reader::new(&body)?;
        let root = reader.root()?;
        match bare_member(shape.schema(), root.name) {
            Some((index, member)) => {
                let text = reader.text()?;
                if let Some(place) = shape.member_mut(index) {
                    scalar::read(member, place, text)?;
                }
            }
            None => read_structure(&mut reader, &root, shape)?,
        }
        reader.finish()
    }

    fn read_payload(&self, body: &[u8], member: &'static Member, place: Mut<'_>) -> Result<(), Error> {
        match place {
            Mut::Structure(shape) => self.read_members(body, shape),
            _ => Err(scalar::mismatch(member, "a structure")),
        }
    }
}

/// The only member in the body, if it is text and the document's element is itself instead of a structure around it. No
/// model says so; S3 answers `GetBucketLocation` in this way.
fn bare_member(schema: &Schema, root: &str) -> Option<(usize, &'static Member)> {
    let mut in_body = schema.members().iter().enumerate().filter(|(_, member)| member.is_in_answer_body());
    let (index, member) = in_body.next()?;
    let is_bare = member.wire_name() == root && matches!(member.target, Target::String);
    (is_bare && in_body.next().is_none()).then_some((index, member))
}
