//! A cursor over an XML document that gives elements and text as they are asked for, without a tree.
//!
//! It reads the XML that services write, and is strict about the rest: a document that breaks off, a second root, text
//! beside the root, an end tag of another name, a document type declaration, an entity that XML does not predefine and
//! nesting beyond 128 levels are errors. Names are given without their prefix.
//!
//! A library lexer does not fit the budget of 5 M instructions for the client side of a ListObjectsV2 page of 1000 keys
//! (233 KB). Measured with callgrind, the bare event loop of quick-xml 0.42 over such a page takes 7.2 M, nothing kept;
//! this cursor and the walk over the shape take 4.6 M, the 3000 strings and 1000 timestamps of the result included.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::MAX_DEPTH;
use super::scan::{find_markup, find_name_end, resolve, resolve_all};
use crate::error::Error;

const CDATA: &str = "<![CDATA[";

/// Where in a document the reading stands.
#[derive(Debug, Clone)]
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
            self.find_tag()?;
            match self.byte(1) {
                b'/' => return self.end_tag().map(|()| None),
                b'!' if self.rest().starts_with(CDATA) => self.cdata().map(drop)?,
                b'!' | b'?' => self.comment()?,
                _ => return self.start_tag().map(Some),
            }
        }
    }

    /// The name of the next element if its tag stands at the cursor with neither prefix nor attributes.
    pub(in crate::protocol) fn next_plain(&self) -> Option<&'a str> {
        let (bytes, start) = (self.text.as_bytes(), self.at + 1);
        if self.byte(0) != b'<' || self.is_empty_element {
            return None;
        }
        let (end, local) = find_name_end(bytes, start);
        let is_plain = local == start && end > start && bytes.get(end) == Some(&b'>');
        if is_plain { self.text.get(start..end) } else { None }
    }

    /// The text of the next element if it is called `name` and some text alone is in it; the element is then passed. Most of
    /// an answer goes this way, which spares it the steps of an element that may hold anything.
    pub(in crate::protocol) fn leaf(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let (bytes, name) = (self.text.as_bytes(), name.as_bytes());
        let start = self.at + name.len() + 2;
        let is_called = self.byte(0) == b'<'
            && bytes.get(start - 1) == Some(&b'>')
            && bytes.get(self.at + 1..start - 1) == Some(name);
        if !is_called || self.is_empty_element || self.open.len() >= MAX_DEPTH {
            return None;
        }
        let mut end = find_markup(bytes, start);
        let mut resolved = None;
        if bytes.get(end) == Some(&b'&') {
            let ahead = memchr(b'<', bytes.get(end..)?)?;
            resolved = Some(resolve_all(&self.text[start..end + ahead], end - start)?);
            end += ahead;
        }
        let after = end + name.len() + 3;
        let is_closed = bytes.get(end..end + 2) == Some(b"</")
            && bytes.get(after - 1) == Some(&b'>')
            && bytes.get(end + 2..after - 1) == Some(name);
        if !is_closed || end == start {
            return None;
        }
        self.at = after;
        Some(resolved.map_or_else(|| Cow::Borrowed(&self.text[start..end]), Cow::Owned))
    }

    /// The text in the open element, which it closes. Elements in it are passed over.
    pub(in crate::protocol) fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.close_empty() {
            return Ok(Cow::Borrowed(""));
        }
        let start = self.at;
        self.at = find_markup(self.text.as_bytes(), start);
        if self.byte(0) == b'<' && self.byte(1) == b'/' {
            let text = &self.text[start..self.at];
            self.end_tag()?;
            return Ok(Cow::Borrowed(text));
        }
        self.mixed_text(start).map(Cow::Owned)
    }

    /// Text from `start` that is not in one piece: with references, comments, CDATA sections or elements in it.
    fn mixed_text(&mut self, start: usize) -> Result<String, Error> {
        let text = self.text;
        let likely_len = memchr(b'<', &text.as_bytes()[start..]).unwrap_or(0);
        let mut all = String::with_capacity(likely_len);
        all.push_str(&text[start..self.at]);
        loop {
            match (self.byte(0), self.byte(1)) {
                (b'&', _) => all.push(self.reference()?),
                (b'<', b'/') => return self.end_tag().map(|()| all),
                (b'<', b'!') if self.rest().starts_with(CDATA) => all.push_str(self.cdata()?),
                (b'<', b'!' | b'?') => self.comment()?,
                (b'<', _) => {
                    self.start_tag()?;
                    self.skip()?;
                }
                _ => return Err(self.breaks_off()),
            }
            let plain = self.at;
            self.at = find_markup(text.as_bytes(), plain);
            all.push_str(&text[plain..self.at]);
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
    fn find_tag(&mut self) -> Result<(), Error> {
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

    /// The character that the reference at the cursor stands for.
    fn reference(&mut self) -> Result<char, Error> {
        let (character, len) = resolve(self.rest()).ok_or_else(|| broken_reference(self.at))?;
        self.at += len;
        Ok(character)
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
        self.pass(CDATA.len(), "]]>", "the end of a CDATA section")
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
        let text = self.text;
        let start = self.at + 1;
        let (end, local) = find_name_end(text.as_bytes(), start);
        let stop = text.as_bytes().get(end).copied().ok_or_else(|| self.breaks_off())?;
        if end == start {
            return Err(broken(start, "the name of an element"));
        }
        let mut attributes = "";
        let mut tag_end = end;
        if stop != b'>' {
            tag_end += self.attributes_len(&text[end..])?;
            attributes = &text[end..tag_end];
            if let Some(before) = attributes.strip_suffix('/') {
                attributes = before;
                self.is_empty_element = true;
            }
            if !attributes.is_empty() && !attributes.starts_with(|c: char| c.is_ascii_whitespace()) {
                return Err(broken(end, "white space or the end of the tag"));
            }
        }
        let at = std::mem::replace(&mut self.at, tag_end + 1);
        self.open.push(&text[start..end]);
        Ok(Start { name: &text[local..end], attributes, at })
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
        let Some(name) = self.open.last() else { return Err(broken(self.at, "an element")) };
        let bytes = self.text.as_bytes();
        let start = self.at + 2;
        let mut end = start + name.len();
        if bytes.get(start..end) != Some(name.as_bytes()) {
            return Err(if end > bytes.len() {
                self.breaks_off()
            } else {
                broken(self.at, "the end tag of the element that is open")
            });
        }
        while bytes.get(end).is_some_and(u8::is_ascii_whitespace) {
            end += 1;
        }
        match bytes.get(end) {
            Some(b'>') => {
                self.at = end + 1;
                self.open.pop();
                Ok(())
            }
            Some(_) => Err(broken(self.at, "the end tag of the element that is open")),
            None => Err(self.breaks_off()),
        }
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
    // Names are too short for a vectorised search.
    name.bytes().position(|byte| byte == b':').map_or(name, |colon| &name[colon + 1..])
}

/// Resolves the character references and the five entities of XML in an attribute; `at` is where its tag stands.
fn unescape(raw: &str, at: usize) -> Result<Cow<'_, str>, Error> {
    match raw.find('&') {
        Some(ampersand) => resolve_all(raw, ampersand).map(Cow::Owned).ok_or_else(|| broken_reference(at)),
        None => Ok(Cow::Borrowed(raw)),
    }
}

fn broken_reference(at: usize) -> Error {
    broken(at, "a character reference or an entity of XML")
}

/// What is wrong and where, in bytes from the start. What stands there instead is not told: it may be a secret.
fn broken(at: usize, expected: &str) -> Error {
    Error::unreadable(format!("the XML is broken at byte {at}: expected {expected}"))
}

#[cfg(test)]
mod tests;
