//! Input cases: whether an input makes the request that is expected.

use cumulo_core::dynamic::Model;
use cumulo_core::http::HeaderMap;
use serde_json::{Value, json};

use super::case::{Case, Group, Serialized};
use super::compare;
use super::protocols;
use super::transport::{Answer, Recorder, Sent};

pub(super) async fn run(
    model: &Model,
    group: &Group,
    case: &Case,
    expected: &Serialized,
) -> Result<(), String> {
    let recorder = Recorder::new(Answer { status: 200, headers: HeaderMap::new(), body: Vec::new() });
    let client = protocols::client(model, group.client_endpoint.as_deref(), &recorder);
    let params = if case.params.is_null() { json!({}) } else { case.params.clone() };
    let answer = client.call(case.operation(), &params).await;
    // What the empty answer is worth does not matter here, only whether the request got so far as to be sent.
    match (recorder.sent(), answer) {
        (Some(sent), _) => check(group, expected, &sent),
        (None, Err(error)) => Err(format!("nothing was sent: {error}")),
        (None, Ok(_)) => Err("nothing was sent".to_owned()),
    }
}

fn check(group: &Group, expected: &Serialized, sent: &Sent) -> Result<(), String> {
    if sent.method.as_str() != expected.method {
        return Err(format!("the method is {}, not {}", sent.method, expected.method));
    }
    compare::uri(&sent.url.path, &sent.url.query, &expected.uri)?;
    if let Some(host) = &expected.host {
        let host = host.split('/').next().unwrap_or(host);
        if sent.url.authority != host {
            return Err(format!("the host is {}, not {host}", sent.url.authority));
        }
    }
    headers(group, expected, &sent.headers)?;
    match &expected.body {
        Some(body) => compare::body(group.protocol(), &sent.body, body),
        None => Ok(()),
    }
}

fn headers(group: &Group, expected: &Serialized, sent: &HeaderMap) -> Result<(), String> {
    for (name, value) in &expected.headers {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let found: Vec<_> =
            sent.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let found = found.join(", ");
        // The cases leave the character set out, which the release sends with a form, as we do.
        let is_form =
            matches!(group.protocol(), "query" | "ec2") && name.eq_ignore_ascii_case("content-type");
        let is_same = found == value || (is_form && found == format!("{value}; charset=utf-8"));
        if !is_same {
            return Err(format!("the header {name} is `{found}`, not `{value}`"));
        }
    }
    if let Some(name) = expected.require_headers.iter().find(|name| !sent.contains_key(name.as_str())) {
        return Err(format!("the header {name} is missing"));
    }
    if let Some(name) = expected.forbid_headers.iter().find(|name| sent.contains_key(name.as_str())) {
        return Err(format!("the header {name} is there, and must not be"));
    }
    Ok(())
}

/// A value in one line, for reasons.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.len() > 600 { format!("{}…", text.chars().take(600).collect::<String>()) } else { text }
}
