//! Step 2: the request in the one form that the sender and the service both build, byte for byte.

use std::ops::Range;

use super::canonical_query::push_escaped;
use super::{Options, SigningRequest};

/// A header to sign: its name in lower case and one value. A name with several values stands once for each.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a [u8],
}

/// Brings the headers into the order of their names; values of one name keep theirs.
pub(super) fn sort(headers: &mut [Header<'_>]) {
    headers.sort_by(|a, b| a.name.cmp(b.name));
}

/// Returns a capacity that spares a usual request a second allocation.
pub(super) fn capacity(request: &SigningRequest<'_>, headers: &[Header<'_>]) -> usize {
    let headers: usize = headers.iter().map(|header| 2 * header.name.len() + header.value.len() + 3).sum();
    request.path.len() * 2 + request.query.len() * 2 + headers + 96
}

/// Appends the method and the path, each with its line end. The query comes next.
pub(super) fn write_target(buffer: &mut Vec<u8>, request: &SigningRequest<'_>, options: Options) {
    buffer.extend_from_slice(request.method.as_bytes());
    buffer.push(b'\n');
    if options.normalize_path {
        write_path(buffer, &normalized(request.path), options);
    } else {
        write_path(buffer, request.path, options);
    }
    buffer.push(b'\n');
}

/// Ends the query's line and appends the sorted headers, their names and the payload's hash.
///
/// Returns where the list of names stands, for it is sent along with the signature.
pub(super) fn write_rest(buffer: &mut Vec<u8>, headers: &[Header<'_>], payload_hash: &[u8]) -> Range<usize> {
    buffer.push(b'\n');
    for values in headers.chunk_by(|a, b| a.name == b.name) {
        buffer.extend_from_slice(values[0].name.as_bytes());
        for (index, header) in values.iter().enumerate() {
            buffer.push(if index == 0 { b':' } else { b',' });
            write_value(buffer, header.value);
        }
        buffer.push(b'\n');
    }
    buffer.push(b'\n');

    let start = buffer.len();
    write_names(buffer, headers, b";");
    let names = start..buffer.len();

    buffer.push(b'\n');
    buffer.extend_from_slice(payload_hash);
    names
}

/// Appends each name of the sorted headers once.
pub(super) fn write_names(buffer: &mut Vec<u8>, headers: &[Header<'_>], separator: &[u8]) {
    for (index, values) in headers.chunk_by(|a, b| a.name == b.name).enumerate() {
        if index > 0 {
            buffer.extend_from_slice(separator);
        }
        buffer.extend_from_slice(values[0].name.as_bytes());
    }
}

fn write_path(buffer: &mut Vec<u8>, path: &str, options: Options) {
    if path.is_empty() {
        buffer.push(b'/');
    } else if options.double_escape_path {
        push_escaped(buffer, path.as_bytes(), true);
    } else {
        buffer.extend_from_slice(path.as_bytes());
    }
}

/// Returns the path without dot segments (RFC 3986, 5.2.4) and without empty ones, which AWS drops too.
fn normalized(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let mut normalized = format!("/{}", segments.join("/"));
    if path.ends_with('/') && !segments.is_empty() {
        normalized.push('/');
    }
    normalized
}

/// Appends a header's value without the white space around it and with each run of it inside as one space.
fn write_value(buffer: &mut Vec<u8>, value: &[u8]) {
    // Hashes, dates and tokens have no space, and to look for one is far cheaper than to split at it.
    if !value.contains(&b' ') && !value.contains(&b'\t') {
        return buffer.extend_from_slice(value);
    }
    let words = value.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            buffer.push(b' ');
        }
        buffer.extend_from_slice(word);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::crypto;
    use crate::signer::v4::{Payload, canonical_query};

    fn path(path: &str, options: Options) -> String {
        let headers = HeaderMap::new();
        let request = SigningRequest {
            method: "GET",
            host: "h",
            path,
            query: "",
            headers: &headers,
            payload: Payload::Unsigned,
        };
        let mut buffer = Vec::new();
        write_target(&mut buffer, &request, options);
        String::from_utf8(buffer).unwrap().trim_start_matches("GET\n").trim_end().to_owned()
    }

    fn headers(headers: &[(&str, &str)]) -> String {
        let mut headers: Vec<Header<'_>> =
            headers.iter().map(|(name, value)| Header { name, value: value.as_bytes() }).collect();
        sort(&mut headers);
        let mut buffer = Vec::new();
        write_rest(&mut buffer, &headers, b"hash");
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn aws_example() {
        let mut buffer = Vec::new();
        let map = HeaderMap::new();
        let request = SigningRequest {
            method: "GET",
            host: "iam.amazonaws.com",
            path: "",
            query: "Action=ListUsers&Version=2010-05-08",
            headers: &map,
            payload: Payload::Bytes(b""),
        };
        let mut headers = [
            Header { name: "x-amz-date", value: b"20150830T123600Z" },
            Header { name: "host", value: b"iam.amazonaws.com" },
            Header { name: "content-type", value: b"application/x-www-form-urlencoded; charset=utf-8" },
        ];
        sort(&mut headers);
        write_target(&mut buffer, &request, Options::new());
        canonical_query::write(&mut buffer, request.query);
        let names = write_rest(&mut buffer, &headers, crypto::EMPTY_SHA256.as_bytes());

        assert_eq!(&buffer[names], b"content-type;host;x-amz-date");
        assert_eq!(
            String::from_utf8(buffer.clone()).unwrap(),
            "GET\n/\nAction=ListUsers&Version=2010-05-08\n\
             content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n\
             x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            crypto::hex(&crypto::sha256(&buffer)),
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        );
    }

    #[test]
    fn a_path_is_escaped_again_for_all_but_s3() {
        assert_eq!(path("/a%20b/c+d", Options::new()), "/a%2520b/c%2Bd");
        assert_eq!(path("/a%20b/c+d", Options::s3()), "/a%20b/c+d");
        assert_eq!(path("", Options::s3()), "/");
    }

    #[test]
    fn dot_segments_stay_unless_normalising_is_asked_for() {
        assert_eq!(path("/a/./b//../c", Options::s3()), "/a/./b//../c");
        assert_eq!(path("/a/./b//../c", Options::new()), "/a/./b//../c");
        let normalize = Options { normalize_path: true, ..Options::new() };
        assert_eq!(path("/a/./b//../c", normalize), "/a/c");
        assert_eq!(path("/../..", normalize), "/");
        assert_eq!(path("//a//", normalize), "/a/");
    }

    #[test]
    fn values_are_trimmed_and_runs_of_spaces_collapse() {
        assert_eq!(headers(&[("a", "  x   y\t z ")]), "\na:x y z\n\na\nhash");
        assert_eq!(headers(&[("a", "")]), "\na:\n\na\nhash");
    }

    #[test]
    fn values_of_one_name_are_joined_in_the_order_they_came() {
        assert_eq!(headers(&[("b", "2"), ("a", "0"), ("b", "1")]), "\na:0\nb:2,1\n\na;b\nhash");
    }
}
