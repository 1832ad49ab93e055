//! Build: where the request goes and how it is signed there, by the service's endpoint rules.

use crate::auth_scheme::AuthScheme;
use crate::client::{Endpoint, Settings};
use crate::endpoint_rules::Resolver;
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
    match (rules.call_endpoint(request, account), &settings.endpoint) {
        (Ok(Some(resolved)), _) => {
            request.http_request.url.clone_from(&resolved.endpoint.url);
            if !resolved.has_client_scope {
                set_scope(request, &resolved.endpoint);
            }
            set_headers(request, &resolved.endpoint);
        }
        (Ok(None), Ok(endpoint)) => set_headers(request, endpoint),
        (Ok(None), Err(error)) => request.fail(error.clone()),
        (Err(error), _) => request.fail(error),
    }
}

fn set_scope(request: &mut Request, endpoint: &Endpoint) {
    request.signing_region = endpoint.signing_region.clone().into();
    request.signing_name = endpoint.signing_name.clone().into();
    request.auth_scheme = AuthScheme::of(endpoint, request.operation(), &request.settings().config);
}

fn set_headers(request: &mut Request, endpoint: &Endpoint) {
    for (name, value) in &endpoint.headers {
        request.http_request.headers.append(name, value.clone());
    }
}
