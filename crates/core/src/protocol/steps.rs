//! What the steps of all protocols have in common: where errors go, how bodies are read, and who fills the tokens.

use ::http::{HeaderName, HeaderValue, Method};
use bytes::Bytes;

use crate::body::Body;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::{HttpRequest, HttpResponse};
use crate::operation::Operation;
use crate::protocol::tokens;
use crate::request::Request;
use crate::shape::Shape;

/// Runs the Build step of a protocol.
pub(super) fn build(request: &mut Request, write: impl FnOnce(&mut Request) -> Result<(), Error>) {
    tokens::fill(request);
    if let Err(error) = write(request) {
        request.fail(error);
    }
}

/// Reads a document into the empty output of an operation.
pub(super) type ReadDocument = fn(&Operation, &[u8], &mut dyn Shape) -> Result<(), Error>;

/// Runs the Unmarshal step of a protocol whose answers are documents.
///
/// Where there is no answer, a handler has put the data in its place.
pub(super) fn unmarshal(request: &mut Request, read: ReadDocument) -> BoxFuture<'_, ()> {
    Box::pin(read_answer(request, read))
}

async fn read_answer(request: &mut Request, read: ReadDocument) {
    let operation = request.operation();
    let mut output = operation.output.make();
    let Some(response) = &mut request.http_response else { return };
    let outcome = if output.schema().event_stream.is_some() {
        // The body is left to what reads events.
        Ok(())
    } else if output.schema().members().is_empty() {
        drain(response).await
    } else {
        collect(response).await.and_then(|body| read(operation, &body, &mut *output))
    };
    finish(request, output, outcome);
}

/// Ends the Unmarshal step: the output becomes the request's data, or the error its error.
pub(super) fn finish(request: &mut Request, output: Box<dyn Shape>, outcome: Result<(), Error>) {
    match (outcome, &request.http_response) {
        (Ok(()), _) => request.data = Some(output),
        (Err(error), Some(response)) => {
            let error = error.with_status(response.status);
            request.fail(error);
        }
        (Err(error), None) => request.fail(error),
    }
}

/// Reads the body of an answer whole; it stays readable for the handlers that follow.
///
/// # Errors
/// `ReadError` if the body breaks off.
pub(super) async fn collect(response: &mut HttpResponse) -> Result<Bytes, Error> {
    let bytes = std::mem::take(&mut response.body).collect().await?;
    response.body = bytes.clone().into();
    Ok(bytes)
}

/// Reads the body of an answer that holds nothing of interest to its end, so that its connection can be used again.
///
/// # Errors
/// `ReadError` if the body breaks off.
pub(super) async fn drain(response: &mut HttpResponse) -> Result<(), Error> {
    while response.body.next_chunk().await?.is_some() {}
    Ok(())
}

/// Reads the request id from the headers of the answer.
pub(super) fn read_request_id(request: &mut Request) {
    let Some(response) = &request.http_response else { return };
    let id = ["x-amzn-requestid", "x-amz-request-id"].into_iter().find_map(|name| response.header(name));
    if let Some(id) = id.filter(|id| !id.is_empty()) {
        request.request_id = Some(id.to_owned());
    }
}

/// Sets a header that neither a member nor a handler has set.
pub(super) fn default_header(http: &mut HttpRequest, name: HeaderName, value: &'static str) {
    http.headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// Makes the request a POST to the root of the endpoint, which may be a folder.
pub(super) fn post(http: &mut HttpRequest, body: impl Into<Body>) {
    http.method = Method::POST;
    if !http.url.path.ends_with('/') {
        http.url.path.push('/');
    }
    http.body = body.into();
}

/// Asks a service that once spoke the query protocol for the error codes it had there.
pub(super) fn announce_query_mode(request: &mut Request) {
    if request.settings().service.query_compatible {
        let name = HeaderName::from_static("x-amzn-query-mode");
        default_header(&mut request.http_request, name, "true");
    }
}

/// Whether a body holds nothing but white space.
pub(crate) fn is_blank(body: &[u8]) -> bool {
    body.trim_ascii().is_empty()
}
