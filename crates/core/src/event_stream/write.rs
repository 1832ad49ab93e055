//! From an event to its message.

use bytes::Bytes;

use super::message::{HeaderValue, Message};
use super::read::{members, mismatch, payload_member};
use crate::err_code;
use crate::error::Error;
use crate::protocol::EventDocuments;
use crate::schema::{Location, Member};
use crate::shape::{Ref, Shape};

/// The message of `event`, a structure with the one member set that says which kind of event it is.
///
/// # Errors
/// `InvalidParameter` if not one member is set; `SerializationError` if a value cannot be written.
pub(super) fn message(event: &dyn Shape, documents: &dyn EventDocuments) -> Result<Message, Error> {
    let kinds = event.schema().members().iter().enumerate();
    let mut set = kinds.filter_map(|(index, member)| Some((member, event.member(index)?)));
    let (Some((member, Ref::Structure(shape))), None) = (set.next(), set.next()) else {
        let message = format!("an event must have one member set, {}", event.schema().name);
        return Err(Error::new(err_code::INVALID_PARAMETER, message));
    };
    let (content_type, payload) = payload(shape, documents)?;
    let mut message =
        Message::new(payload).header(":message-type", "event").header(":event-type", member.name);
    if let Some(content_type) = content_type {
        message = message.header(":content-type", content_type);
    }
    for (index, member) in members(shape.schema(), Location::EventHeader) {
        if let Some(value) = shape.member(index) {
            message = message.header(member.name, header(member, value)?);
        }
    }
    Ok(message)
}

/// The payload with its type. An event of which the model knows nothing but headers has neither.
fn payload(
    shape: &dyn Shape,
    documents: &dyn EventDocuments,
) -> Result<(Option<&'static str>, Bytes), Error> {
    let schema = shape.schema();
    if let Some((index, member)) = payload_member(schema) {
        return Ok(match shape.member(index) {
            None => (None, Bytes::new()),
            Some(Ref::Blob(bytes)) => (Some("application/octet-stream"), Bytes::copy_from_slice(bytes)),
            Some(Ref::String(text)) => (Some("text/plain"), text.to_owned().into()),
            Some(Ref::Structure(inner)) => {
                let name = member.location_name.unwrap_or(inner.schema().name);
                (Some(documents.content_type()), documents.write(name, inner)?.into())
            }
            Some(_) => return Err(mismatch(member, "what a payload can carry")),
        });
    }
    if members(schema, Location::Body).next().is_none() {
        return Ok((None, Bytes::new()));
    }
    Ok((Some(documents.content_type()), documents.write(schema.name, shape)?.into()))
}

fn header(member: &Member, value: Ref<'_>) -> Result<HeaderValue, Error> {
    Ok(match value {
        Ref::Boolean(value) => value.into(),
        Ref::Integer(number) => number.into(),
        Ref::Long(number) => number.into(),
        Ref::String(text) => text.into(),
        Ref::Blob(bytes) => bytes.to_vec().into(),
        Ref::Timestamp(time) => {
            let millis = time.unix_seconds() * 1000 + i64::from(time.subsec_nanos() / 1_000_000);
            HeaderValue::Timestamp(millis)
        }
        _ => return Err(mismatch(member, "what a header can carry")),
    })
}
