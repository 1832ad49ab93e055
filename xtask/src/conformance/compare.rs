//! When a request is as expected: JSON and CBOR bodies by value, XML in its canonical form, forms as sorted pairs, paths
//! exactly, query strings as multisets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::input::shown;
use super::{cbor, xml};

/// Compares a path and a query with the URI of a case.
pub(super) fn uri(path: &str, query: &str, expected: &str) -> Result<(), String> {
    let (expected_path, expected_query) = expected.split_once('?').unwrap_or((expected, ""));
    if path != expected_path {
        return Err(format!("the path is {path}, not {expected_path}"));
    }
    if parameters(query) == parameters(expected_query) {
        return Ok(());
    }
    Err(format!("the query is {query}, not {expected_query}"))
}

/// The parameters in alphabetical order; `a` and `a=` are the same.
fn parameters(query: &str) -> Vec<(&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.sort_unstable();
    pairs
}

/// Compares a body with the text of a case.
pub(super) fn body(protocol: &str, found: &[u8], expected: &str) -> Result<(), String> {
    let is_same = match protocol {
        _ if found == expected.as_bytes() => true,
        "json" | "rest-json" => match (serde_json::from_slice(found), serde_json::from_str(expected)) {
            (Ok(found), Ok(expected)) => same_json(&found, &expected),
            _ => false,
        },
        "rest-xml" => match (std::str::from_utf8(found).ok().map(xml::canonical), xml::canonical(expected)) {
            (Some(Ok(found)), Ok(expected)) => found == expected,
            _ => false,
        },
        "query" | "ec2" => std::str::from_utf8(found).is_ok_and(|found| pairs(found) == pairs(expected)),
        "smithy-rpc-v2-cbor" => {
            let expected =
                STANDARD.decode(expected).map_err(|error| format!("the case is no base64: {error}"))?;
            match (cbor::read(found), cbor::read(&expected)) {
                (Some(found), Some(expected)) => cbor::same(&found, &expected),
                _ => false,
            }
        }
        _ => false,
    };
    if is_same {
        return Ok(());
    }
    let found = String::from_utf8_lossy(found);
    Err(format!("the body is {}, not {}", shown(&(*found).into()), shown(&expected.into())))
}

/// The pairs of a form in alphabetical order.
fn pairs(form: &str) -> Vec<&str> {
    let mut pairs: Vec<_> = form.trim().split('&').collect();
    pairs.sort_unstable();
    pairs
}

/// Whether two values are the same; numbers by value, whatever they are written as.
pub(super) fn same_json(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same_json(a, b)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_query_parameters_does_not_matter_and_their_number_does() {
        assert!(uri("/a", "x=1&y&x=2", "/a?x=2&y=&x=1").is_ok());
        assert!(uri("/a", "x=1", "/a?x=1&x=1").is_err());
        assert!(uri("/a/", "", "/a").is_err());
    }

    #[test]
    fn forms_are_compared_as_sorted_pairs() {
        assert!(body("query", b"B=2&A=1", "A=1&B=2").is_ok());
        assert!(body("query", b"A=1", "A=1&B=2").is_err());
    }

    #[test]
    fn json_is_compared_by_value_and_other_text_as_it_stands() {
        assert!(body("json", br#"{"b":1.0,"a":[null]}"#, r#"{ "a": [null], "b": 1 }"#).is_ok());
        assert!(body("json", b"{}", "").is_err());
        assert!(body("rest-json", b"text", "text").is_ok());
        assert!(!same_json(&json!({"a": 1}), &json!({"a": 1, "b": 2})));
    }

    #[test]
    fn white_space_between_elements_does_not_matter_and_their_names_and_namespaces_do() {
        let expected = "<a xmlns=\"u\">\n  <b y=\"2\" x=\"1\">t</b>\n</a>";
        assert!(body("rest-xml", br#"<a xmlns="u"><b x="1" y="2">t</b></a>"#, expected).is_ok());
        assert!(body("rest-xml", br#"<a><b x="1" y="2">t</b></a>"#, expected).is_err());
        assert!(body("rest-xml", br#"<a xmlns="u"><b x="1" y="2"/></a>"#, expected).is_err());
    }
}
