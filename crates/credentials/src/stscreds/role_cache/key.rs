//! The name of a role's file: the SHA-1 of what is asked of STS, in the JSON that Python's `json.dumps(…, sort_keys=True)`
//! writes.

use cumulo_core::crypto;
use cumulo_sts::operation::AssumeRoleInput;
use serde_json::{Map, Value};

/// The key of `input`, whose session name counts only if it `is_named` by somebody.
pub(super) fn of(input: &AssumeRoleInput, is_named: bool) -> String {
    let json = cumulo_core::protocol::write_json(input).unwrap_or_default();
    let mut arguments: Map<String, Value> = serde_json::from_slice(&json).unwrap_or_default();
    arguments.remove("TokenCode");
    if !is_named {
        arguments.remove("RoleSessionName");
    }
    // How a policy is written does not matter; one that is no JSON is what STS will refuse.
    if let Some(policy) = arguments.get_mut("Policy")
        && let Some(document) = policy.as_str().and_then(|text| serde_json::from_str(text).ok())
    {
        *policy = document;
    }
    let mut text = String::new();
    object(&arguments, &mut text);
    crypto::hex(&crypto::sha1(text.as_bytes()))
}

fn any(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(is_so) => text.push_str(if *is_so { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(content) => string(content, text),
        Value::Array(values) => {
            text.push('[');
            for (index, element) in values.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                any(element, text);
            }
            text.push(']');
        }
        Value::Object(members) => object(members, text),
    }
}

fn object(members: &Map<String, Value>, text: &mut String) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    text.push('{');
    for (index, (name, content)) in sorted.into_iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        string(name, text);
        text.push_str(": ");
        any(content, text);
    }
    text.push('}');
}

/// In ASCII alone; other characters as the units of UTF-16.
fn string(content: &str, text: &mut String) {
    text.push('"');
    for character in content.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    text.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    text.push('"');
}
