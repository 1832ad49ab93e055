//! What the protocols share in reading error answers.

use std::borrow::Cow;

use ::http::StatusCode;
use bytes::{Bytes, BytesMut};

use crate::err_code;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::HttpResponse;
use crate::operation::{ErrorType, Retryable, Service};
use crate::protocol::steps;
use crate::request::Request;
use crate::shape::{Mut, Ref, Shape};

/// How much is read of an error answer, in bytes: what sends more is no service of AWS, and may never end.
const LONGEST: usize = 8 * 1024 * 1024;

/// What an error answer says of itself.
#[derive(Debug, Default)]
pub(super) struct Fault {
    /// The code or the shape's name, as the service wrote it.
    pub(super) code: Option<String>,
    /// A code that goes before the one of the model.
    pub(super) code_override: Option<String>,
    /// What went wrong.
    pub(super) message: Option<String>,
    /// The service's id for the request.
    pub(super) request_id: Option<String>,
    /// S3's second id.
    pub(super) host_id: Option<String>,
}

/// How a protocol's error answers are read.
pub(super) struct ErrorAnswers {
    /// Reads what the head and the body of the answer say of the error.
    pub(super) parse: fn(&Service, &HttpResponse, &[u8]) -> Result<Fault, Error>,
    /// Reads the members of an error that the model describes.
    pub(super) fill: fn(&HttpResponse, &[u8], &mut dyn Shape) -> Result<(), Error>,
}

/// Runs the UnmarshalError step of a protocol. What it finds takes the place of the error that the request has.
///
/// Without a code, the error is named after its status. An answer that cannot be read is named so too if its status is
/// 500 or above, where something in front of the service has answered; otherwise it is a `SerializationError`.
pub(super) fn unmarshal<'a>(request: &'a mut Request, answers: &'static ErrorAnswers) -> BoxFuture<'a, ()> {
    Box::pin(read(request, answers))
}

async fn read(request: &mut Request, answers: &'static ErrorAnswers) {
    let service = request.settings().service;
    let Some(response) = &mut request.http_response else { return };
    let status = response.status;
    let mut error = match collect(response).await {
        Err(error) => error,
        Ok(body) => match (answers.parse)(service, response, &body) {
            Ok(fault) => describe(service, response, &body, fault, answers),
            Err(_) if status >= 500 => of_status(status, None),
            Err(error) => {
                error.clone().with_message(format!("failed to read the error answer: {}", error.message()))
            }
        },
    };
    if error.extended_request_id().is_none()
        && let Some(id) = response.header("x-amz-id-2")
    {
        error = error.with_extended_request_id(id);
    }
    if error.request_id().is_none()
        && let Some(id) = &request.request_id
    {
        error = error.with_request_id(id.clone());
    }
    request.fail(error.with_status(status));
}

/// Reads the body of an error answer, which stays readable for the handlers that follow, up to [`LONGEST`].
async fn collect(response: &mut HttpResponse) -> Result<Bytes, Error> {
    if response.body.len().is_some_and(|len| len <= LONGEST as u64) {
        return steps::collect(response).await;
    }
    let mut body = std::mem::take(&mut response.body);
    let mut start = BytesMut::new();
    while start.len() < LONGEST
        && let Some(chunk) = body.next_chunk().await?
    {
        start.extend_from_slice(&chunk);
    }
    let start = start.freeze();
    response.body = start.clone().into();
    Ok(start)
}

/// Cuts `aws.protocoltests#FooError:http://internal/` down to `FooError`.
pub(super) fn bare_code(code: &str) -> Option<String> {
    let code = code.split(':').next().unwrap_or(code);
    let code = code.rsplit('#').next().unwrap_or(code).trim();
    (!code.is_empty()).then(|| code.to_owned())
}

/// The code of the query protocol, which a service that once spoke it keeps in a header: `<code>;Sender` or
/// `<code>;Receiver`. A header of another form says nothing.
pub(super) fn query_code(response: &HttpResponse, is_query_compatible: bool) -> Option<String> {
    let value = response.header("x-amzn-query-error").filter(|_| is_query_compatible)?;
    let (code, kind) = value.split_once(';')?;
    let code = code.trim();
    (!code.is_empty() && !kind.contains(';')).then(|| code.to_owned())
}

fn describe(
    service: &Service,
    response: &HttpResponse,
    body: &[u8],
    fault: Fault,
    answers: &ErrorAnswers,
) -> Error {
    let message = fault.message;
    let modelled = fault.code.as_deref().and_then(|code| error_type(service, code));
    let code = match (fault.code_override, modelled) {
        (Some(code), _) => Some(Cow::Owned(code)),
        (None, Some(error_type)) => Some(Cow::Borrowed(error_type.code)),
        (None, None) => fault.code.map(Cow::Owned),
    };
    let mut error = match code {
        Some(code) => Error::new(code, message.clone().unwrap_or_default()),
        None => of_status(response.status, message.clone()),
    };
    if let Some(error_type) = modelled {
        let mut fields = error_type.fields.make();
        // Members that cannot be read are not worth losing the error for. They would be left with a default that the service
        // has not sent, so none of them is kept.
        if (answers.fill)(response, body, &mut *fields).is_err() {
            fields = error_type.fields.make();
        }
        if let Some(message) = message {
            set_message(&mut *fields, message);
        }
        error = as_modelled(error, error_type, fields);
    }
    if let Some(id) = fault.request_id {
        error = error.with_request_id(id);
    }
    match fault.host_id {
        Some(id) => error.with_extended_request_id(id),
        None => error,
    }
}

/// The error that a message of an event stream reports under `name`: the model describes it as `shape_name`, if it does.
/// `fill` reads the members from the message.
pub(crate) fn of_event(
    service: &Service,
    name: &str,
    shape_name: &str,
    fill: impl FnOnce(&mut dyn Shape) -> Result<(), Error>,
) -> Error {
    let modelled = error_type(service, shape_name).or_else(|| error_type(service, name));
    let Some(error_type) = modelled else { return Error::new(name.to_owned(), "") };
    let mut fields = error_type.fields.make();
    // As in any answer: members that cannot be read are not worth losing the error for.
    if fill(&mut *fields).is_err() {
        fields = error_type.fields.make();
    }
    let message = fields.text("message").or_else(|| fields.text("Message")).unwrap_or_default().to_owned();
    as_modelled(Error::new(error_type.code, message), error_type, fields)
}

/// The same error with its members, and worth a retry if the model says so.
fn as_modelled(error: Error, error_type: &ErrorType, fields: Box<dyn Shape>) -> Error {
    let error = error.with_fields(fields);
    match error_type.retryable {
        Some(retryable) => error.with_retryable(true).with_throttle(retryable == Retryable::Throttling),
        None => error,
    }
}

/// The error that the model describes under a code or a shape's name.
pub(super) fn error_type(service: &Service, code: &str) -> Option<&'static ErrorType> {
    let by_code = service.errors.iter().find(|error| error.code == code);
    by_code.or_else(|| service.errors.iter().find(|error| error.shape_name == code))
}

/// An error that says nothing of itself: `NotFound` for 404, `ServiceUnavailable` for 503.
fn of_status(status: u16, message: Option<String>) -> Error {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let Some(reason) = reason else {
        let message = message.unwrap_or_else(|| "the service answered with an error".to_owned());
        return Error::new(err_code::UNKNOWN_ERROR, message);
    };
    let code: String = reason.chars().filter(char::is_ascii_alphanumeric).collect();
    Error::new(code, message.map_or(Cow::Borrowed(reason), Cow::Owned))
}

/// Models write the member `message`, services `Message` or `message`: it is filled either way.
fn set_message(fields: &mut dyn Shape, message: String) {
    let index =
        fields.schema().members().iter().position(|member| member.name.eq_ignore_ascii_case("message"));
    let Some(index) = index else { return };
    let is_set = matches!(fields.member(index), Some(Ref::String(text)) if !text.is_empty());
    if !is_set && let Some(Mut::String(place)) = fields.member_mut(index) {
        place.set_text(message);
    }
}
