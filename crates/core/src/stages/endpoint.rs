//! Build: where the request goes and how it is signed there, by the service's endpoint rules.

use ::http::{HeaderName, HeaderValue};

use crate::auth_scheme::AuthScheme;
use crate::client::Settings;
use crate::endpoint_rules::{CallEndpoint, Resolver, Scope};
use crate::error::Error;
use crate::operation::Auth;
use crate::request::Request;

/// Sets the URL, the headers, and the signature's kind and scope that the endpoint rules give for the call. Where nothing
/// about them depends on the call, they are the client's already. Not there for a service without rules.
pub const RESOLVE_ENDPOINT: &str = "core.ResolveEndpoint";

/// For services whose endpoints do not depend on the account.
pub(super) fn resolve(request: &mut Request) {
    let settings = request.shared_settings();
    if let Some(rules) = &settings.endpoint_rules {
        resolve_by(rules, request, &settings, None);
    }
}

/// For services that have endpoints for each account: the credentials tell it.
pub(super) async fn resolve_with_account(request: &mut Request) {
    let settings = request.shared_settings();
    let Some(rules) = &settings.endpoint_rules else { return };
    match account_id(rules, request, &settings).await {
        Ok(account) => resolve_by(rules, request, &settings, account.as_deref()),
        Err(error) => request.fail(error),
    }
}

async fn account_id(
    rules: &Resolver,
    request: &Request,
    settings: &Settings,
) -> Result<Option<String>, Error> {
    let Some(credentials) = &settings.credentials else { return Ok(None) };
    if rules.account_id.is_none() || request.operation().auth == Auth::None || credentials.is_anonymous() {
        return Ok(None);
    }
    Ok(credentials.get().await?.account_id.clone())
}

fn resolve_by(rules: &Resolver, request: &mut Request, settings: &Settings, account: Option<&str>) {
    match (rules.call_endpoint(request, &settings.endpoint, account), &settings.endpoint) {
        (Ok(CallEndpoint::Own(None)), _) => {}
        (Ok(CallEndpoint::Own(Some(scope))), _) => set_scope(request, &scope),
        (Ok(CallEndpoint::Clients), Ok(endpoint)) => set_headers(request, &endpoint.headers),
        (Ok(CallEndpoint::Clients), Err(error)) => request.fail(error.clone()),
        (Err(error), _) => request.fail(error),
    }
}

#[cold]
fn set_scope(request: &mut Request, scope: &Scope) {
    request.signing_region = scope.signing_region.clone().into();
    request.signing_name = scope.signing_name.clone().into();
    let (operation, config) = (request.operation(), &request.settings().config);
    request.auth_scheme = AuthScheme::of(scope.auth_scheme.as_ref(), operation, config);
    set_headers(request, &scope.headers);
}

fn set_headers(request: &mut Request, headers: &[(HeaderName, HeaderValue)]) {
    for (name, value) in headers {
        request.http_request.headers.append(name, value.clone());
    }
}
