//! Step 2, the query: parameters in one escaping and one order, whatever form they are sent in.
//!
//! Also home of the escaping itself, which the path and the presigned query use too.

/// Appends the canonical form of `query`, a raw query string without its `?`.
///
/// The parameters are sorted by escaped name, then by escaped value. A service decodes what it received before it escapes it
/// anew, so this does too: `+` is a space, an escaped letter is the letter, a bare `acl` is `acl=`. A `%` that begins no escape
/// is the character itself.
pub(super) fn write(buffer: &mut Vec<u8>, query: &str) {
    if query.is_empty() {
        return;
    }
    let mut writer = QueryWriter::new(buffer);
    writer.raw(query, |_| true);
    writer.finish();
}

/// Writes parameters behind one another and sorts them at the end, which costs nothing when they come in order.
pub(super) struct QueryWriter<'b> {
    buffer: &'b mut Vec<u8>,
    parameters: Vec<Parameter>,
}

/// Where a parameter stands in the buffer: the name up to `equals`, the value from behind it to `end`.
#[derive(Clone, Copy)]
struct Parameter {
    start: usize,
    equals: usize,
    end: usize,
}

impl<'b> QueryWriter<'b> {
    pub(super) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self { buffer, parameters: Vec::with_capacity(8) }
    }

    /// Appends one parameter; each closure appends escaped bytes.
    pub(super) fn parameter(&mut self, name: impl FnOnce(&mut Vec<u8>), value: impl FnOnce(&mut Vec<u8>)) {
        if !self.parameters.is_empty() {
            self.buffer.push(b'&');
        }
        let start = self.buffer.len();
        name(self.buffer);
        let equals = self.buffer.len();
        self.buffer.push(b'=');
        value(self.buffer);
        self.parameters.push(Parameter { start, equals, end: self.buffer.len() });
    }

    /// Appends the parameters of a raw query string whose name, as sent, `keep` agrees to.
    pub(super) fn raw(&mut self, query: &str, keep: impl Fn(&[u8]) -> bool) {
        for pair in query.as_bytes().split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = (&pair[..equals], pair.get(equals + 1..).unwrap_or_default());
            if keep(name) {
                self.parameter(|buffer| push_reescaped(buffer, name), |buffer| push_reescaped(buffer, value));
            }
        }
    }

    /// Brings the parameters into order.
    pub(super) fn finish(mut self) {
        let Some(first) = self.parameters.first().map(|parameter| parameter.start) else { return };
        let bytes = self.buffer.as_slice();
        let key = |parameter: &Parameter| {
            (&bytes[parameter.start..parameter.equals], &bytes[parameter.equals + 1..parameter.end])
        };
        if self.parameters.is_sorted_by(|a, b| key(a) <= key(b)) {
            return;
        }
        self.parameters.sort_unstable_by(|a, b| key(a).cmp(&key(b)));

        let unsorted = self.buffer.split_off(first);
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index > 0 {
                self.buffer.push(b'&');
            }
            self.buffer.extend_from_slice(&unsorted[parameter.start - first..parameter.end - first]);
        }
    }
}

/// Appends `bytes` with all but RFC 3986's unreserved characters escaped, and `/` too unless `keep_slash`.
pub(super) fn push_escaped(buffer: &mut Vec<u8>, bytes: &[u8], keep_slash: bool) {
    for byte in bytes {
        if is_unreserved(*byte) || (keep_slash && *byte == b'/') {
            buffer.push(*byte);
        } else {
            push_escape(buffer, *byte);
        }
    }
}

/// Appends a part of a query that is already escaped somehow, in the canonical escaping.
fn push_reescaped(buffer: &mut Vec<u8>, part: &[u8]) {
    let mut bytes = part.iter();
    while let Some(byte) = bytes.next() {
        match *byte {
            b'+' => push_escape(buffer, b' '),
            b'%' => match unescaped(bytes.as_slice()) {
                Some(unescaped) => {
                    bytes.nth(1);
                    push_escaped(buffer, &[unescaped], false);
                }
                None => push_escape(buffer, b'%'),
            },
            byte if is_unreserved(byte) => buffer.push(byte),
            byte => push_escape(buffer, byte),
        }
    }
}

/// Reads the two digits behind a `%`.
fn unescaped(digits: &[u8]) -> Option<u8> {
    let [high, low, ..] = digits else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn push_escape(buffer: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    buffer.extend_from_slice(&[b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0x0f)]]);
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(query: &str) -> String {
        let mut buffer = b"GET\n".to_vec();
        write(&mut buffer, query);
        String::from_utf8(buffer).unwrap().strip_prefix("GET\n").unwrap().to_owned()
    }

    #[test]
    fn aws_example() {
        let query = "Action=ListUsers&Version=2010-05-08";
        assert_eq!(canonical(query), query);
    }

    #[test]
    fn parameters_are_sorted_by_escaped_name_then_value() {
        assert_eq!(canonical("b=2&a=z&B=1&a=b"), "B=1&a=b&a=z&b=2");
        // Sorting whole pairs would put `a-b=` first, for `-` is less than `=`.
        assert_eq!(canonical("a-b=1&a=2"), "a=2&a-b=1");
        // Escaped, the first begins with `%`, which is less than any letter.
        assert_eq!(canonical("a=1&%E1%88%B4=2"), "%E1%88%B4=2&a=1");
    }

    #[test]
    fn a_bare_subresource_gets_an_empty_value() {
        assert_eq!(canonical("acl"), "acl=");
        assert_eq!(canonical("uploads&prefix="), "prefix=&uploads=");
    }

    #[test]
    fn every_way_to_escape_ends_in_the_same_form() {
        assert_eq!(canonical("k=a+b"), "k=a%20b");
        assert_eq!(canonical("k=a%2Bb"), "k=a%2Bb");
        assert_eq!(canonical("k=%7e%2d%2F/"), "k=~-%2F%2F");
        assert_eq!(canonical("k=a=b"), "k=a%3Db");
        assert_eq!(canonical("ሴ=é"), "%E1%88%B4=%C3%A9");
    }

    #[test]
    fn broken_queries_are_signed_as_text() {
        assert_eq!(canonical("&&"), "");
        assert_eq!(canonical("="), "=");
        assert_eq!(canonical("a=%"), "a=%25");
        assert_eq!(canonical("a=%2"), "a=%252");
        assert_eq!(canonical("a=%zz"), "a=%25zz");
        assert_eq!(canonical("a=%+1"), "a=%25%201");
    }
}
