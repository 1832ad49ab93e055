//! From a message to an event, or to the error that it reports.

use bytes::Bytes;

use super::message::{HeaderValue, Message};
use crate::date_time::DateTime;
use crate::error::Error;
use crate::operation::{Service, ShapeType};
use crate::protocol::{EventDocuments, event_error, is_blank};
use crate::schema::{Location, Member, Schema, Target, Traits};
use crate::shape::{Mut, Shape};

/// What it takes to understand the messages of an answer.
pub(crate) struct Reading {
    pub(super) service: &'static Service,
    pub(super) documents: &'static dyn EventDocuments,
    pub(super) event: ShapeType,
}

impl Reading {
    /// The event in `message`; `None` for one that the model does not describe.
    ///
    /// # Errors
    /// What the message reports, or `SerializationError` if it cannot be read.
    pub(super) fn event(&self, message: &Message) -> Result<Option<Box<dyn Shape>>, Error> {
        match message.text(":message-type") {
            Some("event") => {}
            Some("exception") => return Err(self.exception(message)),
            Some("error") => return Err(error(message)),
            _ => {
                return Err(Error::unreadable(
                    "a message of the event stream is neither an event nor an error",
                ));
            }
        }
        let Some(name) = message.text(":event-type") else {
            return Err(Error::unreadable("an event has no `:event-type`"));
        };
        let mut event = self.event.make();
        let place = event.schema().index_of(name).and_then(|index| event.member_mut(index));
        let Some(Mut::Structure(shape)) = place else {
            tracing::debug!(name, "an event that the model does not describe is passed over");
            return Ok(None);
        };
        read_headers(message, shape)?;
        read_payload(message.payload(), shape, self.documents)?;
        Ok(Some(event))
    }

    /// The exception's name is that of a member; what it is lies in the member's structure, as for errors of any call.
    fn exception(&self, message: &Message) -> Error {
        let name = message.text(":exception-type").unwrap_or_default();
        let member = self.event.schema.members().iter().find(|member| member.name == name);
        let shape_name = match member.map(|member| member.target) {
            Some(Target::Structure(schema)) => schema.name,
            _ => name,
        };
        event_error(self.service, name, shape_name, |fields| {
            read_headers(message, fields)?;
            read_payload(message.payload(), fields, self.documents)
        })
    }
}

/// The document in the first message of an answer, or `None` if that message is an event already.
pub(super) fn initial_response(message: &Message) -> Option<&Bytes> {
    (message.text(":event-type") == Some("initial-response")).then(|| message.payload())
}

/// An error that no model describes.
fn error(message: &Message) -> Error {
    let text = |name: &str| message.text(name).unwrap_or_default().to_owned();
    match text(":error-code") {
        code if code.is_empty() => Error::new(crate::err_code::UNKNOWN_ERROR, text(":error-message")),
        code => Error::new(code, text(":error-message")),
    }
}

fn read_headers(message: &Message, shape: &mut dyn Shape) -> Result<(), Error> {
    for (index, member) in members(shape.schema(), Location::EventHeader) {
        if let Some(value) = message.value(member.name)
            && let Some(place) = shape.member_mut(index)
        {
            read_header(member, value, place)?;
        }
    }
    Ok(())
}

fn read_header(member: &Member, value: &HeaderValue, place: Mut<'_>) -> Result<(), Error> {
    let kind = place.kind();
    let was_read = match (place, value) {
        (Mut::Boolean(place), HeaderValue::Bool(value)) => store(place, Some(*value)),
        (Mut::Integer(place), value) => {
            store(place, integer(value).and_then(|number| number.try_into().ok()))
        }
        (Mut::Long(place), value) => store(place, integer(value)),
        (Mut::String(place), HeaderValue::String(text)) => {
            place.set_text(text.clone());
            true
        }
        (Mut::Blob(place), HeaderValue::Bytes(bytes)) => store(place, Some(bytes.clone().into())),
        (Mut::SecretBlob(place), HeaderValue::Bytes(bytes)) => store(place, Some(bytes.to_vec().into())),
        (Mut::Timestamp(place), HeaderValue::Timestamp(millis)) => {
            store(place, DateTime::from_unix_seconds_f64(*millis as f64 / 1e3))
        }
        _ => false,
    };
    if was_read { Ok(()) } else { Err(mismatch(member, kind)) }
}

fn integer(value: &HeaderValue) -> Option<i64> {
    match value {
        HeaderValue::Byte(number) => Some((*number).into()),
        HeaderValue::Short(number) => Some((*number).into()),
        HeaderValue::Integer(number) => Some((*number).into()),
        HeaderValue::Long(number) => Some(*number),
        _ => None,
    }
}

/// The payload is one member alone, or else a document of those that are not headers.
fn read_payload(payload: &Bytes, shape: &mut dyn Shape, documents: &dyn EventDocuments) -> Result<(), Error> {
    let schema = shape.schema();
    let Some((index, member)) = payload_member(schema) else {
        let has_members = members(schema, Location::Body).next().is_some();
        return if has_members && !is_blank(payload) { documents.read(payload, shape) } else { Ok(()) };
    };
    match (member.target, shape.member_mut(index)) {
        (_, None) => Ok(()),
        (Target::Blob, Some(Mut::Blob(place))) => {
            *place = payload.clone().into();
            Ok(())
        }
        (Target::Blob, Some(Mut::SecretBlob(place))) => {
            *place = payload.to_vec().into();
            Ok(())
        }
        (Target::String, Some(Mut::String(place))) => {
            let text = std::str::from_utf8(payload).map_err(|_| mismatch(member, "UTF-8 text"))?;
            place.set_text(text.to_owned());
            Ok(())
        }
        (Target::Structure(_), Some(Mut::Structure(_))) if is_blank(payload) => Ok(()),
        (Target::Structure(_), Some(Mut::Structure(inner))) => documents.read(payload, inner),
        _ => Err(mismatch(member, "what a payload can carry")),
    }
}

/// The member of an event that alone makes up the payload.
pub(super) fn payload_member(schema: &'static Schema) -> Option<(usize, &'static Member)> {
    schema.members().iter().enumerate().find(|(_, member)| member.has(Traits::EVENT_PAYLOAD))
}

/// The members at `location`, with their indexes.
pub(super) fn members(
    schema: &'static Schema,
    location: Location,
) -> impl Iterator<Item = (usize, &'static Member)> {
    schema.members().iter().enumerate().filter(move |(_, member)| member.location == location)
}

/// What the value is stays out of the message.
pub(super) fn mismatch(member: &Member, kind: &str) -> Error {
    Error::unreadable(format!("the value of {} in an event is not {kind}", member.name))
}

fn store<T>(place: &mut T, value: Option<T>) -> bool {
    value.map(|value| *place = value).is_some()
}
