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
