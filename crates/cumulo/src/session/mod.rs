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
/// | application name | `AWS_SDK_UA_APP_ID` | `sdk_ua_app_id` |
/// | credentials | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | static keys, or a role |
///
/// The retry mode `legacy` counts as `standard`.
///
/// The files are `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, by default `~/.aws/config` and
/// `~/.aws/credentials`. `AWS_SDK_LOAD_CONFIG=0` (or [`SharedConfigState::Disabled`]) turns shared config off: then of the
/// files only the static keys in the credentials file count, and variables marked \* are not read.
///
/// An endpoint that the environment has for all services beats one that the profile has for the service. An endpoint or a
/// resolver in the code beats both.
///
/// A profile that the code names beats credentials in the environment; one that `AWS_PROFILE` names does not. A profile
/// with `role_arn` and `source_profile` assumes that role with that profile's credentials, and with an MFA code if it
/// has `mfa_serial`: see [`SessionBuilder::assume_role_token_provider`].
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
