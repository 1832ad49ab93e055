//! The searches that the cursor spends its time in: the next markup, the end of a name, what a reference stands for.

use memchr::{memchr, memchr2};

/// Where the first `<` or `&` from `start` on is, or the end.
pub(super) fn find_markup(bytes: &[u8], start: usize) -> usize {
    // Most texts are so short that the call of a vectorised search would cost more than the search itself.
    const SHORT: usize = 64;
    let mut at = start;
    while let Some(word) = word_at(bytes, at) {
        let found = zero_bytes(word ^ repeated(b'<')) | zero_bytes(word ^ repeated(b'&'));
        if found != 0 {
            return at + first(found);
        }
        at += 8;
        if at - start >= SHORT {
            break;
        }
    }
    let rest = bytes.get(at..).unwrap_or_default();
    memchr2(b'<', b'&', rest).map_or(bytes.len(), |ahead| at + ahead)
}

/// Where the name that starts at `start` ends, and where in it the part behind the prefix starts.
pub(super) fn find_name_end(bytes: &[u8], start: usize) -> (usize, usize) {
    let (mut at, mut local) = (start, start);
    loop {
        // Everything that ends a name is below `@`, as are few characters of names.
        at += match word_at(bytes, at) {
            Some(word) => first(zero_bytes(word & repeated(0xc0))),
            None => usize::from(bytes.get(at).is_some_and(|byte| *byte >= b'@')),
        };
        match bytes.get(at) {
            Some(b':') => local = at + 1,
            Some(b'0'..=b'9' | b'-' | b'.' | b'@'..) => {}
            _ => return (at, local),
        }
        at += 1;
    }
}

/// Eight bytes as one word, the first of them the lowest.
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

const fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Marks the bytes that are zero. Bytes above the first such one may be marked wrongly, so only the first mark counts.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeated(1)) & !word & repeated(0x80)
}

/// The index of the first marked byte.
const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}

/// Resolves every reference in `raw`, the first of which is at `ampersand`.
pub(super) fn resolve_all(raw: &str, mut ampersand: usize) -> Option<String> {
    if let Some(text) = resolve_quoted(raw) {
        return Some(text);
    }
    let mut resolved = String::with_capacity(raw.len());
    let mut rest = raw;
    while ampersand < rest.len() {
        resolved.push_str(&rest[..ampersand]);
        rest = &rest[ampersand..];
        let (character, len) = resolve(rest)?;
        resolved.push(character);
        rest = &rest[len..];
        ampersand = match rest {
            "" => 0,
            _ => memchr(b'&', rest.as_bytes()).unwrap_or(rest.len()),
        };
    }
    resolved.push_str(rest);
    Some(resolved)
}

/// Resolves a text in quotes with no other reference in it, which is what a page of a list holds a thousand ETags of.
fn resolve_quoted(raw: &str) -> Option<String> {
    let inner = raw.strip_prefix("&quot;")?.strip_suffix("&quot;")?;
    if memchr(b'&', inner.as_bytes()).is_some() {
        return None;
    }
    let mut resolved = String::with_capacity(inner.len() + 2);
    resolved.push('"');
    resolved.push_str(inner);
    resolved.push('"');
    Some(resolved)
}

/// The character of the reference that `text` starts with, and the length of the reference.
pub(super) fn resolve(text: &str) -> Option<(char, usize)> {
    match text.as_bytes() {
        [b'&', b'q', b'u', b'o', b't', b';', ..] => Some(('"', 6)),
        [b'&', b'a', b'm', b'p', b';', ..] => Some(('&', 5)),
        [b'&', b'l', b't', b';', ..] => Some(('<', 4)),
        [b'&', b'g', b't', b';', ..] => Some(('>', 4)),
        [b'&', b'a', b'p', b'o', b's', b';', ..] => Some(('\'', 6)),
        _ => {
            let number = text.strip_prefix("&#")?;
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
            let count = digits.bytes().take(9).position(|byte| !byte.is_ascii_hexdigit())?;
            let after = digits.get(count..)?.strip_prefix(';')?;
            let number = u32::from_str_radix(&digits[..count], radix).ok()?;
            Some((char::from_u32(number)?, text.len() - after.len()))
        }
    }
}
