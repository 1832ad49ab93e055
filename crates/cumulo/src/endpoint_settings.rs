//! What the environment and a profile say about the parameters of endpoint rules.

use cumulo_core::{AccountIdEndpointMode, Config, RegionalEndpoints};
use cumulo_shared_config::{
    AccountIdEndpointMode as AccountMode, Env, Error, Profile, RegionalEndpoints as Regional, env,
};

use crate::env_config::checked;

/// Adds the settings of the environment, and of `profile` where the environment has none.
///
/// # Errors
/// Naming the variable or the line of the file, if a value cannot be read.
pub(crate) fn add(config: &mut Config, env: &Env, profile: Option<Profile<'_>>) -> Result<(), Error> {
    config.s3_use_arn_region = match env.flag(env::AWS_S3_USE_ARN_REGION)? {
        None => checked(profile, |profile| profile.s3_use_arn_region())?,
        use_arn_region => use_arn_region,
    };
    config.s3_disable_multiregion_access_points =
        match env.flag(env::AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS)? {
            None => checked(profile, |profile| profile.s3_disable_multiregion_access_points())?,
            disable => disable,
        };
    config.s3_disable_express_session_auth = match env.flag(env::AWS_S3_DISABLE_EXPRESS_SESSION_AUTH)? {
        None => checked(profile, |profile| profile.s3_disable_express_session_auth())?,
        disable => disable,
    };
    let s3 = match env.value(env::AWS_S3_US_EAST_1_REGIONAL_ENDPOINT)? {
        None => checked(profile, |profile| profile.s3_us_east_1_regional_endpoint())?,
        endpoint => endpoint,
    };
    config.s3_us_east_1_regional_endpoint = s3.and_then(regional);
    let sts = match env.value(env::AWS_STS_REGIONAL_ENDPOINTS)? {
        None => checked(profile, |profile| profile.sts_regional_endpoints())?,
        endpoints => endpoints,
    };
    config.sts_regional_endpoints = sts.and_then(regional);
    let mode = match env.value::<AccountMode>(env::AWS_ACCOUNT_ID_ENDPOINT_MODE)? {
        None => checked(profile, |profile| profile.account_id_endpoint_mode())?,
        mode => mode,
    };
    config.account_id_endpoint_mode = mode.and_then(|mode| AccountIdEndpointMode::parse(mode.as_str()));
    Ok(())
}

fn regional(endpoints: Regional) -> Option<RegionalEndpoints> {
    match endpoints {
        Regional::Legacy => Some(RegionalEndpoints::Legacy),
        Regional::Regional => Some(RegionalEndpoints::Regional),
        _ => None,
    }
}
