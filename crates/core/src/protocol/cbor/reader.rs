//! A cursor over a CBOR document that gives values as they are asked for, without a tree.
//!
//! Lengths may be definite or not. Nothing is allocated for a length that is only declared: a string must stand in the
//! document whole, and items are counted down as they come.

use std::borrow::Cow;

use minicbor::data::Type;
use minicbor::decode::{self, Decoder};

use super::MAX_DEPTH;
use crate::error::Error;

/// Where in a document the reading stands.
pub(super) struct Reader<'a> {
    decoder: Decoder<'a>,
    depth: usize,
}

/// What is left of an array or a map that is open.
pub(super) enum Left {
    /// So many items or entries.
    Counted(u64),
    /// All up to a break.
    UntilBreak,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `document`.
    pub(super) fn new(document: &'a [u8]) -> Self {
        Self { decoder: Decoder::new(document), depth: 0 }
    }

    /// The type of the next value. Tags in front of it are passed over: the schema knows what the value is.
    pub(super) fn next_type(&mut self) -> Result<Type, Error> {
        loop {
            match self.decoder.datatype().map_err(broken)? {
                Type::Tag => drop(self.decoder.tag().map_err(broken)?),
                kind => return Ok(kind),
            }
        }
    }

    /// Opens an array.
    pub(super) fn array(&mut self) -> Result<Left, Error> {
        self.next_type()?;
        let length = self.decoder.array().map_err(broken)?;
        self.open(length)
    }

    /// Opens a map.
    pub(super) fn map(&mut self) -> Result<Left, Error> {
        self.next_type()?;
        let length = self.decoder.map().map_err(broken)?;
        self.open(length)
    }

    fn open(&mut self, length: Option<u64>) -> Result<Left, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::unreadable("the CBOR is nested deeper than 128 levels"));
        }
        Ok(length.map_or(Left::UntilBreak, Left::Counted))
    }

    /// Whether the innermost open array or map has another item or entry; if not, it is closed.
    pub(super) fn has_more(&mut self, left: &mut Left) -> Result<bool, Error> {
        let has_more = match left {
            Left::Counted(0) => false,
            Left::Counted(count) => {
                *count -= 1;
                true
            }
            Left::UntilBreak if self.decoder.datatype().map_err(broken)? == Type::Break => {
                self.decoder.set_position(self.decoder.position() + 1);
                false
            }
            Left::UntilBreak => true,
        };
        self.depth -= usize::from(!has_more);
        Ok(has_more)
    }

    /// Whether the next value is null or undefined, which is then read.
    pub(super) fn null(&mut self) -> Result<bool, Error> {
        let is_null = matches!(self.next_type()?, Type::Null | Type::Undefined);
        if is_null {
            self.skip()?;
        }
        Ok(is_null)
    }

    /// Text, in one piece or in chunks.
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.next_type()? != Type::StringIndef {
            return self.decoder.str().map(Cow::Borrowed).map_err(broken);
        }
        let chunks = self.decoder.str_iter().map_err(broken)?;
        chunks.collect::<Result<String, _>>().map(Cow::Owned).map_err(broken)
    }

    /// Bytes, in one piece or in chunks.
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        for chunk in self.decoder.bytes_iter().map_err(broken)? {
            bytes.extend_from_slice(chunk.map_err(broken)?);
        }
        Ok(bytes)
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Error> {
        self.decoder.bool().map_err(broken)
    }

    /// A number of type `kind`: its value if it is an integer, and the closest fraction.
    pub(super) fn number(&mut self, kind: Type) -> Result<(Option<i64>, f64), Error> {
        match kind {
            Type::F16 => self.half().map(|number| (None, number)),
            Type::F32 | Type::F64 => self.decoder.f64().map(|number| (None, number)).map_err(broken),
            _ => {
                let number = i128::from(self.decoder.int().map_err(broken)?);
                Ok((number.try_into().ok(), number as f64))
            }
        }
    }

    /// A number of 16 bits, which the library reads only with the help of another one.
    fn half(&mut self) -> Result<f64, Error> {
        let at = self.decoder.position();
        let Some(&[high, low]) = self.decoder.input().get(at + 1..at + 3) else {
            return Err(broken(decode::Error::end_of_input()));
        };
        self.decoder.set_position(at + 3);
        Ok(half_to_f64(u16::from_be_bytes([high, low])))
    }

    /// Passes over one value.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        match self.next_type()? {
            Type::Array | Type::ArrayIndef => {
                let mut left = self.array()?;
                while self.has_more(&mut left)? {
                    self.skip()?;
                }
                Ok(())
            }
            Type::Map | Type::MapIndef => {
                let mut left = self.map()?;
                while self.has_more(&mut left)? {
                    self.skip()?;
                    self.skip()?;
                }
                Ok(())
            }
            Type::Break => Err(Error::unreadable("the CBOR has a break in the place of a value")),
            _ => self.decoder.skip().map_err(broken),
        }
    }

    /// Ends the reading, which must have come to the end of the document.
    pub(super) fn finish(self) -> Result<(), Error> {
        if self.decoder.position() == self.decoder.input().len() {
            return Ok(());
        }
        Err(Error::unreadable("the CBOR goes on after its end"))
    }
}

/// RFC 8949, appendix D: a sign, five bits of exponent, ten bits of mantissa.
fn half_to_f64(bits: u16) -> f64 {
    let mantissa = f64::from(bits & 0x3ff);
    let magnitude = match i32::from((bits >> 10) & 0x1f) {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (mantissa + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

fn broken(error: decode::Error) -> Error {
    Error::unreadable(format!("the CBOR cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_the_numbers_of_the_rfc() {
        for (bits, number) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0x3e00, 1.5),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x0400, 0.000_061_035_156_25),
            (0xc400, -4.0),
            (0x7c00, f64::INFINITY),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half_to_f64(bits), number, "{bits:#x}");
        }
        assert!(half_to_f64(0x7e00).is_nan() && half_to_f64(0x7c01).is_nan());
        assert!(half_to_f64(0x8000).is_sign_negative());
    }

    #[test]
    fn any_value_can_be_passed_over() {
        // Taken from RFC 8949, appendix A.
        for document in [
            "1b ff ff ff ff ff ff ff ff",
            "3b ff ff ff ff ff ff ff ff",
            "c2 49 01 00 00 00 00 00 00 00 00",
            "f9 7e 00",
            "fb 7f f8 00 00 00 00 00 00",
            "f7",
            "f8 ff",
            "c1 fb 41 d4 52 d9 e8 20 00 00",
            "d8 18 45 64 49 45 54 46",
            "9f 01 82 02 03 9f 04 05 ff ff",
            "bf 63 46 75 6e f5 63 41 6d 74 21 ff",
            "7f 65 73 74 72 65 61 64 6d 69 6e 67 ff",
            "5f 42 01 02 43 03 04 05 ff",
        ] {
            let bytes: Vec<u8> =
                document.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
            let mut reader = Reader::new(&bytes);
            reader.skip().and_then(|()| reader.finish()).expect(document);
            for end in 0..bytes.len() {
                assert!(Reader::new(&bytes[..end]).skip().is_err(), "{document} cut at {end}");
            }
        }
    }
}
