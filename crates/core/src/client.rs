//! What every service client is made of: settings, handlers, and how a request starts.

use std::fmt;
use std::sync::Arc;

use ::http::{HeaderName, HeaderValue};
use cumulo_endpoints as endpoints;

use crate::auth_scheme::AuthScheme;
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::config::{Config, ConfigProvider};
use crate::credentials::Credentials;
use crate::custom_endpoint;
use crate::date_time::DateTime;
use crate::endpoint_rules::Resolver;
use crate::error::Error;
use crate::handlers::Handlers;
use crate::http::{HttpClient, Url};
use crate::hyper_client::HyperClient;
use crate::operation::{Operation, Service};
use crate::request::{OperationRequest, Request};
use crate::retryer::{Retryer, StandardRetryer};
use crate::shape::Shape;
use crate::signer::v4::SigningKeyCache;
use crate::signer::v4a;
use crate::skew::ClockSkew;
use crate::stages;
use crate::timeouts::Timeouts;

/// The part that all service clients share. Cheap to clone; clones share connections, signing keys and retry quota,
/// and each has handlers of its own.
#[derive(Clone)]
pub struct BaseClient {
    settings: Arc<Settings>,
    handlers: Handlers,
}

/// The configuration of one client with every choice made.
pub struct Settings {
    /// The service.
    pub service: &'static Service,
    /// The configuration it was made from.
    pub config: Config,
    /// Where its requests go, or why that cannot be said. Calls whose input has a say in it, such as S3's bucket, can go
    /// elsewhere.
    pub endpoint: Result<Endpoint, Error>,
    /// Who signs.
    pub credentials: Option<Credentials>,
    /// What sends.
    pub http_client: Arc<dyn HttpClient>,
    /// Decides on retries.
    pub retryer: Arc<dyn Retryer>,
    /// The time limits.
    pub timeouts: Timeouts,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random numbers.
    pub random: Arc<dyn Random>,
    /// The value of the `User-Agent` header.
    pub user_agent: HeaderValue,
    /// Finds where a call goes, if the service has rules for it and the configuration is fit for them.
    pub(crate) endpoint_rules: Option<Resolver>,
    pub(crate) signing_keys: SigningKeyCache,
    pub(crate) asymmetric_keys: v4a::SigningKeyCache,
    pub(crate) clock_skew: ClockSkew,
}

/// Where a client's requests go and what they are signed for.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The URL, with a base path if the endpoint has one.
    pub url: Url,
    /// The region in the scope of signatures.
    pub signing_region: String,
    /// The service in the scope of signatures.
    pub signing_name: String,
    /// The kind of signatures; `None` if the endpoint leaves it to the operation.
    pub auth_scheme: Option<AuthScheme>,
    /// Headers that every request has.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Whether the configuration named the URL, or a resolver of the user's own.
    pub is_custom: bool,
}

impl BaseClient {
    /// A client of `service`, with the configuration that `provider` has for it.
    ///
    /// Called by the generated `Client::new`, as [`new`](Self::new) is by its `with_config`.
    pub fn provided(
        service: &'static Service,
        provider: &dyn ConfigProvider,
        customize: fn(&mut Handlers),
    ) -> Self {
        Self::new(service, provider, &Config::default(), customize)
    }

    /// A client of `service`, with the configuration that `provider` has for it and then `overrides` on top.
    ///
    /// Called by the generated `Client::with_config`; `customize` is the service's own change to the default handlers. Never
    /// fails: what is wrong with the configuration is answered to each call.
    pub fn new(
        service: &'static Service,
        provider: &dyn ConfigProvider,
        overrides: &Config,
        customize: fn(&mut Handlers),
    ) -> Self {
        let provided = provider.client_config(service.id);
        let (config, mut handlers, failed) = match provided {
            Ok((config, handlers)) => (config, handlers, None),
            Err(error) => (Config::default(), stages::core_handlers(), Some(error)),
        };
        let config = config.merged_with(overrides);
        let failed = failed.or_else(|| config.check().err());
        stages::add_service_handlers(&mut handlers, service);
        customize(&mut handlers);
        let mut settings = Settings::new(service, config);
        if let Some(error) = failed {
            (settings.endpoint, settings.endpoint_rules) = (Err(error), None);
        }
        Self { settings: Arc::new(settings), handlers }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The handlers that each new request starts with.
    pub fn handlers(&self) -> &Handlers {
        &self.handlers
    }

    /// The handlers, to edit; requests made before keep theirs.
    pub fn handlers_mut(&mut self) -> &mut Handlers {
        &mut self.handlers
    }

    /// A request of `operation`, typed by what it answers. Called by generated code.
    pub fn request<O: Shape>(
        &self,
        operation: &'static Operation,
        params: impl Shape,
    ) -> OperationRequest<O> {
        OperationRequest::new(self.erased_request(operation, Box::new(params)))
    }

    /// A request of `operation` whose types are known to its schema alone.
    pub fn erased_request(&self, operation: &'static Operation, params: Box<dyn Shape>) -> Box<Request> {
        let request = Request::new(Arc::clone(&self.settings), self.handlers.clone(), operation, params);
        let mut request = Box::new(request);
        if let Some(add_handlers) = operation.event_handlers {
            add_handlers(&mut request.handlers, operation);
        }
        request
    }
}

impl Settings {
    /// The time to sign with: the clock's, corrected by what answers have told of the services' time.
    pub fn signing_time(&self) -> DateTime {
        let now = self.clock.now().unix_seconds();
        DateTime::from_unix_seconds(now.saturating_add(self.clock_skew.seconds()))
    }

    /// Whether the service's endpoint rules say where requests go.
    pub fn has_endpoint_rules(&self) -> bool {
        self.endpoint_rules.is_some()
    }

    fn new(service: &'static Service, config: Config) -> Self {
        let max_attempts = config.max_attempts.unwrap_or(StandardRetryer::DEFAULT_MAX_ATTEMPTS);
        let retry_mode = config.retry_mode.unwrap_or_default();
        let (endpoint, endpoint_rules) = match service.rules {
            Some(rules) => match Resolver::new(service, rules, &config) {
                Ok(rules) => (rules.client_endpoint(), Some(rules)),
                Err(error) => (Err(error), None),
            },
            None => (Endpoint::of(service, &config), None),
        };
        Self {
            service,
            endpoint,
            endpoint_rules,
            credentials: config.credentials.clone(),
            http_client: config.http_client.clone().unwrap_or_else(|| Arc::new(HyperClient::new())),
            retryer: config.retryer.clone().unwrap_or_else(|| retry_mode.retryer(max_attempts)),
            timeouts: config.timeouts.clone().unwrap_or_default(),
            clock: config.clock.clone().unwrap_or_else(|| Arc::new(SystemClock)),
            random: config.random.clone().unwrap_or_else(|| Arc::new(SystemRandom)),
            user_agent: stages::build::user_agent(config.app_id.as_deref()),
            signing_keys: SigningKeyCache::default(),
            asymmetric_keys: v4a::SigningKeyCache::default(),
            clock_skew: ClockSkew::default(),
            config,
        }
    }
}

impl Endpoint {
    /// The endpoint of a service without rules.
    fn of(service: &'static Service, config: &Config) -> Result<Self, Error> {
        let region = config.region.as_deref().unwrap_or_default();
        if let Some(endpoint) = custom_endpoint::of(service, region, config)? {
            return Ok(endpoint);
        }
        if region.is_empty() {
            return Err(custom_endpoint::missing_region());
        }
        let mut params = endpoints::Params::new(&service.endpoint, region);
        params.use_fips = config.use_fips.unwrap_or(false);
        params.use_dual_stack = config.use_dual_stack.unwrap_or(false);
        let resolved =
            endpoints::resolve(&params).map_err(|error| Error::new(error.code(), error.to_string()))?;
        Ok(Self {
            url: Url::parse(&resolved.url)?,
            signing_region: resolved.signing_region,
            signing_name: resolved.signing_name.to_owned(),
            auth_scheme: None,
            headers: Vec::new(),
            is_custom: false,
        })
    }
}

impl fmt::Debug for BaseClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &*self.settings;
        f.debug_struct("Client")
            .field("service", &settings.service.id)
            .field("endpoint", &settings.endpoint)
            .field("credentials", &settings.credentials)
            .field("timeouts", &settings.timeouts)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("service", &self.service.id)
            .field("endpoint", &self.endpoint)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
