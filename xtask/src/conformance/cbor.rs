//! A reader of CBOR (RFC 8949) for comparisons, apart from the one of the SDK that it checks.

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cbor {
    Integer(i128),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Tag(u64, Box<Self>),
    Float(f64),
    Simple(u8),
}

/// Reads the one value that `bytes` hold.
pub(super) fn read(bytes: &[u8]) -> Option<Cbor> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value()?;
    reader.rest.is_empty().then_some(value)
}

/// Whether two values are the same: maps whatever their order, numbers whatever their width.
pub(super) fn same(a: &Cbor, b: &Cbor) -> bool {
    match (a, b) {
        (Cbor::Float(a), Cbor::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Cbor::Float(float), Cbor::Integer(integer)) | (Cbor::Integer(integer), Cbor::Float(float)) => {
            *float == *integer as f64
        }
        (Cbor::List(a), Cbor::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Cbor::Map(a), Cbor::Map(b)) => {
            let has = |key: &Cbor, value: &Cbor| b.iter().any(|(k, v)| same(key, k) && same(value, v));
            a.len() == b.len() && a.iter().all(|(key, value)| has(key, value))
        }
        (Cbor::Tag(a, a_value), Cbor::Tag(b, b_value)) => a == b && same(a_value, b_value),
        _ => a == b,
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn value(&mut self) -> Option<Cbor> {
        let head = self.byte()?;
        let (major, info) = (head >> 5, head & 31);
        if major == 7 {
            return self.simple(info);
        }
        let argument = if info == 31 { None } else { Some(self.argument(info)?) };
        Some(match (major, argument) {
            (0, Some(number)) => Cbor::Integer(number.into()),
            (1, Some(number)) => Cbor::Integer(-1 - i128::from(number)),
            (2, Some(length)) => Cbor::Bytes(self.bytes(length)?),
            (3, Some(length)) => Cbor::Text(String::from_utf8(self.bytes(length)?).ok()?),
            (2, None) => Cbor::Bytes(self.chunks()?),
            (3, None) => Cbor::Text(String::from_utf8(self.chunks()?).ok()?),
            (4, length) => Cbor::List(self.many(length, Self::value)?),
            (5, length) => Cbor::Map(self.many(length, |reader| Some((reader.value()?, reader.value()?)))?),
            (6, Some(tag)) => Cbor::Tag(tag, Box::new(self.value()?)),
            _ => return None,
        })
    }

    /// As many as `length` says, or up to a break.
    fn many<T>(&mut self, length: Option<u64>, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        while length.map_or_else(|| !self.is_break(), |length| (items.len() as u64) < length) {
            items.push(read(self)?);
        }
        Some(items)
    }

    fn chunks(&mut self) -> Option<Vec<u8>> {
        let chunks = self.many(None, |reader| match reader.value()? {
            Cbor::Bytes(bytes) => Some(bytes),
            Cbor::Text(text) => Some(text.into_bytes()),
            _ => None,
        })?;
        Some(chunks.concat())
    }

    fn is_break(&mut self) -> bool {
        let is_break = self.rest.first() == Some(&0xff);
        if is_break {
            self.rest = &self.rest[1..];
        }
        is_break
    }

    fn simple(&mut self, info: u8) -> Option<Cbor> {
        Some(match info {
            25 => Cbor::Float(half(self.argument(25)? as u16)),
            26 => Cbor::Float(f32::from_bits(self.argument(26)? as u32).into()),
            27 => Cbor::Float(f64::from_bits(self.argument(27)?)),
            24 => Cbor::Simple(self.byte()?),
            info if info < 24 => Cbor::Simple(info),
            _ => return None,
        })
    }

    fn argument(&mut self, info: u8) -> Option<u64> {
        let width = match info {
            0..24 => return Some(info.into()),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        Some(self.bytes(width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn bytes(&mut self, length: u64) -> Option<Vec<u8>> {
        let (bytes, rest) = self.rest.split_at_checked(length.try_into().ok()?)?;
        self.rest = rest;
        Some(bytes.to_vec())
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1).map(|bytes| bytes[0])
    }
}

/// A float of 16 bits (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_the_same_whatever_its_order_and_the_form_of_its_lengths() {
        // {"a": 1, "b": [1.5]} with lengths, and without them in the other order and with a half-width float.
        let definite = b"\xa2\x61a\x01\x61b\x81\xfb\x3f\xf8\0\0\0\0\0\0";
        let indefinite = b"\xbf\x61b\x9f\xf9\x3e\x00\xff\x61a\x01\xff";
        assert!(same(&read(definite).unwrap(), &read(indefinite).unwrap()));
        assert!(!same(&read(definite).unwrap(), &read(b"\xa0").unwrap()));
    }

    #[test]
    fn what_breaks_off_or_goes_on_is_no_value() {
        assert_eq!(read(b"\xa2\x61a"), None);
        assert_eq!(read(b"\x01\x01"), None);
        assert_eq!(read(b""), None);
    }
}
