//! JSON by the names of the model, for any [`Shape`]; the module above has the table of how values are written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map as Object, Value as Json};

use crate::err_code;
use crate::error::Error;
use crate::event_stream::Events;
use crate::operation::Operation;
use crate::protocol::{not_finite, parse_timestamp};
use crate::shape::{List, Map, Mut, Ref, Shape};
use crate::value::DateTime;

/// How deep values may be nested.
const MAX_DEPTH: usize = 128;

/// Sets the members of `shape` to what `json`, an object by the names of the model, has for them.
///
/// Takes dynamic and generated structures alike. The table of the [module](super) says how values are given.
///
/// # Errors
/// `InvalidParameter` with the path of a value that its member cannot take, or of a name that is no member's.
pub fn fill(shape: &mut dyn Shape, json: &Json) -> Result<(), Error> {
    let mut reader = Reader { path: shape.schema().name.to_owned(), depth: 0 };
    reader.structure(shape, json)
}

/// The parameters of `operation`, of a loaded model or of a service crate, as `json` gives them. For
/// [`BaseClient::erased_request`](crate::client::BaseClient::erased_request).
///
/// # Errors
/// As [`fill`]; paths begin with the operation's name and `Input`.
pub fn input(operation: &'static Operation, json: &Json) -> Result<Box<dyn Shape>, Error> {
    let mut input = operation.input.make();
    fill_input(operation, &mut *input, json)?;
    Ok(input)
}

/// Fills the parameters of `operation`.
pub(super) fn fill_input(
    operation: &'static Operation,
    input: &mut dyn Shape,
    json: &Json,
) -> Result<(), Error> {
    let mut reader = Reader { path: format!("{}Input", operation.name), depth: 0 };
    reader.structure(input, json).map_err(|error| error.in_call(operation.name, 0))
}

struct Reader {
    /// Where the walk is, for example `PutItemInput.Item[id]`.
    path: String,
    depth: usize,
}

impl Reader {
    fn structure(&mut self, shape: &mut dyn Shape, json: &Json) -> Result<(), Error> {
        let Json::Object(object) = json else { return Err(self.mismatch("a structure")) };
        for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
            self.within(&format!(".{name}"), |reader| {
                let place = shape.schema().index_of(name).and_then(|index| shape.member_mut(index));
                match place {
                    Some(place) => reader.value(place, value),
                    None => Err(reader.refuse("there is no such member")),
                }
            })?;
        }
        Ok(())
    }

    fn value(&mut self, place: Mut<'_>, json: &Json) -> Result<(), Error> {
        let kind = place.kind();
        let taken = match (place, json) {
            (Mut::Structure(shape), json) => return self.structure(shape, json),
            (Mut::List(list), Json::Array(items)) => return self.list(list, items),
            (Mut::Map(map), Json::Object(entries)) => return self.map(map, entries),
            (Mut::Events(events), Json::Array(items)) => return self.events(events, items),
            (Mut::Document(place), json) => store(place, Some(json.clone())),
            (Mut::Boolean(place), json) => store(place, json.as_bool()),
            (Mut::Integer(place), json) => store(place, integer(json).and_then(|n| n.try_into().ok())),
            (Mut::Long(place), json) => store(place, integer(json)),
            (Mut::Float(place), json) => store(place, number(json).map(|number| number as f32)),
            (Mut::Double(place), json) => store(place, number(json)),
            (Mut::String(place), Json::String(text)) => {
                place.set_text(text.clone());
                true
            }
            // A member that is JSON within text, and an enum of numbers in a query string.
            (Mut::String(place), Json::Number(_) | Json::Bool(_) | Json::Object(_) | Json::Array(_)) => {
                place.set_text(json.to_string());
                true
            }
            (Mut::Timestamp(place), json) => store(place, timestamp(json)),
            (Mut::Blob(place), json) => store(place, bytes(json).map(Into::into)),
            (Mut::SecretBlob(place), json) => store(place, bytes(json).map(Into::into)),
            (Mut::Stream(place), json) => store(place, bytes(json).map(Into::into)),
            _ => false,
        };
        if taken { Ok(()) } else { Err(self.mismatch(kind)) }
    }

    fn list(&mut self, list: &mut dyn List, items: &[Json]) -> Result<(), Error> {
        for (index, item) in items.iter().enumerate() {
            self.within(&format!("[{index}]"), |reader| reader.value(list.push_item(), item))?;
        }
        Ok(())
    }

    fn map(&mut self, map: &mut dyn Map, entries: &Object<String, Json>) -> Result<(), Error> {
        for (key, value) in entries {
            self.within(&format!("[{key}]"), |reader| reader.value(map.insert_entry(key.clone()), value))?;
        }
        Ok(())
    }

    fn events(&mut self, events: &mut Events, items: &[Json]) -> Result<(), Error> {
        for (index, item) in items.iter().enumerate() {
            let mut event = events.make();
            self.within(&format!("[{index}]"), |reader| reader.structure(&mut *event, item))?;
            events.push(Ok(event));
        }
        Ok(())
    }

    fn within(&mut self, step: &str, read: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refuse("the values are nested deeper than 128 levels"));
        }
        let outer = self.path.len();
        self.path.push_str(step);
        self.depth += 1;
        read(self)?;
        self.depth -= 1;
        self.path.truncate(outer);
        Ok(())
    }

    fn mismatch(&self, kind: &str) -> Error {
        self.refuse(&format!("the value is not {kind}"))
    }

    fn refuse(&self, fault: &str) -> Error {
        Error::new(err_code::INVALID_PARAMETER, format!("{fault}, {}", self.path))
    }
}

fn store<T>(place: &mut T, value: Option<T>) -> bool {
    value.map(|value| *place = value).is_some()
}

/// A whole number, also one that is written with a fraction of zero.
fn integer(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| {
        let number = json.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15)?;
        Some(number as i64)
    })
}

fn number(json: &Json) -> Option<f64> {
    match json {
        Json::String(text) if matches!(&**text, "NaN" | "Infinity" | "-Infinity") => text.parse().ok(),
        _ => json.as_f64(),
    }
}

fn timestamp(json: &Json) -> Option<DateTime> {
    match json {
        Json::Number(number) => match number.as_i64() {
            Some(seconds) => Some(DateTime::from_unix_seconds(seconds)),
            None => DateTime::from_unix_seconds_f64(number.as_f64()?),
        },
        Json::String(text) => parse_timestamp(text),
        _ => match json.get("$time")? {
            tagged @ (Json::Number(_) | Json::String(_)) => timestamp(tagged),
            _ => None,
        },
    }
}

fn bytes(json: &Json) -> Option<Vec<u8>> {
    if let Some(text) = json.as_str().or_else(|| json.get("$bytes")?.as_str()) {
        return Some(text.as_bytes().to_vec());
    }
    STANDARD.decode(json.get("$b64")?.as_str()?).ok()
}

/// The members of `shape` that are set, as an object by the names of the model.
///
/// Takes dynamic and generated structures alike. The table of the [module](super) says how values are shown. A body or a stream of events that is
/// not in memory is left out: read it first. Secrets are shown: this is what a program works with, `Debug` is what it logs.
pub fn to_json(shape: &dyn Shape) -> Json {
    let members = shape.schema().members().iter().enumerate();
    let set = members.filter_map(|(index, member)| Some((member, shape.member(index)?)));
    Json::Object(set.filter_map(|(member, value)| Some((member.name.to_owned(), show(value)?))).collect())
}

fn show(value: Ref<'_>) -> Option<Json> {
    Some(match value {
        Ref::Boolean(value) => value.into(),
        Ref::Integer(number) => number.into(),
        Ref::Long(number) => number.into(),
        // Through its text, as the nearest double of a float has digits that the float never had.
        Ref::Float(number) => show_double(number.to_string().parse().unwrap_or(f64::from(number))),
        Ref::Double(number) => show_double(number),
        Ref::String(text) => text.into(),
        Ref::Blob(bytes) => show_bytes(bytes),
        Ref::Timestamp(time) => tagged("$time", time.to_string()),
        Ref::Document(value) => value.clone(),
        Ref::Structure(shape) => to_json(shape),
        Ref::List(list) => {
            (0..list.len()).filter_map(|index| list.item(index)).filter_map(show).collect::<Vec<_>>().into()
        }
        Ref::Map(map) => {
            let mut object = Object::new();
            let walked = map.visit(&mut |key, value| {
                object.extend(show(value).map(|value| (key.to_owned(), value)));
                Ok(())
            });
            debug_assert!(walked.is_ok(), "the visitor never fails");
            Json::Object(object)
        }
        Ref::Stream(body) => show_bytes(body.bytes()?),
        Ref::Events(events) => events.in_memory()?.flatten().map(to_json).collect::<Vec<_>>().into(),
    })
}

fn show_double(number: f64) -> Json {
    if number.is_finite() { number.into() } else { not_finite(number).into() }
}

fn show_bytes(bytes: &[u8]) -> Json {
    match std::str::from_utf8(bytes) {
        Ok(text) => tagged("$bytes", text.to_owned()),
        Err(_) => tagged("$b64", STANDARD.encode(bytes)),
    }
}

/// A value that JSON has no kind of its own for, told from text by its tag.
fn tagged(tag: &str, value: String) -> Json {
    Json::Object(Object::from_iter([(tag.to_owned(), value.into())]))
}
