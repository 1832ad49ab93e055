//! The `json` protocols 1.0 and 1.1: every operation is a POST of a JSON document, named by a header.

use ::http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value;

use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::HttpResponse;
use crate::protocol::errors::Fault;
use crate::protocol::steps::is_blank;
use crate::protocol::{Protocol, errors, json, steps};
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
            http.method = Method::POST;
            http.body = body.into();
            http.headers.entry(HeaderName::from_static("x-amz-target")).or_insert(target);
            steps::default_header(http, header::CONTENT_TYPE, self.content_type);
            Ok(())
        });
    }

    fn unmarshal_meta(&self, request: &mut Request) {
        steps::read_request_id(request);
    }

    fn unmarshal<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        Box::pin(steps::unmarshal(request, read))
    }

    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        let is_query_compatible = request.settings().service.query_compatible;
        Box::pin(errors::unmarshal(
            request,
            move |response, body| parse_error(response, body, is_query_compatible),
            |_, body, fields| read(body, fields),
        ))
    }
}

/// Reads a document; none at all is one without members.
fn read(body: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
    if is_blank(body) { Ok(()) } else { json::read(body, shape) }
}

/// Reads the code from the header `x-amzn-errortype`, or from `__type` or `code` in the body. A service that once spoke
/// the query protocol keeps the code it had there in another header.
fn parse_error(response: &HttpResponse, body: &[u8], is_query_compatible: bool) -> Result<Fault, Error> {
    let mut fault = Fault::default();
    if is_query_compatible && let Some(value) = response.header("x-amzn-query-error") {
        let code = value.split(';').next().unwrap_or(value).trim();
        fault.code_override = Some(code.to_owned()).filter(|code| !code.is_empty());
    }
    fault.code = response.header("x-amzn-errortype").and_then(bare_code);
    if is_blank(body) {
        return Ok(fault);
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(document) => {
            let text = |name: &str| document.get(name).and_then(Value::as_str);
            fault.code = fault.code.or_else(|| text("__type").or_else(|| text("code")).and_then(bare_code));
            fault.message = message(&document);
        }
        // The header alone says which error it is.
        Err(_) if fault.code.is_some() => {}
        Err(error) => return Err(Error::unreadable(format!("the JSON cannot be read: {error}"))),
    }
    Ok(fault)
}

/// Cuts `aws.protocoltests#FooError:http://internal/` down to `FooError`.
fn bare_code(code: &str) -> Option<String> {
    let code = code.split(':').next().unwrap_or(code);
    let code = code.rsplit('#').next().unwrap_or(code).trim();
    (!code.is_empty()).then(|| code.to_owned())
}

fn message(document: &Value) -> Option<String> {
    let fields = document.as_object()?;
    let named = |name: &str| {
        fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    };
    named("message").or_else(|| named("errorMessage")).map(str::to_owned)
}
