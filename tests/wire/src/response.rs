//! The `response` of a line: the answer that the call is given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo::Error;
use cumulo::core::http::{HeaderMap, HeaderName, HeaderValue, HttpResponse};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::line::{Fields, fault};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseFields {
    status_code: Option<u16>,
    headers: Option<Headers>,
    body: Option<String>,
    body_b64: Option<String>,
}

/// Headers as an object of texts or of lists of texts, or as a list of pairs.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected an object or a list of pairs")]
enum Headers {
    Object(serde_json::Map<String, Value>),
    Pairs(Vec<(String, Value)>),
}

/// Reads the part `response` of a line; without one the answer is 200 and empty.
///
/// # Errors
/// A message that names the key which is unknown or has a value that no answer can have.
pub(crate) fn read(part: Option<&RawValue>) -> Result<HttpResponse, Error> {
    let fields: ResponseFields = Fields::part("response", part)?.unwrap_or_default();
    let status = fields.status_code.unwrap_or(200);
    if !(100..1000).contains(&status) {
        return Err(fault(format!("response.status_code: {status} is no status")));
    }
    let body = match (fields.body, fields.body_b64) {
        (Some(_), Some(_)) => return Err(fault("response: one of body and body_b64 is enough")),
        (Some(text), None) => text.into_bytes(),
        (None, Some(text)) => {
            STANDARD.decode(text).map_err(|error| fault(format!("response.body_b64: {error}")))?
        }
        (None, None) => Vec::new(),
    };
    let mut response = HttpResponse::new(status, body);
    match fields.headers {
        None => {}
        Some(Headers::Object(object)) => {
            for (name, value) in object {
                append(&mut response.headers, &name, value)?;
            }
        }
        Some(Headers::Pairs(pairs)) => {
            for (name, value) in pairs {
                append(&mut response.headers, &name, value)?;
            }
        }
    }
    Ok(response)
}

fn append(headers: &mut HeaderMap, name: &str, value: Value) -> Result<(), Error> {
    let text = match value {
        Value::Array(values) => return values.into_iter().try_for_each(|value| append(headers, name, value)),
        Value::String(text) => text,
        other => other.to_string(),
    };
    let unfit = |what: &str| fault(format!("response.headers.{name}: the {what} cannot stand in an answer"));
    let name: HeaderName = name.parse().map_err(|_| unfit("name"))?;
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| unfit("value"))?;
    headers.try_append(name, value).map_err(|_| fault("response.headers: too many"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(json: &str) -> Result<HttpResponse, Error> {
        let part: Box<RawValue> = serde_json::from_str(json).unwrap();
        read(Some(&part))
    }

    #[test]
    fn an_answer_is_read_and_without_one_it_is_200_and_empty() {
        let empty = read(None).unwrap();
        assert_eq!((empty.status, empty.body.is_empty()), (200, true));
        for headers in [r#"{"X-A": ["1", 2], "B": "c"}"#, r#"[["x-a", "1"], ["X-A", 2], ["B", "c"]]"#] {
            let answer =
                response(&format!(r#"{{"status_code": 404, "headers": {headers}, "body_b64": "/w=="}}"#))
                    .unwrap();
            assert_eq!((answer.status, answer.header("b")), (404, Some("c")));
            assert_eq!(answer.headers.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]);
            assert_eq!(&**answer.body.bytes().unwrap(), b"\xff");
        }
    }

    #[test]
    fn what_no_answer_can_have_is_named() {
        for (json, message) in [
            (r#"{"status": 200}"#, "response.status: unknown field"),
            (r#"{"status_code": 7}"#, "response.status_code: 7 is no status"),
            (r#"{"status_code": "200"}"#, "response.status_code: invalid type"),
            (r#"{"body_b64": "!"}"#, "response.body_b64: "),
            (r#"{"body_b64": "", "body": ""}"#, "response: one of"),
            (r#"{"headers": {"a b": "c"}}"#, "response.headers.a b: the name"),
            (r#"{"headers": {"a": "b\nc"}}"#, "response.headers.a: the value"),
            (r#"{"headers": 7}"#, "response.headers: expected an object or a list of pairs"),
        ] {
            let error = response(json).unwrap_err();
            assert!(error.message().starts_with(message), "{error}");
        }
    }
}
