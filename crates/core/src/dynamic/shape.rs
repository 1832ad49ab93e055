//! Values whose type is known to a schema alone, behind the same lens as generated structures.

use std::collections::BTreeMap;
use std::fmt;

use crate::body::Body;
use crate::event_stream::Events;
use crate::operation::ShapeType;
use crate::schema::{Member, Schema, Target};
use crate::shape::{self, Field, List, Map, MapVisitor, Mut, Ref, Shape};
use crate::value::{Blob, DateTime, Document, SecretBlob, SecretString};

/// A structure of a model that was loaded at run time: a schema and one value for each of its members.
///
/// Protocols, paginators and waiters reach it through [`Shape`], as they reach generated structures. To fill one from JSON
/// and to show it as JSON, see [`fill`](super::fill) and [`to_json`](super::to_json).
pub struct DynamicShape {
    schema: &'static Schema,
    /// One for each member; none at all before the first is set, as an answer may hold many empty structures.
    values: Vec<Option<Value>>,
}

impl DynamicShape {
    /// Structures of this kind, to be made without knowing their schema.
    pub(super) const fn type_of(schema: &'static Schema) -> ShapeType {
        ShapeType { schema, new: |schema| Box::new(Self::new(schema)) }
    }

    /// A structure with no member set.
    pub fn new(schema: &'static Schema) -> Self {
        Self { schema, values: Vec::new() }
    }
}

impl Shape for DynamicShape {
    fn schema(&self) -> &'static Schema {
        self.schema
    }

    fn member(&self, index: usize) -> Option<Ref<'_>> {
        self.values.get(index)?.as_ref().map(Field::as_ref)
    }

    fn member_mut(&mut self, index: usize) -> Option<Mut<'_>> {
        let members = self.schema.members();
        let member = members.get(index)?;
        if self.values.is_empty() {
            self.values.resize_with(members.len(), || None);
        }
        Some(self.values.get_mut(index)?.get_or_insert_with(|| Value::of(member)).as_mut())
    }
}

impl fmt::Debug for DynamicShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}

/// The value of a member, an element or a map entry.
enum Value {
    Boolean(bool),
    Integer(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    String(String),
    SecretString(SecretString),
    Blob(Blob),
    SecretBlob(SecretBlob),
    Timestamp(DateTime),
    Document(Document),
    Structure(DynamicShape),
    List(DynamicList),
    Map(DynamicMap),
    Stream(Body),
    Events(Events),
}

impl Value {
    /// The default of a member's type.
    fn of(member: &'static Member) -> Self {
        let is_secret = member.is_sensitive();
        match member.target {
            _ if member.is_stream() => Self::Stream(Body::empty()),
            Target::Boolean => Self::Boolean(false),
            Target::Integer => Self::Integer(0),
            Target::Long => Self::Long(0),
            Target::Float => Self::Float(0.0),
            Target::Double => Self::Double(0.0),
            Target::String if is_secret => Self::SecretString(SecretString::default()),
            Target::String => Self::String(String::new()),
            Target::Blob if is_secret => Self::SecretBlob(SecretBlob::default()),
            Target::Blob => Self::Blob(Blob::default()),
            Target::Timestamp => Self::Timestamp(DateTime::default()),
            Target::Document => Self::Document(Document::Null),
            Target::Structure(schema) => Self::Structure(DynamicShape::new(schema)),
            Target::List(schema) => Self::List(DynamicList { element: &schema.element, items: Vec::new() }),
            Target::Map(schema) => Self::Map(DynamicMap::new(&schema.value)),
            Target::EventStream(schema) => Self::Events(Events::new(DynamicShape::type_of(schema))),
        }
    }
}

impl Field for Value {
    fn as_ref(&self) -> Ref<'_> {
        match self {
            Self::Boolean(value) => Field::as_ref(value),
            Self::Integer(value) => Field::as_ref(value),
            Self::Long(value) => Field::as_ref(value),
            Self::Float(value) => Field::as_ref(value),
            Self::Double(value) => Field::as_ref(value),
            Self::String(value) => Field::as_ref(value),
            Self::SecretString(value) => Field::as_ref(value),
            Self::Blob(value) => Field::as_ref(value),
            Self::SecretBlob(value) => Field::as_ref(value),
            Self::Timestamp(value) => Field::as_ref(value),
            Self::Document(value) => Field::as_ref(value),
            Self::Structure(value) => Field::as_ref(value),
            Self::List(value) => Ref::List(value),
            Self::Map(value) => Ref::Map(value),
            Self::Stream(value) => Field::as_ref(value),
            Self::Events(value) => Field::as_ref(value),
        }
    }

    fn as_mut(&mut self) -> Mut<'_> {
        match self {
            Self::Boolean(value) => Field::as_mut(value),
            Self::Integer(value) => Field::as_mut(value),
            Self::Long(value) => Field::as_mut(value),
            Self::Float(value) => Field::as_mut(value),
            Self::Double(value) => Field::as_mut(value),
            Self::String(value) => Field::as_mut(value),
            Self::SecretString(value) => Field::as_mut(value),
            Self::Blob(value) => Field::as_mut(value),
            Self::SecretBlob(value) => Field::as_mut(value),
            Self::Timestamp(value) => Field::as_mut(value),
            Self::Document(value) => Field::as_mut(value),
            Self::Structure(value) => Field::as_mut(value),
            Self::List(value) => Mut::List(value),
            Self::Map(value) => Mut::Map(value),
            Self::Stream(value) => Field::as_mut(value),
            Self::Events(value) => Field::as_mut(value),
        }
    }
}

struct DynamicList {
    element: &'static Member,
    items: Vec<Value>,
}

impl List for DynamicList {
    fn len(&self) -> usize {
        self.items.len()
    }

    fn item(&self, index: usize) -> Option<Ref<'_>> {
        self.items.get(index).map(Field::as_ref)
    }

    fn push_item(&mut self) -> Mut<'_> {
        let last = self.items.len();
        self.items.push(Value::of(self.element));
        self.items[last].as_mut()
    }
}

/// Entries in the order in which they came, which is also the order in which they are sent.
struct DynamicMap {
    value: &'static Member,
    entries: Vec<(String, Value)>,
    /// Where the entry of each key stands.
    places: BTreeMap<String, usize>,
}

impl DynamicMap {
    fn new(value: &'static Member) -> Self {
        Self { value, entries: Vec::new(), places: BTreeMap::new() }
    }
}

impl Map for DynamicMap {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn entry(&self, key: &str) -> Option<Ref<'_>> {
        self.places.get(key).map(|place| self.entries[*place].1.as_ref())
    }

    fn visit(&self, visit: MapVisitor<'_>) -> Result<(), crate::Error> {
        self.entries.iter().try_for_each(|(key, value)| visit(key, value.as_ref()))
    }

    fn insert_entry(&mut self, key: String) -> Mut<'_> {
        let fresh = Value::of(self.value);
        let place = match self.places.get(&key) {
            Some(place) => {
                self.entries[*place].1 = fresh;
                *place
            }
            None => {
                self.places.insert(key.clone(), self.entries.len());
                self.entries.push((key, fresh));
                self.entries.len() - 1
            }
        };
        self.entries[place].1.as_mut()
    }
}
