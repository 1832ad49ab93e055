//! The types a member can have, and how each becomes a [`Ref`] or a [`Mut`].

use std::collections::BTreeMap;

use crate::body::Body;
use crate::event_stream::{EventStream, Events};
use crate::shape::{Map, Mut, Ref, Shape};
use crate::value::{Blob, DateTime, Document, SecretBlob, SecretString};

/// A type that a member, an element or a map value can have.
pub trait Field: Send + Sync + 'static {
    /// The value, for reading.
    fn as_ref(&self) -> Ref<'_>;
    /// The value, for writing.
    fn as_mut(&mut self) -> Mut<'_>;
}

/// A text-like type that can be replaced as a whole: a string, a secret or an open enum.
pub trait Text {
    /// Replaces the text.
    fn set_text(&mut self, text: String);
}

/// The value of an optional member; called by generated code.
pub fn get<T: Field>(member: &Option<T>) -> Option<Ref<'_>> {
    member.as_ref().map(Field::as_ref)
}

/// A place to write an optional member, set to its default if it was unset; called by generated code.
pub fn get_mut<T: Field + Default>(member: &mut Option<T>) -> Option<Mut<'_>> {
    Some(member.get_or_insert_default().as_mut())
}

macro_rules! scalar_field {
    ($($type:ty => $variant:ident),*) => {$(
        impl Field for $type {
            fn as_ref(&self) -> Ref<'_> {
                Ref::$variant(*self)
            }
            fn as_mut(&mut self) -> Mut<'_> {
                Mut::$variant(self)
            }
        }
    )*};
}
scalar_field!(bool => Boolean, i32 => Integer, i64 => Long, f32 => Float, f64 => Double, DateTime => Timestamp);

impl Text for String {
    fn set_text(&mut self, text: String) {
        *self = text;
    }
}

impl Field for String {
    fn as_ref(&self) -> Ref<'_> {
        Ref::String(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::String(self)
    }
}

impl Text for SecretString {
    fn set_text(&mut self, text: String) {
        *self = text.into();
    }
}

impl Field for SecretString {
    fn as_ref(&self) -> Ref<'_> {
        Ref::String(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::String(self)
    }
}

impl Field for Blob {
    fn as_ref(&self) -> Ref<'_> {
        Ref::Blob(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::Blob(self)
    }
}

impl Field for SecretBlob {
    fn as_ref(&self) -> Ref<'_> {
        Ref::Blob(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::SecretBlob(self)
    }
}

impl Field for Document {
    fn as_ref(&self) -> Ref<'_> {
        Ref::Document(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::Document(self)
    }
}

impl Field for Body {
    fn as_ref(&self) -> Ref<'_> {
        Ref::Stream(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::Stream(self)
    }
}

impl Field for Events {
    fn as_ref(&self) -> Ref<'_> {
        Ref::Events(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::Events(self)
    }
}

impl<T: Shape> Field for EventStream<T> {
    fn as_ref(&self) -> Ref<'_> {
        Ref::Events(self.erased())
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::Events(self.erased_mut())
    }
}

impl<T: Shape> Field for T {
    fn as_ref(&self) -> Ref<'_> {
        Ref::Structure(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::Structure(self)
    }
}

impl<T: Field + Default> Field for Vec<T> {
    fn as_ref(&self) -> Ref<'_> {
        Ref::List(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::List(self)
    }
}

impl<K, V> Field for BTreeMap<K, V>
where
    Self: Map + Send + Sync + 'static,
{
    fn as_ref(&self) -> Ref<'_> {
        Ref::Map(self)
    }
    fn as_mut(&mut self) -> Mut<'_> {
        Mut::Map(self)
    }
}
