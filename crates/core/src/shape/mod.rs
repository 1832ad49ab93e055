//! The lens: how code that knows only a [`Schema`] reads and fills a value.
//!
//! A generated structure implements [`Shape`] with two `match` functions; everything else (protocols, validation,
//! `Debug`, paginators, waiters) is written once over `dyn Shape`.

mod collections;
mod copy;
mod debug;
mod field;

pub use collections::{List, Map, MapVisitor};
pub use copy::copy;
pub(crate) use copy::{copy_members, copy_value, same_value};
pub use debug::debug;
pub use field::{Field, Text, get, get_mut};

use std::any::Any;
use std::fmt;

use crate::body::Body;
use crate::event_stream::Events;
use crate::schema::Schema;
use crate::value::{Blob, DateTime, Document, SecretBlob};

/// A structure whose members can be reached by their index in its schema.
///
/// Implemented by generated code; a hand-written implementation follows the same two rules: [`member`](Self::member)
/// answers `None` for an unset member, and [`member_mut`](Self::member_mut) sets an unset member to its default first.
pub trait Shape: Any + Send + Sync {
    /// The table that describes this structure.
    fn schema(&self) -> &'static Schema;

    /// The member at `index`, or `None` if it is unset or there is no such member.
    fn member(&self, index: usize) -> Option<Ref<'_>>;

    /// A place to write the member at `index`; an unset member becomes its default. `None` if there is no such member.
    fn member_mut(&mut self, index: usize) -> Option<Mut<'_>>;
}

impl<T: Shape> Shape for Box<T> {
    fn schema(&self) -> &'static Schema {
        (**self).schema()
    }
    fn member(&self, index: usize) -> Option<Ref<'_>> {
        (**self).member(index)
    }
    fn member_mut(&mut self, index: usize) -> Option<Mut<'_>> {
        (**self).member_mut(index)
    }
}

impl dyn Shape {
    /// This shape as the concrete type `T`, if it is one.
    pub fn downcast_ref<T: Shape>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }

    /// This shape as the concrete type `T`, if it is one.
    pub fn downcast_mut<T: Shape>(&mut self) -> Option<&mut T> {
        (self as &mut dyn Any).downcast_mut()
    }

    /// This boxed shape as the concrete type `T`, or `None` if it is another.
    pub fn downcast<T: Shape>(self: Box<Self>) -> Option<Box<T>> {
        (self as Box<dyn Any>).downcast().ok()
    }

    /// The member called `name` in the service model, if it is set.
    pub fn named(&self, name: &str) -> Option<Ref<'_>> {
        self.member(self.schema().index_of(name)?)
    }

    /// The text of the member called `name`, if it is set and is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.named(name)? {
            Ref::String(text) => Some(text),
            _ => None,
        }
    }

    /// Sets the text member called `name`. Answers whether there is one.
    pub fn set_text(&mut self, name: &str, text: impl Into<String>) -> bool {
        let Some(index) = self.schema().index_of(name) else { return false };
        match self.member_mut(index) {
            Some(Mut::String(place)) => {
                place.set_text(text.into());
                true
            }
            _ => false,
        }
    }
}

/// A value being read.
#[derive(Clone, Copy)]
pub enum Ref<'a> {
    /// A boolean.
    Boolean(bool),
    /// A 32-bit integer.
    Integer(i32),
    /// A 64-bit integer.
    Long(i64),
    /// A 32-bit floating-point number.
    Float(f32),
    /// A 64-bit floating-point number.
    Double(f64),
    /// Text or an enum's name.
    String(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A point in time.
    Timestamp(DateTime),
    /// Any JSON value.
    Document(&'a Document),
    /// A structure.
    Structure(&'a dyn Shape),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
    /// A body.
    Stream(&'a Body),
    /// A stream of events.
    Events(&'a Events),
}

/// A place to write a value to.
pub enum Mut<'a> {
    /// A boolean.
    Boolean(&'a mut bool),
    /// A 32-bit integer.
    Integer(&'a mut i32),
    /// A 64-bit integer.
    Long(&'a mut i64),
    /// A 32-bit floating-point number.
    Float(&'a mut f32),
    /// A 64-bit floating-point number.
    Double(&'a mut f64),
    /// Text or an enum's name.
    String(&'a mut dyn Text),
    /// Bytes.
    Blob(&'a mut Blob),
    /// Bytes that must not be shown.
    SecretBlob(&'a mut SecretBlob),
    /// A point in time.
    Timestamp(&'a mut DateTime),
    /// Any JSON value.
    Document(&'a mut Document),
    /// A structure.
    Structure(&'a mut dyn Shape),
    /// A list.
    List(&'a mut dyn List),
    /// A map.
    Map(&'a mut dyn Map),
    /// A body.
    Stream(&'a mut Body),
    /// A stream of events.
    Events(&'a mut Events),
}

impl fmt::Debug for Ref<'_> {
    /// The kind alone: whether the value may be shown is known only to its schema.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl fmt::Debug for Mut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Ref<'_> {
    /// What kind of value this is, for error messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) => "a 32-bit integer",
            Self::Long(_) => "a 64-bit integer",
            Self::Float(_) | Self::Double(_) => "a number",
            Self::String(_) => "a string",
            Self::Blob(_) => "bytes",
            Self::Timestamp(_) => "a timestamp",
            Self::Document(_) => "a JSON value",
            Self::Structure(_) => "a structure",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Stream(_) => "a body",
            Self::Events(_) => "a stream of events",
        }
    }
}

impl Mut<'_> {
    /// What kind of value the place takes, for error messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) => "a 32-bit integer",
            Self::Long(_) => "a 64-bit integer",
            Self::Float(_) | Self::Double(_) => "a number",
            Self::String(_) => "a string",
            Self::Blob(_) | Self::SecretBlob(_) => "bytes",
            Self::Timestamp(_) => "a timestamp",
            Self::Document(_) => "a JSON value",
            Self::Structure(_) => "a structure",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Stream(_) => "a body",
            Self::Events(_) => "a stream of events",
        }
    }
}
