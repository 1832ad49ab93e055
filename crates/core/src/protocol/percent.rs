//! Percent-encoding (RFC 3986): everything but letters, digits, `-`, `.`, `_` and `~` is escaped.

/// Appends `text`, escaped; slashes are kept if `keep_slash`.
pub(super) fn push_encoded(out: &mut String, text: &str, keep_slash: bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if UNRESERVED[usize::from(byte)] || (keep_slash && byte == b'/') {
            continue;
        }
        // Only ASCII bytes are ever kept, so `copied` always stands at the edge of a character; the escaped bytes of
        // one that is longer follow each other.
        out.push_str(text.get(copied..at).unwrap_or_default());
        let escaped = [b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
        out.extend(escaped.map(char::from));
        copied = at + 1;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
}

/// Which bytes stand for themselves.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, keep_slash: bool) -> String {
        let mut out = String::new();
        push_encoded(&mut out, text, keep_slash);
        out
    }

    #[test]
    fn only_unreserved_characters_stand_for_themselves() {
        assert_eq!(encoded("AZaz09-._~", false), "AZaz09-._~");
        assert_eq!(encoded("a b+c%/é", false), "a%20b%2Bc%25%2F%C3%A9");
        assert_eq!(encoded("日本", false), "%E6%97%A5%E6%9C%AC");
    }

    #[test]
    fn a_greedy_label_keeps_its_slashes_and_dots() {
        assert_eq!(encoded("/a//../b c/", true), "/a//../b%20c/");
    }
}
