//! Sessions: what clients are made from.

mod builder;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cumulo_core::{Config, ConfigProvider, Error, Handlers};

use crate::configured_endpoints::ConfiguredEndpoints;

pub use builder::SessionBuilder;
pub use cumulo_shared_config::{Env, FileSystem, Locations, MemoryFiles, RealFiles, SharedConfigState};

/// Configuration and handlers that service clients start from. Cheap to clone.
///
/// Each setting is taken from the first place that has it: the configuration of the client, that of the session, the
/// environment, the shared files.
///
/// | setting | environment | profile |
/// | --- | --- | --- |
/// | profile | `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`\* | `default` |
/// | region | `AWS_REGION`, `AWS_DEFAULT_REGION`\* | `region` |
/// | endpoint of one service | `AWS_ENDPOINT_URL_S3` | `endpoint_url` under `s3` in the section that `services` names |
/// | endpoint of all services | `AWS_ENDPOINT_URL` | `endpoint_url` |
/// | neither endpoint | `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` | `ignore_configured_endpoint_urls` |
/// | attempts in all | `AWS_MAX_ATTEMPTS` | `max_attempts` |
/// | retry mode | `AWS_RETRY_MODE` | `retry_mode` |
/// | no compressed bodies | `AWS_DISABLE_REQUEST_COMPRESSION` | `disable_request_compression` |
/// | size from which bodies are compressed | `AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES` | `request_min_compression_size_bytes` |
/// | FIPS endpoints | `AWS_USE_FIPS_ENDPOINT` | `use_fips_endpoint` |
/// | dual-stack endpoints | `AWS_USE_DUALSTACK_ENDPOINT` | `use_dualstack_endpoint` |
/// | checksums of requests | `AWS_REQUEST_CHECKSUM_CALCULATION` | `request_checksum_calculation` |
/// | checksums of answers | `AWS_RESPONSE_CHECKSUM_VALIDATION` | `response_checksum_validation` |
/// | application name | `AWS_SDK_UA_APP_ID` | `sdk_ua_app_id` |
/// | credentials | see below | see below |
///
/// The retry mode `legacy` counts as `standard`.
///
/// The files are `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, by default `~/.aws/config` and
/// `~/.aws/credentials`. `AWS_SDK_LOAD_CONFIG=0` (or [`SharedConfigState::Disabled`]) turns shared config off: then of the
/// files only the static keys and the `credential_process` in the credentials file count, and variables marked \* are not read.
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
#[derive(Debug, Clone)]
pub struct Session {
    config: Arc<Config>,
    handlers: Handlers,
    endpoints: Arc<ConfiguredEndpoints>,
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
        Self { config: Arc::new(self.config.merged_with(overrides)), ..self.clone() }
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

impl ConfigProvider for Session {
    fn client_config(&self, service_id: &str) -> Result<(Config, Handlers), Error> {
        let mut config = Config::clone(&self.config);
        if let Some(url) = self.endpoints.of(service_id) {
            config.configured_endpoint = Some(url.clone());
        }
        Ok((config, self.handlers.clone()))
    }
}
