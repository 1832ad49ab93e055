//! What the library's lexer does not take, though services and servers like them send it.

use std::borrow::Cow;

use memchr::memchr;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The document without a byte order mark, and with a replacement character in the place of each half of a surrogate pair
/// that stands alone, as Go reads it: services write one where they have cut a text to its greatest length.
pub(super) fn readable(document: &[u8]) -> Cow<'_, [u8]> {
    let document = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
    let mut changed: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = memchr(b'\\', &document[at..]) {
        let escape = at + found;
        at = match (surrogate(document, escape), surrogate(document, escape + 6)) {
            (Some(Half::First), Some(Half::Second)) => escape + 12,
            (Some(_), _) => {
                let changed = changed.get_or_insert_with(|| document.to_vec());
                changed[escape + 2..escape + 6].copy_from_slice(b"fffd");
                escape + 6
            }
            (None, _) => document.len().min(escape + 2),
        };
    }
    changed.map_or(Cow::Borrowed(document), Cow::Owned)
}

enum Half {
    First,
    Second,
}

/// Which half of a pair the escape at `at` is, if it is one.
fn surrogate(document: &[u8], at: usize) -> Option<Half> {
    match document.get(at..at + 6)? {
        [b'\\', b'u', b'd' | b'D', kind, one, other]
            if one.is_ascii_hexdigit() && other.is_ascii_hexdigit() =>
        {
            match kind.to_ascii_lowercase() {
                b'8' | b'9' | b'a' | b'b' => Some(Half::First),
                b'c'..=b'f' => Some(Half::Second),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs_that_stand_alone_are_replaced_and_nothing_else_is() {
        for (document, read) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (r#""\uDE00\uD83D\uDE00""#, r#""\ufffd\uD83D\uDE00""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d\n\u00e9\""#, r#""\\ud83d\n\u00e9\""#),
            (r#""\ud83"#, r#""\ud83"#),
            ("\u{feff}{}", "{}"),
            (r"\", r"\"),
        ] {
            assert_eq!(String::from_utf8_lossy(&readable(document.as_bytes())), read);
        }
        assert!(matches!(readable(br#"{"a":"\\n"}"#), Cow::Borrowed(_)));
    }
}
