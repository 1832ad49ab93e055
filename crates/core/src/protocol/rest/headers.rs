//! Members in headers and in the status code.

use std::borrow::Cow;

use ::http::{HeaderName, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse};
use crate::protocol::scalar;
use crate::schema::{Location, Member, Target, TimestampFormat, Traits};
use crate::shape::{List, Mut, Ref, Shape};

/// Writes the members that travel in headers.
pub(super) fn write(http: &mut HttpRequest, params: &dyn Shape) -> Result<(), Error> {
    for (index, member) in params.schema().members().iter().enumerate() {
        let value = match member.location {
            Location::Header | Location::Headers => params.member(index),
            _ => None,
        };
        match (value, member.target) {
            (None, _) => {}
            (Some(Ref::Map(map)), Target::Map(schema)) => map.visit(&mut |key, value| {
                http.set_header(header_name(member, key)?, &text(&schema.value, value)?)
            })?,
            (Some(value), _) => {
                let name = header_name(member, "")?;
                http.set_header(name.clone(), &text(member, value)?)?;
                if member.has(Traits::SENSITIVE)
                    && let Some(value) = http.headers.get_mut(name)
                {
                    value.set_sensitive(true);
                }
            }
        }
    }
    Ok(())
}

fn header_name(member: &Member, key: &str) -> Result<HeaderName, Error> {
    let name = match key {
        "" => HeaderName::from_bytes(member.wire_name().as_bytes()),
        _ => HeaderName::from_bytes(format!("{}{key}", member.wire_name()).as_bytes()),
    };
    name.map_err(|_| {
        Error::unreadable(format!("a key of {} holds a character that header names cannot", member.name))
    })
}

fn text<'a>(member: &Member, value: Ref<'a>) -> Result<Cow<'a, str>, Error> {
    if let (Ref::List(list), Target::List(schema)) = (value, member.target) {
        let items = (0..list.len()).filter_map(|index| list.item(index));
        let items: Result<Vec<_>, Error> = items
            .map(|item| match item {
                Ref::String(text) => Ok(quoted(text)),
                _ => text(&schema.element, item),
            })
            .collect();
        return Ok(items?.join(", ").into());
    }
    match scalar::write(member, value, TimestampFormat::Rfc822) {
        Some(text) if member.has(Traits::JSON_VALUE) => Ok(STANDARD.encode(&*text).into()),
        Some(Cow::Borrowed(text)) => Ok(text.trim_ascii().into()),
        Some(text) => Ok(text),
        None => Err(scalar::mismatch(member, "what a header can carry")),
    }
}

/// An item of a list, in quotes where it would otherwise look like two or lose the space around it.
fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"']) || text.trim_ascii().len() != text.len() {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")).into()
    } else {
        text.into()
    }
}

/// Reads the members that travel in the head of the answer.
pub(in crate::protocol) fn read(response: &HttpResponse, shape: &mut dyn Shape) -> Result<(), Error> {
    // A slice, because a header map is slow to walk, and most members ask for a walk.
    let headers: Vec<(&str, &HeaderValue)> =
        response.headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
    // Most members of an output are not sent; the lengths of the names that are tell so without a comparison.
    let lengths = headers.iter().fold(0, |lengths, (name, _)| lengths | length_bit(name));
    for (index, member) in shape.schema().members().iter().enumerate() {
        match (member.location, member.target) {
            (Location::Header, _) if lengths & length_bit(member.wire_name()) != 0 => {
                for (name, value) in &headers {
                    if member.wire_name().eq_ignore_ascii_case(name) {
                        read_one(shape, index, member, name, &decoded(value))?;
                    }
                }
            }
            (Location::StatusCode, _) => {
                if let Some(Mut::Integer(place)) = shape.member_mut(index) {
                    *place = response.status.into();
                }
            }
            (Location::Headers, Target::Map(schema)) => {
                if let Some(Mut::Map(map)) = shape.member_mut(index) {
                    for (name, value) in &headers {
                        if let Some(key) = without_prefix(name, member.wire_name()) {
                            scalar::read(&schema.value, map.insert_entry(key.to_owned()), decoded(value))?;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The value as text: UTF-8, else Latin-1, as headers once were. Nearly all are ASCII, which the strict reader passes in
/// strides.
fn decoded(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect::<String>().into(),
    }
}

/// A set with one member: the length of `name`, in which lengths that are 64 apart are the same.
fn length_bit(name: &str) -> u64 {
    1 << (name.len() % 64)
}

fn read_one(
    shape: &mut dyn Shape,
    index: usize,
    member: &Member,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    let is_list = matches!(member.target, Target::List(_));
    let is_void = value.is_empty() && !matches!(member.target, Target::String | Target::Blob);
    // Of a header that is there twice the first counts, unless it is a list.
    if is_void || (!is_list && shape.member(index).is_some()) {
        return Ok(());
    }
    // HTTP has invalid dates in `Expires` mean the past (RFC 9111, section 5.3); they are no reason to lose an answer.
    if name == header::EXPIRES.as_str()
        && matches!(member.target, Target::Timestamp)
        && crate::protocol::timestamp::parse(value).is_none()
    {
        return Ok(());
    }
    match (shape.member_mut(index), member.target) {
        (Some(Mut::List(list)), Target::List(schema)) => read_list(list, &schema.element, value),
        (Some(place), _) if member.has(Traits::JSON_VALUE) => {
            let json = STANDARD.decode(value).ok().and_then(|json| String::from_utf8(json).ok());
            let json = json.ok_or_else(|| scalar::mismatch(member, "JSON in base64"))?;
            scalar::read(member, place, json.into())
        }
        (Some(place), _) => scalar::read(member, place, value.into()),
        (None, _) => Ok(()),
    }
}

/// Reads a list separated by commas, which may also stand in quotes and in dates.
fn read_list(list: &mut dyn List, element: &Member, value: &str) -> Result<(), Error> {
    let is_http_date = matches!(element.target, Target::Timestamp)
        && matches!(element.timestamp_format, None | Some(TimestampFormat::Rfc822));
    let mut rest = value.trim_ascii();
    while !rest.is_empty() {
        let item;
        if let Some(inner) = rest.strip_prefix('"') {
            let (text, after) = unquoted(inner);
            item = text;
            rest = after.trim_ascii_start().strip_prefix(',').unwrap_or(after);
        } else {
            let mut commas = rest.match_indices(',').map(|(at, _)| at);
            let end = commas.nth(usize::from(is_http_date)).unwrap_or(rest.len());
            item = rest[..end].trim_ascii().to_owned();
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        rest = rest.trim_ascii_start();
        scalar::read(element, list.push_item(), item.into())?;
    }
    Ok(())
}

/// The text up to the closing quote, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let mut item = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (item, &text[at + 1..]),
            '\\' => item.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => item.push(character),
        }
    }
    (item, "")
}

fn without_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, key) = (name.get(..prefix.len())?, name.get(prefix.len()..)?);
    start.eq_ignore_ascii_case(prefix).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_no_utf_8_is_latin_1() {
        let value = |bytes: &'static [u8]| HeaderValue::from_bytes(bytes).unwrap();
        assert_eq!(decoded(&value(b"caf\xe9")), "caf\u{e9}");
        assert_eq!(decoded(&value("caf\u{e9}".as_bytes())), "caf\u{e9}");
    }

    #[test]
    fn items_are_quoted_where_they_would_be_read_otherwise() {
        for (item, written) in [
            ("a b", "a b"),
            ("a,b", "\"a,b\""),
            ("a\"", "\"a\\\"\""),
            (" a", "\" a\""),
            ("a\t", "\"a\t\""),
            ("\u{a0}a", "\u{a0}a"),
            ("", ""),
        ] {
            assert_eq!(quoted(item), written);
        }
    }
}
