//! What the REST protocols share: members in the path, the query string, headers and the status, and bodies that are
//! one member alone. Only the documents in the remaining bodies differ.

mod headers;
mod payload;
mod uri;

pub(super) use headers::read as read_head;

use ::http::header;

use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::HttpResponse;
use crate::operation::Operation;
use crate::protocol::steps;
use crate::request::Request;
use crate::schema::{Location, Member};
use crate::shape::{Mut, Ref, Shape};

/// The documents of one REST protocol.
pub(super) trait Documents: Sync {
    /// The `Content-Type` of a document.
    fn content_type(&self) -> &'static str;

    /// What is sent where the model has a body and the parameters have nothing for it; `None` for no body at all.
    fn empty(&self) -> Option<&'static [u8]>;

    /// Writes the members of `shape` that travel in the body.
    fn write_members(&self, operation: &Operation, shape: &dyn Shape) -> Result<Vec<u8>, Error>;

    /// Writes a member that alone makes up the body.
    fn write_payload(&self, member: &'static Member, value: Ref<'_>) -> Result<Vec<u8>, Error>;

    /// Reads the members of `shape` from a body.
    fn read_members(&self, body: &[u8], shape: &mut dyn Shape) -> Result<(), Error>;

    /// Reads a member that alone makes up the body.
    fn read_payload(&self, body: &[u8], member: &'static Member, place: Mut<'_>) -> Result<(), Error>;
}

/// Runs the Build step.
pub(super) fn build(request: &mut Request, documents: &'static dyn Documents) {
    steps::build(request, |request| {
        uri::write(request)?;
        headers::write(&mut request.http_request, &*request.params)?;
        payload::write(request, documents)
    });
}

/// Runs the Unmarshal step.
pub(super) fn unmarshal<'a>(
    request: &'a mut Request,
    documents: &'static dyn Documents,
) -> BoxFuture<'a, ()> {
    Box::pin(read_answer(request, documents))
}

async fn read_answer(request: &mut Request, documents: &'static dyn Documents) {
    let operation = request.operation();
    let mut output = operation.output.make();
    let Some(response) = &mut request.http_response else { return };
    if output.schema().payload_member().is_some_and(|(_, member)| member.is_stream()) {
        response.body.name_call(operation.name, request.request_id.as_deref());
    }
    let outcome = read(response, &mut *output, documents).await;
    steps::finish(request, output, outcome);
}

/// Reads the head first, then the body, which is handed over as it arrives if it is streamed.
async fn read(
    response: &mut HttpResponse,
    output: &mut dyn Shape,
    documents: &'static dyn Documents,
) -> Result<(), Error> {
    headers::read(response, output)?;
    if output.schema().event_stream.is_some() {
        // The body is left to what reads events.
        return Ok(());
    }
    match output.schema().payload_member() {
        Some((index, member)) => payload::read(response, output, index, member, documents).await,
        None if output.schema().members().iter().any(Member::is_in_answer_body) => {
            let body = steps::collect(response).await?;
            if steps::is_blank(&body) { Ok(()) } else { documents.read_members(&body, output) }
        }
        None => steps::drain(response).await,
    }
}

/// Writes the document of the members that travel in the body. If none of them is set, it is the protocol that decides
/// whether there is one.
fn write_document(request: &mut Request, documents: &dyn Documents) -> Result<(), Error> {
    let shape = &*request.params;
    let members = shape.schema().members().iter().enumerate();
    let mut in_body = members.filter(|(_, member)| member.location == Location::Body).peekable();
    if in_body.peek().is_none() {
        return Ok(());
    }
    if in_body.any(|(index, _)| shape.member(index).is_some()) {
        let document = documents.write_members(request.operation(), shape)?;
        set_document(request, document, documents);
    } else {
        set_empty_document(request, documents);
    }
    Ok(())
}

fn set_empty_document(request: &mut Request, documents: &dyn Documents) {
    if let Some(empty) = documents.empty() {
        set_document(request, empty.to_vec(), documents);
    }
}

fn set_document(request: &mut Request, document: Vec<u8>, documents: &dyn Documents) {
    request.http_request.body = document.into();
    steps::default_header(&mut request.http_request, header::CONTENT_TYPE, documents.content_type());
}
