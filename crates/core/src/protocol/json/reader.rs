//! From JSON into a shape, as a `DeserializeSeed` over the lens.
//!
//! Reading is strict about the document and liberal about its values: `null` leaves a member unset, unknown members are
//! passed over, integers may be written as fractions and numbers as strings.

use std::fmt;

use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::text::readable;
use crate::error::Error;
use crate::protocol::scalar;
use crate::schema::{ListSchema, MapSchema, Member, Target};
use crate::shape::{List, Map, Mut, Shape};
use crate::value::Document;

/// Fills `shape` from a JSON document, by the wire names of its members. Nesting beyond 128 levels is refused.
///
/// Called by the JSON protocols, and by credential providers for the documents they are given, whose secrets so go
/// straight into the fields that are zeroed when dropped.
///
/// # Errors
/// `SerializationError` with the place in the document; no value of the document stands in it.
pub fn read(document: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
    static DOCUMENT: Member = Member::new("the document", Target::Boolean);
    parse(document, Value { member: &DOCUMENT, slot: Slot::Whole(shape) })
}

/// Fills the place of a member from a document that holds it alone.
///
/// # Errors
/// As of [`read`].
pub(in crate::protocol) fn read_value(
    document: &[u8],
    member: &'static Member,
    place: Mut<'_>,
) -> Result<(), Error> {
    parse(document, Value { member, slot: Slot::Place(place) })
}

fn parse(document: &[u8], value: Value<'_>) -> Result<(), Error> {
    let document = readable(document);
    let mut deserializer = serde_json::Deserializer::from_slice(&document);
    value
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| Error::unreadable(format!("the JSON cannot be read: {error}")))
}

/// A value to come: its member, and the place for it, which is made only when the value turns out not to be null.
struct Value<'a> {
    member: &'static Member,
    slot: Slot<'a>,
}

enum Slot<'a> {
    Whole(&'a mut dyn Shape),
    Place(Mut<'a>),
    Member(&'a mut dyn Shape, usize),
    Item(&'a mut dyn List),
    Entry(&'a mut dyn Map, String),
}

impl<'a> Value<'a> {
    fn place(self) -> Option<Mut<'a>> {
        match self.slot {
            Slot::Whole(shape) => Some(Mut::Structure(shape)),
            Slot::Place(place) => Some(place),
            Slot::Member(shape, index) => shape.member_mut(index),
            Slot::Item(list) => Some(list.push_item()),
            Slot::Entry(map, key) => Some(map.insert_entry(key)),
        }
    }

    fn number<E: serde::de::Error>(self, whole: Option<i64>, nearest: f64) -> Result<(), E> {
        let member = self.member;
        let Some(place) = self.place() else { return Ok(()) };
        scalar::read_number(member, place, whole, nearest).map_err(|error| E::custom(error.message()))
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if !matches!(self.member.target, Target::Document) {
            return deserializer.deserialize_any(self);
        }
        let value = Document::deserialize(deserializer)?;
        if !value.is_null()
            && let Some(Mut::Document(place)) = self.place()
        {
            *place = value;
        }
        Ok(())
    }
}

/// Every kind of value has its method: serde's own would put the value into the error.
impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of {}", self.member.name)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        match self.slot {
            Slot::Whole(_) => Err(mismatch(self.member, "a structure")),
            _ => Ok(()),
        }
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.number(Some(number), number as f64)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        self.number(i64::try_from(number).ok(), number as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        self.number(None, number)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let member = self.member;
        let Some(place) = self.place() else { return Ok(()) };
        scalar::read(member, place, text.into()).map_err(|error| E::custom(error.message()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let member = self.member;
        let Some(place) = self.place() else { return Ok(()) };
        match (place, member.target) {
            (Mut::List(list), Target::List(ListSchema { element })) => {
                while array.next_element_seed(Value { member: element, slot: Slot::Item(list) })?.is_some() {}
                Ok(())
            }
            (place, _) => Err(mismatch(member, place.kind())),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let member = self.member;
        let Some(place) = self.place() else { return Ok(()) };
        match (place, member.target) {
            (Mut::Structure(shape), _) => members(shape, object),
            (Mut::Map(map), Target::Map(MapSchema { value, .. })) => {
                while let Some(key) = object.next_key()? {
                    object.next_value_seed(Value { member: value, slot: Slot::Entry(map, key) })?;
                }
                Ok(())
            }
            (place, _) => Err(mismatch(member, place.kind())),
        }
    }
}

fn members<'de, A: MapAccess<'de>>(shape: &mut dyn Shape, mut object: A) -> Result<(), A::Error> {
    let members = shape.schema().members();
    // Members mostly come in the order of the schema, so the search starts behind the last one found.
    let mut expected = 0;
    while let Some(found) = object.next_key_seed(Name { members, expected })? {
        match found {
            Some(index) => {
                expected = index + 1;
                object
                    .next_value_seed(Value { member: &members[index], slot: Slot::Member(shape, index) })?;
            }
            None => drop(object.next_value::<IgnoredAny>()?),
        }
    }
    Ok(())
}

/// A name to come; read as the index of the member that has it.
struct Name {
    members: &'static [Member],
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.expected..self.members.len()).chain(0..self.expected).find(|index| {
            let member = &self.members[*index];
            member.wire_name() == name && member.is_in_answer_body()
        }))
    }
}

fn mismatch<E: serde::de::Error>(member: &Member, kind: &str) -> E {
    E::custom(scalar::mismatch(member, kind).message())
}
