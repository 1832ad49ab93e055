//! Tags and escaped text.

use crate::schema::XmlNamespace;

/// Writes `<name`, with the namespace it declares; attributes and [`close_tag`] follow.
pub(super) fn open_tag(out: &mut String, name: &str, namespace: Option<XmlNamespace>) {
    out.push('<');
    out.push_str(name);
    if let Some(namespace) = namespace {
        out.push_str(" xmlns");
        if let Some(prefix) = namespace.prefix {
            out.push(':');
            out.push_str(prefix);
        }
        out.push_str("=\"");
        push_escaped(out, namespace.uri);
        out.push('"');
    }
}

/// Writes one attribute into an open tag.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.extend([" ", name, "=\""]);
    push_escaped(out, value);
    out.push('"');
}

/// Ends an open tag.
pub(super) fn close_tag(out: &mut String) {
    out.push('>');
}

/// Writes `</name>`.
pub(super) fn end_tag(out: &mut String, name: &str) {
    out.extend(["</", name, ">"]);
}

/// Writes text as it may stand in an element or in an attribute.
///
/// Line breaks and other control characters go as references: raw, a reader may turn them into spaces or refuse them.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' => {
                out.push_str(&format!("&#x{:X};", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
}
