//! The guard of host names: what a user names may be part of one only if it cannot change the rest.

/// Whether the text is letters and digits with hyphens only inside, at most one DNS label long: what a region must be.
///
/// Called by SDK clients before a region becomes part of a host name. Source: the guard in Go's `aws/endpoints/v3model.go`.
///
/// ```
/// assert!(cumulo_endpoints::is_host_label("eu-west-1"));
/// assert!(!cumulo_endpoints::is_host_label("evil.example/"));
/// ```
pub fn is_host_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= 63
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}
