//! Where calls go, by the service's endpoint rules: what depends on no call is resolved when a client is made, the rest once
//! for each set of values that its calls have (mostly: for each bucket).
//!
//! `builtins` is what a client tells the rules, `param` and `call` what a call does; `cache` keeps the answers.

mod builtins;
mod cache;
mod call;
mod param;
mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ::http::{HeaderName, HeaderValue};
use cumulo_endpoints::rules::{self, RuleSet};

pub use param::{EndpointParam, ParamSource};
pub use settings::{AccountIdEndpointMode, RegionalEndpoints};

use crate::auth_scheme::{AuthScheme, SchemeName};
use crate::client::Endpoint;
use crate::config::Config;
use crate::custom_endpoint::{self, Custom};
use crate::err_code;
use crate::error::Error;
use crate::http::Url;
use crate::operation::Service;
use crate::request::Request;
use builtins::Value;
use cache::Cache;
use call::CallParams;

/// The rules of a client's service, with what the client tells them.
pub(crate) struct Resolver {
    service: &'static Service,
    rules: &'static RuleSet,
    /// What holds for every call.
    client: Vec<(usize, Value)>,
    region: String,
    custom: Option<Custom>,
    preferred_schemes: Vec<SchemeName>,
    /// The parameter that takes the account of the credentials, where that makes a difference.
    pub(crate) account_id: Option<usize>,
    cache: Cache,
}

/// The endpoint of some calls.
pub(crate) struct Resolved {
    pub(crate) endpoint: Endpoint,
    /// Whether it is signed for as the client's own endpoint is.
    pub(crate) has_client_scope: bool,
}

impl Resolver {
    /// The resolver of a client.
    ///
    /// # Errors
    /// `MissingRegion`, and what is wrong with a configured URL or said by a resolver of the user's own.
    pub(crate) fn new(
        service: &'static Service,
        rules: &'static RuleSet,
        config: &Config,
    ) -> Result<Self, Error> {
        let region = config.region.clone().unwrap_or_default();
        let custom = custom_endpoint::find(service, &region, config)?;
        let scope_region = custom.as_ref().and_then(|custom| custom.signing_region.clone());
        // Rules need a region, and a resolver of the user's own may have told one.
        let region = if region.is_empty() { scope_region.unwrap_or_default() } else { region };
        if region.is_empty() {
            return Err(custom_endpoint::missing_region());
        }
        let (region, is_fips_region) = builtins::without_fips(&region);
        let client = builtins::values(rules, config, &region, is_fips_region, custom.as_ref());
        let mode = config.account_id_endpoint_mode.unwrap_or_default();
        let account_id =
            takes_account_id(rules).filter(|_| mode != AccountIdEndpointMode::Disabled && custom.is_none());
        let preferred_schemes = config.auth_scheme_preference.clone().unwrap_or_default();
        let cache = Cache::default();
        Ok(Self { service, rules, client, region, custom, preferred_schemes, account_id, cache })
    }

    /// The endpoint of a call that tells the rules nothing.
    pub(crate) fn client_endpoint(&self) -> Result<Endpoint, Error> {
        self.resolve(&CallParams::none(), true)
    }

    /// The endpoint of this call; none if it tells the rules nothing, so that it goes where the client's calls go.
    ///
    /// # Errors
    /// What the rules say against it: `InvalidParameter` if the client's own endpoint is fine, else `ConfigError`.
    #[inline]
    pub(crate) fn call_endpoint(
        &self,
        request: &Request,
        account_id: Option<&str>,
    ) -> Result<Option<Arc<Resolved>>, Error> {
        let (params, overrides) = (request.operation().endpoint_params, request.endpoint_overrides());
        if params.is_empty() && overrides.is_empty() && account_id.is_none() {
            return Ok(None);
        }
        // Most calls tell no more than one text, as those of S3 do with their bucket.
        if let ([EndpointParam { index, source: ParamSource::Member(name) }], [], None) =
            (params, overrides, account_id)
            && let Some(text) = request.params.text(name)
            && let Some(found) = self.cache.get_by_text(*index, text)
        {
            return Ok(Some(found));
        }
        let mut call = CallParams::none();
        for param in params {
            call.add(*param, &*request.params)?;
        }
        for (name, source) in overrides {
            if let Some(index) = self.rules.parameter_index(name) {
                call.add(EndpointParam::new(index, *source), &*request.params)?;
            }
        }
        if let (Some(index), Some(account)) = (self.account_id, account_id) {
            call.add_text(index, account)?;
        }
        if call.is_empty() {
            return Ok(None);
        }
        let hash = call.hash();
        if let Some(found) = self.cache.get(hash, &call) {
            return Ok(Some(found));
        }
        self.miss(request, hash, &call).map(Some)
    }

    #[cold]
    fn miss(&self, request: &Request, hash: u64, call: &CallParams<'_>) -> Result<Arc<Resolved>, Error> {
        let client = request.settings().endpoint.as_ref();
        let endpoint = self.resolve(call, client.is_err())?;
        let has_client_scope = client.is_ok_and(|client| {
            client.signing_region == endpoint.signing_region
                && client.signing_name == endpoint.signing_name
                && client.auth_scheme == endpoint.auth_scheme
        });
        let resolved = Arc::new(Resolved { endpoint, has_client_scope });
        self.cache.keep(hash, call, Arc::clone(&resolved));
        Ok(resolved)
    }

    fn resolve(&self, call: &CallParams<'_>, is_clients_fault: bool) -> Result<Endpoint, Error> {
        let mut params = self.rules.params();
        let refused = |error| self.refused(error, call, is_clients_fault);
        for (index, value) in &self.client {
            params.set_at(*index, value.as_param()).map_err(refused)?;
        }
        for (index, value) in call.params() {
            params.set_at(index, value).map_err(refused)?;
        }
        let endpoint = params.resolve().map_err(refused)?;
        self.endpoint(endpoint)
    }

    /// The endpoint as requests take it.
    fn endpoint(&self, from: rules::Endpoint) -> Result<Endpoint, Error> {
        let scheme = AuthScheme::choose(&from.auth_schemes, |scheme| &scheme.name, &self.preferred_schemes);
        let custom = self.custom.as_ref();
        let signing_region = custom
            .and_then(|custom| custom.signing_region.as_deref())
            .or_else(|| scheme.and_then(|scheme| scheme.signing_region.as_deref()))
            .unwrap_or(&self.region);
        let signing_name = custom
            .and_then(|custom| custom.signing_name.as_deref())
            .or_else(|| scheme.and_then(|scheme| scheme.signing_name.as_deref()))
            .unwrap_or(self.service.endpoint.signing_name);
        let headers = from.headers.iter().map(|(name, value)| header(name, value));
        Ok(Endpoint {
            url: Url::parse(&from.url)?,
            signing_region: signing_region.to_owned(),
            signing_name: signing_name.to_owned(),
            auth_scheme: scheme.map(AuthScheme::from),
            headers: headers.collect::<Result<_, _>>()?,
            is_custom: custom.is_some(),
        })
    }

    /// The rules' own sentence, with what they were told.
    fn refused(&self, error: rules::Error, call: &CallParams<'_>, is_clients_fault: bool) -> Error {
        let code = if is_clients_fault { err_code::CONFIG_ERROR } else { err_code::INVALID_PARAMETER };
        let client = self.client.iter().map(|(index, value)| (*index, value.as_param()));
        let told: Vec<String> = call
            .params()
            .chain(client.filter(|(index, _)| call.params().all(|(set, _)| set != *index)))
            .filter_map(|(index, value)| {
                let name = self.rules.parameters().nth(index)?.name;
                match value {
                    rules::ParamValue::String(text) => Some(format!("{name} {text:?}")),
                    rules::ParamValue::Boolean(true) => Some(format!("{name} true")),
                    rules::ParamValue::Strings(texts) => Some(format!("{name} {texts:?}")),
                    _ => None,
                }
            })
            .collect();
        Error::new(
            code,
            format!("{error} (the endpoint rules of {} for {})", self.service.id, told.join(", ")),
        )
    }
}

/// The place of the parameter that takes the account of the credentials, if the rules make use of it.
pub(crate) fn takes_account_id(rules: &RuleSet) -> Option<usize> {
    let mut parameters = rules.parameters();
    parameters.position(|parameter| parameter.is_used && parameter.built_in == Some(builtins::ACCOUNT_ID))
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let parsed = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
    parsed.ok_or_else(|| {
        let message = format!("the endpoint rules give the header {name} a value that no header can have");
        Error::new(err_code::INVALID_PARAMETER, message)
    })
}
