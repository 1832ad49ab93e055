//! The `rest-json` protocol: parameters all over the HTTP message, and JSON in the body.

use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Operation;
use crate::protocol::errors::ErrorAnswers;
use crate::protocol::events::JsonEvents;
use crate::protocol::rest::{self, Documents};
use crate::protocol::steps::is_blank;
use crate::protocol::{EventDocuments, Protocol, errors, json, steps};
use crate::request::Request;
use crate::schema::Member;
use crate::shape::{Mut, Ref, Shape};

/// The `rest-json` protocol. Services name it as [`REST_JSON`](crate::protocol::REST_JSON).
///
/// Specification: <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RestJson;

impl Protocol for RestJson {
    fn name(&self) -> &'static str {
        "rest_json"
    }

    fn build(&self, request: &mut Request) {
        rest::build(request, &JsonDocuments);
    }

    fn unmarshal_meta(&self, request: &mut Request) {
        steps::read_request_id(request);
    }

    fn unmarshal<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        rest::unmarshal(request, &JsonDocuments)
    }

    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        errors::unmarshal(request, &ERROR_ANSWERS)
    }

    fn event_documents(&self) -> Option<&'static dyn EventDocuments> {
        Some(&JsonEvents { has_initial_messages: false })
    }
}

static ERROR_ANSWERS: ErrorAnswers = ErrorAnswers {
    parse: |_, response, body| json::parse_error(response, body, false),
    fill: |response, body, fields| {
        rest::read_head(response, fields)?;
        if is_blank(body) { Ok(()) } else { json::read(body, fields) }
    },
};

struct JsonDocuments;

impl Documents for JsonDocuments {
    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn empty(&self) -> Option<&'static [u8]> {
        Some(b"{}")
    }

    fn write_members(&self, _: &Operation, shape: &dyn Shape) -> Result<Vec<u8>, Error> {
        json::write(shape)
    }

    fn write_payload(&self, member: &'static Member, value: Ref<'_>) -> Result<Vec<u8>, Error> {
        json::write_value(member, value)
    }

    fn read_members(&self, body: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
        json::read(body, shape)
    }

    fn read_payload(&self, body: &[u8], member: &'static Member, place: Mut<'_>) -> Result<(), Error> {
        json::read_value(body, member, place)
    }
}
