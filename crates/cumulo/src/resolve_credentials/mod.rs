//! Which credentials a session signs with.
//!
//! ```text
//! the code names a profile ──────────────────────────────► profile
//! else the environment has static keys ──────────────────► those
//! else ──────────────────────────────────────────────────► profile AWS_PROFILE or `default`
//!
//! profile: role_arn ► the role, assumed with  source_profile ► that profile's credentials, by the same rules
//!                                             else           ► the profile's own
//!          else the profile's own: static keys, or what `credential_source` names
//! ```
//!
//! A source of credentials that has no provider yet is an error rather than passed over: its user would otherwise sign
//! as somebody else. The rules are those of Go's `session.resolveCredentials`.

#[cfg(test)]
mod tests;

use std::time::Duration;

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Config, Credentials, Error};
use cumulo_credentials::stscreds::{self, AssumeRoleProvider, SharedTokenProvider};
use cumulo_credentials::{ChainProvider, EnvProvider, SharedFileProvider};
use cumulo_shared_config::{CredentialSource, Env, Locations, Profile, SharedConfig, env};

use crate::env_config::configuration_error;
use crate::err_code;
use crate::session::Session;

/// The options that concern roles of profiles.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoleOptions {
    pub(crate) token_provider: Option<SharedTokenProvider>,
    pub(crate) duration: Option<Duration>,
}

/// Finds the credentials of a session that is otherwise complete.
pub(crate) struct Resolver<'a> {
    pub(crate) session: &'a Session,
    pub(crate) role: &'a RoleOptions,
    pub(crate) env: &'a Env,
    pub(crate) shared: &'a SharedConfig,
    pub(crate) locations: &'a Locations,
}

impl<'a> Resolver<'a> {
    /// The session's credentials. `is_chosen` says that the code named the profile.
    ///
    /// Finding nothing is no error: the credentials then answer `NoCredentialProviders`, with the places that were
    /// looked at, to each request that has to be signed.
    pub(crate) fn resolve(&self, profile_name: &'a str, is_chosen: bool) -> Result<Credentials, Error> {
        let environment = EnvProvider::new(self.env.clone());
        if !is_chosen {
            if let Ok(value) = environment.value() {
                return Ok(Credentials::from_value(value.provider_name("EnvConfigCredentials")));
            }
            if self.env.path(env::AWS_WEB_IDENTITY_TOKEN_FILE).is_some() {
                return Err(not_supported("the environment", env::AWS_WEB_IDENTITY_TOKEN_FILE));
            }
        }
        let profile = self.shared.profile(profile_name);
        if let Some(profile) = profile
            && let Some(credentials) = self.of_profile(profile, &mut Vec::new())?
        {
            return Ok(credentials);
        }
        let chain = ChainProvider::new();
        let chain = if is_chosen { chain } else { chain.with("environment", environment) };
        let declined = self.has_no_credentials(profile_name, profile.is_some());
        Ok(Credentials::new(chain.with("shared files", Declined(declined))))
    }

    /// The credentials of a profile; `way` holds the profiles that led to it.
    fn of_profile(&self, profile: Profile<'a>, way: &mut Vec<&'a str>) -> Result<Option<Credentials>, Error> {
        if way.contains(&profile.name()) {
            // The way has come round: here only the keys count, so that it ends.
            return self.own_credentials(profile);
        }
        way.push(profile.name());
        let kind = credential_type(profile)?;
        let Some(role_arn) = profile.role_arn() else {
            return match kind {
                Some(kind) if kind != "credential_process" => Err(requires_arn(kind, profile)),
                _ => self.own_credentials(profile),
            };
        };
        let (source, source_region) = match profile.source_profile() {
            Some(name) => self.source(role_arn, name, way)?,
            None => match self.own_credentials(profile)? {
                Some(own) => (own, None),
                None => return Err(no_source(role_arn, profile)),
            },
        };
        self.assumed_role(profile, role_arn, source, source_region).map(Some)
    }

    /// The credentials that assume a role, and the region of the profile they come from.
    fn source(
        &self,
        role_arn: &str,
        name: &str,
        way: &mut Vec<&'a str>,
    ) -> Result<(Credentials, Option<&'a str>), Error> {
        let found = match self.shared.profile(name) {
            Some(profile) => self.of_profile(profile, way)?.map(|found| (found, profile.region())),
            None => None,
        };
        found.ok_or_else(|| {
            let message = format!(
                "failed to load assume role for {role_arn}, source profile {name} has no shared credentials"
            );
            Error::new(err_code::SHARED_CONFIG_ASSUME_ROLE_ERROR, message)
        })
    }

    /// What a profile has without another profile and without its role.
    fn own_credentials(&self, profile: Profile<'_>) -> Result<Option<Credentials>, Error> {
        if let Some(keys) = profile.credentials().map_err(configuration_error)? {
            return Ok(Some(Credentials::from_value(SharedFileProvider::value_of(&keys))));
        }
        if profile.credential_source().map_err(configuration_error)? == Some(CredentialSource::Environment) {
            let value = EnvProvider::new(self.env.clone()).value()?;
            return Ok(Some(Credentials::from_value(value.provider_name("EnvConfigCredentials"))));
        }
        let found = [
            ("credential_source", profile.string("credential_source")),
            ("web_identity_token_file", profile.web_identity_token_file()),
            ("sso_session", profile.sso_session()),
            ("sso_start_url", profile.sso_start_url()),
            ("credential_process", profile.credential_process()),
            ("login_session", profile.login_session()),
        ];
        match found.iter().find(|(_, value)| value.is_some()) {
            Some((key, _)) => Err(not_supported(&format!("profile {}", profile.name()), key)),
            None => Ok(None),
        }
    }

    /// The role of a profile. Its client has the session's settings and handlers, and signs with `source`.
    fn assumed_role(
        &self,
        profile: Profile<'_>,
        role_arn: &str,
        source: Credentials,
        source_region: Option<&str>,
    ) -> Result<Credentials, Error> {
        let mut overrides = Config::new().credentials(source);
        if self.session.config().region.is_none() {
            overrides.region = source_region.map(str::to_owned);
        }
        let duration = self.duration(profile)?;
        let mfa = match (profile.mfa_serial(), &self.role.token_provider) {
            (None, _) => None,
            (Some(serial_number), Some(provider)) => Some((serial_number, provider.clone())),
            (Some(_), None) => {
                return Err(Error::new(
                    err_code::ASSUME_ROLE_TOKEN_PROVIDER_NOT_SET_ERROR,
                    "assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.",
                ));
            }
        };
        Ok(stscreds::new_credentials(&self.session.copy(&overrides), role_arn, |mut role| {
            role = role.duration(duration);
            if let Some(name) = profile.role_session_name() {
                role = role.role_session_name(name);
            }
            if let Some(id) = profile.external_id() {
                role = role.external_id(id);
            }
            match mfa {
                Some((serial_number, provider)) => role.serial_number(serial_number).token_provider(provider),
                None => role,
            }
        }))
    }

    /// A duration in a file that STS would refuse as too short counts as the shortest, as in Go.
    fn duration(&self, profile: Profile<'_>) -> Result<Duration, Error> {
        let default = AssumeRoleProvider::DEFAULT_DURATION;
        let in_file = profile.duration_seconds().map_err(configuration_error)?;
        Ok(self.role.duration.unwrap_or_else(|| in_file.map_or(default, |duration| duration.max(default))))
    }

    fn has_no_credentials(&self, profile_name: &str, is_there: bool) -> Error {
        let files: Vec<_> = [&self.locations.config, &self.locations.credentials]
            .into_iter()
            .flatten()
            .map(|path| path.display().to_string())
            .collect();
        let place = match files.as_slice() {
            [] => "no file, because the home directory is unknown".to_owned(),
            files => files.join(" and "),
        };
        if is_there {
            let message = format!("profile {profile_name} has no credentials; looked at {place}");
            Error::new(err_code::SHARED_CREDS_ACCESS_KEY, message)
        } else {
            let message = format!("failed to get profile, {profile_name}; looked at {place}");
            Error::new(err_code::SHARED_CONFIG_PROFILE_NOT_EXISTS_ERROR, message)
        }
    }
}

/// Which of the four settings that exclude each other the profile has.
fn credential_type(profile: Profile<'_>) -> Result<Option<&'static str>, Error> {
    let keys = ["source_profile", "credential_source", "credential_process", "web_identity_token_file"];
    let mut set = keys.into_iter().filter(|key| profile.string(key).is_some());
    match (set.next(), set.next()) {
        (Some(first), Some(second)) => {
            let message = format!(
                "only one credential type may be specified per profile: profile {} has {first} and {second}",
                profile.name()
            );
            Err(Error::new(err_code::SHARED_CONFIG_ERR, message))
        }
        (one, _) => Ok(one),
    }
}

fn requires_arn(kind: &str, profile: Profile<'_>) -> Error {
    let message = format!("credential type {kind} requires role_arn, profile {}", profile.name());
    Error::new(err_code::CREDENTIAL_REQUIRES_ARN_ERROR, message)
}

fn no_source(role_arn: &str, profile: Profile<'_>) -> Error {
    let name = profile.name();
    let message = format!(
        "failed to load assume role for {role_arn}, profile {name} has neither source_profile nor credentials of its own"
    );
    Error::new(err_code::SHARED_CONFIG_ASSUME_ROLE_ERROR, message)
}

fn not_supported(place: &str, setting: &str) -> Error {
    let message = format!("{place} sets {setting}, for which this version has no credential provider");
    Error::new(err_code::CREDENTIAL_PROVIDER_NOT_SUPPORTED, message)
}

/// The end of a chain: says why a place that was looked at when the session was made has no credentials.
#[derive(Debug)]
struct Declined(Error);

impl Provider for Declined {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }
}
