//! Sessions: what clients are made from.

mod builder;
pub(crate) mod explain;
#[cfg(test)]
mod tests;
pub(crate) mod transport;

use std::fmt;
use std::sync::Arc;

use cumulo_core::{Config, ConfigProvider, Error, Handlers};

use crate::configured_endpoints::ConfiguredEndpoints;

use explain::Found;

pub use builder::SessionBuilder;
pub use cumulo_core::hyper_client::Proxies;
pub use cumulo_shared_config::{Env, FileSystem, Locations, MemoryFiles, RealFiles, SharedConfigState};
pub use explain::{ExplainedProvider, ExplainedSetting, Explanation, Origin, Outcome};

/// Configuration and handlers that service clients start from. Cheap to clone.
///
/// Each setting is taken from the first place that has it: the configuration of the client, that of the session, the
/// environment, the shared files. The [table of settings] names the option in the code, the variable, the key in a profile and
/// the default of each; [`explain`](Self::explain) tells where a session has its own from.
///
/// [table of settings]: https://github.com/cumulo-rs/cumulo/blob/main/docs/SETTINGS.md
///
/// The files are `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, by default `~/.aws/config` and
/// `~/.aws/credentials`. `AWS_SDK_LOAD_CONFIG=0` (or [`SharedConfigState::Disabled`]) turns shared config off: then of the
/// files only the static keys and the `credential_process` in the credentials file count, and variables that begin with
/// `AWS_DEFAULT_` are not read.
///
/// An endpoint that the environment has for all services beats one that the profile has for the service. An endpoint or a
/// resolver in the code beats both.
///
/// # Credentials
///
/// They come from the first of these that is configured, and nothing else is asked:
///
/// 1. the code: [`Config::credentials`], or the profile that [`SessionBuilder::profile`] names
/// 2. `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, with temporary keys, `AWS_SESSION_TOKEN`
/// 3. `AWS_WEB_IDENTITY_TOKEN_FILE` with `AWS_ROLE_ARN`, as in an EKS pod with a service account
/// 4. the profile that `AWS_PROFILE` names, else `default`
/// 5. the container's agent that `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI` names, as in ECS tasks and EKS pods
/// 6. the metadata service of the EC2 instance, unless `AWS_EC2_METADATA_DISABLED` is `true`
///
/// In a profile, by its keys:
///
/// | keys | credentials |
/// | --- | --- |
/// | `aws_access_key_id`, `aws_secret_access_key`, `aws_session_token` | these |
/// | `credential_source` | the environment's, the container's or the EC2 instance's, to assume a role with |
/// | `sso_session` or `sso_start_url`, with `sso_account_id` and `sso_role_name` | for a sign-in by `aws sso login` |
/// | `credential_process` | what the command prints |
/// | `login_session` | of a sign-in by `aws login` |
/// | `role_arn` | the role, assumed with those of `source_profile`, else with the profile's own by the rows above |
/// | `role_arn`, `web_identity_token_file` | the role, assumed with the token |
///
/// A role with `mfa_serial` is assumed with a code: see [`SessionBuilder::assume_role_token_provider`]. `external_id`,
/// `role_session_name` and `duration_seconds` go along with the role. Where nothing is
/// configured or nobody answers, calls fail with `NoCredentialProviders`, whose message says of each place why it has none.
///
/// Same meaning as Go's `session.Session`; unlike there, shared config is on unless it is turned off.
///
/// ```
/// use cumulo::session::{Env, MemoryFiles};
/// use cumulo::Session;
///
/// let session = Session::builder()
///     .env(Env::from_map([("HOME", "/home/me"), ("AWS_PROFILE", "dev")]))
///     .file_system(MemoryFiles::from_map([("/home/me/.aws/config", "[profile dev]\nregion = eu-west-1\n")]))
///     .build()?;
/// assert_eq!(session.config().region.as_deref(), Some("eu-west-1"));
/// # Ok::<(), cumulo::Error>(())
/// ```
#[derive(Clone)]
pub struct Session {
    config: Arc<Config>,
    handlers: Handlers,
    endpoints: Arc<ConfiguredEndpoints>,
    /// Where each setting of the table was found.
    settings: Arc<[Found]>,
    /// The providers of credentials that were considered.
    providers: Arc<[ExplainedProvider]>,
    /// Whether the credentials are what the session or a copy was given.
    has_given_credentials: bool,
}

impl Session {
    /// A session from the environment and the shared files.
    ///
    /// Called once, when a program starts: it reads two small files and sends nothing.
    ///
    /// # Errors
    /// As [`SessionBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A session with options.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    /// The configuration, with everything that was found.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A session with the settings of `overrides` in the place of this one's, and the same handlers.
    ///
    /// Nothing is looked up again: credentials that were found stay unless `overrides` has others.
    #[must_use]
    pub fn copy(&self, overrides: &Config) -> Self {
        let has_given_credentials = self.has_given_credentials || overrides.credentials.is_some();
        Self { config: Arc::new(self.config.merged_with(overrides)), has_given_credentials, ..self.clone() }
    }

    /// Where the settings come from, and which provider the credentials; for programs that show it when credentials are not
    /// what they should be, and for their users.
    ///
    /// It tells what was found when the session was made, and what its copies were made with: nothing is read again, sent or
    /// run. What the error of a failed chain says of a place that declined is what stands here.
    ///
    /// ```
    /// use cumulo::Session;
    /// use cumulo::session::{Env, MemoryFiles};
    ///
    /// let session = Session::builder()
    ///     .env(Env::from_map([("HOME", "/home/me"), ("AWS_REGION", "eu-west-1")]))
    ///     .file_system(MemoryFiles::from_map([("/home/me/.aws/config", "[default]\nmax_attempts = 5\n")]))
    ///     .build()?;
    /// let explained = session.explain();
    /// assert_eq!(explained.setting("region").unwrap().to_string(), "region: eu-west-1 (AWS_REGION)");
    /// assert_eq!(
    ///     explained.setting("attempts in all").unwrap().to_string(),
    ///     "attempts in all: 5 (max_attempts in profile default of /home/me/.aws/config line 2)"
    /// );
    /// println!("{explained}");
    /// # Ok::<(), cumulo::Error>(())
    /// ```
    pub fn explain(&self) -> Explanation {
        let code = |outcome| vec![ExplainedProvider::new("code", &[], outcome)];
        let credentials = if self.has_given_credentials {
            code(Outcome::Chosen("the credentials of its configuration".to_owned()))
        } else if self.providers.is_empty() {
            code(Outcome::Declined(
                "its configuration has no credentials, and nobody else is asked".to_owned(),
            ))
        } else {
            self.providers.to_vec()
        };
        Explanation { settings: explain::settings(&self.settings, &self.config), credentials }
    }

    /// The handlers that each new client starts with.
    pub fn handlers(&self) -> &Handlers {
        &self.handlers
    }

    /// The handlers, to edit; clients made before, and clones of the session, keep theirs.
    pub fn handlers_mut(&mut self) -> &mut Handlers {
        &mut self.handlers
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("config", &self.config)
            .field("handlers", &self.handlers)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

impl ConfigProvider for Session {
    fn client_config(&self, service_id: &str) -> Result<(Config, Handlers), Error> {
        let mut config = Config::clone(&self.config);
        if let Some(url) = self.endpoints.of(service_id) {
            config.configured_endpoint = Some(url.clone());
        }
        Ok((config, self.handlers.clone()))
    }
}
