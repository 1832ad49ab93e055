//! Forms: parameters as `A.B=C` pairs, in the ways of the query and ec2 protocols.

use std::borrow::Cow;

use ::http::{Method, header};

use crate::error::Error;
use crate::protocol::percent::push_encoded;
use crate::protocol::{scalar, steps};
use crate::request::Request;
use crate::schema::{ListSchema, MapSchema, Member, Target, TimestampFormat, Traits};
use crate::shape::{List, Map, Ref, Shape};

/// How deep values may be nested.
const MAX_DEPTH: usize = 128;

/// Which of the two protocols a form is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `query`: lists and maps are wrapped unless they are flattened, and told even if they are empty.
    Query,
    /// `ec2`: names begin with a capital, lists are never wrapped, and empty ones are not told.
    Ec2,
}

/// Makes the request a POST of a form with its parameters, or, presigned, a GET with them in its query.
pub(super) fn write(request: &mut Request, dialect: Dialect) -> Result<(), Error> {
    let version = request.settings().service.api_version;
    let form = Form::new(dialect, request.operation().name, version).with(&*request.params)?;
    let is_presigned = request.is_presigned();
    let http = &mut request.http_request;
    if is_presigned {
        // The URL alone must make the call.
        http.method = Method::GET;
        http.url.append_query(&form);
        return Ok(());
    }
    steps::post(http, form);
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    steps::default_header(http, header::CONTENT_TYPE, content_type);
    Ok(())
}

/// A form being written.
struct Form {
    dialect: Dialect,
    out: String,
    /// The name of the value being written, for example `Tags.member.1.Key`.
    name: String,
    depth: usize,
}

impl Form {
    /// A form that starts with the name of the operation and the version of the API.
    fn new(dialect: Dialect, action: &str, version: &str) -> Self {
        let mut form = Self { dialect, out: String::with_capacity(256), name: String::new(), depth: 0 };
        form.out.push_str("Action=");
        push_encoded(&mut form.out, action, false);
        form.out.push_str("&Version=");
        push_encoded(&mut form.out, version, false);
        form
    }

    /// The form with the members of `shape`.
    fn with(mut self, shape: &dyn Shape) -> Result<String, Error> {
        self.structure(shape)?;
        Ok(self.out)
    }

    fn structure(&mut self, shape: &dyn Shape) -> Result<(), Error> {
        for (index, member) in shape.schema().members().iter().enumerate() {
            if let Some(value) = shape.member(index) {
                let name = self.member_name(member);
                self.within(&[&name], |form| form.value(member, value))?;
            }
        }
        Ok(())
    }

    /// In `ec2` a name in the query of its own goes first, and the others are written with a capital.
    fn member_name(&self, member: &Member) -> Cow<'static, str> {
        let name = match (self.dialect, member.query_name) {
            (Dialect::Query, _) => return member.wire_name().into(),
            (Dialect::Ec2, Some(name)) => return name.into(),
            (Dialect::Ec2, None) => member.wire_name(),
        };
        let mut rest = name.chars();
        match rest.next() {
            Some(first) if first.is_ascii_lowercase() => {
                format!("{}{}", first.to_ascii_uppercase(), rest.as_str()).into()
            }
            _ => name.into(),
        }
    }

    fn value(&mut self, member: &Member, value: Ref<'_>) -> Result<(), Error> {
        match (value, member.target) {
            (Ref::Structure(shape), _) => self.structure(shape),
            (Ref::List(list), Target::List(schema)) => self.list(member, schema, list),
            (Ref::Map(map), Target::Map(schema)) => self.map(member, schema, map),
            _ => {
                let text = scalar::write(member, value, TimestampFormat::Iso8601)
                    .ok_or_else(|| scalar::mismatch(member, "what a form can carry"))?;
                self.pair(&text);
                Ok(())
            }
        }
    }

    /// The elements by number from 1. An empty list is told by an empty value, or not at all.
    fn list(&mut self, member: &Member, schema: &'static ListSchema, list: &dyn List) -> Result<(), Error> {
        if list.is_empty() {
            if self.dialect == Dialect::Query {
                self.pair("");
            }
            return Ok(());
        }
        let element = &schema.element;
        let outer = self.name.clone();
        let is_flattened = member.has(Traits::FLATTENED);
        match self.dialect {
            Dialect::Query if !is_flattened => self.name.extend([".", element.wire_name()]),
            // The elements have a name of their own, and the list has none.
            Dialect::Query if member.location_name.is_none() && element.wire_name() != "member" => {
                let parent = self.name.rfind('.').map_or(0, |dot| dot + 1);
                self.name.truncate(parent);
                self.name.push_str(element.wire_name());
            }
            Dialect::Query | Dialect::Ec2 => {}
        }
        for (number, item) in (1..=list.len()).filter_map(|number| Some((number, list.item(number - 1)?))) {
            self.within(&[&number.to_string()], |form| form.value(element, item))?;
        }
        self.name = outer;
        Ok(())
    }

    /// The entries by number from 1, each a key and a value.
    fn map(&mut self, member: &Member, schema: &'static MapSchema, map: &dyn Map) -> Result<(), Error> {
        let entry: &[&str] = if member.has(Traits::FLATTENED) { &[] } else { &["entry"] };
        let mut number = 0;
        self.within(entry, |form| {
            map.visit(&mut |key, value| {
                number += 1;
                form.within(&[&number.to_string()], |form| {
                    form.within(&[schema.key.wire_name()], |form| form.value(&schema.key, Ref::String(key)))?;
                    form.within(&[schema.value.wire_name()], |form| form.value(&schema.value, value))
                })
            })
        })
    }

    /// Writes what is within `steps` of the current name.
    fn within(
        &mut self,
        steps: &[&str],
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // A list within a structure takes three steps a level, so this bounds the stack well before it is reached.
        if self.depth >= 3 * MAX_DEPTH {
            return Err(Error::unreadable("the parameters are nested deeper than 128 levels"));
        }
        self.depth += 1;
        let outer = self.name.len();
        for step in steps {
            if !self.name.is_empty() {
                self.name.push('.');
            }
            self.name.push_str(step);
        }
        write(self)?;
        self.name.truncate(outer);
        self.depth -= 1;
        Ok(())
    }

    fn pair(&mut self, value: &str) {
        self.out.push('&');
        push_encoded(&mut self.out, &self.name, false);
        self.out.push('=');
        push_encoded(&mut self.out, value, false);
    }
}
