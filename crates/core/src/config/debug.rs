//! A configuration as `Debug` shows it: whole, but for the passwords that URLs may hold.

use std::fmt;

use super::Config;
use crate::http::without_user;

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            region,
            endpoint,
            endpoint_resolver,
            configured_endpoint,
            ignore_configured_endpoint_urls,
            credentials,
            http_client,
            retryer,
            retry_mode,
            max_attempts,
            timeouts,
            validate_parameters,
            disable_request_compression,
            request_min_compression_size_bytes,
            s3_path_style,
            s3_use_accelerate,
            s3_use_arn_region,
            s3_disable_multiregion_access_points,
            s3_disable_express_session_auth,
            s3_us_east_1_regional_endpoint,
            sts_regional_endpoints,
            account_id_endpoint_mode,
            s3_expect_continue_from,
            use_fips,
            use_dual_stack,
            sigv4a_signing_region_set,
            auth_scheme_preference,
            request_checksum_calculation,
            response_checksum_validation,
            app_id,
            clock,
            random,
        } = self;
        let url = |url: &Option<String>| url.as_deref().map(without_user);
        f.debug_struct("Config")
            .field("region", region)
            .field("endpoint", &url(endpoint))
            .field("endpoint_resolver", endpoint_resolver)
            .field("configured_endpoint", &url(configured_endpoint))
            .field("ignore_configured_endpoint_urls", ignore_configured_endpoint_urls)
            .field("credentials", credentials)
            .field("http_client", http_client)
            .field("retryer", retryer)
            .field("retry_mode", retry_mode)
            .field("max_attempts", max_attempts)
            .field("timeouts", timeouts)
            .field("validate_parameters", validate_parameters)
            .field("disable_request_compression", disable_request_compression)
            .field("request_min_compression_size_bytes", request_min_compression_size_bytes)
            .field("s3_path_style", s3_path_style)
            .field("s3_use_accelerate", s3_use_accelerate)
            .field("s3_use_arn_region", s3_use_arn_region)
            .field("s3_disable_multiregion_access_points", s3_disable_multiregion_access_points)
            .field("s3_disable_express_session_auth", s3_disable_express_session_auth)
            .field("s3_us_east_1_regional_endpoint", s3_us_east_1_regional_endpoint)
            .field("sts_regional_endpoints", sts_regional_endpoints)
            .field("account_id_endpoint_mode", account_id_endpoint_mode)
            .field("s3_expect_continue_from", s3_expect_continue_from)
            .field("use_fips", use_fips)
            .field("use_dual_stack", use_dual_stack)
            .field("sigv4a_signing_region_set", sigv4a_signing_region_set)
            .field("auth_scheme_preference", auth_scheme_preference)
            .field("request_checksum_calculation", request_checksum_calculation)
            .field("response_checksum_validation", response_checksum_validation)
            .field("app_id", app_id)
            .field("clock", clock)
            .field("random", random)
            .finish()
    }
}
