//! A cursor over an XML document that gives elements and text as they are asked for, without a tree.
//!
//! It reads the XML that services write, and is strict about the rest: a document that breaks off, a second root, text
//! beside the root, an end tag of another name, a document type declaration, an entity that XML does not predefine and
//! nesting beyond 128 levels are errors. Names are given without their prefix.
//!
//! A library lexer does not fit the budget: over the 233 KB of a ListObjectsV2 page of 1000 keys the bare event loop of
//! quick-xml 0.42 takes 7.2 M instructions, while reading the page into its shape may take 3.5 M with every allocation.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

use super::MAX_DEPTH;
use crate::error::Error;

/// Where in a document the reading stands.
#[derive(Debug)]
pub(in crate::protocol) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The names, with their prefixes, of the elements that are open.
    open: Vec<&'a str>,
    /// Whether the innermost open element was written `<a/>`, so that its end follows without a tag.
    is_empty_element: bool,
}

/// The start of an element.
#[derive(Debug, Clone, Copy)]
pub(in crate::protocol) struct Start<'a> {
    /// Its name without the prefix.
    pub(in crate::protocol) name: &'a str,
    attributes: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `document`.
    pub(in crate::protocol) fn new(document: &'a [u8]) -> Result<Self, Error> {
        let text =
            std::str::from_utf8(document).map_err(|error| broken(error.valid_up_to(), "UTF-8 text"))?;
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Ok(Self { text, at, open: Vec::new(), is_empty_element: false })
    }

    /// The root element.
    pub(in crate::protocol) fn root(&mut self) -> Result<Start<'a>, Error> {
        self.misc()?;
        if self.at == self.text.len() {
            return Err(broken(self.at, "an element"));
        }
        self.start_tag()
    }

    /// The next element in the open one, which it opens; or `None` at the end of the open one, which it closes.
    pub(in crate::protocol) fn child(&mut self) -> Result<Option<Start<'a>>, Error> {
        if self.close_empty() {
            return Ok(None);
        }
        loop {
            self.find_markup()?;
            match self.byte(1) {
                b'/' => return self.end_tag().map(|()| None),
                b'!' if self.rest().starts_with("<![CDATA[") => self.cdata().map(drop)?,
                b'!' | b'?' => self.comment()?,
                _ => return self.start_tag().map(Some),
            }
        }
    }

    /// The text of the next element if that is written `<name>text</name>` with nothing before it, which it passes over.
    ///
    /// Most elements are, and this takes half the time of [`child`](Self::child) and [`text`](Self::text). Anything else, a
    /// fault included, is left for these to read.
    pub(in crate::protocol) fn leaf(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let bytes = self.text.as_bytes();
        let start = self.at + name.len() + 2;
        let is_next = bytes.get(self.at + 1) == name.as_bytes().first()
            && bytes.get(start - 1) == Some(&b'>')
            && bytes[self.at] == b'<'
            && &bytes[self.at + 1..start - 1] == name.as_bytes();
        if !is_next || self.is_empty_element || self.open.len() >= MAX_DEPTH {
            return None;
        }
        let length = memchr2(b'<', b'&', &bytes[start..])?;
        let (text, end) = if bytes[start + length] == b'<' {
            (Cow::Borrowed(&self.text[start..start + length]), start + length)
        } else {
            let end = start + length + memchr(b'<', &bytes[start + length..])?;
            (Cow::Owned(unescape_from(&self.text[start..end], length, start).ok()?), end)
        };
        let after = bytes[end..].strip_prefix(b"</")?.strip_prefix(name.as_bytes())?.strip_prefix(b">")?;
        self.at = bytes.len() - after.len();
        Some(text)
    }

    /// The text in the open element, which it closes. Elements in it are passed over.
    pub(in crate::protocol) fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.close_empty() {
            return Ok(Cow::Borrowed(""));
        }
        let first = self.characters()?;
        if self.byte(1) == b'/' {
            self.end_tag()?;
            return Ok(first);
        }
        let mut all = first.into_owned();
        loop {
            match self.byte(1) {
                b'/' => return self.end_tag().map(|()| Cow::Owned(all)),
                b'!' if self.rest().starts_with("<![CDATA[") => all.push_str(self.cdata()?),
                b'!' | b'?' => self.comment()?,
                _ => {
                    self.start_tag()?;
                    self.skip()?;
                }
            }
            all.push_str(&self.characters()?);
        }
    }

    /// Passes over what is left of the open element, which it closes.
    pub(in crate::protocol) fn skip(&mut self) -> Result<(), Error> {
        let outside = self.open.len().saturating_sub(1);
        while self.open.len() > outside {
            self.child()?;
        }
        Ok(())
    }

    /// Checks that nothing but comments follows the root element.
    pub(in crate::protocol) fn finish(mut self) -> Result<(), Error> {
        self.misc()?;
        if self.at == self.text.len() { Ok(()) } else { Err(broken(self.at, "the end of the document")) }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The byte `ahead` of the cursor, or 0 past the end, where a document cannot hold one that is looked for.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Moves to the next `<`.
    fn find_markup(&mut self) -> Result<(), Error> {
        if self.byte(0) == b'<' {
            return Ok(());
        }
        match memchr(b'<', self.rest().as_bytes()) {
            Some(ahead) => {
                self.at += ahead;
                Ok(())
            }
            None => Err(self.breaks_off()),
        }
    }

    /// The text up to the next `<`, its references resolved.
    fn characters(&mut self) -> Result<Cow<'a, str>, Error> {
        let (start, rest) = (self.at, self.rest());
        let Some(length) = memchr2(b'<', b'&', rest.as_bytes()) else { return Err(self.breaks_off()) };
        if rest.as_bytes()[length] == b'<' {
            self.at += length;
            return Ok(Cow::Borrowed(&rest[..length]));
        }
        self.find_markup()?;
        unescape_from(&self.text[start..self.at], length, start).map(Cow::Owned)
    }

    /// White space, comments and processing instructions around the root.
    fn misc(&mut self) -> Result<(), Error> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.at == self.text.len() {
                return Ok(());
            }
            match (self.byte(0), self.byte(1)) {
                (b'<', b'!' | b'?') => self.comment()?,
                (b'<', _) => return Ok(()),
                _ => return Err(broken(self.at, "an element")),
            }
        }
    }

    /// A comment or a processing instruction.
    fn comment(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.pass(4, "-->", "the end of a comment").map(drop)
        } else if rest.starts_with("<?") {
            self.pass(2, "?>", "the end of a processing instruction").map(drop)
        } else {
            Err(broken(self.at, "an element, as declarations are not allowed"))
        }
    }

    fn cdata(&mut self) -> Result<&'a str, Error> {
        self.pass("<![CDATA[".len(), "]]>", "the end of a CDATA section")
    }

    /// Moves past `end`, and answers what stands before it from `skip` bytes on.
    fn pass(&mut self, skip: usize, end: &str, expected: &str) -> Result<&'a str, Error> {
        let content = &self.rest()[skip..];
        let Some(length) = memmem::find(content.as_bytes(), end.as_bytes()) else {
            return Err(broken(self.text.len(), expected));
        };
        self.at += skip + length + end.len();
        Ok(&content[..length])
    }

    fn start_tag(&mut self) -> Result<Start<'a>, Error> {
        if self.open.len() >= MAX_DEPTH {
            return Err(broken(self.at, "no more than 128 levels of elements"));
        }
        let at = self.at;
        let tag = &self.rest()[1..];
        let mut prefix_len = 0;
        let ends_name = |(at, byte): (usize, &u8)| match byte {
            b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | b'<' | b'=' => Some(at),
            b':' if prefix_len == 0 => {
                prefix_len = at + 1;
                None
            }
            _ => None,
        };
        let name_len =
            tag.as_bytes().iter().enumerate().find_map(ends_name).ok_or_else(|| self.breaks_off())?;
        if name_len == 0 {
            return Err(broken(at + 1, "the name of an element"));
        }
        let name = &tag[..name_len];
        let len = match tag.as_bytes()[name_len] {
            b'>' => name_len,
            _ => name_len + self.attributes_len(&tag[name_len..])?,
        };
        let attributes = &tag[name_len..len];
        let unclosed = attributes.strip_suffix('/');
        self.is_empty_element = unclosed.is_some();
        self.at += len + 2;
        self.open.push(name);
        Ok(Start { name: &name[prefix_len..], attributes: unclosed.unwrap_or(attributes), at })
    }

    /// How far it is to the `>` that ends a tag, which may also stand in quotes.
    fn attributes_len(&self, tag: &str) -> Result<usize, Error> {
        let mut quote = None;
        for (at, byte) in tag.bytes().enumerate() {
            match (quote, byte) {
                (None, b'>') => return Ok(at),
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'<') => break,
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
        }
        Err(broken(self.at, "the end of the tag that starts here"))
    }

    fn end_tag(&mut self) -> Result<(), Error> {
        let expected = "the end tag of the element that is open";
        let Some(name) = self.open.last() else { return Err(broken(self.at, "an element")) };
        let Some(after) = self.rest()[2..].strip_prefix(name) else {
            return Err(if self.at + 2 + name.len() > self.text.len() {
                self.breaks_off()
            } else {
                broken(self.at, expected)
            });
        };
        let closing = if after.starts_with('>') { after } else { after.trim_start() };
        if !closing.starts_with('>') {
            return Err(broken(self.at, expected));
        }
        self.at = self.text.len() - closing.len() + 1;
        self.open.pop();
        Ok(())
    }

    fn close_empty(&mut self) -> bool {
        let was_empty = std::mem::take(&mut self.is_empty_element);
        if was_empty {
            self.open.pop();
        }
        was_empty
    }

    fn breaks_off(&self) -> Error {
        let expected =
            if self.open.is_empty() { "the end of a tag" } else { "an end tag, but the document breaks off" };
        broken(self.text.len(), expected)
    }
}

impl<'a> Start<'a> {
    /// Whether there is any attribute, namespaces among them.
    pub(in crate::protocol) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// The value of the attribute called `name`, with or without a prefix in either. Namespaces are none.
    pub(in crate::protocol) fn attribute(&self, name: &str) -> Result<Option<Cow<'a, str>>, Error> {
        let mut rest = self.attributes.trim_start();
        while !rest.is_empty() {
            let parsed = rest.split_once('=').and_then(|(key, after)| {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|first| matches!(first, '"' | '\''))?;
                let (value, after) = after[1..].split_once(quote)?;
                Some((key.trim_end(), value, after))
            });
            let Some((key, value, after)) = parsed else {
                return Err(broken(self.at, "well-formed attributes"));
            };
            if !key.starts_with("xmlns") && local(key) == local(name) {
                return unescape(value, self.at).map(Some);
            }
            rest = after.trim_start();
        }
        Ok(None)
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    match memchr(b':', name.as_bytes()) {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Resolves character references and the five entities of XML; `at` is where `raw` stands.
fn unescape(raw: &str, at: usize) -> Result<Cow<'_, str>, Error> {
    match memchr(b'&', raw.as_bytes()) {
        Some(first) => unescape_from(raw, first, at).map(Cow::Owned),
        None => Ok(Cow::Borrowed(raw)),
    }
}

/// The same for text whose first ampersand is known.
fn unescape_from(raw: &str, mut ampersand: usize, at: usize) -> Result<String, Error> {
    let mut resolved = String::with_capacity(raw.len());
    let mut rest = raw;
    loop {
        resolved.push_str(&rest[..ampersand]);
        rest = &rest[ampersand + 1..];
        let reference = rest.bytes().position(|byte| byte == b';').map(|length| rest.split_at(length));
        let Some((character, after)) = reference.and_then(|(name, after)| Some((resolve(name)?, after)))
        else {
            return Err(broken(at + raw.len() - rest.len(), "a character reference or an entity of XML"));
        };
        resolved.push(character);
        rest = &after[1..];
        match memchr(b'&', rest.as_bytes()) {
            Some(next) => ampersand = next,
            None => {
                resolved.push_str(rest);
                return Ok(resolved);
            }
        }
    }
}

fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
            // `from_str_radix` would take a sign.
            let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            u32::from_str_radix(digits, radix).ok().filter(|_| is_number).and_then(char::from_u32)
        }
    }
}

/// What is wrong and where, in bytes from the start. What stands there instead is not told: it may be a secret.
fn broken(at: usize, expected: &str) -> Error {
    Error::unreadable(format!("the XML is broken at byte {at}: expected {expected}"))
}

#[cfg(test)]
mod tests;
