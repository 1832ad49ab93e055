//! The grammar of the shared files: what plain INI leaves open, and where they differ from it.
//!
//! The INI parser tells one line from the next, headings from properties. The rest is done here: a comment may follow a
//! value after a blank, an indented line continues the one before it, and what cannot be understood is refused.
//!
//! Source: the AWS SDKs and Tools Reference Guide, "Shared config and credentials files".

use ini_core::{Item, Parser};

use crate::Secret;

/// A line that breaks the grammar. The line's text is not repeated: it may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// The line, from 1.
    pub(crate) line: usize,
    pub(crate) expected: &'static str,
}

/// What a file is made of.
#[derive(Debug)]
pub(crate) enum Entry<'a> {
    /// The text between the brackets of a heading.
    Section(&'a str),
    /// A property with its value, which may be a secret. Continuation lines follow it after a line feed each, so that a
    /// value which begins with a line feed holds nested properties.
    Property { key: &'a str, value: Secret, line: usize },
}

const BLANKS: [char; 2] = [' ', '\t'];
const COMMENTS: [char; 2] = ['#', ';'];

/// The entries of a file, of which the first is a section. A byte order mark is dropped; lines end in LF, CRLF or CR.
pub(crate) fn entries(text: &str) -> Result<Vec<Entry<'_>>, SyntaxError> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut entries = Vec::new();
    let lines = Parser::new(rest).filter(|item| *item != Item::SectionEnd);
    for (index, item) in lines.enumerate() {
        let (line, behind) = rest.split_at(len(&item));
        let after_return = behind.strip_prefix('\r').unwrap_or(behind);
        rest = after_return.strip_prefix('\n').unwrap_or(after_return);
        add(&mut entries, item, line, index + 1)?;
    }
    Ok(entries)
}

/// The length of the line that an item was, without its end.
fn len(item: &Item<'_>) -> usize {
    match item {
        Item::Blank | Item::SectionEnd => 0,
        Item::Comment(text) => text.len() + 1,
        Item::Section(name) => name.len() + 2,
        Item::Error(text) | Item::Property(text, None) => text.len(),
        Item::Property(key, Some(value)) => key.len() + 1 + value.len(),
    }
}

fn add<'a>(
    entries: &mut Vec<Entry<'a>>,
    item: Item<'_>,
    text: &'a str,
    line: usize,
) -> Result<(), SyntaxError> {
    let refuse = |expected| Err(SyntaxError { line, expected });
    if text.contains('\0') {
        return refuse("expected text, found a NUL byte");
    }
    let content = trimmed(text);
    if content.is_empty() || content.starts_with(COMMENTS) {
        return Ok(());
    }
    // With a comment behind it, a heading is none in plain INI.
    if let Item::Section(_) | Item::Error(_) = item {
        let Some(name) = section_name(content) else {
            return refuse("expected a closing bracket at the end of the section's name");
        };
        entries.push(Entry::Section(name));
        return Ok(());
    }
    if text.starts_with(BLANKS) {
        let refused = match entries.last_mut() {
            Some(Entry::Property { value, .. }) => match continue_value(value, content) {
                Ok(()) => return Ok(()),
                Err(expected) => expected,
            },
            Some(Entry::Section(_)) => "expected a property, found an indented line that continues none",
            None => "expected a section such as [default], found an indented line",
        };
        return refuse(refused);
    }
    if entries.is_empty() {
        return refuse("expected a section such as [default] before the first property");
    }
    match property(content) {
        None => refuse("expected an equals sign between a property's name and its value"),
        Some(("", _)) => refuse("expected a property's name before the equals sign"),
        Some((key, value)) => {
            entries.push(Entry::Property { key, value: value.into(), line });
            Ok(())
        }
    }
}

/// Appends an indented line. After an empty value, it is a property of its own.
fn continue_value(value: &mut Secret, content: &str) -> Result<(), &'static str> {
    if value.expose().is_empty() || value.expose().starts_with('\n') {
        match property(content) {
            None => return Err("expected an equals sign between a nested property's name and its value"),
            Some(("", _)) => return Err("expected a nested property's name before the equals sign"),
            Some(_) => {}
        }
    }
    value.push_str("\n");
    value.push_str(content);
    Ok(())
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
fn section_name(line: &str) -> Option<&str> {
    let end = line.find(COMMENTS).unwrap_or(line.len());
    trimmed(&line[..end]).strip_prefix('[')?.strip_suffix(']').map(trimmed)
}

#[cfg(test)]
mod tests;
