//! The `smithy-rpc-v2-cbor` protocol: every operation is a POST of a CBOR document, named by the path.

use ::http::{HeaderName, Method, header};

use crate::error::Error;
use crate::event_stream;
use crate::future::BoxFuture;
use crate::operation::Service;
use crate::protocol::errors::ErrorAnswers;
use crate::protocol::events::CborEvents;
use crate::protocol::percent::push_encoded;
use crate::protocol::{EventDocuments, Protocol, cbor, errors, steps};
use crate::request::Request;
use crate::shape::Shape;

/// The `smithy-rpc-v2-cbor` protocol. Services name it as [`RPC_V2_CBOR`](crate::protocol::RPC_V2_CBOR).
///
/// Specification: <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RpcV2Cbor;

impl Protocol for RpcV2Cbor {
    fn name(&self) -> &'static str {
        "rpc_v2_cbor"
    }

    fn build(&self, request: &mut Request) {
        steps::build(request, |request| {
            let (service, operation) = (request.settings().service, request.operation());
            let http = &mut request.http_request;
            http.method = Method::POST;
            push_path(&mut http.url.path, service, operation.name);
            steps::default_header(http, HeaderName::from_static("smithy-protocol"), "rpc-v2-cbor");
            let accepted = match operation.output.schema.event_stream {
                Some(_) => event_stream::CONTENT_TYPE,
                None => CONTENT_TYPE,
            };
            steps::default_header(http, header::ACCEPT, accepted);
            if operation.has_input {
                http.body = cbor::write(&*request.params)?.into();
                steps::default_header(http, header::CONTENT_TYPE, CONTENT_TYPE);
            }
            steps::announce_query_mode(request);
            Ok(())
        });
    }

    fn unmarshal_meta(&self, request: &mut Request) {
        steps::read_request_id(request);
    }

    fn unmarshal<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        steps::unmarshal(request, |_, body, output| read(body, output))
    }

    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        errors::unmarshal(request, &ERROR_ANSWERS)
    }

    fn event_documents(&self) -> Option<&'static dyn EventDocuments> {
        Some(&CborEvents)
    }
}

const CONTENT_TYPE: &str = "application/cbor";

/// Appends `/service/{service}/operation/{operation}`; the service goes by its target prefix, or else by its id.
fn push_path(path: &mut String, service: &Service, operation: &str) {
    path.truncate(path.trim_end_matches('/').len());
    path.push_str("/service/");
    match service.target_prefix {
        Some(prefix) => push_encoded(path, prefix, false),
        None => push_encoded(path, &service.id.replace(' ', ""), false),
    }
    path.push_str("/operation/");
    push_encoded(path, operation, false);
}

static ERROR_ANSWERS: ErrorAnswers = ErrorAnswers {
    parse: |service, response, body| cbor::parse_error(response, body, service.query_compatible),
    fill: |_, body, fields| read(body, fields),
};

/// Reads a document; none at all is one without members.
fn read(body: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
    if body.is_empty() { Ok(()) } else { cbor::read(body, shape) }
}
