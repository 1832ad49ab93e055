//! From the shapes of a model to schemas on the heap.
//!
//! Made in two steps, so that shapes can refer to themselves: first every structure without its members, then the members,
//! with the lists and maps that they need. Nothing is ever freed; see [`Model`](super::Model).

use std::collections::HashMap;
use std::sync::OnceLock;

use super::node::{Node, invalid};
use crate::error::Error;
use crate::schema::{
    ListSchema, Location, MapSchema, Member, Schema, Target, TimestampFormat, Traits, XmlNamespace,
};

/// How deep lists and maps may be nested without a structure in between.
const MAX_DEPTH: usize = 64;

/// The schemas of one model, while it is loaded.
pub(super) struct Schemas<'a> {
    shapes: HashMap<&'a str, &'a Node>,
    structures: HashMap<&'a str, &'static Schema>,
    lists: HashMap<&'a str, &'static ListSchema>,
    maps: HashMap<&'a str, &'static MapSchema>,
    /// Text that many members have in common is kept once.
    texts: HashMap<String, &'static str>,
}

impl<'a> Schemas<'a> {
    /// Makes the schemas of `shapes`, the object of that name in a model.
    pub(super) fn new(shapes: &'a Node) -> Result<Self, Error> {
        let mut schemas = Self {
            shapes: shapes.entries().iter().map(|(name, shape)| (name.as_str(), shape)).collect(),
            structures: HashMap::new(),
            lists: HashMap::new(),
            maps: HashMap::new(),
            texts: HashMap::new(),
        };
        if schemas.shapes.len() < shapes.entries().len() {
            let mut names: Vec<_> = shapes.entries().iter().map(|(name, _)| name).collect();
            names.sort_unstable();
            let twice = names.windows(2).find(|pair| pair[0] == pair[1]).map_or("", |pair| pair[0]);
            return Err(invalid(format!("the model describes the shape {twice} twice")));
        }
        let mut tables = Vec::new();
        for (name, shape) in shapes.entries() {
            if shape.text("type") == Some("structure") {
                let table: &'static OnceLock<&'static [Member]> = Box::leak(Box::default());
                let schema = schemas.empty_structure(name, shape, table)?;
                schemas.structures.insert(name, schema);
                tables.push((name, shape, table));
            }
        }
        for (name, shape, table) in tables {
            let members = schemas.members(name, shape)?;
            table.get_or_init(|| members);
        }
        Ok(schemas)
    }

    /// The schema of the structure called `name`.
    pub(super) fn structure(&self, name: &str) -> Result<&'static Schema, Error> {
        self.structures.get(name).copied().ok_or_else(|| invalid(format!("there is no structure {name}")))
    }

    /// The shape called `name`, as the model has it.
    pub(super) fn shape(&self, name: &str) -> Option<&'a Node> {
        self.shapes.get(name).copied()
    }

    /// The same text, kept for good.
    pub(super) fn text(&mut self, text: &str) -> &'static str {
        if let Some(kept) = self.texts.get(text) {
            return kept;
        }
        let kept: &'static str = Box::leak(text.into());
        self.texts.insert(text.to_owned(), kept);
        kept
    }

    /// The namespace under `xmlNamespace`: an object, or the URI alone.
    pub(super) fn namespace(&mut self, of: &Node) -> Option<XmlNamespace> {
        let namespace = of.get("xmlNamespace")?;
        let uri = namespace.as_text().or_else(|| namespace.text("uri"))?;
        let uri = self.text(uri);
        let prefix = namespace.text("prefix").map(|prefix| self.text(prefix));
        Some(XmlNamespace { uri, prefix })
    }

    /// A structure whose members follow.
    fn empty_structure(
        &mut self,
        name: &str,
        shape: &Node,
        table: &'static OnceLock<&'static [Member]>,
    ) -> Result<&'static Schema, Error> {
        let mut schema = Schema::late(self.text(name), table);
        if let Some(payload) = shape.text("payload") {
            let members = shape.get("members").map(Node::entries).unwrap_or_default();
            let index = members.iter().position(|(member, _)| member == payload);
            let index =
                index.ok_or_else(|| invalid(format!("{name} has no member {payload}, its payload")))?;
            schema = schema.payload(index);
        }
        let members = shape.get("members").map(Node::entries).unwrap_or_default();
        let is_stream = |reference: &Node| {
            let target = reference.text("shape").and_then(|name| self.shape(name));
            target.is_some_and(|target| target.is_true("eventstream"))
        };
        if let Some(index) = members.iter().position(|(_, reference)| is_stream(reference)) {
            schema = schema.event_stream(index);
        }
        if shape.is_true("union") {
            schema = schema.union();
        }
        Ok(Box::leak(Box::new(schema)))
    }

    fn members(&mut self, name: &str, shape: &'a Node) -> Result<&'static [Member], Error> {
        let required: Vec<&str> = items_of(shape, "required").filter_map(Node::as_text).collect();
        let members = shape.get("members").map(Node::entries).unwrap_or_default().iter();
        let members: Result<Vec<Member>, Error> = members
            .map(|(member, reference)| {
                let mut resolved = self.member(name, member, reference, 0)?;
                // A model that gives no name of its own to the member repeats the member's.
                if shape.text("payload") == Some(member)
                    && resolved.wire_name() == member
                    && let Some(root) = self.root_of(reference)
                {
                    resolved.location_name = Some(root);
                }
                Ok(if required.contains(&member.as_str()) { resolved.required() } else { resolved })
            })
            .collect();
        let mut members = members?;
        let lists: Vec<&'static str> = members.iter().filter_map(item_element).collect();
        for member in members.iter_mut().filter(|member| !member.has(Traits::FLATTENED)) {
            if member.location == Location::Body && lists.contains(&member.wire_name()) {
                member.traits = member.traits.with(Traits::LISTED);
            }
        }
        Ok(Box::leak(members.into_boxed_slice()))
    }

    /// The element that a structure has where it is a document of its own.
    fn root_of(&mut self, reference: &Node) -> Option<&'static str> {
        let shape = self.shape(reference.text("shape")?)?;
        let root = shape.text("locationName").filter(|_| shape.text("type") == Some("structure"))?;
        Some(self.text(root))
    }

    /// A member with its traits: what the reference says goes before what the shape says. Unknown traits mean nothing.
    fn member(
        &mut self,
        owner: &str,
        name: &str,
        reference: &'a Node,
        depth: usize,
    ) -> Result<Member, Error> {
        let shape_name =
            reference.text("shape").ok_or_else(|| invalid(format!("{owner}.{name} names no shape")))?;
        let shape = *self.shapes.get(shape_name).ok_or_else(|| {
            invalid(format!("{owner}.{name} has the shape {shape_name}, which the model does not describe"))
        })?;
        let target = self.target(shape_name, shape, depth)?;
        let mut member = Member::new(self.text(name), target);
        let either = |key: &str| reference.text(key).or_else(|| shape.text(key));
        let is_either = |key: &str| reference.is_true(key) || shape.is_true(key);
        // A structure's own name is that of the document it makes up, not of a member.
        let is_structure = matches!(target, Target::Structure(_));
        let name = if is_structure { reference.text("locationName") } else { either("locationName") };
        member.location_name = name.map(|name| self.text(name));
        member.query_name = reference.text("queryName").map(|name| self.text(name));
        if !matches!(target, Target::EventStream(_)) {
            member.location = match reference.is_true("eventheader") {
                true => Location::EventHeader,
                false => location(either("location")),
            };
        }
        member.timestamp_format = either("timestampFormat").and_then(timestamp_format);
        member.xml_namespace = self.namespace(reference).or_else(|| self.namespace(shape));
        for (is_set, traits) in [
            (is_either("flattened"), Traits::FLATTENED),
            (is_either("sensitive"), Traits::SENSITIVE),
            (is_either("streaming"), Traits::STREAMING),
            (is_either("requiresLength"), Traits::REQUIRES_LENGTH),
            (reference.is_true("xmlAttribute"), Traits::XML_ATTRIBUTE),
            (reference.is_true("idempotencyToken"), Traits::IDEMPOTENCY_TOKEN),
            (reference.is_true("hostLabel"), Traits::HOST_LABEL),
            (reference.is_true("jsonvalue"), Traits::JSON_VALUE),
            (reference.is_true("eventpayload"), Traits::EVENT_PAYLOAD),
        ] {
            if is_set {
                member.traits = member.traits.with(traits);
            }
        }
        let is_label = member.location == Location::Uri || member.has(Traits::HOST_LABEL);
        // An empty label would make the path or the host that of something else.
        let label_min = (is_label && matches!(target, Target::String)).then_some(1);
        member.min = shape.integer("min").or(label_min).filter(|min| *min != 0);
        Ok(member)
    }

    fn target(&mut self, name: &str, shape: &'a Node, depth: usize) -> Result<Target, Error> {
        let kind = shape.text("type").ok_or_else(|| invalid(format!("the shape {name} has no type")))?;
        Ok(match kind {
            "blob" => Target::Blob,
            "boolean" => Target::Boolean,
            "double" | "bigDecimal" => Target::Double,
            "float" => Target::Float,
            "integer" | "short" | "byte" => Target::Integer,
            "long" | "bigInteger" => Target::Long,
            "string" | "character" => Target::String,
            "timestamp" => Target::Timestamp,
            "structure" if shape.is_true("document") => Target::Document,
            "structure" if shape.is_true("eventstream") => Target::EventStream(self.structure(name)?),
            "structure" => Target::Structure(self.structure(name)?),
            "list" => Target::List(self.list(name, shape, depth)?),
            "map" => Target::Map(self.map(name, shape, depth)?),
            other => return Err(invalid(format!("the shape {name} has the type {other}, which is unknown"))),
        })
    }

    fn list(&mut self, name: &str, shape: &'a Node, depth: usize) -> Result<&'static ListSchema, Error> {
        if let Some(list) = self.lists.get(name) {
            return Ok(list);
        }
        let element = self.part(name, shape, "member", depth)?;
        let list: &'static ListSchema = Box::leak(Box::new(ListSchema { element }));
        let name = self.text(name);
        self.lists.insert(name, list);
        Ok(list)
    }

    fn map(&mut self, name: &str, shape: &'a Node, depth: usize) -> Result<&'static MapSchema, Error> {
        if let Some(map) = self.maps.get(name) {
            return Ok(map);
        }
        let key = self.part(name, shape, "key", depth)?;
        let value = self.part(name, shape, "value", depth)?;
        let map: &'static MapSchema = Box::leak(Box::new(MapSchema { key, value }));
        let name = self.text(name);
        self.maps.insert(name, map);
        Ok(map)
    }

    /// The element of a list, or the key or the value of a map.
    fn part(&mut self, owner: &str, shape: &'a Node, part: &str, depth: usize) -> Result<Member, Error> {
        if depth >= MAX_DEPTH {
            let message =
                format!("{owner} holds itself, or {MAX_DEPTH} lists and maps, with no structure between");
            return Err(invalid(message));
        }
        let reference = shape.get(part).ok_or_else(|| invalid(format!("{owner} has no {part}")))?;
        self.member(owner, part, reference, depth + 1)
    }
}

/// The XML element of each item, if the member is a flattened list.
fn item_element(member: &Member) -> Option<&'static str> {
    match member.target {
        Target::List(schema) if member.has(Traits::FLATTENED) => {
            Some(schema.element.location_name.unwrap_or_else(|| member.wire_name()))
        }
        _ => None,
    }
}

/// The items of the list under `key`.
pub(super) fn items_of<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Node> {
    node.get(key).map(Node::items).unwrap_or_default().iter()
}

fn location(name: Option<&str>) -> Location {
    match name {
        Some("header") => Location::Header,
        Some("headers") => Location::Headers,
        Some("querystring") => Location::Query,
        Some("statusCode") => Location::StatusCode,
        Some("uri") => Location::Uri,
        _ => Location::Body,
    }
}

fn timestamp_format(name: &str) -> Option<TimestampFormat> {
    Some(match name {
        "iso8601" => TimestampFormat::Iso8601,
        "rfc822" => TimestampFormat::Rfc822,
        "unixTimestamp" => TimestampFormat::UnixTimestamp,
        _ => return None,
    })
}
