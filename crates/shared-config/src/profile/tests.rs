//! Typed readers: what they give, and what their errors name.

use super::*;

const CONFIG: &str = "\
[profile dev]
region = eu-central-1
role_arn = arn:aws:iam::123456789012:role/dev
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/me
duration_seconds = 3600
max_attempts = 5
retry_mode = Adaptive
use_fips_endpoint = TRUE
credential_source = Environment
external_id =
s3 =
  addressing_style = virtual
  use_accelerate_endpoint = true
  payload_signing_enabled = sometimes # not a flag

[profile bad]
duration_seconds = abc
use_fips_endpoint = maybe
max_attempts = 0
retry_mode = fast
";

fn config() -> SharedConfig {
    SharedConfig::parse(CONFIG, "").unwrap()
}

#[test]
fn text_keys_are_given_as_they_stand() {
    let config = config();
    let dev = config.profile("dev").unwrap();
    assert_eq!(dev.name(), "dev");
    assert_eq!(dev.region(), Some("eu-central-1"));
    assert_eq!(dev.role_arn(), Some("arn:aws:iam::123456789012:role/dev"));
    assert_eq!(dev.source_profile(), Some("base"));
    assert_eq!(dev.mfa_serial(), Some("arn:aws:iam::123456789012:mfa/me"));
}

#[test]
fn an_empty_value_counts_as_unset_for_typed_readers_only() {
    let config = config();
    let dev = config.profile("dev").unwrap();
    assert_eq!(dev.external_id(), None);
    assert_eq!(dev.get("external_id"), Some(""));
}

#[test]
fn checked_keys_have_their_type() {
    let config = config();
    let dev = config.profile("dev").unwrap();
    assert_eq!(dev.duration_seconds().unwrap(), Some(Duration::from_secs(3600)));
    assert_eq!(dev.max_attempts().unwrap(), Some(5));
    assert_eq!(dev.retry_mode().unwrap(), Some(RetryMode::Adaptive));
    assert_eq!(dev.use_fips_endpoint().unwrap(), Some(true));
    assert_eq!(dev.credential_source().unwrap(), Some(CredentialSource::Environment));
    assert_eq!(dev.use_dualstack_endpoint().unwrap(), None);
}

#[test]
fn a_bad_value_names_file_line_profile_key_and_expectation() {
    let config = config();
    let bad = config.profile("bad").unwrap();
    let error = bad.duration_seconds().unwrap_err();
    assert_eq!(error.code(), "SharedConfigErr");
    assert_eq!(
        error.to_string(),
        "config line 18, [profile bad] duration_seconds: found \"abc\", expected a whole number of at least 1"
    );
    assert!(bad.use_fips_endpoint().unwrap_err().to_string().ends_with("expected true or false"));
    assert!(bad.max_attempts().unwrap_err().to_string().contains("max_attempts: found \"0\""));
    assert!(bad.retry_mode().unwrap_err().to_string().contains("legacy, standard or adaptive"));
}

#[test]
fn nested_s3_settings_have_their_types() {
    let config = config();
    let dev = config.profile("dev").unwrap();
    assert_eq!(dev.s3_addressing_style().unwrap(), Some(AddressingStyle::Virtual));
    assert_eq!(dev.s3_use_accelerate_endpoint().unwrap(), Some(true));
    let error = dev.s3_payload_signing_enabled().unwrap_err().to_string();
    assert_eq!(
        error,
        "config line 12, [profile dev] s3.payload_signing_enabled: found \"sometimes\", expected true or false"
    );
    assert_eq!(config.profile("bad").unwrap().s3_addressing_style().unwrap(), None);
}

#[test]
fn half_a_key_pair_is_an_error_that_shows_no_half() {
    let config = SharedConfig::parse("", "[a]\naws_secret_access_key = hunter2\n").unwrap();
    let error = config.profile("a").unwrap().credentials().unwrap_err();
    let expected = "credentials [profile a]: aws_secret_access_key is set but aws_access_key_id is not";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn debug_shows_no_value() {
    let text = "[a]\naws_access_key_id = AKID\naws_secret_access_key = hunter2\nx =\n  y = hunter2\n";
    let config = SharedConfig::parse("", text).unwrap();
    let profile = config.profile("a").unwrap();
    let nested = profile.nested("x").unwrap();
    let shown = format!("{config:?} {profile:?} {:?} {nested:?}", profile.credentials().unwrap().unwrap());
    assert!(shown.contains("Secret(..)") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn sso_and_services_sections_are_followed() {
    let text = "[default]\nsso_session = corp\nservices = local\n\
                [sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.example.com\n\
                [services local]\ns3 =\n  endpoint_url = http://a\nsecrets_manager =\n  endpoint_url = http://b\n";
    let config = SharedConfig::parse(text, "").unwrap();
    let profile = config.profile("default").unwrap();
    let session = profile.sso_session_section().unwrap();
    assert_eq!((session.name(), session.string("sso_region")), ("corp", Some("us-east-1")));
    assert_eq!(profile.endpoint_url_of("S3"), Some("http://a"));
    assert_eq!(profile.endpoint_url_of("Secrets Manager"), Some("http://b"));
    assert_eq!(profile.endpoint_url_of("SQS"), None);
}

/// Whether a reader finds its key in a profile.
type Reader = fn(Profile<'_>) -> bool;

/// Every key of a profile that Go's `sharedConfig`, botocore's session or the reference guide reads, with a value of it.
const KNOWN: &[(&str, &str, Reader)] = &[
    ("region", "r", |profile| profile.region().is_some()),
    ("output", "json", |profile| profile.output().is_some()),
    ("role_arn", "a", |profile| profile.role_arn().is_some()),
    ("source_profile", "a", |profile| profile.source_profile().is_some()),
    ("credential_source", "EcsContainer", |profile| profile.credential_source().unwrap().is_some()),
    ("mfa_serial", "a", |profile| profile.mfa_serial().is_some()),
    ("external_id", "a", |profile| profile.external_id().is_some()),
    ("role_session_name", "a", |profile| profile.role_session_name().is_some()),
    ("duration_seconds", "900", |profile| profile.duration_seconds().unwrap().is_some()),
    ("credential_process", "a", |profile| profile.credential_process().is_some()),
    ("web_identity_token_file", "a", |profile| profile.web_identity_token_file().is_some()),
    ("login_session", "a", |profile| profile.login_session().is_some()),
    ("sso_session", "a", |profile| profile.sso_session().is_some()),
    ("sso_start_url", "a", |profile| profile.sso_start_url().is_some()),
    ("sso_region", "a", |profile| profile.sso_region().is_some()),
    ("sso_account_id", "a", |profile| profile.sso_account_id().is_some()),
    ("sso_role_name", "a", |profile| profile.sso_role_name().is_some()),
    ("aws_account_id", "1", |profile| profile.aws_account_id().is_some()),
    ("ca_bundle", "a", |profile| profile.ca_bundle().is_some()),
    ("endpoint_url", "a", |profile| profile.endpoint_url().is_some()),
    ("services", "a", |profile| profile.services().is_some()),
    ("ignore_configured_endpoint_urls", "true", |profile| {
        profile.ignore_configured_endpoint_urls().unwrap().is_some()
    }),
    ("use_fips_endpoint", "true", |profile| profile.use_fips_endpoint().unwrap().is_some()),
    ("use_dualstack_endpoint", "true", |profile| profile.use_dualstack_endpoint().unwrap().is_some()),
    ("sts_regional_endpoints", "legacy", |profile| profile.sts_regional_endpoints().unwrap().is_some()),
    ("account_id_endpoint_mode", "required", |profile| profile.account_id_endpoint_mode().unwrap().is_some()),
    ("endpoint_discovery_enabled", "auto", |profile| profile.endpoint_discovery_enabled().unwrap().is_some()),
    ("disable_host_prefix_injection", "true", |profile| {
        profile.disable_host_prefix_injection().unwrap().is_some()
    }),
    ("sigv4a_signing_region_set", "*", |profile| profile.sigv4a_signing_region_set().is_some()),
    ("auth_scheme_preference", "sigv4", |profile| profile.auth_scheme_preference().is_some()),
    ("max_attempts", "3", |profile| profile.max_attempts().unwrap().is_some()),
    ("retry_mode", "standard", |profile| profile.retry_mode().unwrap().is_some()),
    ("defaults_mode", "in-region", |profile| profile.defaults_mode().unwrap().is_some()),
    ("sdk_ua_app_id", "a", |profile| profile.sdk_ua_app_id().unwrap().is_some()),
    ("parameter_validation", "false", |profile| profile.parameter_validation().unwrap().is_some()),
    ("request_checksum_calculation", "when_required", |profile| {
        profile.request_checksum_calculation().unwrap().is_some()
    }),
    ("response_checksum_validation", "when_required", |profile| {
        profile.response_checksum_validation().unwrap().is_some()
    }),
    ("disable_request_compression", "true", |profile| {
        profile.disable_request_compression().unwrap().is_some()
    }),
    ("request_min_compression_size_bytes", "1", |profile| {
        profile.request_min_compression_size_bytes().unwrap().is_some()
    }),
    ("s3_us_east_1_regional_endpoint", "regional", |profile| {
        profile.s3_us_east_1_regional_endpoint().unwrap().is_some()
    }),
    ("s3_use_arn_region", "true", |profile| profile.s3_use_arn_region().unwrap().is_some()),
    ("s3_disable_express_session_auth", "true", |profile| {
        profile.s3_disable_express_session_auth().unwrap().is_some()
    }),
    ("s3_disable_multiregion_access_points", "true", |profile| {
        profile.s3_disable_multiregion_access_points().unwrap().is_some()
    }),
    ("s3.addressing_style", "path", |profile| profile.s3_addressing_style().unwrap().is_some()),
    ("s3.use_accelerate_endpoint", "true", |profile| profile.s3_use_accelerate_endpoint().unwrap().is_some()),
    ("s3.use_dualstack_endpoint", "true", |profile| profile.s3_use_dualstack_endpoint().unwrap().is_some()),
    ("s3.payload_signing_enabled", "true", |profile| profile.s3_payload_signing_enabled().unwrap().is_some()),
    ("s3.use_arn_region", "true", |profile| profile.s3_use_arn_region().unwrap().is_some()),
    ("s3.us_east_1_regional_endpoint", "legacy", |profile| {
        profile.s3_us_east_1_regional_endpoint().unwrap().is_some()
    }),
    ("s3.s3_disable_multiregion_access_points", "true", |profile| {
        profile.s3_disable_multiregion_access_points().unwrap().is_some()
    }),
    ("ec2_metadata_service_endpoint", "a", |profile| profile.ec2_metadata_service_endpoint().is_some()),
    ("ec2_metadata_service_endpoint_mode", "IPv6", |profile| {
        profile.ec2_metadata_service_endpoint_mode().unwrap().is_some()
    }),
    ("ec2_metadata_v1_disabled", "true", |profile| profile.ec2_metadata_v1_disabled().unwrap().is_some()),
    ("imds_use_ipv6", "true", |profile| profile.imds_use_ipv6().unwrap().is_some()),
    ("metadata_service_timeout", "1", |profile| profile.metadata_service_timeout().unwrap().is_some()),
    ("metadata_service_num_attempts", "1", |profile| {
        profile.metadata_service_num_attempts().unwrap().is_some()
    }),
    ("tcp_keepalive", "true", |profile| profile.tcp_keepalive().unwrap().is_some()),
    ("csm_enabled", "true", |profile| profile.csm_enabled().unwrap().is_some()),
    ("csm_host", "h", |profile| profile.csm_host().is_some()),
    ("csm_port", "1", |profile| profile.csm_port().unwrap().is_some()),
    ("csm_client_id", "c", |profile| profile.csm_client_id().is_some()),
    ("data_path", "p", |profile| profile.data_path().is_some()),
    ("api_versions.ec2", "2015-03-01", |profile| profile.api_versions().is_some()),
];

#[test]
fn every_known_key_has_a_reader_that_takes_it_and_no_other() {
    for (key, value, reader) in KNOWN {
        let line = match key.split_once('.') {
            Some((outer, inner)) => format!("{outer} =\n  {inner} = {value}"),
            None => format!("{key} = {value}"),
        };
        let config = SharedConfig::parse(&format!("[default]\n{line}\n[profile none]\n"), "").unwrap();
        assert!(reader(config.profile("default").unwrap()), "{key}");
        assert!(!reader(config.profile("none").unwrap()), "{key}");
    }
}

#[test]
fn a_key_of_its_own_beats_the_same_under_s3() {
    let text = "[default]\ns3_use_arn_region = true\ns3 =\n  use_arn_region = false\n";
    let config = SharedConfig::parse(text, "").unwrap();
    assert_eq!(config.profile("default").unwrap().s3_use_arn_region().unwrap(), Some(true));
}
