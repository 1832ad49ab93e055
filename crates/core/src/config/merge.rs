//! One configuration over another.

use super::Config;

impl Config {
    /// This configuration with the fields that `over` sets replaced.
    #[must_use]
    pub fn merged_with(&self, over: &Self) -> Self {
        fn pick<T: Clone>(over: &Option<T>, under: &Option<T>) -> Option<T> {
            over.as_ref().or(under.as_ref()).cloned()
        }
        Self {
            region: pick(&over.region, &self.region),
            endpoint: pick(&over.endpoint, &self.endpoint),
            endpoint_resolver: match over.endpoint {
                Some(_) => over.endpoint_resolver.clone(),
                None => pick(&over.endpoint_resolver, &self.endpoint_resolver),
            },
            configured_endpoint: pick(&over.configured_endpoint, &self.configured_endpoint),
            ignore_configured_endpoint_urls: pick(
                &over.ignore_configured_endpoint_urls,
                &self.ignore_configured_endpoint_urls,
            ),
            credentials: pick(&over.credentials, &self.credentials),
            http_client: pick(&over.http_client, &self.http_client),
            retryer: pick(&over.retryer, &self.retryer),
            retry_mode: pick(&over.retry_mode, &self.retry_mode),
            max_attempts: pick(&over.max_attempts, &self.max_attempts),
            timeouts: pick(&over.timeouts, &self.timeouts),
            validate_parameters: pick(&over.validate_parameters, &self.validate_parameters),
            disable_request_compression: pick(
                &over.disable_request_compression,
                &self.disable_request_compression,
            ),
            request_min_compression_size_bytes: pick(
                &over.request_min_compression_size_bytes,
                &self.request_min_compression_size_bytes,
            ),
            s3_path_style: pick(&over.s3_path_style, &self.s3_path_style),
            s3_use_accelerate: pick(&over.s3_use_accelerate, &self.s3_use_accelerate),
            s3_use_arn_region: pick(&over.s3_use_arn_region, &self.s3_use_arn_region),
            s3_disable_multiregion_access_points: pick(
                &over.s3_disable_multiregion_access_points,
                &self.s3_disable_multiregion_access_points,
            ),
            s3_disable_express_session_auth: pick(
                &over.s3_disable_express_session_auth,
                &self.s3_disable_express_session_auth,
            ),
            s3_us_east_1_regional_endpoint: pick(
                &over.s3_us_east_1_regional_endpoint,
                &self.s3_us_east_1_regional_endpoint,
            ),
            sts_regional_endpoints: pick(&over.sts_regional_endpoints, &self.sts_regional_endpoints),
            account_id_endpoint_mode: pick(&over.account_id_endpoint_mode, &self.account_id_endpoint_mode),
            s3_expect_continue_from: pick(&over.s3_expect_continue_from, &self.s3_expect_continue_from),
            use_fips: pick(&over.use_fips, &self.use_fips),
            use_dual_stack: pick(&over.use_dual_stack, &self.use_dual_stack),
            sigv4a_signing_region_set: pick(&over.sigv4a_signing_region_set, &self.sigv4a_signing_region_set),
            auth_scheme_preference: pick(&over.auth_scheme_preference, &self.auth_scheme_preference),
            request_checksum_calculation: pick(
                &over.request_checksum_calculation,
                &self.request_checksum_calculation,
            ),
            response_checksum_validation: pick(
                &over.response_checksum_validation,
                &self.response_checksum_validation,
            ),
            app_id: pick(&over.app_id, &self.app_id),
            clock: pick(&over.clock, &self.clock),
            random: pick(&over.random, &self.random),
        }
    }
}

impl Clone for Config {
    // As a merge, so that the many fields are copied by code that is compiled once.
    fn clone(&self) -> Self {
        self.merged_with(&Self::new())
    }
}
