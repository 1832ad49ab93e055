//! `Debug` for every shape: unset members left out, sensitive ones redacted.

use std::fmt;

use crate::schema::{Member, Target};
use crate::shape::{List, Map, Ref, Shape};

const REDACTED: &str = "<sensitive>";

/// Writes `shape` the way `#[derive(Debug)]` would, without unset members and with sensitive ones hidden.
///
/// Called by the `Debug` implementation of every generated structure.
///
/// # Errors
/// Those of the formatter.
pub fn debug(shape: &dyn Shape, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let schema = shape.schema();
    let mut out = f.debug_struct(schema.name);
    for (index, member) in schema.members().iter().enumerate() {
        if let Some(value) = shape.member(index) {
            out.field(member.name, &Shown { value, member });
        }
    }
    out.finish()
}

impl fmt::Debug for dyn Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, f)
    }
}

struct Shown<'a> {
    value: Ref<'a>,
    member: &'a Member,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.member.is_sensitive() {
            return f.write_str(REDACTED);
        }
        match self.value {
            Ref::Boolean(value) => value.fmt(f),
            Ref::Integer(value) => value.fmt(f),
            Ref::Long(value) => value.fmt(f),
            Ref::Float(value) => value.fmt(f),
            Ref::Double(value) => value.fmt(f),
            Ref::String(value) => value.fmt(f),
            Ref::Blob(value) => write!(f, "<{} bytes>", value.len()),
            Ref::Timestamp(value) => write!(f, "{value}"),
            Ref::Document(value) => value.fmt(f),
            Ref::Structure(value) => value.fmt(f),
            Ref::List(list) => debug_list(list, self.member, f),
            Ref::Map(map) => debug_map(map, self.member, f),
            Ref::Stream(body) => body.fmt(f),
            Ref::Events(events) => events.fmt(f),
        }
    }
}

fn debug_list(list: &dyn List, member: &Member, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Target::List(schema) = member.target else { return f.write_str("<list>") };
    let items = (0..list.len()).filter_map(|index| list.item(index));
    f.debug_list().entries(items.map(|value| Shown { value, member: &schema.element })).finish()
}

fn debug_map(map: &dyn Map, member: &Member, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Target::Map(schema) = member.target else { return f.write_str("<map>") };
    let mut out = f.debug_map();
    let walked = map.visit(&mut |key, value| {
        out.entry(&key, &Shown { value, member: &schema.value });
        Ok(())
    });
    debug_assert!(walked.is_ok(), "the visitor never fails");
    out.finish()
}
