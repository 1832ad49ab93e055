//! Build: what every HTTP request gets besides its parameters.

use std::net::Ipv4Addr;

use ::http::{HeaderValue, header};

use crate::err_code;
use crate::error::Error;
use crate::request::Request;

/// Sets the `User-Agent` header.
pub const USER_AGENT: &str = "core.UserAgent";
/// Puts the operation's host prefix in front of the host name; also of a configured one, unless it is an IP address or has no
/// dot, as `localhost` has none: in front of those, a prefix would name a host that does not exist.
pub const HOST_PREFIX: &str = "core.HostPrefix";

/// The value of the header, with the name of the application if one is configured and fit for a header.
pub(crate) fn user_agent(app_id: Option<&str>) -> HeaderValue {
    let base = format!("cumulo/{} os/{} lang/rust", env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    let whole = app_id.map_or_else(|| base.clone(), |id| format!("{base} app/{}", id.replace(' ', "_")));
    HeaderValue::from_str(&whole)
        .or_else(|_| HeaderValue::from_str(&base))
        .unwrap_or(HeaderValue::from_static("cumulo"))
}

pub(super) fn set_user_agent(request: &mut Request) {
    let value = request.settings().user_agent.clone();
    request.http_request.headers.entry(header::USER_AGENT).or_insert(value);
}

pub(super) fn add_host_prefix(request: &mut Request) {
    let Some(prefix) = request.operation().host_prefix else { return };
    if !takes_prefix(request.http_request.url.host()) {
        return;
    }
    match expand(prefix, request) {
        Ok(prefix) => request.http_request.url.authority.insert_str(0, &prefix),
        Err(error) => request.fail(error),
    }
}

fn takes_prefix(host: &str) -> bool {
    host.contains('.') && !host.starts_with('[') && host.parse::<Ipv4Addr>().is_err()
}

/// Fills the `{Label}` places of a host prefix.
fn expand(prefix: &str, request: &Request) -> Result<String, Error> {
    let mut expanded = String::with_capacity(prefix.len());
    let mut rest = prefix;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, tail) = after.split_once('}').unwrap_or((after, ""));
        let value = request.params.text(label).unwrap_or_default();
        let is_label = (1..=63).contains(&value.len())
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_label {
            let message =
                format!("{label} must be 1 to 63 letters, digits or hyphens, as it is part of the host name");
            return Err(Error::new(err_code::INVALID_PARAMETER, message));
        }
        expanded.push_str(before);
        expanded.push_str(value);
        rest = tail;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_goes_in_front_of_names_in_the_dns_alone() {
        for host in ["s3.amazonaws.com", "example.com"] {
            assert!(takes_prefix(host), "{host}");
        }
        for host in ["localhost", "minio", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(!takes_prefix(host), "{host}");
        }
    }
}
