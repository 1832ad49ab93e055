//! Credentials of an IAM role, assumed through AWS STS, with a code from an MFA device where the role demands one.
//!
//! [`new_credentials`] is the short way from a session; [`AssumeRoleProvider`] is the provider itself, over any
//! [`AssumeRoler`]. Where the MFA code comes from is a [`TokenProvider`]. Same names as Go's package `stscreds`.

mod assume_role;
mod mfa;
mod stdin;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cumulo_core::{ConfigProvider, Credentials};

pub use assume_role::{AssumeRoleProvider, AssumeRoler};
pub use mfa::{MfaRequest, SharedTokenProvider, TokenProvider, async_token_provider};
pub use stdin::stdin_token_provider;

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
    let client = cumulo_sts::Client::new(provider);
    let settings = client.base().settings();
    let (clock, random) = (Arc::clone(&settings.clock), Arc::clone(&settings.random));
    let role = AssumeRoleProvider::new(client, role_arn).clock(clock).random(random);
    configure(role).into_credentials()
}
