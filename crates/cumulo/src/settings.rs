//! The settings of a session, each with its option in the code, its variable and its key in a profile.
//!
//! `docs/SETTINGS.md` shows this table, and tests hold the two together and walk it. What reads the values is
//! [`env_config`](crate::env_config) and the session's `transport`; [`Session::explain`](crate::Session::explain) finds their
//! origins by this table.

use std::fmt::Display;

use cumulo_core::auth_scheme::SchemeName;
use cumulo_core::{ChecksumPolicy, Config, RetryMode};
use cumulo_shared_config::env;

use crate::session::transport::{HTTP_PROXY, HTTPS_PROXY, NO_PROXY};

/// One setting.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    /// What sets it in the code.
    pub(crate) code: &'static str,
    /// The variables, the first that is set counting. Those that begin with `AWS_DEFAULT_` need shared config.
    pub(crate) variables: &'static [&'static str],
    /// The keys in a profile, the first that is set counting; nested ones with a dot.
    pub(crate) keys: &'static [&'static str],
    /// The default in words; none for what is only there if it is set.
    pub(crate) default: &'static str,
    /// Whether its text may hold a user name and a password.
    pub(crate) is_url: bool,
    /// Its value in a configuration, or among what else the code says.
    pub(crate) value: fn(&Config, &Facts) -> Option<String>,
}

/// What the code of a session says besides its [`Config`], in words.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) profile: Option<String>,
    pub(crate) shared_config: Option<String>,
    pub(crate) config_file: Option<String>,
    pub(crate) credentials_file: Option<String>,
    pub(crate) ca_bundle: Option<String>,
    pub(crate) client_certificate: Option<String>,
    pub(crate) proxies: Option<String>,
}

/// One row; nothing but a name and a way to read it is needed.
const fn setting(name: &'static str, value: fn(&Config, &Facts) -> Option<String>) -> Setting {
    Setting { name, code: "", variables: &[], keys: &[], default: "", is_url: false, value }
}

impl Setting {
    const fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    const fn var(mut self, variables: &'static [&'static str]) -> Self {
        self.variables = variables;
        self
    }

    const fn key(mut self, keys: &'static [&'static str]) -> Self {
        self.keys = keys;
        self
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    const fn url(mut self) -> Self {
        self.is_url = true;
        self
    }
}

/// The table.
pub(crate) const SETTINGS: &[Setting] = &[
    setting("profile", |_, facts| facts.profile.clone())
        .code("SessionBuilder::profile")
        .var(&[env::AWS_PROFILE, env::AWS_DEFAULT_PROFILE])
        .default("default"),
    setting("shared config", |_, facts| facts.shared_config.clone())
        .code("SessionBuilder::shared_config_state")
        .var(&[env::AWS_SDK_LOAD_CONFIG])
        .default("true"),
    setting("config file", |_, facts| facts.config_file.clone())
        .code("SessionBuilder::shared_config_files")
        .var(&[env::AWS_CONFIG_FILE])
        .default("~/.aws/config"),
    setting("credentials file", |_, facts| facts.credentials_file.clone())
        .code("SessionBuilder::shared_config_files")
        .var(&[env::AWS_SHARED_CREDENTIALS_FILE])
        .default("~/.aws/credentials"),
    setting("region", |config, _| config.region.clone())
        .code("Config::region")
        .var(&[env::AWS_REGION, env::AWS_DEFAULT_REGION])
        .key(&["region"])
        .default("none: calls fail with MissingRegion"),
    setting("endpoint of all services", |config, _| {
        config.endpoint.clone().or_else(|| config.configured_endpoint.clone())
    })
    .code("Config::endpoint, Config::endpoint_resolver")
    .var(&[env::AWS_ENDPOINT_URL])
    .key(&["endpoint_url"])
    .default("each service's own")
    .url(),
    setting("configured endpoints ignored", |config, _| text(config.ignore_configured_endpoint_urls))
        .code("Config::ignore_configured_endpoint_urls")
        .var(&[env::AWS_IGNORE_CONFIGURED_ENDPOINT_URLS])
        .key(&["ignore_configured_endpoint_urls"])
        .default("false"),
    setting("FIPS endpoints", |config, _| text(config.use_fips))
        .code("Config::use_fips")
        .var(&[env::AWS_USE_FIPS_ENDPOINT])
        .key(&["use_fips_endpoint"])
        .default("false"),
    setting("dual-stack endpoints", |config, _| text(config.use_dual_stack))
        .code("Config::use_dual_stack")
        .var(&[env::AWS_USE_DUALSTACK_ENDPOINT])
        .key(&["use_dualstack_endpoint"])
        .default("false"),
    setting("STS in the oldest regions", |config, _| {
        config.sts_regional_endpoints.map(|endpoints| endpoints.as_str().to_owned())
    })
    .code("Config::sts_regional_endpoints")
    .var(&[env::AWS_STS_REGIONAL_ENDPOINTS])
    .key(&["sts_regional_endpoints"])
    .default("regional"),
    setting("S3 in us-east-1", |config, _| {
        config.s3_us_east_1_regional_endpoint.map(|endpoint| endpoint.as_str().to_owned())
    })
    .code("Config::s3_us_east_1_regional_endpoint")
    .var(&[env::AWS_S3_US_EAST_1_REGIONAL_ENDPOINT])
    .key(&["s3_us_east_1_regional_endpoint"])
    .default("regional"),
    setting("the region of an S3 ARN counts", |config, _| text(config.s3_use_arn_region))
        .code("Config::s3_use_arn_region")
        .var(&[env::AWS_S3_USE_ARN_REGION])
        .key(&["s3_use_arn_region"])
        .default("true"),
    setting("no multi-region access points", |config, _| text(config.s3_disable_multiregion_access_points))
        .code("Config::s3_disable_multiregion_access_points")
        .var(&[env::AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS])
        .key(&["s3_disable_multiregion_access_points"])
        .default("false"),
    setting("no sessions of S3 Express", |config, _| text(config.s3_disable_express_session_auth))
        .code("Config::s3_disable_express_session_auth")
        .var(&[env::AWS_S3_DISABLE_EXPRESS_SESSION_AUTH])
        .key(&["s3_disable_express_session_auth"])
        .default("false"),
    setting("the account in host names", |config, _| {
        config.account_id_endpoint_mode.map(|mode| mode.as_str().to_owned())
    })
    .code("Config::account_id_endpoint_mode")
    .var(&[env::AWS_ACCOUNT_ID_ENDPOINT_MODE])
    .key(&["account_id_endpoint_mode"])
    .default("preferred"),
    setting("regions of SigV4a signatures", |config, _| {
        config.sigv4a_signing_region_set.as_ref().map(|regions| regions.join(","))
    })
    .code("Config::sigv4a_signing_region_set")
    .var(&[env::AWS_SIGV4A_SIGNING_REGION_SET])
    .key(&["sigv4a_signing_region_set"])
    .default("the endpoint's"),
    setting("kinds of signatures to prefer", |config, _| {
        let names = config.auth_scheme_preference.as_ref()?.iter().map(SchemeName::as_str);
        Some(names.collect::<Vec<_>>().join(","))
    })
    .code("Config::auth_scheme_preference")
    .var(&[env::AWS_AUTH_SCHEME_PREFERENCE])
    .key(&["auth_scheme_preference"])
    .default("the service's order"),
    setting("attempts in all", |config, _| text(config.max_attempts))
        .code("Config::max_attempts")
        .var(&[env::AWS_MAX_ATTEMPTS])
        .key(&["max_attempts"])
        .default("3"),
    setting("retry mode", |config, _| config.retry_mode.map(retry_mode))
        .code("Config::retry_mode")
        .var(&[env::AWS_RETRY_MODE])
        .key(&["retry_mode"])
        .default("standard"),
    setting("parameters checked", |config, _| text(config.validate_parameters))
        .code("Config::validate_parameters")
        .key(&["parameter_validation"])
        .default("true"),
    setting("checksums of requests", |config, _| config.request_checksum_calculation.map(checksums))
        .code("Config::request_checksum_calculation")
        .var(&[env::AWS_REQUEST_CHECKSUM_CALCULATION])
        .key(&["request_checksum_calculation"])
        .default("by endpoint: see CHECKSUMS.md"),
    setting("checksums of answers", |config, _| config.response_checksum_validation.map(checksums))
        .code("Config::response_checksum_validation")
        .var(&[env::AWS_RESPONSE_CHECKSUM_VALIDATION])
        .key(&["response_checksum_validation"])
        .default("by endpoint: see CHECKSUMS.md"),
    setting("no compressed bodies", |config, _| text(config.disable_request_compression))
        .code("Config::disable_request_compression")
        .var(&[env::AWS_DISABLE_REQUEST_COMPRESSION])
        .key(&["disable_request_compression"])
        .default("false"),
    setting("size from which bodies are compressed", |config, _| {
        text(config.request_min_compression_size_bytes)
    })
    .code("Config::request_min_compression_size_bytes")
    .var(&[env::AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES])
    .key(&["request_min_compression_size_bytes"])
    .default("10240 bytes"),
    setting("S3 buckets in the path", |config, _| text(config.s3_path_style))
        .code("Config::s3_path_style")
        .key(&["s3.addressing_style"])
        .default("false"),
    setting("S3's accelerate endpoint", |config, _| text(config.s3_use_accelerate))
        .code("Config::s3_use_accelerate")
        .key(&["s3.use_accelerate_endpoint"])
        .default("false"),
    setting("size from which S3 uploads wait", |config, _| text(config.s3_expect_continue_from))
        .code("Config::s3_expect_continue_from")
        .default("2 MiB"),
    setting("application name", |config, _| config.app_id.clone())
        .code("Config::app_id")
        .var(&[env::AWS_SDK_UA_APP_ID])
        .key(&["sdk_ua_app_id"])
        .default("none"),
    setting("certificate authorities", |_, facts| facts.ca_bundle.clone())
        .code("SessionBuilder::custom_ca_bundle")
        .var(&[env::AWS_CA_BUNDLE])
        .key(&["ca_bundle"])
        .default("the system's"),
    setting("client certificate", |_, facts| facts.client_certificate.clone())
        .code("SessionBuilder::client_certificate")
        .var(&[env::AWS_SDK_GO_CLIENT_TLS_CERT])
        .default("none"),
    setting("key of the client certificate", |_, facts| facts.client_certificate.clone())
        .code("SessionBuilder::client_certificate")
        .var(&[env::AWS_SDK_GO_CLIENT_TLS_KEY])
        .default("none"),
    setting("proxy for http", |_, facts| facts.proxies.clone())
        .code("SessionBuilder::proxies")
        .var(HTTP_PROXY)
        .default("none")
        .url(),
    setting("proxy for https", |_, facts| facts.proxies.clone())
        .code("SessionBuilder::proxies")
        .var(HTTPS_PROXY)
        .default("none")
        .url(),
    setting("hosts without a proxy", |_, facts| facts.proxies.clone())
        .code("SessionBuilder::proxies")
        .var(NO_PROXY)
        .default("this machine"),
];

fn text(value: Option<impl Display>) -> Option<String> {
    value.map(|value| format!("{value}"))
}

fn retry_mode(mode: RetryMode) -> String {
    match mode {
        RetryMode::Adaptive => "adaptive",
        _ => "standard",
    }
    .to_owned()
}

fn checksums(policy: ChecksumPolicy) -> String {
    match policy {
        ChecksumPolicy::WhenSupported => "when_supported",
        ChecksumPolicy::WhenRequired => "when_required",
    }
    .to_owned()
}
