//! Output cases: whether an answer is read as what is expected.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo_core::dynamic::{Model, to_json};
use cumulo_core::http::{HeaderMap, HeaderName, HeaderValue};
use cumulo_core::{DateTime, Error};
use serde_json::{Map, Value, json};

use super::case::{Case, Group, Response};
use super::compare;
use super::input::shown;
use super::protocols;
use super::transport::{Answer, Recorder};

pub(super) async fn run(
    model: &Model,
    group: &Group,
    case: &Case,
    response: &Response,
) -> Result<(), String> {
    let answer = Answer {
        status: response.status_code,
        headers: headers(&response.headers)?,
        body: body(group.protocol(), response.body.as_deref())?,
    };
    let client = protocols::client(model, group.client_endpoint.as_deref(), &Recorder::new(answer));
    // What is sent does not matter here, so the parameters that a request would need may be missing.
    let request = client.request(case.operation(), &json!({})).map_err(|error| error.to_string())?;
    let answer = client.call(request.operation().name, &json!({})).await;
    match (answer, &case.error) {
        (Ok(found), None) => same(&found, case.result.as_ref().unwrap_or(&json!({}))),
        (Err(error), Some(fields)) => check_error(&error, case, fields),
        (Err(error), None) => Err(error.to_string()),
        (Ok(found), Some(_)) => Err(format!("no error, but {}", shown(&found))),
    }
}

fn headers(model: &Map<String, Value>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in model {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name: HeaderName = name.parse().map_err(|_| format!("{name} is no header's name"))?;
        headers.append(
            name,
            HeaderValue::from_str(&value).map_err(|_| format!("{value} is no header's value"))?,
        );
    }
    Ok(headers)
}

/// The bodies of binary protocols are given in base64. Where the `query` cases give none, the release's own runner takes an
/// empty element.
fn body(protocol: &str, body: Option<&str>) -> Result<Vec<u8>, String> {
    match (protocol, body) {
        ("smithy-rpc-v2-cbor", Some(body)) => {
            STANDARD.decode(body).map_err(|error| format!("the body of the case is no base64: {error}"))
        }
        ("query", None) => Ok(b"<xml/>".to_vec()),
        (_, body) => Ok(body.unwrap_or_default().as_bytes().to_vec()),
    }
}

fn check_error(error: &Error, case: &Case, fields: &Value) -> Result<(), String> {
    let code = case.error_code.as_deref().unwrap_or_default();
    if error.code() != code {
        return Err(format!("the error is {error}, not {code}"));
    }
    if let Some(message) = &case.error_message
        && error.message() != message
    {
        return Err(format!("the message is `{}`, not `{message}`", error.message()));
    }
    same(&error.fields().map_or_else(|| json!({}), to_json), fields)
}

fn same(found: &Value, expected: &Value) -> Result<(), String> {
    let found = untagged(found.clone());
    if compare::same_json(&found, expected) {
        return Ok(());
    }
    Err(format!("{} has been read, not {}", shown(&found), shown(expected)))
}

/// A value as the cases give it: bytes as plain text, timestamps as seconds.
fn untagged(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(untagged).collect(),
        Value::Object(object) => {
            if let Some(text) = object.get("$bytes") {
                return text.clone();
            }
            match object.get("$time").and_then(Value::as_str).and_then(DateTime::parse_iso8601) {
                Some(time) => time.unix_seconds_f64().into(),
                None => object.into_iter().map(|(key, value)| (key, untagged(value))).collect(),
            }
        }
        other => other,
    }
}
