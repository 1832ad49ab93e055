//! From a shape to CBOR: every length is definite, numbers are as short as they can be.

use std::convert::Infallible;

use minicbor::data::IanaTag;
use minicbor::encode::{self, Encoder};

use super::MAX_DEPTH;
use crate::date_time::DateTime;
use crate::error::Error;
use crate::protocol::scalar;
use crate::schema::{Location, Member, Target};
use crate::shape::{List, Map, Ref, Shape};

/// A document with the members of `shape` that travel in the body.
pub(in crate::protocol) fn write(shape: &dyn Shape) -> Result<Vec<u8>, Error> {
    let mut writer = Writer { out: Encoder::new(Vec::with_capacity(256)), depth: 0 };
    writer.structure(shape)?;
    Ok(writer.out.into_writer())
}

struct Writer {
    out: Encoder<Vec<u8>>,
    depth: usize,
}

impl Writer {
    fn structure(&mut self, shape: &dyn Shape) -> Result<(), Error> {
        let set = || {
            let members = shape.schema().members().iter().enumerate();
            members
                .filter(|(_, member)| member.location == Location::Body)
                .filter_map(|(index, member)| Some((member, shape.member(index)?)))
        };
        self.deeper()?;
        done(self.out.map(set().count() as u64))?;
        for (member, value) in set() {
            done(self.out.str(member.wire_name()))?;
            self.value(member, value)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn value(&mut self, member: &Member, value: Ref<'_>) -> Result<(), Error> {
        match (value, member.target) {
            (Ref::Boolean(value), _) => done(self.out.bool(value)),
            (Ref::Integer(number), _) => done(self.out.i32(number)),
            (Ref::Long(number), _) => done(self.out.i64(number)),
            (Ref::Float(number), _) => done(self.out.f32(number)),
            (Ref::Double(number), _) => done(self.out.f64(number)),
            (Ref::String(text), _) => done(self.out.str(text)),
            (Ref::Blob(bytes), _) => done(self.out.bytes(bytes)),
            (Ref::Timestamp(time), _) => self.timestamp(time),
            (Ref::Structure(shape), _) => self.structure(shape),
            (Ref::List(list), Target::List(schema)) => self.items(&schema.element, list),
            (Ref::Map(map), Target::Map(schema)) => self.entries(&schema.value, map),
            _ => Err(scalar::mismatch(member, "what CBOR can carry")),
        }
    }

    fn items(&mut self, element: &Member, list: &dyn List) -> Result<(), Error> {
        self.deeper()?;
        done(self.out.array(list.len() as u64))?;
        for index in 0..list.len() {
            match list.item(index) {
                Some(item) => self.value(element, item)?,
                None => done(self.out.null())?,
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn entries(&mut self, member: &Member, map: &dyn Map) -> Result<(), Error> {
        self.deeper()?;
        done(self.out.map(map.len() as u64))?;
        map.visit(&mut |key, value| {
            done(self.out.str(key))?;
            self.value(member, value)
        })?;
        self.depth -= 1;
        Ok(())
    }

    /// Seconds with a tag that says so, to the millisecond.
    fn timestamp(&mut self, time: DateTime) -> Result<(), Error> {
        let millis = time.unix_seconds() as f64 * 1e3 + f64::from(time.subsec_nanos() / 1_000_000);
        done(self.out.tag(IanaTag::Timestamp))?;
        done(self.out.f64(millis / 1e3))
    }

    fn deeper(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(Error::unreadable("the parameters are nested deeper than 128 levels"))
    }
}

fn done<T>(written: Result<T, encode::Error<Infallible>>) -> Result<(), Error> {
    let failed = |error| Error::unreadable(format!("the parameters cannot be written as CBOR: {error}"));
    written.map(drop).map_err(failed)
}
