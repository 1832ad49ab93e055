//! From XML into a shape, without a tree in between.

use std::borrow::Cow;

use super::reader::{Reader, Start};
use crate::error::Error;
use crate::protocol::scalar;
use crate::schema::{ListSchema, MapSchema, Member, Target, Traits};
use crate::shape::{List, Map, Mut, Shape};

/// Fills `shape` from the element that `start` opened, up to its end. Unknown elements are passed over.
pub(in crate::protocol) fn structure(
    reader: &mut Reader<'_>,
    start: &Start<'_>,
    shape: &mut dyn Shape,
) -> Result<(), Error> {
    let members = shape.schema().members();
    if start.has_attributes() {
        attributes(start, members, shape)?;
    }
    // Elements mostly come in the order of the schema, so the search starts behind the last one found.
    let mut expected = 0;
    // After an item of a flattened list mostly comes the next item, which is no leaf.
    let mut repeats = false;
    loop {
        if !repeats && let Some((index, text)) = leaf(reader, members, expected) {
            if let Some(place) = shape.member_mut(index) {
                scalar::read(&members[index], place, text)?;
            }
            expected = index + 1;
            continue;
        }
        let Some(child) = reader.child()? else { return Ok(()) };
        repeats = false;
        let Some(index) = find(members, expected, child.name) else {
            reader.skip()?;
            continue;
        };
        let member = &members[index];
        if !has_elements(member) {
            set(shape, index, member, reader.text()?)?;
            expected = index + 1;
            continue;
        }
        repeats = member.has(Traits::FLATTENED);
        expected = if repeats { index } else { index + 1 };
        match (shape.member_mut(index), member.target) {
            (Some(Mut::List(list)), Target::List(schema)) if repeats => {
                value(reader, &child, &schema.element, list.push_item())?;
            }
            (Some(Mut::Map(map)), Target::Map(schema)) if repeats => entry(reader, schema, map)?,
            (Some(place), _) => value(reader, &child, member, place)?,
            (None, _) => reader.skip()?,
        }
    }
}

/// Sets a member that has no elements in it. An empty element leaves what is no text unset, as an empty header does: it
/// says that there is no such value.
#[cold]
fn set(shape: &mut dyn Shape, index: usize, member: &Member, text: Cow<'_, str>) -> Result<(), Error> {
    if text.is_empty() && !matches!(member.target, Target::String | Target::Blob) {
        return Ok(());
    }
    shape.member_mut(index).map_or(Ok(()), |place| scalar::read(member, place, text))
}

/// The next element, if it is a member with nothing but text in it; most often it is the expected one.
#[inline]
fn leaf<'a>(reader: &mut Reader<'a>, members: &[Member], expected: usize) -> Option<(usize, Cow<'a, str>)> {
    if let Some(member) = members.get(expected).filter(|member| is_leaf(member))
        && let Some(text) = reader.leaf(member.wire_name())
    {
        return Some((expected, text));
    }
    let name = reader.next_plain()?;
    let index = find(members, expected, name).filter(|index| is_leaf(&members[*index]))?;
    reader.leaf(name).map(|text| (index, text))
}

/// Whether the member has no elements in it.
fn is_leaf(member: &Member) -> bool {
    !has_elements(member) && is_element(member)
}

#[inline]
fn has_elements(member: &Member) -> bool {
    matches!(member.target, Target::Structure(_) | Target::List(_) | Target::Map(_))
}

/// Whether the member is read from an element of its own.
#[inline]
fn is_element(member: &Member) -> bool {
    member.is_in_answer_body() && !member.traits.has_any(Traits::XML_ATTRIBUTE.with(Traits::LISTED))
}

/// The member that an element called `name` is; most often the expected one or one soon after it.
#[inline]
fn find(members: &[Member], expected: usize, name: &str) -> Option<usize> {
    let (before, after) = members.split_at(expected.min(members.len()));
    let is_meant = |member: &Member| is_called(member, name);
    let found = after.iter().position(is_meant).map(|index| before.len() + index);
    found.or_else(|| before.iter().position(is_meant))
}

/// Whether an element called `name` is this member. A flattened list goes by the name of its elements if they have one
/// of their own.
#[inline]
fn is_called(member: &Member, name: &str) -> bool {
    let is_named = member.wire_name() == name
        || (member.has(Traits::FLATTENED)
            && matches!(member.target, Target::List(schema) if schema.element.wire_name() == name));
    is_named && is_element(member)
}

fn attributes(start: &Start<'_>, members: &'static [Member], shape: &mut dyn Shape) -> Result<(), Error> {
    for (index, member) in members.iter().enumerate().filter(|(_, member)| member.has(Traits::XML_ATTRIBUTE))
    {
        if let Some(text) = start.attribute(member.wire_name())?
            && let Some(place) = shape.member_mut(index)
        {
            scalar::read(member, place, text)?;
        }
    }
    Ok(())
}

fn value(reader: &mut Reader<'_>, start: &Start<'_>, member: &Member, place: Mut<'_>) -> Result<(), Error> {
    match (place, member.target) {
        (Mut::Structure(shape), _) => structure(reader, start, shape),
        (Mut::List(list), Target::List(schema)) => items(reader, schema, list),
        (Mut::Map(map), Target::Map(schema)) => entries(reader, schema, map),
        (place, _) => scalar::read(member, place, reader.text()?),
    }
}

/// The elements in the open one, which are the items whatever they are called: what is in a list is nothing else.
fn items(reader: &mut Reader<'_>, schema: &'static ListSchema, list: &mut dyn List) -> Result<(), Error> {
    while let Some(child) = reader.child()? {
        value(reader, &child, &schema.element, list.push_item())?;
    }
    Ok(())
}

/// The elements in the open one, which are the entries whatever they are called.
fn entries(reader: &mut Reader<'_>, schema: &'static MapSchema, map: &mut dyn Map) -> Result<(), Error> {
    while reader.child()?.is_some() {
        entry(reader, schema, map)?;
    }
    Ok(())
}

/// One entry of a map, in the element that is open: a key and a value, mostly in this order.
fn entry(reader: &mut Reader<'_>, schema: &'static MapSchema, map: &mut dyn Map) -> Result<(), Error> {
    let mut key = None;
    let mut passed = None;
    while let Some(child) = reader.child()? {
        if child.name == schema.key.wire_name() {
            key = Some(reader.text()?.into_owned());
        } else if child.name == schema.value.wire_name() {
            match key.take() {
                Some(key) => value(reader, &child, &schema.value, map.insert_entry(key))?,
                None => {
                    passed = Some((reader.clone(), child));
                    reader.skip()?;
                }
            }
        } else {
            reader.skip()?;
        }
    }
    match (key, passed) {
        (Some(key), Some((mut before, child))) => {
            value(&mut before, &child, &schema.value, map.insert_entry(key))
        }
        (None, Some(_)) => Err(Error::unreadable("an entry of a map has a value and no key")),
        (_, None) => Ok(()),
    }
}
