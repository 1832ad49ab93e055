//! The grammar of the shared files: checked line by line, then handed to the INI parser in a form it cannot
//! misread.
//!
//! The files look like INI but differ from what INI parsers accept: a comment may follow a value after a space,
//! a line may continue the one before it, a backslash is an ordinary character, and a colon separates nothing.
//! [`flatten`] therefore writes every property as one plain line, with the characters that the parser would
//! interpret hidden behind others ([`hide`]), and `document` shows them again ([`show`]).
//!
//! Source: the AWS SDKs and Tools Reference Guide, "Shared config and credentials files".

use zeroize::Zeroizing;

/// A line that breaks the grammar. The line's text is not repeated: it may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// The line, from 1.
    pub(crate) line: usize,
    pub(crate) expected: &'static str,
}

const BLANKS: [char; 2] = [' ', '\t'];
const COMMENTS: [char; 2] = ['#', ';'];

/// What an indented line would continue.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    /// Nothing, and no section has begun.
    Start,
    /// Nothing: a section has just begun.
    Section,
    /// A value that stands on its line.
    Value,
    /// An empty value, whose indented lines are properties of their own.
    Nested,
}

/// Rewrites a file as plain INI: `[section]` and `<line number> <key>=<value>` lines, without comments.
///
/// A byte order mark is dropped; lines end in LF, CRLF or CR. Continuation lines join their value with a line
/// feed between, so a value that begins with a line feed holds nested properties.
pub(crate) fn flatten(text: &str) -> Result<Zeroizing<String>, SyntaxError> {
    // A buffer that never grows leaves no copies of secrets behind: hiding makes one byte three at most, and a
    // line gains its number, a space and a line end.
    let lines = text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3 + lines * 24));
    let (mut open, mut number) = (Open::Start, 0);
    // CRLF is one line end: splitting at LF and taking the CR off first keeps the line numbers right.
    for lines in text.strip_prefix('\u{feff}').unwrap_or(text).split('\n') {
        for line in lines.strip_suffix('\r').unwrap_or(lines).split('\r') {
            number += 1;
            open = flatten_line(line, number, open, &mut out)
                .map_err(|expected| SyntaxError { line: number, expected })?;
        }
    }
    out.push('\n');
    Ok(out)
}

fn flatten_line(line: &str, number: usize, open: Open, out: &mut String) -> Result<Open, &'static str> {
    if line.contains('\0') {
        return Err("expected text, found a NUL byte");
    }
    let content = trimmed(line);
    if content.is_empty() || content.starts_with(COMMENTS) {
        return Ok(open);
    }
    if line.starts_with('[') {
        let name = section_name(content)?;
        out.push_str("\n[");
        hide(name, out);
        out.push(']');
        return Ok(Open::Section);
    }
    if !line.starts_with(BLANKS) {
        if open == Open::Start {
            return Err("expected a section such as [default] before the first property");
        }
        let (key, value) =
            property(content).ok_or("expected an equals sign between a property's name and its value")?;
        if key.is_empty() {
            return Err("expected a property's name before the equals sign");
        }
        out.push_str(&format!("\n{number} "));
        hide(key, out);
        out.push('=');
        hide(value, out);
        return Ok(if value.is_empty() { Open::Nested } else { Open::Value });
    }
    match open {
        Open::Start => return Err("expected a section such as [default], found an indented line"),
        Open::Section => return Err("expected a property, found an indented line that continues none"),
        Open::Value => {}
        Open::Nested => match property(content) {
            None => return Err("expected an equals sign between a nested property's name and its value"),
            Some(("", _)) => return Err("expected a nested property's name before the equals sign"),
            Some(_) => {}
        },
    }
    hide("\n", out);
    hide(content, out);
    Ok(open)
}

/// Splits `name = value`, without the comment that may follow the value after a blank.
pub(crate) fn property(line: &str) -> Option<(&str, &str)> {
    let is_comment = |(index, _): &(usize, &str)| *index == 0 || line[..*index].ends_with(BLANKS);
    let end = line.match_indices(COMMENTS).find(is_comment).map_or(line.len(), |(index, _)| index);
    let (key, value) = line[..end].split_once('=')?;
    Some((trimmed(key), trimmed(value)))
}

/// Without the blanks around it.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(BLANKS)
}

/// The text between the brackets; a comment may follow with or without a blank.
fn section_name(line: &str) -> Result<&str, &'static str> {
    let end = line.find(COMMENTS).unwrap_or(line.len());
    trimmed(&line[..end])
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .map(trimmed)
        .ok_or("expected a closing bracket at the end of the section's name")
}

/// The private-use block that stands in for ASCII: U+E000 is NUL, U+E041 is `A`.
const HIDDEN: u32 = 0xe000;
/// Marks that the next private-use character is itself.
const LITERAL: char = '\u{e080}';

/// Writes text so that the INI parser takes no part of it for syntax.
pub(crate) fn hide(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\n' | '\\' | ':' | '=' | '[' | ']' => {
                out.push(char::from_u32(HIDDEN + c as u32).unwrap_or(c));
            }
            '\u{e000}'..=LITERAL => {
                out.push(LITERAL);
                out.push(c);
            }
            _ => out.push(c),
        }
    }
}

/// Undoes [`hide`].
pub(crate) fn show(text: &str) -> Zeroizing<String> {
    let mut shown = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let meant = match c {
            LITERAL => chars.next(),
            '\u{e000}'..'\u{e080}' => char::from_u32(c as u32 - HIDDEN),
            _ => Some(c),
        };
        if let Some(meant) = meant {
            shown.push(meant);
        }
    }
    shown
}

#[cfg(test)]
mod tests;
