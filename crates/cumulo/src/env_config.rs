//! What the environment and a profile say about the configuration of clients, credentials aside.

use std::str::FromStr;

use cumulo_core::auth_scheme::SchemeName;
use cumulo_core::retryer::RetryMode;
use cumulo_core::{ChecksumPolicy, Config, Error};
use cumulo_shared_config::{
    AddressingStyle, AppId, ChecksumMode, CompressionSize, Env, Error as ConfigError, Profile,
    RetryMode as ModeName, UnknownValue, env,
};

use crate::endpoint_settings;

/// The settings of the environment, and of `profile` where the environment has none.
///
/// Called once by each session. With shared config off, variables that only count with it are not read.
///
/// # Errors
/// `EnvConfigErr` or `SharedConfigErr` naming the variable or the line of the file, if a value cannot be read.
pub(crate) fn configuration(
    env: &Env,
    uses_config_file: bool,
    profile: Option<Profile<'_>>,
) -> Result<Config, Error> {
    let mut config = Config::default();
    config.region = env.region(uses_config_file).or_else(|| profile?.region().map(str::to_owned));
    match read(&mut config, Source { env, profile }) {
        Ok(()) => Ok(config),
        Err(error) => Err(configuration_error(error)),
    }
}

fn read(config: &mut Config, source: Source<'_>) -> Result<(), ConfigError> {
    config.ignore_configured_endpoint_urls =
        source.flag(env::AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, Profile::ignore_configured_endpoint_urls)?;
    config.max_attempts = match source.env.integer(env::AWS_MAX_ATTEMPTS, true)? {
        None => source.of_profile(Profile::max_attempts)?,
        attempts => attempts,
    };
    config.retry_mode = source.value(env::AWS_RETRY_MODE, Profile::retry_mode)?.map(|mode| match mode {
        ModeName::Adaptive => RetryMode::Adaptive,
        // `legacy` too, which stands for what an SDK did before there were modes.
        _ => RetryMode::Standard,
    });
    config.disable_request_compression =
        source.flag(env::AWS_DISABLE_REQUEST_COMPRESSION, Profile::disable_request_compression)?;
    let size = source
        .value(env::AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES, Profile::request_min_compression_size_bytes)?;
    config.request_min_compression_size_bytes = size.map(|CompressionSize(bytes)| bytes);
    config.use_fips = source.flag(env::AWS_USE_FIPS_ENDPOINT, Profile::use_fips_endpoint)?;
    config.use_dual_stack = source.flag(env::AWS_USE_DUALSTACK_ENDPOINT, Profile::use_dualstack_endpoint)?;
    let regions = source.text(env::AWS_SIGV4A_SIGNING_REGION_SET, Profile::sigv4a_signing_region_set);
    config.sigv4a_signing_region_set = regions.map(|list| names(&list).map(str::to_owned).collect());
    let schemes = source.text(env::AWS_AUTH_SCHEME_PREFERENCE, Profile::auth_scheme_preference);
    config.auth_scheme_preference = schemes.map(|list| names(&list).map(SchemeName::from).collect());
    config.request_checksum_calculation = source
        .value(env::AWS_REQUEST_CHECKSUM_CALCULATION, Profile::request_checksum_calculation)?
        .and_then(checksum_policy);
    config.response_checksum_validation = source
        .value(env::AWS_RESPONSE_CHECKSUM_VALIDATION, Profile::response_checksum_validation)?
        .and_then(checksum_policy);
    config.s3_use_accelerate = source.of_profile(Profile::s3_use_accelerate_endpoint)?;
    config.s3_path_style = match source.of_profile(Profile::s3_addressing_style)? {
        None | Some(AddressingStyle::Auto) => None,
        Some(style) => Some(style == AddressingStyle::Path),
    };
    endpoint_settings::add(config, source)?;
    config.validate_parameters = source.of_profile(Profile::parameter_validation)?;
    let app_id = source.value(env::AWS_SDK_UA_APP_ID, Profile::sdk_ua_app_id)?;
    config.app_id = app_id.map(|AppId(app_id)| app_id);
    Ok(())
}

/// Where settings are read from: the environment, and the profile where the environment has nothing.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    env: &'a Env,
    profile: Option<Profile<'a>>,
}

/// What reads a setting of a profile.
type Read<'a, T> = fn(&Profile<'a>) -> Result<Option<T>, ConfigError>;

impl<'a> Source<'a> {
    pub(crate) fn flag(
        self,
        variable: &str,
        in_profile: Read<'a, bool>,
    ) -> Result<Option<bool>, ConfigError> {
        match self.env.flag(variable)? {
            None => self.of_profile(in_profile),
            flag => Ok(flag),
        }
    }

    pub(crate) fn value<T: FromStr<Err = UnknownValue>>(
        self,
        variable: &str,
        in_profile: Read<'a, T>,
    ) -> Result<Option<T>, ConfigError> {
        match self.env.value(variable)? {
            None => self.of_profile(in_profile),
            value => Ok(value),
        }
    }

    fn text(self, variable: &str, in_profile: fn(&Profile<'a>) -> Option<&'a str>) -> Option<String> {
        self.env.var(variable).or_else(|| in_profile(&self.profile?).map(str::to_owned))
    }

    fn of_profile<T>(self, read: Read<'a, T>) -> Result<Option<T>, ConfigError> {
        self.profile.as_ref().map_or(Ok(None), read)
    }
}

/// The names in a text with commas between them.
fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty())
}

fn checksum_policy(mode: ChecksumMode) -> Option<ChecksumPolicy> {
    match mode {
        ChecksumMode::WhenSupported => Some(ChecksumPolicy::WhenSupported),
        ChecksumMode::WhenRequired => Some(ChecksumPolicy::WhenRequired),
        _ => None,
    }
}

/// An error of the shared files or the environment, as the SDK has them.
#[cold]
pub(crate) fn configuration_error(error: ConfigError) -> Error {
    Error::new(error.code(), error.to_string()).with_source(error)
}
