//! Step one: the canonical request.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Arrived, Authorization};

/// Everything but the unreserved characters of RFC 3986 §2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The canonical request, or `None` when a header that is named as signed is missing.
pub(super) fn build(
    request: Arrived<'_>,
    authorization: &Authorization,
    payload_hash: &str,
) -> Option<String> {
    Some(format!(
        "{}\n{}\n{}\n{}\n{}\n{}",
        request.method,
        if is_path_signed_as_sent(&authorization.scope.service) {
            path_of_s3(request.uri.path())
        } else {
            path(request.uri.path())
        },
        query(request.uri.query().unwrap_or_default()),
        headers(request, authorization)?,
        authorization.signed_headers.join(";"),
        payload_hash,
    ))
}

/// Keys of S3 may hold anything, also what a clean path does not.
fn is_path_signed_as_sent(service: &str) -> bool {
    matches!(service, "s3" | "s3express")
}

/// The path with every segment encoded once, however it was sent.
fn path_of_s3(sent: &str) -> String {
    sent.split('/').map(recode).collect::<Vec<_>>().join("/")
}

/// The path, cleaned of `.`, `..` and empty segments, each segment encoded once more than it was sent.
fn path(sent: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in sent.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let mut path: String = segments.iter().flat_map(|segment| ["/".to_owned(), encode(segment)]).collect();
    if path.is_empty() || sent.ends_with('/') {
        path.push('/');
    }
    path
}

/// The parameters in encoded form, sorted by name, then by value, without the signature itself.
fn query(sent: &str) -> String {
    let mut parameters: Vec<(String, String)> = sent
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| *name != "X-Amz-Signature")
        .map(|(name, value)| (recode(name), recode(value)))
        .collect();
    parameters.sort();
    let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// A line for each signed header: lower-case name, values trimmed, runs of spaces made one, several joined by a comma.
fn headers(request: Arrived<'_>, authorization: &Authorization) -> Option<String> {
    let mut lines = String::new();
    for name in &authorization.signed_headers {
        let mut values = request.headers.get_all(name).iter().peekable();
        values.peek()?;
        let values: Vec<String> = values
            .map(|value| {
                let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
                text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        lines.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    Some(lines)
}

fn recode(text: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(text).collect();
    percent_encoding::percent_encode(&decoded, ENCODED).to_string()
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cleaned_and_encoded_again() {
        assert_eq!(path("/"), "/");
        assert_eq!(path("/a/./b//../c%20d/"), "/a/c%2520d/");
        assert_eq!(path("/123456789012/queue"), "/123456789012/queue");
    }

    #[test]
    fn a_path_of_s3_is_left_as_it_is() {
        assert!(is_path_signed_as_sent("s3") && is_path_signed_as_sent("s3express"));
        assert!(!is_path_signed_as_sent("s3tables") && !is_path_signed_as_sent("sqs"));
        assert_eq!(path_of_s3("/a/./b//../c%20d/+%2f*"), "/a/./b//../c%20d/%2B%2F%2A");
    }

    #[test]
    fn a_query_is_sorted_in_its_encoded_form_and_loses_its_signature() {
        assert_eq!(query("b=2&a=z&a=%41&X-Amz-Signature=00&c"), "a=A&a=z&b=2&c=");
        assert_eq!(query("k=a%2fb+c"), "k=a%2Fb%2Bc");
    }
}
