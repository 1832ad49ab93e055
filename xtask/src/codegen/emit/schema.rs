//! The static tables: one for each structure, list and map.

use super::super::api::{Api, List, Location, Map, Member, Structure, Target};
use super::super::model::{TimestampFormat, XmlNamespace};
use super::super::names;
use super::super::writer::Writer;

/// The name of a structure's table.
pub(super) fn structure_static(shape: &str) -> String {
    format!("{}_SCHEMA", names::constant(shape))
}

/// The name of a list's or a map's table.
pub(super) fn collection_static(shape: &str) -> String {
    format!("{}_ITEMS", names::constant(shape))
}

pub(super) fn structure(writer: &mut Writer, api: &Api, structure: &Structure) {
    let name = structure_static(&structure.name);
    writer.line(format_args!("pub(crate) static {name}: Schema = Schema::new({:?}, &[", structure.name));
    let lists: Vec<&str> = structure.members.iter().filter_map(|item| item_element(api, item)).collect();
    for item in &structure.members {
        let is_listed =
            !item.flattened && item.location == Location::Body && lists.contains(&wire_name(item));
        let listed = if is_listed { ".with(Traits::LISTED)" } else { "" };
        writer.line(format_args!("{}{listed},", member(item)));
    }
    let mut end = String::from("])");
    if let Some(index) = structure.payload {
        end += &format!(".payload({index})");
    }
    if let Some(index) = events(structure) {
        end += &format!(".event_stream({index})");
    }
    if structure.union {
        end += ".union()";
    }
    writer.line(format_args!("{end};"));
}

/// The place of the member that is a stream of events.
pub(super) fn events(structure: &Structure) -> Option<usize> {
    structure.members.iter().position(|member| matches!(member.target, Target::EventStream(_)))
}

/// The XML element of each item, if the member is a flattened list.
fn item_element<'a>(api: &'a Api, member: &'a Member) -> Option<&'a str> {
    match &member.target {
        Target::List(name) if member.flattened => {
            Some(api.lists[name].element.location_name.as_deref().unwrap_or_else(|| wire_name(member)))
        }
        _ => None,
    }
}

fn wire_name(member: &Member) -> &str {
    member.location_name.as_deref().unwrap_or(&member.name)
}

pub(super) fn list(writer: &mut Writer, name: &str, list: &List) {
    let element = member(&list.element);
    let name = collection_static(name);
    writer.line(format_args!("pub(crate) static {name}: ListSchema = ListSchema {{ element: {element} }};"));
}

pub(super) fn map(writer: &mut Writer, name: &str, map: &Map) {
    let (key, value) = (member(&map.key), member(&map.value));
    let name = collection_static(name);
    writer.line(format_args!(
        "pub(crate) static {name}: MapSchema = MapSchema {{ key: {key}, value: {value} }};"
    ));
}

/// The tables of all lists and maps, in alphabetical order.
pub(super) fn collections(writer: &mut Writer, api: &Api) {
    for (name, item) in &api.lists {
        writer.blank();
        list(writer, name, item);
    }
    for (name, item) in &api.maps {
        writer.blank();
        map(writer, name, item);
    }
}

fn member(member: &Member) -> String {
    let mut text = format!("Member::new({:?}, {})", member.name, target(&member.target));
    let wire_name = wire_name(member);
    match (member.location, &member.location_name) {
        (Location::Body, Some(name)) => text += &format!(".named({name:?})"),
        (Location::Body, None) => {}
        (Location::Header, _) => text += &format!(".header({wire_name:?})"),
        (Location::Headers, _) => text += &format!(".headers({wire_name:?})"),
        (Location::Query, _) => text += &format!(".query({wire_name:?})"),
        (Location::Uri, _) => text += &format!(".uri({wire_name:?})"),
        (Location::StatusCode, _) => text += ".status_code()",
    }
    for (is_set, method) in [
        (member.required, ".required()"),
        (member.flattened, ".flattened()"),
        (member.sensitive, ".sensitive()"),
        (member.streaming, ".streaming()"),
        (member.xml_attribute, ".with(Traits::XML_ATTRIBUTE)"),
        (member.idempotency_token, ".with(Traits::IDEMPOTENCY_TOKEN)"),
        (member.host_label, ".with(Traits::HOST_LABEL)"),
        (member.json_value, ".with(Traits::JSON_VALUE)"),
        (member.requires_length, ".with(Traits::REQUIRES_LENGTH)"),
        (member.event_payload, ".with(Traits::EVENT_PAYLOAD)"),
        (member.event_header, ".event_header()"),
    ] {
        if is_set {
            text += method;
        }
    }
    if let Some(min) = member.min.as_ref().and_then(least) {
        text += &format!(".min({min})");
    }
    if let Some(format) = member.timestamp_format {
        let format = match format {
            TimestampFormat::Iso8601 => "Iso8601",
            TimestampFormat::Rfc822 => "Rfc822",
            TimestampFormat::UnixTimestamp => "UnixTimestamp",
        };
        text += &format!(".timestamp(TimestampFormat::{format})");
    }
    if let Some(xml) = &member.xml_namespace {
        text += &format!(".namespace({})", namespace(xml));
    }
    if let Some(name) = &member.query_name {
        text += &format!(".query_name({name:?})");
    }
    text
}

/// The least length or value that is worth a check. Models give whole numbers, some of them with a decimal point.
fn least(min: &serde_json::Number) -> Option<i64> {
    let whole = min.as_i64().or_else(|| min.as_f64().map(|min| min.ceil() as i64));
    whole.filter(|min| *min != 0)
}

pub(super) fn namespace(namespace: &XmlNamespace) -> String {
    match &namespace.prefix {
        Some(prefix) => format!("XmlNamespace::prefixed({:?}, {prefix:?})", namespace.uri),
        None => format!("XmlNamespace::new({:?})", namespace.uri),
    }
}

fn target(target: &Target) -> String {
    match target {
        Target::Blob => "Target::Blob".into(),
        Target::Boolean => "Target::Boolean".into(),
        Target::Document => "Target::Document".into(),
        Target::Double => "Target::Double".into(),
        Target::Enum(_) | Target::String => "Target::String".into(),
        Target::Float => "Target::Float".into(),
        Target::Integer => "Target::Integer".into(),
        Target::Long => "Target::Long".into(),
        Target::Timestamp => "Target::Timestamp".into(),
        Target::EventStream(shape) => format!("Target::EventStream(&{})", structure_static(shape)),
        Target::List(shape) => format!("Target::List(&{})", collection_static(shape)),
        Target::Map(shape) => format!("Target::Map(&{})", collection_static(shape)),
        Target::Structure(shape) => format!("Target::Structure(&{})", structure_static(shape)),
    }
}
