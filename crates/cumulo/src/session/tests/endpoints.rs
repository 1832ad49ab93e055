//! Where the clients of a session send: what the code, the environment and the profile say of endpoints.

use cumulo_core::client::BaseClient;
use cumulo_core::endpoints::{ResolvedEndpoint, only_for, service};
use cumulo_core::operation::Service;
use cumulo_core::{AccountIdEndpointMode, RegionalEndpoints};

use super::*;

const CONFIG: &str = "\
[default]
region = eu-west-1
[profile all]
region = eu-west-1
endpoint_url = https://all.file
[profile one]
region = eu-west-1
services = one
[profile both]
region = eu-west-1
endpoint_url = https://all.file
services = one
[profile ignoring]
region = eu-west-1
endpoint_url = https://all.file
services = one
ignore_configured_endpoint_urls = true
[profile dangling]
region = eu-west-1
services = nowhere
[profile rules]
region = us-east-1
sts_regional_endpoints = legacy
s3_us_east_1_regional_endpoint = Legacy
s3_use_arn_region = false
s3_disable_multiregion_access_points = true
s3_disable_express_session_auth = true
account_id_endpoint_mode = required
[services one]
s3 =
  endpoint_url = https://s3.file
sqs =
  endpoint_url =
";

/// The environment of a case.
type Variables = &'static [(&'static str, &'static str)];

const ALL: (&str, &str) = ("AWS_ENDPOINT_URL", "https://all.env");
const ONE: (&str, &str) = ("AWS_ENDPOINT_URL_S3", "https://s3.env");
const IGNORE: (&str, &str) = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");

fn builder(profile: &str, variables: &[(&str, &str)]) -> SessionBuilder {
    let variables = [("HOME", "/h")].iter().chain(variables).copied();
    let files = MemoryFiles::from_map([("/h/.aws/config", CONFIG)]);
    Session::builder().env(Env::from_map(variables)).file_system(files).profile(profile)
}

fn url_of(service: &'static Service, session: &Session, config: &Config) -> String {
    let client = BaseClient::new(service, session, config, |_| {});
    client.settings().endpoint.as_ref().map_or_else(ToString::to_string, |endpoint| endpoint.url.to_string())
}

fn s3(builder: SessionBuilder, config: &Config) -> String {
    url_of(&cumulo_s3::SERVICE, &builder.build().unwrap(), config)
}

const OWN: &str = "https://s3.eu-west-1.amazonaws.com/";

#[test]
fn the_environment_counts_before_the_profile_and_the_service_before_all() {
    let (env_s3, env_all) = ("https://s3.env/", "https://all.env/");
    let cases: [(&str, Variables, &str); 20] = [
        ("default", &[], OWN),
        ("all", &[], "https://all.file/"),
        ("one", &[], "https://s3.file/"),
        ("both", &[], "https://s3.file/"),
        ("default", &[ALL], env_all),
        ("all", &[ALL], env_all),
        ("one", &[ALL], env_all),
        ("both", &[ALL], env_all),
        ("default", &[ONE], env_s3),
        ("all", &[ONE], env_s3),
        ("one", &[ONE], env_s3),
        ("both", &[ONE], env_s3),
        ("default", &[ALL, ONE], env_s3),
        ("all", &[ALL, ONE], env_s3),
        ("one", &[ALL, ONE], env_s3),
        ("both", &[ALL, ONE], env_s3),
        ("both", &[ALL, ONE, IGNORE], OWN),
        ("ignoring", &[], OWN),
        ("ignoring", &[ALL, ONE], OWN),
        ("ignoring", &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")], "https://s3.file/"),
    ];
    for (profile, variables, expected) in cases {
        assert_eq!(s3(builder(profile, variables), &Config::new()), expected, "{profile} {variables:?}");
        let code = Config::new().endpoint("https://code");
        assert_eq!(s3(builder(profile, variables), &code), "https://code/", "{profile} {variables:?}");
        assert_eq!(s3(builder(profile, variables).config(&code), &Config::new()), "https://code/");
        let ignoring = Config::new().ignore_configured_endpoint_urls(true);
        assert_eq!(s3(builder(profile, variables), &ignoring), OWN, "{profile} {variables:?}");
    }
}

#[test]
fn the_code_can_count_what_the_profile_ignores() {
    let counting = Config::new().ignore_configured_endpoint_urls(false);
    assert_eq!(s3(builder("ignoring", &[]).config(&counting), &Config::new()), "https://s3.file/");
}

#[test]
fn an_endpoint_of_one_service_is_not_that_of_another() {
    let cases: [(&str, Variables); 2] = [("one", &[]), ("default", &[ONE])];
    for (profile, variables) in cases {
        let session = builder(profile, variables).build().unwrap();
        let none = Config::new();
        assert_eq!(url_of(&cumulo_sqs::SERVICE, &session, &none), "https://sqs.eu-west-1.amazonaws.com/");
        assert_eq!(url_of(&cumulo_sts::SERVICE, &session, &none), "https://sts.eu-west-1.amazonaws.com/");
    }
    let session = builder("both", &[]).build().unwrap();
    let sqs = url_of(&cumulo_sqs::SERVICE, &session, &Config::new());
    assert_eq!(sqs, "https://all.file/", "an empty value counts as none");
}

#[test]
fn a_copy_of_a_session_keeps_what_was_found() {
    let session = builder("one", &[]).build().unwrap();
    let copy = session.copy(&Config::new().region("us-east-1"));
    assert_eq!(url_of(&cumulo_s3::SERVICE, &copy, &Config::new()), "https://s3.file/");
    let fixed = session.copy(&Config::new().endpoint("https://code"));
    assert_eq!(url_of(&cumulo_s3::SERVICE, &fixed, &Config::new()), "https://code/");
}

#[test]
fn a_resolver_in_the_code_beats_what_was_found_where_it_answers() {
    let resolver = only_for(service::S3, ResolvedEndpoint::new("https://resolved").signing_region("mars"));
    let session = builder("both", &[ONE]).endpoint_resolver(resolver).build().unwrap();
    let client = BaseClient::new(&cumulo_s3::SERVICE, &session, &Config::new(), |_| {});
    let endpoint = client.settings().endpoint.as_ref().unwrap();
    assert_eq!((&*endpoint.url.to_string(), &*endpoint.signing_region), ("https://resolved/", "mars"));
    assert_eq!(url_of(&cumulo_sqs::SERVICE, &session, &Config::new()), "https://all.file/");
    let fixed = Config::new().endpoint("https://code");
    assert_eq!(
        url_of(&cumulo_s3::SERVICE, &session, &fixed),
        "https://code/",
        "the client's own word is nearer"
    );
}

#[test]
fn a_services_section_that_is_not_there_is_an_error_unless_it_does_not_count() {
    let text = builder("dangling", &[]).build().unwrap_err().to_string();
    let line = "SharedConfigErr: profile dangling has services = nowhere, but there is no section [services nowhere]";
    assert_eq!(text, line);
    assert!(builder("dangling", &[IGNORE]).build().is_ok());
}

#[test]
fn what_endpoint_rules_are_told_is_in_the_profile_or_before_that_in_the_environment() {
    let told = |variables| {
        let config = builder("rules", variables).build().unwrap().config().clone();
        let s3 = (config.s3_use_arn_region, config.s3_disable_multiregion_access_points);
        let rest = (config.s3_disable_express_session_auth, config.s3_us_east_1_regional_endpoint);
        (s3, rest, config.sts_regional_endpoints, config.account_id_endpoint_mode)
    };
    let (legacy, regional) = (Some(RegionalEndpoints::Legacy), Some(RegionalEndpoints::Regional));
    let profile = told(&[]);
    let required = Some(AccountIdEndpointMode::Required);
    assert_eq!(profile, ((Some(false), Some(true)), (Some(true), legacy), legacy, required));
    let environment = told(&[
        ("AWS_S3_USE_ARN_REGION", "true"),
        ("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "false"),
        ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "false"),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional"),
        ("AWS_STS_REGIONAL_ENDPOINTS", "regional"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled"),
    ]);
    let disabled = Some(AccountIdEndpointMode::Disabled);
    assert_eq!(environment, ((Some(true), Some(false)), (Some(false), regional), regional, disabled));
    let error = builder("rules", &[("AWS_STS_REGIONAL_ENDPOINTS", "global")]).build().unwrap_err();
    assert!(error.to_string().contains("AWS_STS_REGIONAL_ENDPOINTS"), "{error}");
    let sts = url_of(&cumulo_sts::SERVICE, &builder("rules", &[]).build().unwrap(), &Config::new());
    assert_eq!(sts, "https://sts.amazonaws.com/");
}
