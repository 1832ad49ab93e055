//! From a shape to XML.

use super::MAX_DEPTH;
use super::writer::{attribute, close_tag, end_tag, open_tag, push_escaped};
use crate::error::Error;
use crate::protocol::scalar;
use crate::schema::{Location, Member, Target, TimestampFormat, Traits, XmlNamespace};
use crate::shape::{Ref, Shape};

/// A document with the members of `shape` that travel in the body, in an element called `name`.
pub(in crate::protocol) fn root(
    name: &str,
    namespace: Option<XmlNamespace>,
    shape: &dyn Shape,
) -> Result<String, Error> {
    let mut encoder = Encoder { out: String::with_capacity(256), depth: 0 };
    encoder.structure(name, namespace, shape)?;
    Ok(encoder.out)
}

struct Encoder {
    out: String,
    depth: usize,
}

impl Encoder {
    fn structure(
        &mut self,
        name: &str,
        namespace: Option<XmlNamespace>,
        shape: &dyn Shape,
    ) -> Result<(), Error> {
        let members = || shape.schema().members().iter().enumerate();
        open_tag(&mut self.out, name, namespace);
        for (index, member) in members().filter(|(_, member)| member.has(Traits::XML_ATTRIBUTE)) {
            if let Some(value) = shape.member(index) {
                attribute(&mut self.out, member.wire_name(), &text(member, value)?);
            }
        }
        close_tag(&mut self.out);
        self.deeper()?;
        let is_child =
            |member: &Member| member.location == Location::Body && !member.has(Traits::XML_ATTRIBUTE);
        for (index, member) in members().filter(|(_, member)| is_child(member)) {
            if let Some(value) = shape.member(index) {
                self.member(member, value)?;
            }
        }
        self.depth -= 1;
        end_tag(&mut self.out, name);
        Ok(())
    }

    fn member(&mut self, member: &Member, value: Ref<'_>) -> Result<(), Error> {
        let name = member.wire_name();
        if !member.has(Traits::FLATTENED) {
            return self.value(name, member, value);
        }
        match (value, member.target) {
            (Ref::List(list), Target::List(schema)) => (0..list.len())
                .filter_map(|index| list.item(index))
                .try_for_each(|item| self.value(name, &schema.element, item)),
            (Ref::Map(_), _) => self.entries(name, member, value),
            _ => self.value(name, member, value),
        }
    }

    fn value(&mut self, name: &str, member: &Member, value: Ref<'_>) -> Result<(), Error> {
        if let Ref::Structure(shape) = value {
            return self.structure(name, member.xml_namespace, shape);
        }
        open_tag(&mut self.out, name, member.xml_namespace);
        close_tag(&mut self.out);
        self.deeper()?;
        match (value, member.target) {
            (Ref::List(list), Target::List(schema)) => {
                for item in (0..list.len()).filter_map(|index| list.item(index)) {
                    self.value(schema.element.wire_name(), &schema.element, item)?;
                }
            }
            (Ref::Map(_), _) => self.entries("entry", member, value)?,
            _ => push_escaped(&mut self.out, &text(member, value)?),
        }
        self.depth -= 1;
        end_tag(&mut self.out, name);
        Ok(())
    }

    /// The entries of a map, each in an element called `name`.
    fn entries(&mut self, name: &str, member: &Member, value: Ref<'_>) -> Result<(), Error> {
        let (Ref::Map(map), Target::Map(schema)) = (value, member.target) else {
            return Err(scalar::mismatch(member, "a map"));
        };
        let namespace = member.xml_namespace.filter(|_| member.has(Traits::FLATTENED));
        map.visit(&mut |key, item| {
            open_tag(&mut self.out, name, namespace);
            close_tag(&mut self.out);
            self.value(schema.key.wire_name(), &schema.key, Ref::String(key))?;
            self.value(schema.value.wire_name(), &schema.value, item)?;
            end_tag(&mut self.out, name);
            Ok(())
        })
    }

    fn deeper(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(Error::unreadable("the parameters are nested deeper than 128 levels"))
    }
}

fn text<'a>(member: &Member, value: Ref<'a>) -> Result<std::borrow::Cow<'a, str>, Error> {
    scalar::write(member, value, TimestampFormat::Iso8601)
        .ok_or_else(|| scalar::mismatch(member, "what XML can carry in one element"))
}
