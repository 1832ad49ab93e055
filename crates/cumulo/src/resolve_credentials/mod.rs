//! Which credentials a session signs with.
//!
//! ```text
//! the code names a profile ──────────────────────────────► profile
//! else the environment has static keys ──────────────────► those
//! else it names a web identity token ────────────────────► the role assumed with it
//! else ──────────────────────────────────────────────────► profile AWS_PROFILE or `default`
//!
//! profile: role_arn ► the role, assumed with  source_profile ► that profile's credentials, by the same rules
//!                                             else           ► the profile's own, or a web identity token
//!          else the profile's own: static keys, what `credential_source` names, SSO, `credential_process`,
//!               `login_session`
//!
//! profile without credentials ► the container's agent, if the environment names one, else EC2 instance metadata
//! ```
//!
//! Only what is chosen is made, and it is asked when a request is signed. [`Trace`] keeps what was considered, for
//! `Session::explain`. The rules are those of Go's
//! `session.resolveCredentials`.

mod fallback;
mod own;
#[cfg(test)]
mod provider_tests;
#[cfg(test)]
mod tests;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use cumulo_core::{Config, Credentials, Error};
use cumulo_credentials::EnvProvider;
use cumulo_credentials::process::ProcessRunner;
use cumulo_credentials::session::RoleOptions;
#[cfg(feature = "role-cache")]
use cumulo_credentials::stscreds::RoleCache;
use cumulo_credentials::stscreds::{AssumeRoleProvider, SharedTokenProvider};
use cumulo_shared_config::{Env, FileSystem, Locations, Profile, SharedConfig, env};

use crate::env_config::configuration_error;
use crate::err_code;
use crate::session::Session;
use crate::session::explain::place;

pub(crate) use trace::Trace;
use trace::{CONTAINER, EC2, ENVIRONMENT, KEY_VARIABLES, SHARED_FILES, WEB_IDENTITY};

/// The options that concern the credentials of profiles.
#[derive(Debug, Clone, Default)]
pub(crate) struct CredentialsOptions {
    pub(crate) token_provider: Option<SharedTokenProvider>,
    pub(crate) duration: Option<Duration>,
    pub(crate) process_runner: Option<Arc<dyn ProcessRunner>>,
    #[cfg(feature = "role-cache")]
    pub(crate) cache: Option<RoleCache>,
}

/// Finds the credentials of a session that is otherwise complete.
pub(crate) struct Resolver<'a> {
    pub(crate) session: &'a Session,
    pub(crate) options: &'a CredentialsOptions,
    pub(crate) env: &'a Env,
    pub(crate) files: &'a Arc<dyn FileSystem>,
    pub(crate) shared: &'a SharedConfig,
    pub(crate) locations: &'a Locations,
    pub(crate) trace: &'a Trace,
}

impl<'a> Resolver<'a> {
    /// The session's credentials. `is_chosen` says that the code named the profile.
    ///
    /// Finding nothing is no error: the credentials then answer `NoCredentialProviders`, with the places that were
    /// looked at, to each request that has to be signed.
    pub(crate) fn resolve(&self, profile_name: &'a str, is_chosen: bool) -> Result<Credentials, Error> {
        let trace = self.trace;
        if is_chosen {
            trace.not_asked(ENVIRONMENT, WEB_IDENTITY, &format!("the code names profile {profile_name}"));
        } else {
            match EnvProvider::new(self.env.clone()).value() {
                Ok(value) => {
                    trace.chosen(ENVIRONMENT, &KEY_VARIABLES, "its static keys");
                    trace.not_asked(WEB_IDENTITY, EC2, "the environment has static keys");
                    return Ok(Credentials::from_value(value.provider_name("EnvConfigCredentials")));
                }
                Err(error) => trace.declined(ENVIRONMENT, &KEY_VARIABLES, &error),
            }
            if let Some(token_file) = self.env.path(env::AWS_WEB_IDENTITY_TOKEN_FILE) {
                let credentials = self.web_identity_of_environment(token_file)?;
                trace.not_asked(SHARED_FILES, EC2, "the environment has a web identity");
                return Ok(credentials);
            }
            let variables = [env::AWS_WEB_IDENTITY_TOKEN_FILE];
            trace.declined(WEB_IDENTITY, &variables, &fallback::no_web_identity());
        }
        let profile = self.shared.profile(profile_name);
        if let Some(profile) = profile
            && let Some(credentials) = self.of_profile(profile, &mut Vec::new())?
        {
            trace.not_asked(CONTAINER, EC2, &format!("profile {profile_name} has credentials"));
            return Ok(credentials);
        }
        self.fallback(profile_name, profile, is_chosen)
    }

    /// The credentials of a profile; `way` holds the profiles that led to it.
    fn of_profile(&self, profile: Profile<'a>, way: &mut Vec<&'a str>) -> Result<Option<Credentials>, Error> {
        if way.contains(&profile.name()) {
            // The way has come round: here only the keys count, so that it ends.
            return self.own_credentials(profile);
        }
        if way.len() == LONGEST_WAY {
            let message = format!(
                "profile {}: more than {LONGEST_WAY} profiles follow one another ({})",
                way[0],
                place(profile, "source_profile")
            );
            return Err(Error::new(err_code::SHARED_CONFIG_ERR, message));
        }
        way.push(profile.name());
        let kind = credential_type(profile)?;
        let Some(role_arn) = profile.role_arn() else {
            return match kind {
                Some(kind) if kind != "credential_process" => Err(requires_arn(kind, profile)),
                _ => self.own_credentials(profile),
            };
        };
        if kind != Some("web_identity_token_file") {
            let how = match profile.source_profile() {
                Some(source) => format!("{role_arn}, assumed with the credentials of profile {source}"),
                None => format!("{role_arn}, assumed with the profile's own credentials"),
            };
            let keys = ["role_arn", "source_profile", "credential_source", "mfa_serial"];
            self.trace.profile(profile, &keys, &how);
        }
        let (source, source_region) = match profile.source_profile() {
            Some(name) => self.source(profile, role_arn, name, way)?,
            None => match self.own_credentials(profile)? {
                None if kind == Some("web_identity_token_file") => {
                    return Ok(self.web_identity(profile, role_arn));
                }
                Some(own) => (own, None),
                None => return Err(no_source(role_arn, profile)),
            },
        };
        self.assumed_role(profile, role_arn, source, source_region).map(Some)
    }

    /// The credentials that assume a role, and the region of the profile they come from.
    fn source(
        &self,
        profile: Profile<'_>,
        role_arn: &str,
        name: &str,
        way: &mut Vec<&'a str>,
    ) -> Result<(Credentials, Option<&'a str>), Error> {
        let leads_back = way.contains(&name);
        let source = self.shared.profile(name);
        let found = match source {
            Some(source) => self.of_profile(source, way)?.map(|found| (found, source.region())),
            None => None,
        };
        found.ok_or_else(|| {
            let message = format!(
                "failed to load assume role for {role_arn}, source profile {name} has no shared credentials ({})",
                place(profile, "source_profile")
            );
            let error = Error::new(err_code::SHARED_CONFIG_ASSUME_ROLE_ERROR, message);
            match source {
                None => error.with_source(format!("no file has a profile {name}")),
                Some(_) if leads_back => {
                    error.with_source(format!("the source profiles lead back to it: {}, {name}", way.join(", ")))
                }
                Some(_) => error,
            }
        })
    }

    /// The role of a profile. Its client has the session's settings and handlers, and signs with `source`.
    fn assumed_role(
        &self,
        profile: Profile<'_>,
        role_arn: &str,
        source: Credentials,
        source_region: Option<&str>,
    ) -> Result<Credentials, Error> {
        let overrides = Config::new().credentials(source);
        let duration = self.duration(profile)?;
        let mfa = match (profile.mfa_serial(), &self.options.token_provider) {
            (None, _) => None,
            (Some(serial_number), Some(provider)) => Some((serial_number, provider.clone())),
            (Some(serial_number), None) => {
                let message =
                    "assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.";
                let remedy = format!(
                    "profile {} has mfa_serial = {serial_number}: SessionBuilder::assume_role_token_provider says who \
                     is asked for its codes",
                    profile.name()
                );
                let code = err_code::ASSUME_ROLE_TOKEN_PROVIDER_NOT_SET_ERROR;
                return Err(Error::new(code, message).with_source(remedy));
            }
        };
        let options = RoleOptions::new(duration, mfa);
        #[cfg(feature = "role-cache")]
        let options = options.cache(self.options.cache.clone());
        let session = self.session_in(source_region).copy(&overrides);
        Ok(self.surroundings(&session).role(role_arn, profile, options))
    }

    /// The session, with a region for STS if it has none of its own.
    fn session_in(&self, region: Option<&str>) -> Session {
        let mut overrides = Config::new();
        if self.session.config().region.is_none() {
            overrides.region = region.map(str::to_owned);
        }
        self.session.copy(&overrides)
    }

    /// A duration in a file that STS would refuse as too short counts as the shortest, as in Go.
    fn duration(&self, profile: Profile<'_>) -> Result<Option<Duration>, Error> {
        let in_file = profile.duration_seconds().map_err(configuration_error)?;
        let in_file = in_file.map(|duration| duration.max(AssumeRoleProvider::DEFAULT_DURATION));
        Ok(self.options.duration.or(in_file))
    }
}

/// How many profiles may follow one another by `source_profile`: more than anybody has, and few enough for any stack.
const LONGEST_WAY: usize = 100;

/// Which of the four settings that exclude each other the profile has.
fn credential_type(profile: Profile<'_>) -> Result<Option<&'static str>, Error> {
    let keys = ["source_profile", "credential_source", "credential_process", "web_identity_token_file"];
    let mut set = keys.into_iter().filter(|key| profile.string(key).is_some());
    match (set.next(), set.next()) {
        (Some(first), Some(second)) => {
            let message = format!(
                "only one credential type may be specified per profile: profile {} has {first} and {second} ({}, {})",
                profile.name(),
                place(profile, first),
                place(profile, second)
            );
            Err(Error::new(err_code::SHARED_CONFIG_ERR, message))
        }
        (one, _) => Ok(one),
    }
}

fn requires_arn(kind: &str, profile: Profile<'_>) -> Error {
    let (name, place) = (profile.name(), place(profile, kind));
    let message = format!("credential type {kind} requires role_arn, profile {name} ({place})");
    Error::new(err_code::CREDENTIAL_REQUIRES_ARN_ERROR, message)
}

fn no_source(role_arn: &str, profile: Profile<'_>) -> Error {
    let (name, place) = (profile.name(), place(profile, "role_arn"));
    let message = format!(
        "failed to load assume role for {role_arn}, profile {name} has neither source_profile nor credentials of its own \
         ({place})"
    );
    Error::new(err_code::SHARED_CONFIG_ASSUME_ROLE_ERROR, message)
}
