//! Bodies that are one member alone: raw bytes or text, a stream, or a document.

use ::http::header;

use super::{Documents, set_document, set_empty_document, write_document};
use crate::body::Body;
use crate::error::Error;
use crate::http::HttpResponse;
use crate::protocol::{scalar, steps};
use crate::request::Request;
use crate::schema::{Member, Target};
use crate::shape::{Mut, Ref, Shape};

/// Writes the body, if there is one. A request without leaves with none: neither bytes nor a content type.
pub(super) fn write(request: &mut Request, documents: &dyn Documents) -> Result<(), Error> {
    let Some((index, member)) = request.params.schema().payload_member() else {
        return write_document(request, documents);
    };
    let content_type = match request.params.member(index) {
        None => {
            // A structure may well be empty, of a union one member is meant.
            if matches!(member.target, Target::Structure(schema) if !schema.is_union) {
                set_empty_document(request, documents);
            }
            return Ok(());
        }
        Some(value @ (Ref::Structure(_) | Ref::List(_) | Ref::Map(_) | Ref::Document(_))) => {
            let document = documents.write_payload(member, value)?;
            set_document(request, document, documents);
            return Ok(());
        }
        // The frames of the events follow in the next stage.
        Some(Ref::Events(_)) => return Ok(()),
        Some(Ref::String(_)) => "text/plain",
        Some(_) => "application/octet-stream",
    };
    request.http_request.body = raw(&mut *request.params, index, member)?;
    if !request.http_request.body.is_empty() {
        steps::default_header(&mut request.http_request, header::CONTENT_TYPE, content_type);
    }
    Ok(())
}

/// Bytes are shared with the parameters; a stream, which cannot be, is moved out of them.
fn raw(params: &mut dyn Shape, index: usize, member: &Member) -> Result<Body, Error> {
    if let Some(Ref::String(text)) = params.member(index) {
        return Ok(text.to_owned().into());
    }
    match params.member_mut(index) {
        Some(Mut::Stream(body)) => Ok(std::mem::take(body)),
        Some(Mut::Blob(blob)) => Ok(blob.clone().into_bytes().into()),
        Some(Mut::SecretBlob(blob)) => Ok(blob.to_vec().into()),
        _ => Err(scalar::mismatch(member, "what a body can carry")),
    }
}

/// Reads the body into the member.
pub(super) async fn read(
    response: &mut HttpResponse,
    output: &mut dyn Shape,
    index: usize,
    member: &'static Member,
    documents: &'static dyn Documents,
) -> Result<(), Error> {
    if member.is_stream() {
        if let Some(Mut::Stream(place)) = output.member_mut(index) {
            *place = std::mem::take(&mut response.body);
        }
        return Ok(());
    }
    let body = steps::collect(response).await?;
    match member.target {
        _ if body.is_empty() => Ok(()),
        Target::Blob => match output.member_mut(index) {
            Some(Mut::Blob(place)) => {
                *place = body.into();
                Ok(())
            }
            Some(Mut::SecretBlob(place)) => {
                *place = body.to_vec().into();
                Ok(())
            }
            _ => Err(scalar::mismatch(member, "bytes")),
        },
        Target::String => {
            let text = std::str::from_utf8(&body).map_err(|_| scalar::mismatch(member, "UTF-8 text"))?;
            output.member_mut(index).map_or(Ok(()), |place| scalar::read(member, place, text.into()))
        }
        _ if steps::is_blank(&body) => Ok(()),
        _ => output.member_mut(index).map_or(Ok(()), |place| documents.read_payload(&body, member, place)),
    }
}
