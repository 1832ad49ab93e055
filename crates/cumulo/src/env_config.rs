//! What the environment and a profile say about the configuration of clients, credentials aside.

use cumulo_core::auth_scheme::SchemeName;
use cumulo_core::retryer::RetryMode;
use cumulo_core::{ChecksumPolicy, Config, Error};
use cumulo_shared_config::{
    AddressingStyle, AppId, ChecksumMode, CompressionSize, Env, Error as ConfigError, Profile,
    RetryMode as ModeName, env,
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
    read(env, uses_config_file, profile).map_err(configuration_error)
}

fn read(env: &Env, uses_config_file: bool, profile: Option<Profile<'_>>) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    config.region = env.region(uses_config_file).or_else(|| profile?.region().map(str::to_owned));
    config.ignore_configured_endpoint_urls = match env.flag(env::AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)? {
        None => checked(profile, |profile| profile.ignore_configured_endpoint_urls())?,
        ignores => ignores,
    };
    config.max_attempts = match env.integer(env::AWS_MAX_ATTEMPTS, true)? {
        None => checked(profile, |profile| profile.max_attempts())?,
        attempts => attempts,
    };
    let retry_mode = match env.value(env::AWS_RETRY_MODE)? {
        None => checked(profile, |profile| profile.retry_mode())?,
        mode => mode,
    };
    config.retry_mode = retry_mode.map(|mode| match mode {
        ModeName::Adaptive => RetryMode::Adaptive,
        // `legacy` too, which stands for what an SDK did before there were modes.
        _ => RetryMode::Standard,
    });
    config.disable_request_compression = match env.flag(env::AWS_DISABLE_REQUEST_COMPRESSION)? {
        None => checked(profile, |profile| profile.disable_request_compression())?,
        disable => disable,
    };
    let size = match env.value::<CompressionSize>(env::AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES)? {
        None => checked(profile, |profile| profile.request_min_compression_size_bytes())?,
        size => size,
    };
    config.request_min_compression_size_bytes = size.map(|CompressionSize(bytes)| bytes);
    config.use_fips = match env.flag(env::AWS_USE_FIPS_ENDPOINT)? {
        None => checked(profile, |profile| profile.use_fips_endpoint())?,
        use_fips => use_fips,
    };
    config.use_dual_stack = match env.flag(env::AWS_USE_DUALSTACK_ENDPOINT)? {
        None => checked(profile, |profile| profile.use_dualstack_endpoint())?,
        use_dual_stack => use_dual_stack,
    };
    let regions = env.var(env::AWS_SIGV4A_SIGNING_REGION_SET);
    let regions = regions.as_deref().or_else(|| profile?.sigv4a_signing_region_set());
    config.sigv4a_signing_region_set = regions.map(|list| names(list).map(str::to_owned).collect());
    let schemes = env.var(env::AWS_AUTH_SCHEME_PREFERENCE);
    let schemes = schemes.as_deref().or_else(|| profile?.auth_scheme_preference());
    config.auth_scheme_preference = schemes.map(|list| names(list).map(SchemeName::from).collect());
    let request_checksums = match env.value(env::AWS_REQUEST_CHECKSUM_CALCULATION)? {
        None => checked(profile, |profile| profile.request_checksum_calculation())?,
        policy => policy,
    };
    config.request_checksum_calculation = request_checksums.and_then(checksum_policy);
    let response_checksums = match env.value(env::AWS_RESPONSE_CHECKSUM_VALIDATION)? {
        None => checked(profile, |profile| profile.response_checksum_validation())?,
        policy => policy,
    };
    config.response_checksum_validation = response_checksums.and_then(checksum_policy);
    config.s3_use_accelerate = checked(profile, |profile| profile.s3_use_accelerate_endpoint())?;
    config.s3_path_style = match checked(profile, |profile| profile.s3_addressing_style())? {
        None | Some(AddressingStyle::Auto) => None,
        Some(style) => Some(style == AddressingStyle::Path),
    };
    endpoint_settings::add(&mut config, env, profile)?;
    config.validate_parameters = checked(profile, |profile| profile.parameter_validation())?;
    let app_id = match env.value(env::AWS_SDK_UA_APP_ID)? {
        None => checked(profile, |profile| profile.sdk_ua_app_id())?,
        app_id => app_id,
    };
    config.app_id = app_id.map(|AppId(app_id)| app_id);
    Ok(config)
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

pub(crate) fn checked<T>(
    profile: Option<Profile<'_>>,
    read: impl FnOnce(Profile<'_>) -> Result<Option<T>, ConfigError>,
) -> Result<Option<T>, ConfigError> {
    profile.map_or(Ok(None), read)
}

/// An error of the shared files or the environment, as the SDK has them.
pub(crate) fn configuration_error(error: ConfigError) -> Error {
    Error::new(error.code(), error.to_string()).with_source(error)
}
