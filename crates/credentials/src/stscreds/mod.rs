//! Credentials of an IAM role, assumed through AWS STS, with a code from an MFA device where the role demands one,
//! or with a token of another identity provider.
//!
//! [`new_credentials`] is the short way from a session; [`AssumeRoleProvider`] is the provider itself, over any
//! [`AssumeRoler`]. Where the MFA code comes from is a [`TokenProvider`]. Same names as Go's package `stscreds`.

mod assume_role;
mod mfa;
#[cfg(feature = "role-cache")]
mod role_cache;
mod web_identity;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cumulo_core::credentials::Value;
use cumulo_core::{ConfigProvider, Credentials, DateTime, NamedHandler, Request};
use cumulo_sts::types;

use crate::document::TemporaryKeys;

pub use assume_role::{AssumeRoleProvider, AssumeRoler};
pub use mfa::{
    MfaRequest, ProcessTokenProvider, SharedTokenProvider, TokenAnswer, TokenProvider, TotpTokenProvider,
    async_token_provider, blocking_token_provider, stdin_token_provider,
};
#[cfg(feature = "role-cache")]
pub use role_cache::RoleCache;
pub use web_identity::{WebIdentityAssumeRoler, WebIdentityRoleProvider};

/// Credentials of the role `role_arn`, assumed with the credentials, region, endpoint and HTTP client of `provider`,
/// which is a session or a bare configuration.
///
/// Called by programs that use a role for some clients and their own credentials for others. `configure` sets what
/// the role needs. Nothing is sent before the credentials are first used. Same meaning as Go's `stscreds.NewCredentials`.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_credentials::stscreds;
///
/// let session = Config::new().region("eu-central-1");
/// let credentials = stscreds::new_credentials(&session, "arn:aws:iam::123456789012:role/deploy", |role| {
///     role.serial_number("arn:aws:iam::123456789012:mfa/me").token_provider(stscreds::stdin_token_provider)
/// });
/// # let _ = credentials;
/// ```
pub fn new_credentials(
    provider: &dyn ConfigProvider,
    role_arn: impl Into<String>,
    configure: impl FnOnce(AssumeRoleProvider) -> AssumeRoleProvider,
) -> Credentials {
    configure(role_of(provider, role_arn.into())).into_credentials()
}

fn role_of(provider: &dyn ConfigProvider, role_arn: String) -> AssumeRoleProvider {
    let client = cumulo_sts::Client::new(provider);
    let settings = client.base().settings();
    let (clock, random) = (Arc::clone(&settings.clock), Arc::clone(&settings.random));
    let source = settings.credentials.clone();
    let role = AssumeRoleProvider::new(client, role_arn).clock(clock).random(random);
    match source {
        Some(source) => role.source_credentials(source),
        None => role,
    }
}

/// Credentials of the role `role_arn`, assumed with the web identity token in `token_file`, through the region, endpoint and
/// HTTP client of `provider`, which is a session or a bare configuration.
///
/// Called by sessions, and by programs that find role and file elsewhere than in the environment and profiles. The call is
/// not signed. A token that STS cannot verify yet, because the identity provider has just published its keys, is tried again.
/// Same meaning as Go's `stscreds.NewWebIdentityCredentials`.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_credentials::stscreds;
///
/// let session = Config::new().region("eu-central-1");
/// let role = "arn:aws:iam::123456789012:role/pod";
/// let credentials = stscreds::new_web_identity_credentials(&session, role, "/var/run/secrets/token", |role| role);
/// # let _ = credentials;
/// ```
pub fn new_web_identity_credentials(
    provider: &dyn ConfigProvider,
    role_arn: impl Into<String>,
    token_file: impl Into<PathBuf>,
    configure: impl FnOnce(WebIdentityRoleProvider) -> WebIdentityRoleProvider,
) -> Credentials {
    configure(web_identity_role_of(provider, role_arn.into(), token_file.into())).into_credentials()
}

fn web_identity_role_of(
    provider: &dyn ConfigProvider,
    role_arn: String,
    token_file: PathBuf,
) -> WebIdentityRoleProvider {
    let mut client = cumulo_sts::Client::new(provider);
    let retry = NamedHandler::new("stscreds.RetryInvalidIdentityToken", retry_unverified);
    client.handlers_mut().retry.push_back_named(retry);
    let clock = Arc::clone(&client.base().settings().clock);
    WebIdentityRoleProvider::new(client, role_arn, token_file).clock(clock)
}

/// The model says of `IDPCommunicationError` that it may pass, and of this one nothing.
fn retry_unverified(request: &mut Request) {
    if request.error.as_ref().is_some_and(|error| error.code() == "InvalidIdentityToken") {
        request.retryable = Some(true);
    }
}

/// A session name that nobody else has: the time in nanoseconds.
fn session_name_at(now: DateTime) -> String {
    format!("{}{:09}", now.unix_seconds(), now.subsec_nanos())
}

/// What STS answers as credentials; none if something is missing.
fn value_of(
    credentials: Option<types::Credentials>,
    user: Option<types::AssumedRoleUser>,
    provider_name: &'static str,
    expiry_window: Duration,
) -> Option<Value> {
    let got = credentials?;
    let keys = TemporaryKeys {
        access_key_id: got.access_key_id,
        secret_access_key: got.secret_access_key,
        session_token: got.session_token,
        expires: got.expiration.map(|end| end.minus(expiry_window)),
        account_id: user.as_ref().and_then(account_of),
    };
    keys.into_value(provider_name)
}

/// The account in `arn:aws:sts::123456789012:assumed-role/name/session`.
fn account_of(user: &types::AssumedRoleUser) -> Option<String> {
    let account = user.arn.as_deref()?.split(':').nth(4)?;
    Some(account.to_owned()).filter(|account| !account.is_empty())
}
