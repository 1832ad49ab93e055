//! The `json` protocols 1.0 and 1.1: every operation is a POST of a JSON document, named by a header.

use ::http::{HeaderName, HeaderValue, header};

use crate::error::Error;
use crate::future::BoxFuture;
use crate::protocol::errors::ErrorAnswers;
use crate::protocol::events::JsonEvents;
use crate::protocol::steps::is_blank;
use crate::protocol::{EventDocuments, Protocol, errors, json, steps};
use crate::request::Request;
use crate::shape::Shape;

/// A `json` protocol. Services name one as [`JSON_1_0`](crate::protocol::JSON_1_0) or
/// [`JSON_1_1`](crate::protocol::JSON_1_1).
///
/// Specification: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>.
#[derive(Debug, Clone, Copy)]
pub struct JsonRpc {
    content_type: &'static str,
}

impl JsonRpc {
    pub(super) const V1_0: Self = Self { content_type: "application/x-amz-json-1.0" };
    pub(super) const V1_1: Self = Self { content_type: "application/x-amz-json-1.1" };
}

impl Protocol for JsonRpc {
    fn name(&self) -> &'static str {
        "json_rpc"
    }

    fn build(&self, request: &mut Request) {
        steps::build(request, |request| {
            let body = json::write(&*request.params)?;
            let prefix = request.settings().service.target_prefix.unwrap_or_default();
            let target = HeaderValue::try_from(format!("{prefix}.{}", request.operation().name));
            let target =
                target.map_err(|_| Error::unreadable("the operation's name does not fit a header"))?;
            let http = &mut request.http_request;
            steps::post(http, body);
            http.headers.entry(HeaderName::from_static("x-amz-target")).or_insert(target);
            steps::default_header(http, header::CONTENT_TYPE, self.content_type);
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
        Some(&JsonEvents { has_initial_messages: true })
    }
}

static ERROR_ANSWERS: ErrorAnswers = ErrorAnswers {
    parse: |service, response, body| json::parse_error(response, body, service.query_compatible),
    fill: |_, body, fields| read(body, fields),
};

/// Reads a document; none at all is one without members.
fn read(body: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
    if is_blank(body) { Ok(()) } else { json::read(body, shape) }
}
