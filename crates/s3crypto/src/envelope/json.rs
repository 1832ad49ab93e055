//! Maps of texts as JSON: compact and in ASCII when written, so that S3 does not encode them and every peer reads them.

use std::collections::BTreeMap;
use std::io;

use serde_json::Value;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

/// Reads an object whose values are texts.
pub(crate) fn read(json: &[u8]) -> Option<BTreeMap<String, String>> {
    serde_json::from_slice(json).ok()
}

/// Reads an object whose values are texts, numbers (as some clients write lengths) or null, which counts as empty.
pub(super) fn read_loose(json: &[u8]) -> Option<BTreeMap<String, String>> {
    let entries: BTreeMap<String, Value> = serde_json::from_slice(json).ok()?;
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    };
    entries.into_iter().map(|(name, value)| Some((name, text(value)?))).collect()
}

/// Writes without any white space, at which one client stops reading, and with `\u` escapes for what is not ASCII.
pub(crate) fn write(map: &BTreeMap<String, String>) -> String {
    let mut out = Vec::new();
    let written = serde::Serialize::serialize(map, &mut Serializer::with_formatter(&mut out, AsciiFormatter));
    debug_assert!(written.is_ok(), "texts always have a form in JSON");
    String::from_utf8(out).unwrap_or_default()
}

struct AsciiFormatter;

impl Formatter for AsciiFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for character in fragment.chars() {
            if character.is_ascii() {
                writer.write_all(&[character as u8])?;
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        CompactFormatter.write_char_escape(writer, escape)
    }
}
