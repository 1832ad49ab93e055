//! Where calls go, by the service's endpoint rules: what depends on no call is resolved when a client is made, the rest once
//! for each set of values that its calls have (mostly: for each bucket).
//!
//! `builtins` is what a client tells the rules, `param` and `call` what a call does; `cache` keeps the answers, each a `kept`.

mod builtins;
mod cache;
mod call;
mod kept;
mod param;
mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ::http::{HeaderName, HeaderValue};
use cumulo_endpoints::rules::{self, MatchedRule, Params, RuleSet};

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
use crate::shape::{Ref, Shape};
use builtins::Value;
use cache::Cache;
use call::{CallParams, Told};
use kept::Kept;

/// The rules of a client's service, with what the client tells them.
pub(crate) struct Resolver {
    service: &'static Service,
    rules: &'static RuleSet,
    /// What holds for every call.
    client: Vec<(usize, Value)>,
    /// The same as far as it is true or false, ready to be copied.
    params: Params<'static>,
    region: String,
    custom: Option<Custom>,
    preferred_schemes: Vec<SchemeName>,
    /// The parameter that takes the account of the credentials, where that makes a difference.
    pub(crate) account_id: Option<usize>,
    cache: Cache,
}

/// What an endpoint says beside its URL.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) signing_region: String,
    pub(crate) signing_name: String,
    pub(crate) auth_scheme: Option<AuthScheme>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// Where a call goes.
#[derive(Debug)]
pub(crate) enum CallEndpoint {
    /// It tells the rules nothing, so that it goes where the client's calls go.
    Clients,
    /// It has its URL, and is signed for as the client's calls are unless there is a scope.
    Own(Option<Arc<Scope>>),
}

/// Long enough for most URLs and a bucket's name, so that they are allocated once.
const URL_CAPACITY: usize = 128;

impl Resolver {
    /// The resolver of a client.
    ///
    /// # Errors
    /// `MissingRegion`, `InvalidRegion` for one that would change the host, and what is wrong with a configured URL or said by a resolver of the user's own.
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
        // Not all rules look at what they make a part of a host. Behind a URL of the user's own, regions have any name.
        if custom.is_none() && !cumulo_endpoints::is_host_label(&region) {
            let error = cumulo_endpoints::Error::InvalidRegion { region };
            return Err(Error::new(error.code(), error.to_string()));
        }
        let client = builtins::values(rules, config, &region, is_fips_region, custom.as_ref());
        let mode = config.account_id_endpoint_mode.unwrap_or_default();
        let account_id =
            takes_account_id(rules).filter(|_| mode != AccountIdEndpointMode::Disabled && custom.is_none());
        let preferred_schemes = config.auth_scheme_preference.clone().unwrap_or_default();
        let (params, cache) = (rules.params(), Cache::default());
        let mut resolver =
            Self { service, rules, client, params, region, custom, preferred_schemes, account_id, cache };
        for (index, value) in &resolver.client {
            if let Value::Boolean(value) = value
                && let Err(error) = resolver.params.set_at(*index, *value)
            {
                return Err(resolver.refused(error, &Told::NOTHING, true));
            }
        }
        Ok(resolver)
    }

    /// The endpoint of a call that tells the rules nothing.
    pub(crate) fn client_endpoint(&self) -> Result<Endpoint, Error> {
        let refused = |error| self.refused(error, &Told::NOTHING, true);
        let mut params = self.params;
        self.set_texts(&mut params).map_err(refused)?;
        let endpoint = params.resolve().map_err(refused)?;
        let Scope { signing_region, signing_name, auth_scheme, headers } = self.scope(&endpoint)?;
        let is_custom = self.custom.is_some();
        Ok(Endpoint {
            url: Url::parse(&endpoint.url)?,
            signing_region,
            signing_name,
            auth_scheme,
            headers,
            is_custom,
        })
    }

    /// Sets the URL of this call of the client whose own endpoint is `clients_endpoint`.
    ///
    /// # Errors
    /// What the rules say against it: `InvalidParameter` if the client's own endpoint is fine, else `ConfigError`.
    #[inline]
    pub(crate) fn call_endpoint(
        &self,
        request: &mut Request,
        clients_endpoint: &Result<Endpoint, Error>,
        account_id: Option<&str>,
    ) -> Result<CallEndpoint, Error> {
        let (params, overrides) = (request.operation().endpoint_params, request.endpoint_overrides());
        if params.is_empty() && overrides.is_empty() && account_id.is_none() {
            return Ok(CallEndpoint::Clients);
        }
        // Most calls tell no more than one text, as those of S3 do with their bucket.
        if let ([EndpointParam { index, source: ParamSource::Member(member) }], [], None) =
            (params, overrides, account_id)
            && let Some(Ref::String(text)) = request.params.member(*member)
            && let Some(told) = Told::text(*index, text)
        {
            return self.find(&told, clients_endpoint, &mut request.http_request.url);
        }
        self.any_call_endpoint(request, clients_endpoint, account_id)
    }

    #[inline(never)]
    fn any_call_endpoint(
        &self,
        request: &mut Request,
        clients_endpoint: &Result<Endpoint, Error>,
        account_id: Option<&str>,
    ) -> Result<CallEndpoint, Error> {
        let (params, overrides) = (request.operation().endpoint_params, request.endpoint_overrides());
        let mut call = CallParams::none();
        self.tell(&mut call, &*request.params, params, overrides, account_id)?;
        let told = call.told();
        if told.is_nothing() {
            return Ok(CallEndpoint::Clients);
        }
        self.find(&told, clients_endpoint, &mut request.http_request.url)
    }

    /// Gathers what a call tells the rules.
    fn tell<'a>(
        &self,
        call: &mut CallParams<'a>,
        input: &'a dyn Shape,
        params: &[EndpointParam],
        overrides: &[(&'static str, ParamSource)],
        account_id: Option<&'a str>,
    ) -> Result<(), Error> {
        for param in params {
            call.add(*param, input)?;
        }
        for (name, source) in overrides {
            if let Some(index) = self.rules.parameter_index(name) {
                call.add(EndpointParam::new(index, *source), input)?;
            }
        }
        match (self.account_id, account_id) {
            (Some(index), Some(account)) => call.add_text(index, account),
            _ => Ok(()),
        }
    }

    /// The endpoint of calls that tell the rules this: as it was kept, else as they say.
    #[inline(always)]
    fn find(
        &self,
        told: &Told<'_>,
        clients_endpoint: &Result<Endpoint, Error>,
        url: &mut Url,
    ) -> Result<CallEndpoint, Error> {
        match self.cache.find(told, url) {
            Some(scope) => Ok(CallEndpoint::Own(scope)),
            None => self.miss(told, clients_endpoint, url),
        }
    }

    /// Asks the rules, and keeps what they say.
    #[cold]
    fn miss(
        &self,
        told: &Told<'_>,
        clients_endpoint: &Result<Endpoint, Error>,
        url: &mut Url,
    ) -> Result<CallEndpoint, Error> {
        let kept = self.resolve(told, clients_endpoint)?;
        let scope = kept.set(url);
        self.cache.keep(told, kept);
        Ok(CallEndpoint::Own(scope))
    }

    fn resolve(&self, told: &Told<'_>, clients_endpoint: &Result<Endpoint, Error>) -> Result<Kept, Error> {
        let refused = |error| self.refused(error, told, clients_endpoint.is_err());
        let mut params = self.params;
        self.set_texts(&mut params).map_err(refused)?;
        for (index, value) in told.params() {
            params.set_at(index, value).map_err(refused)?;
        }
        params.with_rule(|rule| self.endpoint_of(rule, told, clients_endpoint)).map_err(refused)?
    }

    /// The endpoint of the rule. Only the URL is worked out if the rest is known from a call before.
    fn endpoint_of(
        &self,
        rule: &MatchedRule<'_>,
        told: &Told<'_>,
        clients_endpoint: &Result<Endpoint, Error>,
    ) -> Result<Kept, Error> {
        let refused = |error| self.refused(error, told, clients_endpoint.is_err());
        let mut url = String::with_capacity(URL_CAPACITY);
        rule.append_url(&mut url).map_err(refused)?;
        let scope = match self.cache.scope(rule.rule(), told.bits()) {
            Some(scope) => scope,
            None => {
                let scope = self.scope(&rule.beside_url().map_err(refused)?)?;
                let is_clients = clients_endpoint.as_ref().is_ok_and(|endpoint| scope.is_of(endpoint));
                let scope = (!is_clients).then(|| Arc::new(scope));
                let parameters = rule.parameters_beside_url();
                if parameters & told.bits() == 0 {
                    self.cache.keep_scope(rule.rule(), parameters, scope.clone());
                }
                scope
            }
        };
        Kept::new(told, url, scope)
    }

    fn set_texts<'a>(&'a self, params: &mut Params<'a>) -> Result<(), rules::Error> {
        for (index, value) in &self.client {
            if !matches!(value, Value::Boolean(_)) {
                params.set_at(*index, value.as_param())?;
            }
        }
        Ok(())
    }

    /// What the endpoint says beside its URL, as requests take it.
    fn scope(&self, from: &rules::Endpoint) -> Result<Scope, Error> {
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
        Ok(Scope {
            signing_region: signing_region.to_owned(),
            signing_name: signing_name.to_owned(),
            auth_scheme: scheme.map(AuthScheme::from),
            headers: headers.collect::<Result<_, _>>()?,
        })
    }

    /// The rules' own sentence, with what they were told.
    fn refused(&self, error: rules::Error, told: &Told<'_>, is_clients_fault: bool) -> Error {
        let code = if is_clients_fault { err_code::CONFIG_ERROR } else { err_code::INVALID_PARAMETER };
        let client = self.client.iter().map(|(index, value)| (*index, value.as_param()));
        let told: Vec<String> = told
            .params()
            .chain(client.filter(|(index, _)| told.params().all(|(set, _)| set != *index)))
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

impl Scope {
    /// Whether it says the same as a request of this client, which has the client's own, says already.
    fn is_of(&self, client: &Endpoint) -> bool {
        client.signing_region == self.signing_region
            && client.signing_name == self.signing_name
            && client.auth_scheme == self.auth_scheme
            && self.headers.is_empty()
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
