//! Endpoints given by the user: a local server, a private gateway, another vendor's S3.

use crate::Error;

/// Gives a custom endpoint a scheme if it has none and checks that it can be sent to.
///
/// A path is kept, less its closing slash: operation paths are appended to it.
pub(crate) fn custom_url(endpoint: &str, disable_ssl: bool) -> Result<String, Error> {
    let invalid = |reason| Err(Error::InvalidEndpoint { reason });
    let url = with_scheme(endpoint.trim(), disable_ssl);
    if url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return invalid("it contains a space or a control character");
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return invalid("it has no scheme");
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return invalid("its scheme is neither http nor https");
    }
    if rest.contains(['?', '#']) {
        return invalid("it has a query or a fragment");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return invalid("it carries a user name");
    }
    if authority.is_empty() || authority.starts_with(':') {
        return invalid("it names no host");
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Source: Go's `endpoints.AddScheme`.
fn with_scheme(endpoint: &str, disable_ssl: bool) -> String {
    match (endpoint.contains("://"), disable_ssl) {
        (true, _) => endpoint.to_owned(),
        (false, true) => format!("http://{endpoint}"),
        (false, false) => format!("https://{endpoint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_scheme_is_added() {
        assert_eq!(custom_url("s3.example.com", false).unwrap(), "https://s3.example.com");
        assert_eq!(custom_url("localhost:4566", true).unwrap(), "http://localhost:4566");
    }

    #[test]
    fn a_given_scheme_wins_over_disable_ssl() {
        assert_eq!(custom_url("https://s3.example.com", true).unwrap(), "https://s3.example.com");
    }

    #[test]
    fn a_path_is_kept_without_its_closing_slash() {
        assert_eq!(custom_url("http://[::1]:9000/base/", false).unwrap(), "http://[::1]:9000/base");
        assert_eq!(custom_url("http://127.0.0.1:9000/", false).unwrap(), "http://127.0.0.1:9000");
    }

    #[test]
    fn what_cannot_be_sent_to_is_refused_without_being_repeated() {
        for endpoint in [
            "",
            " ",
            "http://",
            "http:///path",
            "https://:443",
            "ftp://host",
            "http://user:hunter2@host",
            "http://ho st",
            "http://host/?a=b",
            "http://host#f",
            "http://host\r\nX: y",
        ] {
            let error = custom_url(endpoint, false).unwrap_err();
            assert_eq!(error.code(), "InvalidEndpointURL", "{endpoint}");
            assert!(!error.to_string().contains("hunter2"));
        }
    }
}
