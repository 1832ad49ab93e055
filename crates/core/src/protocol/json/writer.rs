//! From a shape to JSON, as a `serde::Serialize` over the lens.

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use crate::date_time::DateTime;
use crate::error::Error;
use crate::protocol::scalar;
use crate::schema::{Location, Member, Target, TimestampFormat};
use crate::shape::{List, Map, Ref, Shape};

/// How deep values may be nested.
const MAX_DEPTH: usize = 128;

/// A JSON document with the members of `shape` that travel in the body.
///
/// # Errors
/// `SerializationError` if the values are nested deeper than 128 levels.
pub fn write(shape: &dyn Shape) -> Result<Vec<u8>, Error> {
    document(&Structure { shape, depth: 0 })
}

/// A document with the value of `member` alone.
pub(in crate::protocol) fn write_value(member: &Member, value: Ref<'_>) -> Result<Vec<u8>, Error> {
    document(&Value { member, value, depth: 0 })
}

fn document(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value)
        .map_err(|error| Error::unreadable(format!("the parameters cannot be written as JSON: {error}")))
}

struct Structure<'a> {
    shape: &'a dyn Shape,
    depth: usize,
}

impl Serialize for Structure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.depth >= MAX_DEPTH {
            return Err(S::Error::custom("they are nested deeper than 128 levels"));
        }
        let mut object = serializer.serialize_map(None)?;
        for (index, member) in self.shape.schema().members().iter().enumerate() {
            if member.location == Location::Body
                && let Some(value) = self.shape.member(index)
            {
                object.serialize_entry(member.wire_name(), &Value { member, value, depth: self.depth })?;
            }
        }
        object.end()
    }
}

struct Value<'a> {
    member: &'a Member,
    value: Ref<'a>,
    depth: usize,
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let depth = self.depth + 1;
        match (self.value, self.member.target) {
            (Ref::Boolean(value), _) => serializer.serialize_bool(value),
            (Ref::Integer(number), _) => serializer.serialize_i32(number),
            (Ref::Long(number), _) => serializer.serialize_i64(number),
            (Ref::Float(number), _) if number.is_finite() => serializer.serialize_f32(number),
            (Ref::Float(number), _) => serializer.serialize_str(scalar::not_finite(number.into())),
            (Ref::Double(number), _) if number.is_finite() => serializer.serialize_f64(number),
            (Ref::Double(number), _) => serializer.serialize_str(scalar::not_finite(number)),
            (Ref::String(text), _) => serializer.serialize_str(text),
            (Ref::Blob(bytes), _) => serializer.collect_str(&Base64Display::new(bytes, &STANDARD)),
            (Ref::Timestamp(time), _) => timestamp(self.member, time, serializer),
            (Ref::Document(value), _) => value.serialize(serializer),
            (Ref::Structure(shape), _) => Structure { shape, depth }.serialize(serializer),
            (Ref::List(list), Target::List(schema)) => items(&schema.element, list, depth, serializer),
            (Ref::Map(map), Target::Map(schema)) => entries(&schema.value, map, depth, serializer),
            (other, _) => Err(S::Error::custom(format_args!("{} holds {}", self.member.name, other.kind()))),
        }
    }
}

fn items<S: Serializer>(
    member: &Member,
    list: &dyn List,
    depth: usize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut array = serializer.serialize_seq(Some(list.len()))?;
    for value in (0..list.len()).filter_map(|index| list.item(index)) {
        array.serialize_element(&Value { member, value, depth })?;
    }
    array.end()
}

fn entries<S: Serializer>(
    member: &Member,
    map: &dyn Map,
    depth: usize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(Some(map.len()))?;
    // The walk takes an error of ours; serde's, which stops it, waits here.
    let mut failed = None;
    let walked = map.visit(&mut |key, value| {
        object.serialize_entry(key, &Value { member, value, depth }).map_err(|error| {
            failed = Some(error);
            Error::unreadable("")
        })
    });
    match (failed, walked) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(S::Error::custom(error.message())),
        (None, Ok(())) => object.end(),
    }
}

/// Seconds as a number, to the millisecond, or text where the model asks for a text format.
fn timestamp<S: Serializer>(member: &Member, time: DateTime, serializer: S) -> Result<S::Ok, S::Error> {
    match member.timestamp_format {
        None | Some(TimestampFormat::UnixTimestamp) => match time.subsec_nanos() / 1_000_000 {
            0 => serializer.serialize_i64(time.unix_seconds()),
            millis => serializer.serialize_f64((time.unix_seconds() as f64 * 1e3 + f64::from(millis)) / 1e3),
        },
        Some(format) => serializer.serialize_str(&super::super::timestamp::write(time, format)),
    }
}
