//! Endpoints that are not the service's own: those that a client's configuration names, in the order in which they count.

use cumulo_endpoints::{Options, ResolveEndpoint as _, ResolvedEndpoint};

use crate::client::Endpoint;
use crate::config::Config;
use crate::err_code;
use crate::error::Error;
use crate::http::Url;
use crate::operation::Service;

/// Where the configuration sends requests.
#[derive(Debug, Clone)]
pub(crate) struct Custom {
    /// The URL as it was given.
    pub(crate) url: String,
    /// The same, read.
    pub(crate) parsed: Url,
    /// What a resolver says of the signature's scope.
    pub(crate) signing_region: Option<String>,
    pub(crate) signing_name: Option<String>,
    /// Whether a resolver said so, which has seen the switches for FIPS and dual stack.
    pub(crate) is_resolved: bool,
}

/// What the resolver of the configuration answers, else its endpoint, else the one found in the environment or a profile.
///
/// Called once, when a client is made.
pub(crate) fn find(service: &Service, region: &str, config: &Config) -> Result<Option<Custom>, Error> {
    if let Some(resolved) = resolved(service, region, config)? {
        return Ok(Some(resolved));
    }
    let found = config
        .configured_endpoint
        .as_ref()
        .filter(|_| !config.ignore_configured_endpoint_urls.unwrap_or(false));
    let Some(url) = config.endpoint.as_ref().or(found) else { return Ok(None) };
    let parsed = Url::parse(url)?;
    Ok(Some(Custom {
        url: url.clone(),
        parsed,
        signing_region: None,
        signing_name: None,
        is_resolved: false,
    }))
}

/// The same as an endpoint, for a service without rules.
pub(crate) fn of(service: &Service, region: &str, config: &Config) -> Result<Option<Endpoint>, Error> {
    let Some(custom) = find(service, region, config)? else { return Ok(None) };
    let signing_region = custom.signing_region.unwrap_or_else(|| region.to_owned());
    if signing_region.is_empty() {
        return Err(missing_region());
    }
    let signing_name = custom.signing_name.unwrap_or_else(|| service.endpoint.signing_name.to_owned());
    Ok(Some(Endpoint {
        url: custom.parsed,
        signing_region,
        signing_name,
        auth_scheme: None,
        headers: Vec::new(),
        is_custom: true,
    }))
}

fn resolved(service: &Service, region: &str, config: &Config) -> Result<Option<Custom>, Error> {
    let Some(resolver) = &config.endpoint_resolver else { return Ok(None) };
    let options = Options::new()
        .use_fips(config.use_fips.unwrap_or(false))
        .use_dual_stack(config.use_dual_stack.unwrap_or(false));
    let answer = resolver.resolve_endpoint(service.endpoint.endpoint_prefix, region, options);
    let failed = |error: cumulo_endpoints::Error| Error::new(error.code(), error.to_string());
    let Some(ResolvedEndpoint { url, signing_region, signing_name, signing_name_derived, .. }) =
        answer.map_err(failed)?
    else {
        return Ok(None);
    };
    let is_given = !signing_name.is_empty() && !signing_name_derived;
    Ok(Some(Custom {
        parsed: Url::parse(&url)?,
        url,
        signing_region: (!signing_region.is_empty()).then_some(signing_region),
        signing_name: is_given.then_some(signing_name),
        is_resolved: true,
    }))
}

/// That there is neither a region to find an endpoint in nor one to sign for.
pub(crate) fn missing_region() -> Error {
    let message = "no region is configured: set it in the code, in AWS_REGION, or in the profile";
    Error::new(err_code::MISSING_REGION, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::BaseClient;
    use crate::endpoints::{default_resolver, only_for, resolver_fn};
    use crate::testing::SERVICE;

    fn endpoint(config: &Config) -> Result<Endpoint, Error> {
        BaseClient::new(&SERVICE, config, &Config::new(), |_| {}).settings().endpoint.clone()
    }

    fn shown(config: &Config) -> String {
        let found = endpoint(config).unwrap();
        let custom = if found.is_custom { "custom" } else { "own" };
        format!("{} {} {} {custom}", found.url, found.signing_region, found.signing_name)
    }

    fn region() -> Config {
        Config::new().region("eu-west-1")
    }

    #[test]
    fn a_resolver_gives_the_url_and_the_scope_or_leaves_the_scope_to_the_client() {
        let here = ResolvedEndpoint::new("http://here:1/base");
        assert_eq!(
            shown(&region().endpoint_resolver(here.clone())),
            "http://here:1/base eu-west-1 things custom"
        );
        let scoped = here.signing_region("mars").signing_name("rocks");
        assert_eq!(
            shown(&region().endpoint_resolver(scoped.clone())),
            "http://here:1/base mars rocks custom"
        );
        assert_eq!(shown(&Config::new().endpoint_resolver(scoped)), "http://here:1/base mars rocks custom");
    }

    #[test]
    fn a_resolver_is_told_the_service_the_region_and_the_switches() {
        let config = region().use_fips(true).endpoint_resolver(resolver_fn(|service, region, options| {
            let fips = options.use_fips;
            Ok(Some(ResolvedEndpoint::new(format!("https://{service}/{region}/{fips}"))))
        }));
        assert_eq!(shown(&config), "https://things/eu-west-1/true eu-west-1 things custom");
    }

    #[test]
    fn a_signing_name_that_the_tables_derive_gives_way_to_the_services_own() {
        let config = region().endpoint_resolver(resolver_fn(|_, region, options| {
            default_resolver().endpoint_for("s3", region, options).map(Some)
        }));
        assert_eq!(shown(&config), "https://s3.eu-west-1.amazonaws.com/ eu-west-1 things custom");
        let text = endpoint(&region().endpoint_resolver(default_resolver())).unwrap_err().to_string();
        assert!(text.starts_with("UnknownServiceError: the service \"things\" is not known"), "{text}");
    }

    #[test]
    fn what_a_resolver_leaves_goes_to_the_endpoint_else_to_what_was_found_else_to_the_service() {
        let other = only_for("others", ResolvedEndpoint::new("http://others"));
        let mut config = region().endpoint_resolver(other);
        assert_eq!(shown(&config), "https://things.eu-west-1.amazonaws.com/ eu-west-1 things own");
        config.configured_endpoint = Some("http://found".into());
        assert_eq!(shown(&config), "http://found/ eu-west-1 things custom");
        let ignoring = config.clone().ignore_configured_endpoint_urls(true);
        assert_eq!(shown(&ignoring), "https://things.eu-west-1.amazonaws.com/ eu-west-1 things own");
        assert_eq!(shown(&ignoring.endpoint("http://code")), "http://code/ eu-west-1 things custom");
        assert_eq!(shown(&config.endpoint("http://code")), "http://code/ eu-west-1 things custom");
    }

    #[test]
    fn the_nearer_configuration_wins_whether_it_has_a_resolver_or_an_endpoint() {
        let resolving = region().endpoint_resolver(ResolvedEndpoint::new("http://resolved"));
        let fixed = region().endpoint("http://fixed");
        assert!(shown(&fixed.merged_with(&resolving)).starts_with("http://resolved/"));
        assert!(shown(&resolving.merged_with(&fixed)).starts_with("http://fixed/"));
        let partial = region().endpoint_resolver(only_for("others", ResolvedEndpoint::new("http://others")));
        assert!(shown(&fixed.merged_with(&partial)).starts_with("http://fixed/"));
    }

    #[test]
    fn a_url_without_a_scheme_is_named_with_its_remedy() {
        let line = "InvalidEndpointURL: expected `http://` or `https://` at the beginning of the URL `s3.custom.example.com`";
        let resolving = region().endpoint_resolver(ResolvedEndpoint::new("s3.custom.example.com"));
        for config in [resolving, region().endpoint("s3.custom.example.com")] {
            assert_eq!(endpoint(&config).unwrap_err().to_string(), line);
        }
    }

    #[test]
    fn a_resolvers_own_error_and_a_missing_region_are_answered() {
        let failing = region().endpoint_resolver(resolver_fn(|_, _, _| {
            Err(cumulo_endpoints::Error::custom("NoGateway", "there is no gateway"))
        }));
        assert_eq!(endpoint(&failing).unwrap_err().to_string(), "NoGateway: there is no gateway");
        for config in [
            Config::new(),
            Config::new().endpoint("http://x"),
            Config::new().endpoint_resolver(ResolvedEndpoint::new("http://x")),
        ] {
            assert_eq!(endpoint(&config).unwrap_err().code(), err_code::MISSING_REGION);
        }
    }
}
