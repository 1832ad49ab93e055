//! The Rust type of a member, and what its setter takes.

use super::super::api::{Api, Member, Target};
use super::super::names;

/// The type of a value, such as `Vec<Tag>`.
pub(super) fn value(api: &Api, member: &Member) -> String {
    match &member.target {
        _ if member.streaming => "Body".into(),
        Target::EventStream(shape) => format!("EventStream<{}>", names::type_name(shape)),
        Target::Blob if member.sensitive => "SecretBlob".into(),
        Target::Blob => "Blob".into(),
        Target::Boolean => "bool".into(),
        Target::Document => "Document".into(),
        Target::Double => "f64".into(),
        Target::Float => "f32".into(),
        Target::Integer => "i32".into(),
        Target::Long => "i64".into(),
        Target::String if member.sensitive => "SecretString".into(),
        Target::String => "String".into(),
        Target::Timestamp => "DateTime".into(),
        Target::Enum(shape) => names::type_name(shape),
        Target::Structure(shape) if member.boxed => format!("Box<{}>", names::type_name(shape)),
        Target::Structure(shape) => names::type_name(shape),
        Target::List(shape) => format!("Vec<{}>", value(api, &api.lists[shape].element)),
        Target::Map(shape) => {
            let map = &api.maps[shape];
            format!("BTreeMap<{}, {}>", key(&map.key), value(api, &map.value))
        }
    }
}

/// The type of a map's key.
fn key(key: &Member) -> String {
    match &key.target {
        Target::Enum(shape) => names::type_name(shape),
        _ => "String".into(),
    }
}

/// What a setter takes, and how that becomes the value.
pub(super) fn setter(api: &Api, member: &Member) -> (String, &'static str) {
    let by_value = (value(api, member), "value");
    match &member.target {
        Target::Boolean | Target::Double | Target::Float | Target::Integer | Target::Long => by_value,
        Target::Structure(shape) if member.boxed => (names::type_name(shape), "Box::new(value)"),
        Target::Structure(_) => by_value,
        Target::List(shape) => {
            let item = value(api, &api.lists[shape].element);
            (
                format!("impl IntoIterator<Item = impl Into<{item}>>"),
                "value.into_iter().map(Into::into).collect()",
            )
        }
        Target::Map(shape) => {
            let map = &api.maps[shape];
            let (key, item) = (key(&map.key), value(api, &map.value));
            (
                format!("impl IntoIterator<Item = (impl Into<{key}>, impl Into<{item}>)>"),
                "value.into_iter().map(|(key, value)| (key.into(), value.into())).collect()",
            )
        }
        _ => (format!("impl Into<{}>", by_value.0), "value.into()"),
    }
}
