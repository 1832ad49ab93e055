//! From CBOR into a shape.
//!
//! Reading is as liberal with values as that of JSON: null leaves a member unset, unknown members are passed over, and
//! numbers of any size are read into each other.

use minicbor::data::Type;

use super::reader::Reader;
use crate::error::Error;
use crate::protocol::scalar;
use crate::schema::{ListSchema, MapSchema, Member, Target};
use crate::shape::{List, Map, Mut, Shape};

/// Fills `shape` from a document.
///
/// # Errors
/// `SerializationError`; no value of the document stands in it.
pub(in crate::protocol) fn read(document: &[u8], shape: &mut dyn Shape) -> Result<(), Error> {
    let mut reader = Reader::new(document);
    structure(&mut reader, shape)?;
    reader.finish()
}

fn structure(reader: &mut Reader<'_>, shape: &mut dyn Shape) -> Result<(), Error> {
    let members = shape.schema().members();
    // Members mostly come in the order of the schema, so the search starts behind the last one found.
    let mut expected = 0;
    let mut left = reader.map()?;
    while reader.has_more(&mut left)? {
        let name = reader.text()?;
        let found = (expected..members.len()).chain(0..expected).find(|index| {
            let member = &members[*index];
            member.wire_name() == name && member.is_in_answer_body()
        });
        if reader.null()? {
            continue;
        }
        match found.and_then(|index| Some((index, shape.member_mut(index)?))) {
            Some((index, place)) => {
                expected = index + 1;
                value(reader, &members[index], place)?;
            }
            None => reader.skip()?,
        }
    }
    Ok(())
}

fn value(reader: &mut Reader<'_>, member: &Member, place: Mut<'_>) -> Result<(), Error> {
    let kind = reader.next_type()?;
    match (kind, place, member.target) {
        (Type::Map | Type::MapIndef, Mut::Structure(shape), _) => structure(reader, shape),
        (Type::Map | Type::MapIndef, Mut::Map(map), Target::Map(schema)) => entries(reader, schema, map),
        (Type::Array | Type::ArrayIndef, Mut::List(list), Target::List(schema)) => {
            items(reader, schema, list)
        }
        (Type::Bytes | Type::BytesIndef, Mut::Blob(place), _) => {
            *place = reader.bytes()?.into();
            Ok(())
        }
        (Type::Bytes | Type::BytesIndef, Mut::SecretBlob(place), _) => {
            *place = reader.bytes()?.into();
            Ok(())
        }
        (Type::Bool, Mut::Boolean(place), _) => {
            *place = reader.boolean()?;
            Ok(())
        }
        (Type::String | Type::StringIndef, place, _)
            if !matches!(place, Mut::Blob(_) | Mut::SecretBlob(_)) =>
        {
            scalar::read(member, place, reader.text()?)
        }
        (kind, place, _) if is_number(kind) => {
            let (whole, nearest) = reader.number(kind)?;
            scalar::read_number(member, place, whole, nearest)
        }
        (_, place, _) => Err(scalar::mismatch(member, place.kind())),
    }
}

fn items(reader: &mut Reader<'_>, schema: &'static ListSchema, list: &mut dyn List) -> Result<(), Error> {
    let mut left = reader.array()?;
    while reader.has_more(&mut left)? {
        if !reader.null()? {
            value(reader, &schema.element, list.push_item())?;
        }
    }
    Ok(())
}

fn entries(reader: &mut Reader<'_>, schema: &'static MapSchema, map: &mut dyn Map) -> Result<(), Error> {
    let mut left = reader.map()?;
    while reader.has_more(&mut left)? {
        let key = reader.text()?.into_owned();
        if !reader.null()? {
            value(reader, &schema.value, map.insert_entry(key))?;
        }
    }
    Ok(())
}

fn is_number(kind: Type) -> bool {
    use Type::{F16, F32, F64, I8, I16, I32, I64, Int, U8, U16, U32, U64};
    matches!(kind, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64 | Int | F16 | F32 | F64)
}
