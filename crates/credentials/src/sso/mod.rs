//! Credentials of an account and a role that the user has signed in for: IAM Identity Center, once called AWS SSO.

mod operations;
mod token;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cumulo_core::client::BaseClient;
use cumulo_core::clock::Clock;
use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Config, ConfigProvider, Credentials, DateTime, Error, err_code as core_codes};
use cumulo_shared_config::{Env, FileSystem, Profile, RealFiles, Section};

use crate::document::TemporaryKeys;
use crate::err_code;
use operations::{GET_ROLE_CREDENTIALS, GetRoleCredentialsInput, GetRoleCredentialsOutput, OIDC, PORTAL};
use token::Tokens;

/// What an SSO profile says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SsoSettings {
    /// The `[sso-session …]` section that holds the first two; none for a profile that holds them itself, whose sign-in is not
    /// refreshed.
    pub session_name: Option<String>,
    /// The URL of the portal where the user signs in.
    pub start_url: String,
    /// The region of the portal.
    pub region: String,
    /// The account to get credentials for.
    pub account_id: String,
    /// The role to get credentials for.
    pub role_name: String,
}

impl SsoSettings {
    /// The settings of a profile; none if it has nothing to do with SSO. Called by sessions.
    ///
    /// # Errors
    /// `SSOProviderConfigError` if a setting is missing, if the profile and its `sso_session` disagree, or if there is no
    /// such section.
    pub fn of_profile(profile: Profile<'_>) -> Result<Option<Self>, Error> {
        let name = profile.name();
        let incomplete = |message: String| Error::new(err_code::SSO_PROVIDER_CONFIG, message);
        // With a sign-in alone, and neither account nor role, the profile is one for bearer tokens.
        let has_sign_in = profile.sso_session().or(profile.sso_start_url()).is_some();
        if !has_sign_in || profile.sso_account_id().or(profile.sso_role_name()).is_none() {
            return Ok(None);
        }
        let section = match profile.sso_session() {
            None => None,
            Some(session) => Some(profile.sso_session_section().ok_or_else(|| {
                incomplete(format!("profile {name} names the sso_session {session}, which no file has"))
            })?),
        };
        let setting = |key: &str| shared_setting(profile, section, key);
        let own = |key: &str| {
            let missing = || incomplete(format!("profile {name} is configured to use SSO but has no {key}"));
            profile.string(key).map(str::to_owned).ok_or_else(missing)
        };
        Ok(Some(Self {
            session_name: profile.sso_session().map(str::to_owned),
            start_url: setting("sso_start_url").map_err(incomplete)?,
            region: setting("sso_region").map_err(incomplete)?,
            account_id: own("sso_account_id")?,
            role_name: own("sso_role_name")?,
        }))
    }
}

/// A setting of the session's section, or of the profile if that has no session.
fn shared_setting(profile: Profile<'_>, section: Option<Section<'_>>, key: &str) -> Result<String, String> {
    let name = profile.name();
    let (value, place) = match section {
        None => (profile.string(key), format!("profile {name}")),
        Some(section) => {
            let shared = section.string(key);
            if let Some(own) = profile.string(key)
                && Some(own) != shared
            {
                return Err(format!(
                    "profile {name} and its sso-session {} disagree on {key}",
                    section.name()
                ));
            }
            (shared, format!("sso-session {}", section.name()))
        }
    };
    value.map(str::to_owned).ok_or_else(|| format!("{place} has no {key}"))
}

/// Gets credentials of an account and a role for the sign-in that `aws sso login` has left in `~/.aws/sso/cache`.
///
/// The sign-in of an `sso-session` is refreshed from 5 minutes before it ends, and the cache file replaced, readable by
/// its owner alone. Where that fails, and for a profile without a session, the user has to sign in again.
///
/// Same meaning as Go's `ssocreds.Provider`. Source: the AWS SDKs and Tools Reference Guide, "IAM Identity Center credential
/// provider".
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_credentials::sso::{SsoProvider, SsoSettings};
/// use cumulo_shared_config::{Env, SharedConfig};
///
/// let text = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n\
///             [sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n";
/// let config = SharedConfig::parse(text, "")?;
/// let settings = SsoSettings::of_profile(config.require_profile("dev")?)?.expect("the profile has SSO settings");
/// let credentials = SsoProvider::new(&Config::new(), settings, &Env::real()).into_credentials();
/// # let _ = credentials;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SsoProvider {
    settings: SsoSettings,
    portal: BaseClient,
    tokens: Tokens,
    clock: Arc<dyn Clock>,
}

impl SsoProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "SSOProvider";

    /// A provider with the HTTP client, the handlers and the clock of `provider`: a session, or a bare configuration. The
    /// cache lies in the home directory of `env`.
    pub fn new(provider: &dyn ConfigProvider, settings: SsoSettings, env: &Env) -> Self {
        let there = Config::new().region(&*settings.region).credentials(Credentials::anonymous());
        let portal = BaseClient::new(&PORTAL, provider, &there, |_| {});
        let oidc = BaseClient::new(&OIDC, provider, &there, |_| {});
        let clock = Arc::clone(&portal.settings().clock);
        let home = env.home().unwrap_or_default();
        let file = token::cache_file(home, settings.session_name.as_deref().unwrap_or(&settings.start_url));
        let tokens = Tokens::new(file, oidc, Arc::clone(&clock), Arc::new(RealFiles));
        Self { settings, portal, tokens, clock }
    }

    /// The same, with the cache in these files instead of the disk.
    #[must_use]
    pub fn files(mut self, files: impl FileSystem + 'static) -> Self {
        self.tokens = self.tokens.with_files(Arc::new(files));
        self
    }

    /// The file that holds the sign-in: the SHA-1 of the session's name, or of the portal's URL, in `~/.aws/sso/cache`.
    pub fn cache_file(&self) -> PathBuf {
        self.tokens.file().to_path_buf()
    }

    /// The credentials, behind a cache that goes by this provider's clock.
    pub fn into_credentials(self) -> Credentials {
        let clock = Arc::clone(&self.clock);
        Credentials::with_clock(self, clock)
    }

    async fn fetch(&self) -> Result<Value, Error> {
        let settings = &self.settings;
        let access_token = self.tokens.access_token(settings).await?;
        let input = GetRoleCredentialsInput {
            role_name: Some(settings.role_name.clone()),
            account_id: Some(settings.account_id.clone()),
            access_token: Some(access_token),
        };
        let call = self.portal.request::<GetRoleCredentialsOutput>(&GET_ROLE_CREDENTIALS, input).send();
        value_of(call.await, settings)
    }
}

fn value_of(answer: Result<GetRoleCredentialsOutput, Error>, settings: &SsoSettings) -> Result<Value, Error> {
    let output = answer.map_err(|error| match error.status() {
        Some(401) => token::invalid(settings, "the portal refuses it").with_status(401).with_source(error),
        _ => error,
    })?;
    let keys = output.role_credentials.map(|got| TemporaryKeys {
        access_key_id: got.access_key_id,
        secret_access_key: got.secret_access_key,
        session_token: got.session_token,
        expires: got.expiration.and_then(from_milliseconds),
        account_id: Some(settings.account_id.clone()),
    });
    keys.and_then(|keys| keys.into_value(SsoProvider::PROVIDER_NAME)).ok_or_else(|| {
        Error::new(core_codes::SERIALIZATION_ERROR, "GetRoleCredentials answered without credentials")
    })
}

fn from_milliseconds(milliseconds: i64) -> Option<DateTime> {
    let since = Duration::from_millis(u64::try_from(milliseconds).ok()?);
    Some(DateTime::from_unix_seconds(0).plus(since))
}

impl Provider for SsoProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.fetch())
    }
}

impl fmt::Debug for SsoProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SsoProvider").field("settings", &self.settings).finish_non_exhaustive()
    }
}
