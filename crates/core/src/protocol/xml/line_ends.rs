//! Lines end in one way before XML is read: see section 2.11 of <https://www.w3.org/TR/xml/>.

use std::borrow::Cow;

use memchr::memchr;

/// The document with each carriage return that stands in it, alone or before a line feed, as one line feed. Those that are
/// meant stand there as references.
pub(in crate::protocol) fn line_ends(document: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr(b'\r', document) else { return Cow::Borrowed(document) };
    let mut changed = document[..first].to_vec();
    let mut bytes = document[first..].iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'\r' {
            bytes.next_if_eq(&b'\n');
        }
        changed.push(if byte == b'\r' { b'\n' } else { byte });
    }
    Cow::Owned(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_end_a_line_becomes_one() {
        assert_eq!(&*line_ends(b"a\r\nb\rc\n\r\r\n&#13;\r"), b"a\nb\nc\n\n\n&#13;\n");
        assert!(matches!(line_ends(b"a\nb"), Cow::Borrowed(_)));
    }
}
