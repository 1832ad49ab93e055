//! A value for every member of a structure, as JSON by the names of the model.

use cumulo::core::operation::Operation;
use cumulo::core::schema::{Location, Member, Schema, Target, Traits};
use serde_json::{Map, Value, json};

/// Parameters with a value for every member; checksums by an algorithm that there is.
pub(crate) fn params(operation: &Operation) -> Value {
    let mut params = sample(operation.input.schema, 0);
    if let Some(member) = operation.checksum.and_then(|checksum| checksum.algorithm_member) {
        params[member] = json!("SHA256");
    }
    params
}

/// A value for every member, long enough to be valid; structures that hold themselves end after a while.
fn sample(schema: &'static Schema, depth: usize) -> Value {
    let members = schema.members().iter().take(if schema.is_union { 1 } else { usize::MAX });
    let mut object = Map::new();
    for member in members {
        let is_in_body = member.location == Location::Body;
        object.insert(member.name.to_owned(), sample_of(member, is_in_body, depth));
    }
    Value::Object(object)
}

/// Only bodies carry every character.
fn sample_of(member: &'static Member, is_in_body: bool, depth: usize) -> Value {
    let min = member.min.unwrap_or(0);
    let least = usize::try_from(min).unwrap_or(0);
    match member.target {
        _ if depth > 9 => Value::Null,
        _ if member.is_stream() => json!("a body"),
        Target::Boolean => json!(true),
        Target::Integer => json!(min.max(-7)),
        Target::Long => json!(1_u64 << 40),
        Target::Float => json!(0.1),
        Target::Double => json!("-Infinity"),
        // Buckets stand in host names where they can.
        Target::String if member.name == "Bucket" => json!("amzn-bucket"),
        Target::String if member.has(Traits::HOST_LABEL) => json!("a-b"),
        Target::String if is_in_body => json!(format!("a <b> & \"c\" é\n{}", "x".repeat(least))),
        Target::String => json!(format!("a b/c{}", "x".repeat(least))),
        Target::Blob => json!({"$b64": "/w=="}),
        Target::Timestamp => json!(1_440_938_160.25),
        Target::Document => json!({"any": [1, null]}),
        Target::Structure(schema) => sample(schema, depth + 1),
        Target::EventStream(schema) => json!([sample(schema, depth + 1)]),
        Target::List(list) => {
            let item = sample_of(&list.element, is_in_body, depth + 1);
            Value::Array(std::iter::repeat_n(item, least.max(1)).collect())
        }
        Target::Map(map) => {
            let value = sample_of(&map.value, is_in_body, depth + 1);
            // Generated maps are sorted by key, loaded ones keep the order of the caller.
            json!({"a": value, "z": value})
        }
    }
}
