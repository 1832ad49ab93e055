//! Which URLs a container's credentials may come from.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cumulo_core::Error;
use cumulo_core::http::Url;
use cumulo_shared_config::{Env, env};

use crate::err_code;

/// The ECS agent.
const ECS: &str = "http://169.254.170.2";
/// The agents that may be asked without TLS: those of ECS and of EKS.
const AGENTS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23)),
];

/// The URL that the environment names.
///
/// # Errors
/// `CredentialsEndpointError` if there is none, or it may not be asked.
pub(super) fn from_env(env: &Env) -> Result<Url, Error> {
    let (relative, full) =
        (env::AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, env::AWS_CONTAINER_CREDENTIALS_FULL_URI);
    if let Some(path) = env.var(relative) {
        // Anything else would go on with the agent's host name.
        if !path.starts_with('/') {
            return Err(error(format!("{relative} does not begin with a slash")));
        }
        return Url::parse(&format!("{ECS}{path}")).map_err(|cause| invalid(relative, &cause));
    }
    let Some(text) = env.var(full) else {
        return Err(error(format!("neither {relative} nor {full} is set")));
    };
    let url = Url::parse(&text).map_err(|cause| invalid(full, &cause))?;
    if url.is_https || is_near(url.host()) {
        return Ok(url);
    }
    let message = format!(
        "invalid endpoint host, {:?}: {full} may be https, or http to a loopback address, 169.254.170.2, \
         169.254.170.23 or [fd00:ec2::23]",
        url.host()
    );
    Err(error(message))
}

/// Whether what is sent to `host` stays on this machine or goes to an agent of AWS. Names are not looked up: the next
/// look-up may say something else.
fn is_near(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback() || AGENTS.contains(&address),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

fn invalid(variable: &str, cause: &Error) -> Error {
    error(format!("invalid URI in {variable}: {}", cause.message()))
}

pub(super) fn error(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(err_code::CREDENTIALS_ENDPOINT, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(url: &str) -> Result<Url, Error> {
        from_env(&Env::from_map([("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)]))
    }

    #[test]
    fn http_goes_to_this_machine_and_to_the_agents_alone_and_https_anywhere() {
        for url in [
            "http://127.0.0.1/x",
            "http://127.0.0.77:8080/x",
            "http://localhost:8080/x",
            "http://[::1]/x",
            "http://169.254.170.2/x",
            "http://169.254.170.23/x",
            "http://[fd00:ec2::23]:80/x",
            "https://example.com/x",
        ] {
            assert!(full(url).is_ok(), "{url}");
        }
        for url in [
            "http://example.com/x",
            "http://169.254.170.3/x",
            "http://169.254.169.254/x",
            "http://127.0.0.1.example.com/x",
            "http://[fd00:ec2::24]/x",
            "http://localhost.example.com/x",
            "http://2130706433/x",
        ] {
            let error = full(url).unwrap_err();
            assert_eq!(error.code(), "CredentialsEndpointError");
            assert!(error.message().starts_with("invalid endpoint host"), "{url}: {error}");
        }
    }

    #[test]
    fn a_user_name_cannot_disguise_the_host() {
        let error = full("http://127.0.0.1@example.com/x").unwrap_err();
        assert!(error.message().contains("user name"), "{error}");
    }

    #[test]
    fn the_path_comes_first_and_cannot_change_the_host() {
        let both = Env::from_map([
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x?id=1"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://example.com/"),
        ]);
        assert_eq!(from_env(&both).unwrap().to_string(), "http://169.254.170.2/v2/x?id=1");
        for path in [".example.com/x", ":80@example.com/", "x"] {
            let env = Env::from_map([("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path)]);
            let error = from_env(&env).unwrap_err();
            assert!(error.message().ends_with("does not begin with a slash"), "{error}");
        }
        assert!(from_env(&Env::from_map([("", "")])).unwrap_err().message().starts_with("neither"));
    }
}
