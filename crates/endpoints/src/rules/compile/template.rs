//! Texts with places to fill in: `https://{Bucket}.s3.{Region}.{partition#dnsSuffix}`.

use super::super::error::Error;
use super::super::expression::{Expression, Id};
use super::Compiler;
use super::builder::{Role, Type};

/// How a text is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// As a URL, whose host name begins with a name of the service unless a place stands there.
    Url,
    /// As the service in the scope of signatures.
    SigningName,
    Other,
}

const SCHEME: &str = "https://";

impl Compiler {
    pub(super) fn template(&mut self, text: &str, usage: Use) -> Result<Id, Error> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else if let Some((place, after)) = from.strip_prefix('{').and_then(|from| from.split_once('}'))
            {
                self.literal(&mut parts, &mut literal, usage, true);
                parts.push(self.place(place)?);
                rest = after;
            } else {
                return Err(self.refuse(format!("a brace in {text:?} has no partner")));
            }
        }
        literal.push_str(rest);
        self.literal(&mut parts, &mut literal, usage, false);
        Ok(match *parts.as_slice() {
            [] => self.builder.text(""),
            [part] => part,
            _ => {
                let is_set = parts.iter().all(|part| self.builder.facts(*part).is_set);
                let span = self.builder.list(&parts);
                self.builder.add(Expression::Template(span), Type::String, is_set, &parts)
            }
        })
    }

    /// Adds the text between two places, with the service's names told apart.
    fn literal(&mut self, parts: &mut Vec<Id>, literal: &mut String, usage: Use, before_place: bool) {
        let text = std::mem::take(literal);
        match usage {
            _ if text.is_empty() => {}
            Use::SigningName if parts.is_empty() && !before_place => {
                parts.push(self.builder.name(Role::Signing, &text));
            }
            Use::Url if parts.is_empty() && text.starts_with(SCHEME) => {
                let host = &text[SCHEME.len()..];
                let end = if before_place { host.rfind('.') } else { host.find('.') };
                let (name, rest) = host.split_at(end.unwrap_or(0));
                parts.push(self.builder.text(SCHEME));
                if !name.is_empty() {
                    parts.push(self.builder.name(Role::Host, name));
                }
                if !rest.is_empty() {
                    parts.push(self.builder.text(rest));
                }
            }
            _ => parts.push(self.builder.text(&text)),
        }
    }

    /// A variable or a parameter, and fields of it behind number signs.
    fn place(&mut self, place: &str) -> Result<Id, Error> {
        let mut names = place.split('#');
        let mut id = self.reference(names.next().unwrap_or_default())?;
        for name in names {
            id = self.attribute(id, name)?;
        }
        match self.builder.facts(id).gives {
            Type::String => Ok(id),
            gives => Err(self.refuse(format!("{{{place}}} stands for {}, not a string", gives.describe()))),
        }
    }
}
