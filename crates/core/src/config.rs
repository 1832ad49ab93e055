//! What a client is configured with, and how two configurations merge.

mod debug;
mod merge;

use std::sync::Arc;

use cumulo_endpoints::{EndpointResolver, ResolveEndpoint};

use crate::auth_scheme::SchemeName;
use crate::clock::{Clock, Random};
use crate::credentials::Credentials;
use crate::endpoint_rules::{AccountIdEndpointMode, RegionalEndpoints};
use crate::err_code;
use crate::error::Error;
use crate::handlers::Handlers;
use crate::http::HttpClient;
use crate::retryer::{RetryMode, Retryer};
use crate::stages;
use crate::timeouts::Timeouts;

/// The configuration of a session or a client. An unset field leaves the choice to what the configuration is merged over,
/// and in the end to the default named with each field.
///
/// ```
/// use cumulo_core::Config;
///
/// let config = Config::new().region("eu-central-1").endpoint("http://localhost:4566");
/// assert_eq!(config.region.as_deref(), Some("eu-central-1"));
/// ```
#[derive(Default)]
#[non_exhaustive]
pub struct Config {
    /// The region, for example `eu-central-1`. No default: without one, calls fail with `MissingRegion`.
    pub region: Option<String>,
    /// Where to send requests, in the place of the service's own endpoint: `http://host:port` or `https://host/base`.
    pub endpoint: Option<String>,
    /// Who is asked for the endpoint before [`endpoint`](Self::endpoint) counts; an `endpoint` that is merged over it ends that.
    pub endpoint_resolver: Option<EndpointResolver>,
    /// The endpoint that the environment or the profile has for the service: sessions put it here. Counts if neither of the
    /// two above says anything.
    pub configured_endpoint: Option<String>,
    /// Whether [`configured_endpoint`](Self::configured_endpoint) is ignored. Defaults to false.
    pub ignore_configured_endpoint_urls: Option<bool>,
    /// Who signs. Without any, calls fail with `NoCredentialProviders`.
    pub credentials: Option<Credentials>,
    /// What sends. Defaults to a [`HyperClient`](crate::hyper_client::HyperClient) of each client's own, with its own pool of
    /// connections; the clients of a session share one.
    pub http_client: Option<Arc<dyn HttpClient>>,
    /// Decides on retries, in the place of the two fields below. Defaults to the retryer of the mode, one for each client.
    pub retryer: Option<Arc<dyn Retryer>>,
    /// The retry mode. Defaults to [`RetryMode::Standard`].
    pub retry_mode: Option<RetryMode>,
    /// How often a call is tried in all, in either mode. Defaults to 3.
    pub max_attempts: Option<u32>,
    /// The time limits.
    pub timeouts: Option<Timeouts>,
    /// Whether parameters are checked before a request is built. Defaults to true.
    pub validate_parameters: Option<bool>,
    /// Whether bodies go out as they are also where the service takes compressed ones. Defaults to false. Without the feature
    /// `request-compression` they always do.
    pub disable_request_compression: Option<bool>,
    /// The size from which bodies are compressed where the service takes compressed ones, in bytes. Defaults to 10240; at
    /// most 10485760.
    pub request_min_compression_size_bytes: Option<u32>,
    /// Whether S3 buckets go into the path and never into the host name. Defaults to false; an endpoint whose host is an IP
    /// address takes them in the path in any case.
    pub s3_path_style: Option<bool>,
    /// Whether S3 requests on objects go to the accelerate endpoint. Defaults to false; the profile's
    /// `use_accelerate_endpoint` under `s3`.
    pub s3_use_accelerate: Option<bool>,
    /// Whether a bucket that is given as the ARN of another region goes there, and does not fail. Defaults to true; the profile's
    /// `s3_use_arn_region`, or `AWS_S3_USE_ARN_REGION`.
    pub s3_use_arn_region: Option<bool>,
    /// Whether S3 refuses the ARNs of multi-region access points. Defaults to false; the profile's
    /// `s3_disable_multiregion_access_points`, or `AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS`.
    pub s3_disable_multiregion_access_points: Option<bool>,
    /// Whether requests to directory buckets of S3 Express are signed without a session. Defaults to false; the profile's
    /// `s3_disable_express_session_auth`, or `AWS_S3_DISABLE_EXPRESS_SESSION_AUTH`.
    pub s3_disable_express_session_auth: Option<bool>,
    /// Which endpoint of S3 serves `us-east-1`. Defaults to the regional one; the profile's `s3_us_east_1_regional_endpoint`, or
    /// `AWS_S3_US_EAST_1_REGIONAL_ENDPOINT`.
    pub s3_us_east_1_regional_endpoint: Option<RegionalEndpoints>,
    /// Which endpoint of STS serves the oldest regions. Defaults to the regional ones; the profile's `sts_regional_endpoints`,
    /// or `AWS_STS_REGIONAL_ENDPOINTS`.
    pub sts_regional_endpoints: Option<RegionalEndpoints>,
    /// Whether the account of the credentials goes into host names, for services that have endpoints for each account. Defaults
    /// to wherever it is known; the profile's `account_id_endpoint_mode`, or `AWS_ACCOUNT_ID_ENDPOINT_MODE`.
    pub account_id_endpoint_mode: Option<AccountIdEndpointMode>,
    /// The size in bytes from which the body of an S3 PUT waits until the server asks for it (`Expect: 100-continue`), so
    /// that a refusal or a redirect costs no upload. Defaults to 2 MiB, as in Go; `u64::MAX` turns it off.
    pub s3_expect_continue_from: Option<u64>,
    /// Whether to use endpoints that are validated for FIPS 140. Defaults to false.
    pub use_fips: Option<bool>,
    /// Whether to use endpoints that also have IPv6 addresses. Defaults to false.
    pub use_dual_stack: Option<bool>,
    /// The regions that SigV4a signatures are good for, in which `*` stands for any text. Default: what the endpoint names, else
    /// the client's region.
    pub sigv4a_signing_region_set: Option<Vec<String>>,
    /// Which kinds of signatures to use where a service takes several, the best first. Default: the service's own order.
    pub auth_scheme_preference: Option<Vec<SchemeName>>,
    /// When requests get a checksum that the caller did not ask for. Default: on AWS's endpoints wherever the operation
    /// supports one, on configured ones only where it is required; the table is in [`crate::checksum`].
    pub request_checksum_calculation: Option<ChecksumPolicy>,
    /// When answers are asked for their checksum, and validated. Default: on AWS's endpoints wherever the operation supports
    /// it, on configured ones only if the caller asks.
    pub response_checksum_validation: Option<ChecksumPolicy>,
    /// A name of the application, sent in the user agent: 1 to 50 letters, digits, blanks (sent as `_`) and signs of
    /// ``!#$%&'*+-.^_`|~``.
    pub app_id: Option<String>,
    /// The clock. Defaults to the system's.
    pub clock: Option<Arc<dyn Clock>>,
    /// The random numbers. Defaults to the system's.
    pub random: Option<Arc<dyn Random>>,
}

impl Config {
    /// The greatest [`request_min_compression_size_bytes`](Self::request_min_compression_size_bytes).
    const MAX_MIN_COMPRESSION_SIZE: u32 = 10 * 1024 * 1024;

    /// A configuration with nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Finds what cannot be. Called by each client as it is made.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let invalid = |message| Err(Error::new(err_code::CONFIG_ERROR, message));
        match self.request_min_compression_size_bytes {
            Some(size) if size > Self::MAX_MIN_COMPRESSION_SIZE => {
                let most = Self::MAX_MIN_COMPRESSION_SIZE;
                invalid(format!("request_min_compression_size_bytes is {size}: it must be 0 to {most}"))
            }
            _ if !self.app_id.as_deref().is_none_or(is_app_id) => invalid(
                "app_id must be 1 to 50 letters, digits, blanks and signs of !#$%&'*+-.^_`|~".to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// The same with a region.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The same with an endpoint.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// The same with a resolver of endpoints, which each client asks once, when it is made.
    ///
    /// Same role as Go's `aws.Config.EndpointResolver`.
    ///
    /// ```
    /// use cumulo_core::Config;
    /// use cumulo_core::endpoints::{ResolvedEndpoint, resolver_fn, service};
    ///
    /// let config = Config::new().endpoint_resolver(resolver_fn(|service, _region, _options| {
    ///     if service == service::S3 {
    ///         let endpoint = ResolvedEndpoint::new("https://s3.custom.example.com");
    ///         return Ok(Some(endpoint.signing_region("custom-signing-region")));
    ///     }
    ///     Ok(None) // what it would be without this resolver
    /// }));
    /// # assert!(config.endpoint_resolver.is_some());
    /// ```
    #[must_use]
    pub fn endpoint_resolver(mut self, resolver: impl ResolveEndpoint + 'static) -> Self {
        self.endpoint_resolver = Some(EndpointResolver::new(resolver));
        self
    }

    /// The same, ignoring the endpoints of the environment and the profile or not.
    #[must_use]
    pub fn ignore_configured_endpoint_urls(mut self, ignore: bool) -> Self {
        self.ignore_configured_endpoint_urls = Some(ignore);
        self
    }

    /// The same with credentials.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The same with an HTTP client.
    #[must_use]
    pub fn http_client(mut self, client: impl HttpClient + 'static) -> Self {
        self.http_client = Some(Arc::new(client));
        self
    }

    /// The same with a retryer.
    #[must_use]
    pub fn retryer(mut self, retryer: impl Retryer + 'static) -> Self {
        self.retryer = Some(Arc::new(retryer));
        self
    }

    /// The same with a retry mode.
    #[must_use]
    pub fn retry_mode(mut self, mode: RetryMode) -> Self {
        self.retry_mode = Some(mode);
        self
    }

    /// The same with a number of attempts in all; 1 means no retry.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// The same with time limits.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = Some(timeouts);
        self
    }

    /// The same, checking parameters or not.
    #[must_use]
    pub fn validate_parameters(mut self, validate: bool) -> Self {
        self.validate_parameters = Some(validate);
        self
    }

    /// The same, with all bodies uncompressed or not.
    #[must_use]
    pub fn disable_request_compression(mut self, disable: bool) -> Self {
        self.disable_request_compression = Some(disable);
        self
    }

    /// The same with a size from which bodies are compressed, in bytes: 0 to 10485760.
    #[must_use]
    pub fn request_min_compression_size_bytes(mut self, size: u32) -> Self {
        self.request_min_compression_size_bytes = Some(size);
        self
    }

    /// The same, with S3 buckets in the path or not.
    #[must_use]
    pub fn s3_path_style(mut self, path_style: bool) -> Self {
        self.s3_path_style = Some(path_style);
        self
    }

    /// The same, with S3's accelerate endpoint or not.
    #[must_use]
    pub fn s3_use_accelerate(mut self, use_accelerate: bool) -> Self {
        self.s3_use_accelerate = Some(use_accelerate);
        self
    }

    /// The same, with S3 following the region of an ARN or not.
    #[must_use]
    pub fn s3_use_arn_region(mut self, use_arn_region: bool) -> Self {
        self.s3_use_arn_region = Some(use_arn_region);
        self
    }

    /// The same, with S3 refusing multi-region access points or not.
    #[must_use]
    pub fn s3_disable_multiregion_access_points(mut self, disable: bool) -> Self {
        self.s3_disable_multiregion_access_points = Some(disable);
        self
    }

    /// The same, with S3 Express signed without sessions or not.
    #[must_use]
    pub fn s3_disable_express_session_auth(mut self, disable: bool) -> Self {
        self.s3_disable_express_session_auth = Some(disable);
        self
    }

    /// The same, with this endpoint of S3 in `us-east-1`.
    #[must_use]
    pub fn s3_us_east_1_regional_endpoint(mut self, endpoint: RegionalEndpoints) -> Self {
        self.s3_us_east_1_regional_endpoint = Some(endpoint);
        self
    }

    /// The same, with these endpoints of STS in the oldest regions.
    #[must_use]
    pub fn sts_regional_endpoints(mut self, endpoints: RegionalEndpoints) -> Self {
        self.sts_regional_endpoints = Some(endpoints);
        self
    }

    /// The same, with the account in host names or not.
    #[must_use]
    pub fn account_id_endpoint_mode(mut self, mode: AccountIdEndpointMode) -> Self {
        self.account_id_endpoint_mode = Some(mode);
        self
    }

    /// The same, with S3 bodies from this size in bytes waiting until the server asks for them.
    #[must_use]
    pub fn s3_expect_continue_from(mut self, size: u64) -> Self {
        self.s3_expect_continue_from = Some(size);
        self
    }

    /// The same, with FIPS endpoints or not.
    #[must_use]
    pub fn use_fips(mut self, use_fips: bool) -> Self {
        self.use_fips = Some(use_fips);
        self
    }

    /// The same, with dual-stack endpoints or not.
    #[must_use]
    pub fn use_dual_stack(mut self, use_dual_stack: bool) -> Self {
        self.use_dual_stack = Some(use_dual_stack);
        self
    }

    /// The same, with SigV4a signatures that are good for these regions; `*` stands for any text.
    ///
    /// ```
    /// use cumulo_core::Config;
    ///
    /// let config = Config::new().sigv4a_signing_region_set(["us-*", "eu-central-1"]);
    /// assert_eq!(config.sigv4a_signing_region_set.unwrap().len(), 2);
    /// ```
    #[must_use]
    pub fn sigv4a_signing_region_set<R: Into<String>>(
        mut self,
        regions: impl IntoIterator<Item = R>,
    ) -> Self {
        self.sigv4a_signing_region_set = Some(regions.into_iter().map(Into::into).collect());
        self
    }

    /// The same, with these kinds of signatures before others where a service takes several, the best first.
    ///
    /// ```
    /// use cumulo_core::Config;
    ///
    /// let config = Config::new().auth_scheme_preference(["sigv4a", "sigv4"]);
    /// assert_eq!(config.auth_scheme_preference.unwrap()[0].as_str(), "sigv4a");
    /// ```
    #[must_use]
    pub fn auth_scheme_preference<'a>(mut self, schemes: impl IntoIterator<Item = &'a str>) -> Self {
        self.auth_scheme_preference = Some(schemes.into_iter().map(SchemeName::from).collect());
        self
    }

    /// The same, with checksums of requests wherever an operation supports them or only where it requires them.
    #[must_use]
    pub fn request_checksum_calculation(mut self, policy: ChecksumPolicy) -> Self {
        self.request_checksum_calculation = Some(policy);
        self
    }

    /// The same, with checksums of answers asked for and validated wherever an operation supports them, or only if the
    /// caller asks.
    #[must_use]
    pub fn response_checksum_validation(mut self, policy: ChecksumPolicy) -> Self {
        self.response_checksum_validation = Some(policy);
        self
    }

    /// The same with an application name.
    #[must_use]
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = Some(app_id.into());
        self
    }

    /// The same with a clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The same with a source of random numbers.
    #[must_use]
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Some(Arc::new(random));
        self
    }
}

/// Whether a text may be the application's name: short, and fit for a token of a header.
fn is_app_id(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&'*+-.^_`|~".contains(&byte);
    (1..=50).contains(&text.len()) && text.bytes().all(is_fit)
}

/// When checksums are used without the caller asking for them; the table is in [`crate::checksum`].
///
/// Source: "Data Integrity Protections" in the AWS SDKs and Tools Reference Guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChecksumPolicy {
    /// Wherever the operation supports one: `when_supported`.
    WhenSupported,
    /// Only where the operation requires one: `when_required`.
    WhenRequired,
}

/// What a client is made from: a session, or a bare [`Config`]. Same role as Go's `client.ConfigProvider`.
pub trait ConfigProvider {
    /// The configuration and the handlers of a client for the service with this id, for example `S3`. The handlers start
    /// with [`core_handlers`](crate::stages::core_handlers).
    ///
    /// # Errors
    /// What kept the configuration from being found; the client is made all the same and answers it to each call.
    fn client_config(&self, service_id: &str) -> Result<(Config, Handlers), Error>;
}

impl ConfigProvider for Config {
    fn client_config(&self, _service_id: &str) -> Result<(Config, Handlers), Error> {
        Ok((self.clone(), stages::core_handlers()))
    }
}
