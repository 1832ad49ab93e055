//! What the policy of an upload by a form demands of the form. The server crate checks its signature and its conditions, and
//! then drops it; who sent the form, and until when it is good, only the policy says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, header};
use serde_json::Value;

/// The policy of a form, kept with its request.
#[derive(Clone, Debug)]
pub(super) struct Policy(Value);

/// Whether a request uploads by a form.
pub(super) fn is_form(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::POST && boundary(headers).is_some()
}

impl Policy {
    /// Finds the policy in the body of a form.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let delimiter = format!("--{}", boundary(headers)?);
        let mut rest = after(body, delimiter.as_bytes())?;
        loop {
            let (head, content) = split(rest, b"\r\n\r\n")?;
            let (value, next) = split(content, delimiter.as_bytes())?;
            if String::from_utf8_lossy(head).contains("name=\"policy\"") {
                let document = STANDARD.decode(value.trim_ascii()).ok()?;
                return serde_json::from_slice(&document).ok().map(Self);
            }
            rest = next;
        }
    }

    /// The value that a field must have.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.0["conditions"].as_array()?.iter().find_map(|condition| condition[name].as_str())
    }

    /// Until when the form is good, in ISO 8601.
    pub(super) fn expiration(&self) -> Option<&str> {
        self.0["expiration"].as_str()
    }
}

fn boundary(headers: &HeaderMap) -> Option<&str> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameters = content_type.strip_prefix("multipart/form-data")?;
    let (_, boundary) = parameters.split_once("boundary=")?;
    Some(boundary.split(';').next()?.trim().trim_matches('"'))
}

fn after<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<&'a [u8]> {
    split(bytes, delimiter).map(|(_, after)| after)
}

fn split<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(delimiter.len()).position(|window| window == delimiter)?;
    Some((&bytes[..at], &bytes[at + delimiter.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers() -> HeaderMap {
        let content_type = "multipart/form-data; boundary=xyz".parse().unwrap();
        HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)])
    }

    #[test]
    fn the_policy_is_found_among_the_fields() {
        let policy = STANDARD
            .encode(r#"{"expiration":"E","conditions":[["starts-with","$key",""],{"x-amz-date":"D"}]}"#);
        let form = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--xyz\r\n\
             Content-Disposition: form-data; name=\"policy\"\r\n\r\n{policy}\r\n--xyz--\r\n"
        );
        let policy = Policy::read(&headers(), form.as_bytes()).unwrap();
        assert_eq!((policy.field("x-amz-date"), policy.field("key")), (Some("D"), None));
        assert_eq!(policy.expiration(), Some("E"));
    }

    #[test]
    fn what_is_no_form_has_no_policy() {
        for body in ["", "--xyz", "--xyz\r\n\r\n", "--xyz\r\nname=\"policy\"\r\n\r\n!!\r\n--xyz--"] {
            assert!(Policy::read(&headers(), body.as_bytes()).is_none(), "{body}");
        }
        assert!(!is_form(&Method::POST, &HeaderMap::new()) && !is_form(&Method::PUT, &headers()));
    }
}
