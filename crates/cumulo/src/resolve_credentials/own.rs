//! What a profile has without another profile: keys, and the providers that its settings describe.

use std::path::PathBuf;
use std::sync::Arc;

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Credentials, Error};
use cumulo_credentials::session::Surroundings;
use cumulo_credentials::sso::SsoSettings;
use cumulo_credentials::{ContainerProvider, EnvProvider, SharedFileProvider};
use cumulo_shared_config::{CredentialSource, Profile, env};

use super::Resolver;
use super::trace::WEB_IDENTITY;
use crate::env_config::configuration_error;
use crate::err_code;
use crate::session::Session;

impl Resolver<'_> {
    /// What a profile has without another profile and without its role.
    pub(super) fn own_credentials(&self, profile: Profile<'_>) -> Result<Option<Credentials>, Error> {
        if let Some(keys) = profile.credentials().map_err(configuration_error)? {
            let names = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];
            self.trace.profile(profile, &names, "its static keys");
            return Ok(Some(Credentials::from_value(SharedFileProvider::value_of(&keys))));
        }
        if let Some(source) = profile.credential_source().map_err(configuration_error)? {
            return self.of_source(source, profile).map(Some);
        }
        if let Some(settings) = SsoSettings::of_profile(profile)? {
            let names = ["sso_session", "sso_start_url", "sso_account_id", "sso_role_name"];
            self.trace.profile(profile, &names, "IAM Identity Center, for a sign-in by `aws sso login`");
            let sso = self.surroundings(self.session).sso(settings);
            return Ok(Some(self.provided_by(profile, "sso_account_id", sso)));
        }
        if let Some(command) = profile.credential_process() {
            self.trace.profile(profile, &["credential_process"], "what its command prints");
            let (runner, clock) = (self.options.process_runner.clone(), self.session.config().clock.clone());
            let process = self.surroundings(self.session).process(command, runner, clock);
            return Ok(Some(self.provided_by(profile, "credential_process", process)));
        }
        if let Some(login_session) = profile.login_session() {
            self.trace.profile(profile, &["login_session"], "a sign-in by `aws login`");
            let session = self.session_in(profile.region());
            let login = self.surroundings(&session).login(login_session);
            return Ok(Some(self.provided_by(profile, "login_session", login)));
        }
        Ok(None)
    }

    /// What `credential_source` names.
    fn of_source(&self, source: CredentialSource, profile: Profile<'_>) -> Result<Credentials, Error> {
        let key = "credential_source";
        self.trace.profile(profile, &[key], &format!("the credentials of {}", source.as_str()));
        match source {
            CredentialSource::Ec2InstanceMetadata => {
                let role = self.surroundings(self.session).ec2_role(Some(profile))?;
                Ok(self.provided_by(profile, key, role.provider))
            }
            CredentialSource::EcsContainer if !ContainerProvider::is_configured(self.env) => {
                let message = format!(
                    "EcsContainer was specified as the credential_source of profile {}, but {} was not set",
                    profile.name(),
                    env::AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
                );
                Err(Error::new(err_code::SHARED_CONFIG_ERR, message))
            }
            CredentialSource::EcsContainer => {
                let (container, _) = self.surroundings(self.session).container()?;
                Ok(self.provided_by(profile, key, container))
            }
            // The environment, the only other source.
            _ => {
                let value = EnvProvider::new(self.env.clone()).value()?;
                Ok(Credentials::from_value(value.provider_name("EnvConfigCredentials")))
            }
        }
    }

    /// What providers are made in, with `session`, which may be a copy.
    pub(super) fn surroundings<'b>(&'b self, session: &'b Session) -> Surroundings<'b> {
        Surroundings { session, env: self.env, files: self.files }
    }

    /// The role of a profile that is assumed with the token in a file.
    pub(super) fn web_identity(&self, profile: Profile<'_>, role_arn: &str) -> Option<Credentials> {
        let token_file = profile.web_identity_token_file()?;
        let keys = ["role_arn", "web_identity_token_file"];
        self.trace.profile(profile, &keys, &format!("{role_arn}, assumed with the token in {token_file}"));
        let session = self.session_in(profile.region());
        let name = profile.role_session_name().map(str::to_owned);
        Some(self.surroundings(&session).web_identity(role_arn, PathBuf::from(token_file), name))
    }

    /// The role that the environment names with a token's file.
    pub(super) fn web_identity_of_environment(&self, token_file: PathBuf) -> Result<Credentials, Error> {
        let Some(role_arn) = self.env.var(env::AWS_ROLE_ARN) else {
            let message = format!(
                "role ARN is not set: {} is, but {} is not",
                env::AWS_WEB_IDENTITY_TOKEN_FILE,
                env::AWS_ROLE_ARN
            );
            return Err(Error::new(err_code::WEB_IDENTITY, message));
        };
        let variables = [env::AWS_WEB_IDENTITY_TOKEN_FILE, env::AWS_ROLE_ARN];
        let how = format!("{role_arn}, assumed with the token in {}", token_file.display());
        self.trace.chosen(WEB_IDENTITY, &variables, &how);
        let name = self.env.var(env::AWS_ROLE_SESSION_NAME);
        Ok(self.surroundings(self.session).web_identity(&role_arn, token_file, name))
    }

    /// The credentials of a provider, whose failures name the profile's setting.
    fn provided_by(&self, profile: Profile<'_>, key: &str, provider: Box<dyn Provider>) -> Credentials {
        let file = profile.file(key).map(|file| format!(" of {}", file.display())).unwrap_or_default();
        let place = format!("{key} in profile {}{file}", profile.name());
        self.cached(Placed { place, provider })
    }

    /// Credentials behind a cache that goes by the session's clock.
    pub(super) fn cached(&self, provider: impl Provider) -> Credentials {
        match &self.session.config().clock {
            Some(clock) => Credentials::with_clock(provider, Arc::clone(clock)),
            None => Credentials::new(provider),
        }
    }
}

/// A provider that a setting of a profile describes.
#[derive(Debug)]
struct Placed {
    place: String,
    provider: Box<dyn Provider>,
}

impl Provider for Placed {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(async {
            self.provider.retrieve().await.map_err(|error| {
                let message = format!("{} ({})", error.message(), self.place);
                error.with_message(message)
            })
        })
    }
}
