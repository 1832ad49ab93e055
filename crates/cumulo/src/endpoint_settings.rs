//! What the environment and a profile say about the parameters of endpoint rules.

use cumulo_core::{AccountIdEndpointMode, Config, RegionalEndpoints};
use cumulo_shared_config::{Error, Profile, RegionalEndpoints as Regional, env};

use crate::env_config::Source;

/// Adds what `source` says of them to `config`.
///
/// # Errors
/// Naming the variable or the line of the file, if a value cannot be read.
pub(crate) fn add(config: &mut Config, source: Source<'_>) -> Result<(), Error> {
    config.s3_use_arn_region = source.flag(env::AWS_S3_USE_ARN_REGION, Profile::s3_use_arn_region)?;
    config.s3_disable_multiregion_access_points = source
        .flag(env::AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS, Profile::s3_disable_multiregion_access_points)?;
    config.s3_disable_express_session_auth =
        source.flag(env::AWS_S3_DISABLE_EXPRESS_SESSION_AUTH, Profile::s3_disable_express_session_auth)?;
    config.s3_us_east_1_regional_endpoint = source
        .value(env::AWS_S3_US_EAST_1_REGIONAL_ENDPOINT, Profile::s3_us_east_1_regional_endpoint)?
        .and_then(regional);
    config.sts_regional_endpoints =
        source.value(env::AWS_STS_REGIONAL_ENDPOINTS, Profile::sts_regional_endpoints)?.and_then(regional);
    config.account_id_endpoint_mode = source
        .value(env::AWS_ACCOUNT_ID_ENDPOINT_MODE, Profile::account_id_endpoint_mode)?
        .and_then(|mode| AccountIdEndpointMode::parse(mode.as_str()));
    Ok(())
}

fn regional(endpoints: Regional) -> Option<RegionalEndpoints> {
    match endpoints {
        Regional::Legacy => Some(RegionalEndpoints::Legacy),
        Regional::Regional => Some(RegionalEndpoints::Regional),
        _ => None,
    }
}
