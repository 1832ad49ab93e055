//! The functions of the rules language that work on text, each as the language defines it.

/// `isValidHostLabel`: 1 to 63 letters, digits and inner hyphens; with `subdomains` several of them with dots between.
pub(super) fn is_valid_host_label(text: &str, subdomains: bool) -> bool {
    are_labels(text, subdomains, ANY)
}

/// `aws.isVirtualHostableS3Bucket`: a host label without capitals that has three characters and is no IP address.
pub(super) fn is_virtual_hostable_bucket(text: &str, subdomains: bool) -> bool {
    text.len() >= 3 && are_labels(text, subdomains, SMALL) && !is_ipv4(text)
}

/// The bytes that can stand in a host label, and those of them that are no capitals.
const ANY: u8 = 1;
const SMALL: u8 = 2;
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => ANY | SMALL,
            b'A'..=b'Z' => ANY,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn are_labels(text: &str, subdomains: bool, class: u8) -> bool {
    if subdomains {
        text.as_bytes().split(|byte| *byte == b'.').all(|label| is_label(label, class))
    } else {
        is_label(text.as_bytes(), class)
    }
}

fn is_label(label: &[u8], class: u8) -> bool {
    label.len() <= 63
        && label.first().is_some_and(|first| *first != b'-')
        && label.last() != Some(&b'-')
        && label.iter().fold(class, |all, byte| all & CLASSES[usize::from(*byte)]) != 0
}

/// Whether the text has the form of an IPv4 address.
pub(super) fn is_ipv4(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_number = |part: &[u8]| (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    bytes.first().is_some_and(u8::is_ascii_digit)
        && bytes.split(|byte| *byte == b'.').all(is_number)
        && bytes.iter().filter(|byte| **byte == b'.').count() == 3
}

/// `substring`: the bytes from `start` to `stop`, counted from the end with `reverse`. None if the text is shorter or has
/// characters beyond ASCII.
pub(super) fn substring(text: &str, start: u16, stop: u16, reverse: bool) -> Option<&str> {
    let (start, stop) = (usize::from(start), usize::from(stop));
    if start >= stop || text.len() < stop || !text.is_ascii() {
        return None;
    }
    if reverse { text.get(text.len() - stop..text.len() - start) } else { text.get(start..stop) }
}

/// `uriEncode`: everything percent-encoded but letters, digits and `-._~`. None if there is nothing to encode.
pub(super) fn uri_encode(text: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if text.bytes().all(is_plain) {
        return None;
    }
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble & 15)]);
            encoded.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    Some(encoded)
}

/// `split`: the parts between delimiters, at most `limit` of them if it is not zero.
pub(super) fn split<'a>(
    text: &'a str,
    delimiter: &'a str,
    limit: u16,
) -> impl Iterator<Item = &'a str> + Clone {
    text.splitn(if limit == 0 { usize::MAX } else { limit.into() }, delimiter)
}

/// The fields of an ARN: `arn:partition:service:region:account:resource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account_id: &'a str,
    pub(super) resource: &'a str,
}

/// `aws.parseArn`: none if a field is missing, or the partition, the service or the resource is empty.
pub(super) fn parse_arn(text: &str) -> Option<Arn<'_>> {
    let mut rest = text.strip_prefix("arn:")?;
    let mut next = || {
        let (field, after) = rest.split_at(rest.as_bytes().iter().position(|byte| *byte == b':')?);
        rest = after.get(1..)?;
        Some(field)
    };
    let (partition, service, region, account_id) = (next()?, next()?, next()?, next()?);
    let arn = Arn { partition, service, region, account_id, resource: rest };
    let is_whole = !arn.partition.is_empty() && !arn.service.is_empty() && !arn.resource.is_empty();
    is_whole.then_some(arn)
}

/// A part of an ARN's resource, which colons and slashes divide.
pub(super) fn resource_part(resource: &str, index: usize) -> Option<&str> {
    let is_end = |byte: &u8| matches!(byte, b':' | b'/');
    let mut rest = resource;
    for _ in 0..index {
        rest = rest.get(rest.as_bytes().iter().position(is_end)? + 1..)?;
    }
    rest.get(..rest.as_bytes().iter().position(is_end).unwrap_or(rest.len()))
}

/// How many parts an ARN's resource has.
pub(super) fn resource_parts(resource: &str) -> usize {
    resource.bytes().filter(|byte| matches!(byte, b':' | b'/')).count() + 1
}

/// The parts of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Url<'a> {
    pub(super) scheme: &'a str,
    pub(super) authority: &'a str,
    pub(super) path: &'a str,
}

/// `parseURL`: none unless it is `http` or `https` with a host and, if there is one, a port in digits; and none if it has a query, a
/// fragment, a space or a control character.
pub(super) fn parse_url(text: &str) -> Option<Url<'_>> {
    let (scheme, rest) = text.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    if rest.bytes().any(|byte| byte <= b' ' || matches!(byte, b'?' | b'#' | b'\\' | 0x7f)) {
        return None;
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = host_and_port(authority);
    let is_port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok();
    (!host.is_empty() && port.is_none_or(is_port)).then_some(Url { scheme, authority, path })
}

impl Url<'_> {
    /// Whether the host is an IP address: four numbers, or anything in brackets.
    pub(super) fn is_ip(&self) -> bool {
        let (host, _) = host_and_port(self.authority);
        host.starts_with('[') || is_ipv4(host)
    }
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_label_has_no_hyphen_at_its_edges_and_at_most_63_characters() {
        for (text, subdomains, expected) in [
            ("a", false, true),
            ("a-b", false, true),
            ("-a", false, false),
            ("a-", false, false),
            ("a.b", false, false),
            ("a.b", true, true),
            ("a..b", true, false),
            ("", true, false),
            ("a_b", false, false),
            (&"a".repeat(63), false, true),
            (&"a".repeat(64), false, false),
        ] {
            assert_eq!(is_valid_host_label(text, subdomains), expected, "{text}");
        }
    }

    #[test]
    fn a_bucket_that_looks_like_an_address_or_has_capitals_is_not_in_the_host_name() {
        assert!(is_virtual_hostable_bucket("my-bucket", false));
        for bucket in ["ab", "My-bucket", "127.0.0.1", "a.b", "bücket"] {
            assert!(!is_virtual_hostable_bucket(bucket, false), "{bucket}");
        }
        assert!(is_virtual_hostable_bucket("a.b.c", true));
        assert!(!is_virtual_hostable_bucket("127.0.0.1", true));
    }

    #[test]
    fn an_arn_needs_its_partition_service_and_resource() {
        let arn = parse_arn("arn:aws:s3:us-east-1:12:accesspoint:a:b").unwrap();
        assert_eq!((arn.partition, arn.account_id, arn.resource), ("aws", "12", "accesspoint:a:b"));
        for text in ["arn:aws:s3:::", "arn::s3:::b", "arn:aws::::b", "arn:aws:s3:b", "aws:s3:::b", ""] {
            assert_eq!(parse_arn(text), None, "{text}");
        }
        assert!(parse_arn("arn:aws:s3:::b").is_some());
    }

    #[test]
    fn a_url_is_refused_unless_it_is_a_plain_base() {
        for text in
            ["ftp://a", "a.com", "https://", "https://a?b", "https://a#b", "https://a b", "http://a:99999"]
        {
            assert_eq!(parse_url(text), None, "{text}");
        }
        for (text, is_ip) in
            [("https://[::1]:1/p", true), ("http://10.0.0.1", true), ("http://a.b:8080", false)]
        {
            assert_eq!(parse_url(text).unwrap().is_ip(), is_ip, "{text}");
        }
    }

    #[test]
    fn a_substring_counts_from_either_end_and_knows_ascii_alone() {
        assert_eq!(substring("abcdef", 1, 3, false), Some("bc"));
        assert_eq!(substring("abcdef", 1, 3, true), Some("de"));
        for (text, start, stop) in [("abc", 0, 4), ("abc", 2, 2), ("äbc", 0, 1)] {
            assert_eq!(substring(text, start, stop, false), None);
        }
    }

    #[test]
    fn a_split_stops_at_its_limit() {
        assert_eq!(split("a--b--c", "--", 0).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(split("a--b--c", "--", 2).collect::<Vec<_>>(), ["a", "b--c"]);
    }
}
