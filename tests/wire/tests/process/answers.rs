//! Answers with a value for every member, written from the schema alone and not by the code under test.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo::core::operation::{ErrorType, Operation, Service};
use cumulo::core::schema::{Location, Member, Schema, Target, TimestampFormat, Traits};
use serde_json::{Map, Value, json};

/// Events of S3 Select, as moto has sent them.
const EVENTS: &[u8] = include_bytes!("../../../tests/dynamic/select/moto.bin");

/// An answer that is good, with every member of the output.
pub(crate) fn good(service: &Service, operation: &Operation) -> Value {
    let schema = operation.output.schema;
    let body = match service.protocol.name() {
        name if name.starts_with("json") => json_of(schema, 0).to_string(),
        "query" => {
            let wrapper = operation.result_wrapper.unwrap_or("None");
            format!("<Response><{wrapper}>{}</{wrapper}></Response>", elements(schema, 0))
        }
        _ => match schema.payload_member() {
            Some((_, Member { target: Target::EventStream(_), .. })) => {
                return json!({"body_b64": STANDARD.encode(EVENTS)});
            }
            Some((_, Member { target: Target::Structure(payload), .. })) => {
                format!("<Root>{}</Root>", elements(payload, 0))
            }
            Some(_) => "payload".to_owned(),
            None => format!("<Root>{}</Root>", elements(schema, 0)),
        },
    };
    json!({"status_code": 200, "headers": headers(schema), "body": body})
}

/// An answer that is the error.
pub(crate) fn bad(service: &Service, error: &ErrorType) -> Value {
    let body = match service.protocol.name() {
        name if name.starts_with("json") => {
            let mut fields = json_of(error.fields.schema, 0);
            fields["__type"] = error.shape_name.into();
            fields.to_string()
        }
        "query" => format!(
            "<ErrorResponse><Error><Code>{}</Code>{}</Error></ErrorResponse>",
            error.code,
            elements(error.fields.schema, 0)
        ),
        _ => format!("<Error><Code>{}</Code>{}</Error>", error.code, elements(error.fields.schema, 0)),
    };
    let headers = json!({"x-amzn-requestid": "R1", "x-amzn-query-error": format!("{};Sender", error.code)});
    json!({"status_code": 400, "headers": headers, "body": body})
}

fn headers(schema: &Schema) -> Value {
    let mut headers = Map::new();
    // A checksum would have to be that of the body.
    let is_checksum = |member: &Member| {
        let name = member.wire_name().to_ascii_lowercase();
        name.starts_with("x-amz-checksum-") && name != "x-amz-checksum-type"
    };
    for member in schema.members().iter().filter(|member| !is_checksum(member)) {
        match (member.location, member.target) {
            (Location::Header, Target::Timestamp) => {
                headers.insert(member.wire_name().to_owned(), "Sun, 30 Aug 2015 12:36:00 GMT".into());
            }
            (Location::Header, _) => {
                headers.insert(member.wire_name().to_owned(), text(member).into());
            }
            (Location::Headers, _) => {
                for key in ["z", "a"] {
                    headers.insert(format!("{}{key}", member.wire_name()), "value".into());
                }
            }
            _ => {}
        }
    }
    Value::Object(headers)
}

fn json_of(schema: &Schema, depth: usize) -> Value {
    let members = schema.members().iter().take(if schema.is_union { 1 } else { usize::MAX });
    // As above.
    let members = members.filter(|member| !member.name.starts_with("MD5Of"));
    Value::Object(members.map(|member| (member.wire_name().to_owned(), json_value(member, depth))).collect())
}

fn json_value(member: &Member, depth: usize) -> Value {
    match member.target {
        _ if depth > 5 => Value::Null,
        Target::Boolean => json!(true),
        Target::Integer | Target::Long => json!(7),
        Target::Float | Target::Double => json!(1.5),
        Target::Timestamp => json!(1_440_938_160.25),
        Target::Structure(schema) => json_of(schema, depth + 1),
        Target::List(list) => json!([json_value(&list.element, depth + 1)]),
        Target::Map(map) => {
            let value = json_value(&map.value, depth + 1);
            json!({"z": value, "a": value})
        }
        _ => text(member).into(),
    }
}

fn elements(schema: &Schema, depth: usize) -> String {
    let in_body = schema.members().iter().filter(|member| {
        member.location == Location::Body && !member.has(Traits::XML_ATTRIBUTE) && !member.is_stream()
    });
    in_body.map(|member| element(member, depth)).collect()
}

fn element(member: &Member, depth: usize) -> String {
    if depth > 5 {
        return String::new();
    }
    let name = member.wire_name();
    let is_flattened = member.has(Traits::FLATTENED);
    let content = match member.target {
        Target::Structure(schema) => elements(schema, depth + 1),
        Target::List(list) if is_flattened => return renamed(&list.element, name, depth + 1),
        Target::List(list) => element(&list.element, depth + 1),
        Target::Map(map) => {
            let value = element(&map.value, depth + 1);
            let key = map.key.wire_name();
            let entry = |text: &str| format!("<{key}>{text}</{key}>{value}");
            if is_flattened {
                return format!("<{name}>{}</{name}><{name}>{}</{name}>", entry("z"), entry("a"));
            }
            format!("<entry>{}</entry><entry>{}</entry>", entry("z"), entry("a"))
        }
        Target::Timestamp if member.timestamp_format == Some(TimestampFormat::Rfc822) => {
            "Sun, 30 Aug 2015 12:36:00 GMT".to_owned()
        }
        Target::Timestamp => "2015-08-30T12:36:00.250Z".to_owned(),
        _ => text(member),
    };
    format!("<{name}>{content}</{name}>")
}

/// An item of a flattened list, which has the name of the list.
fn renamed(item: &Member, name: &str, depth: usize) -> String {
    let own = item.wire_name();
    let shown = element(item, depth);
    let inner =
        shown.strip_prefix(&format!("<{own}>")).and_then(|rest| rest.strip_suffix(&format!("</{own}>")));
    inner.map_or_else(String::new, |inner| format!("<{name}>{inner}</{name}>"))
}

/// A value as text.
fn text(member: &Member) -> String {
    match member.target {
        Target::Boolean => "true".to_owned(),
        Target::Integer | Target::Long => "7".to_owned(),
        Target::Float | Target::Double => "1.5".to_owned(),
        Target::Blob => "dGV4dA==".to_owned(),
        _ => "some text".to_owned(),
    }
}
