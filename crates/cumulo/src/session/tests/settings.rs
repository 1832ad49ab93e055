//! The table of settings, walked: each of its rows in a file, in the environment over the file, in the code over both.

use std::fmt::Write as _;

use cumulo_core::hyper_client::Proxies;
use cumulo_core::retryer::RetryMode;
use cumulo_core::{AccountIdEndpointMode, RegionalEndpoints};

use super::*;
use crate::settings::{SETTINGS, Setting};

type Code = fn(SessionBuilder) -> SessionBuilder;

/// A setting's value in each place, as it is written and as it is shown; `""` where it cannot stand there.
struct Sample {
    name: &'static str,
    file: (&'static str, &'static str),
    variable: (&'static str, &'static str),
    code: (Code, &'static str),
}

const fn sample(
    name: &'static str,
    file: (&'static str, &'static str),
    variable: (&'static str, &'static str),
    code: Code,
    shown: &'static str,
) -> Sample {
    Sample { name, file, variable, code: (code, shown) }
}

fn with(builder: SessionBuilder, config: Config) -> SessionBuilder {
    builder.config(&config)
}

const NONE: (&str, &str) = ("", "");

const SAMPLES: &[Sample] = &[
    sample("profile", NONE, ("dev", "dev"), |builder| builder.profile("other"), "other"),
    sample(
        "shared config",
        NONE,
        ("T", "T"),
        |builder| builder.shared_config_state(SharedConfigState::Enabled),
        "true",
    ),
    sample("config file", NONE, ("/env/config", "/env/config"), elsewhere, "/code/config"),
    sample("credentials file", NONE, ("/env/keys", "/env/keys"), elsewhere, "/code/keys"),
    sample("region", ("file-1", "file-1"), ("env-1", "env-1"), |builder| builder.region("code-1"), "code-1"),
    sample(
        "endpoint of all services",
        ("http://me:hush@file:1/x", "http://…@file:1/x"),
        ("http://env:1", "http://env:1"),
        |builder| builder.endpoint("http://code:1"),
        "http://code:1",
    ),
    sample(
        "configured endpoints ignored",
        ("true", "true"),
        ("False", "false"),
        |builder| with(builder, Config::new().ignore_configured_endpoint_urls(true)),
        "true",
    ),
    sample(
        "FIPS endpoints",
        ("true", "true"),
        ("false", "false"),
        |builder| with(builder, Config::new().use_fips(true)),
        "true",
    ),
    sample(
        "dual-stack endpoints",
        ("true", "true"),
        ("false", "false"),
        |builder| with(builder, Config::new().use_dual_stack(true)),
        "true",
    ),
    sample(
        "STS in the oldest regions",
        ("legacy", "legacy"),
        ("regional", "regional"),
        |builder| with(builder, Config::new().sts_regional_endpoints(RegionalEndpoints::Legacy)),
        "legacy",
    ),
    sample(
        "S3 in us-east-1",
        ("legacy", "legacy"),
        ("regional", "regional"),
        |builder| with(builder, Config::new().s3_us_east_1_regional_endpoint(RegionalEndpoints::Legacy)),
        "legacy",
    ),
    sample(
        "the region of an S3 ARN counts",
        ("false", "false"),
        ("true", "true"),
        |builder| with(builder, Config::new().s3_use_arn_region(false)),
        "false",
    ),
    sample(
        "no multi-region access points",
        ("true", "true"),
        ("false", "false"),
        |builder| with(builder, Config::new().s3_disable_multiregion_access_points(true)),
        "true",
    ),
    sample(
        "no sessions of S3 Express",
        ("true", "true"),
        ("false", "false"),
        |builder| with(builder, Config::new().s3_disable_express_session_auth(true)),
        "true",
    ),
    sample(
        "the account in host names",
        ("disabled", "disabled"),
        ("Required", "required"),
        |builder| with(builder, Config::new().account_id_endpoint_mode(AccountIdEndpointMode::Preferred)),
        "preferred",
    ),
    sample(
        "regions of SigV4a signatures",
        ("us-*, eu-west-1", "us-*,eu-west-1"),
        ("*", "*"),
        |builder| with(builder, Config::new().sigv4a_signing_region_set(["us-west-2"])),
        "us-west-2",
    ),
    sample(
        "kinds of signatures to prefer",
        ("sigv4a", "sigv4a"),
        ("sigv4, sigv4a", "sigv4,sigv4a"),
        |builder| with(builder, Config::new().auth_scheme_preference(["sigv4a"])),
        "sigv4a",
    ),
    sample(
        "attempts in all",
        ("7", "7"),
        ("6", "6"),
        |builder| with(builder, Config::new().max_attempts(5)),
        "5",
    ),
    sample(
        "retry mode",
        ("adaptive", "adaptive"),
        ("legacy", "standard"),
        |builder| with(builder, Config::new().retry_mode(RetryMode::Adaptive)),
        "adaptive",
    ),
    sample(
        "parameters checked",
        ("false", "false"),
        NONE,
        |builder| with(builder, Config::new().validate_parameters(true)),
        "true",
    ),
    sample(
        "checksums of requests",
        ("when_required", "when_required"),
        ("WHEN_SUPPORTED", "when_supported"),
        |builder| with(builder, Config::new().request_checksum_calculation(ChecksumPolicy::WhenRequired)),
        "when_required",
    ),
    sample(
        "checksums of answers",
        ("when_required", "when_required"),
        ("when_supported", "when_supported"),
        |builder| with(builder, Config::new().response_checksum_validation(ChecksumPolicy::WhenRequired)),
        "when_required",
    ),
    sample(
        "no compressed bodies",
        ("true", "true"),
        ("false", "false"),
        |builder| with(builder, Config::new().disable_request_compression(true)),
        "true",
    ),
    sample(
        "size from which bodies are compressed",
        ("1", "1"),
        ("0", "0"),
        |builder| with(builder, Config::new().request_min_compression_size_bytes(3)),
        "3",
    ),
    sample(
        "S3 buckets in the path",
        ("path", "true"),
        NONE,
        |builder| with(builder, Config::new().s3_path_style(false)),
        "false",
    ),
    sample(
        "S3's accelerate endpoint",
        ("true", "true"),
        NONE,
        |builder| with(builder, Config::new().s3_use_accelerate(false)),
        "false",
    ),
    sample(
        "size from which S3 uploads wait",
        NONE,
        NONE,
        |builder| with(builder, Config::new().s3_expect_continue_from(9)),
        "9",
    ),
    sample(
        "application name",
        ("file-app", "file-app"),
        ("env app", "env app"),
        |builder| with(builder, Config::new().app_id("code-app")),
        "code-app",
    ),
    sample(
        "certificate authorities",
        ("/pem/certificate", "/pem/certificate"),
        ("~/certificate", "~/certificate"),
        |builder| builder.custom_ca_bundle(&pem().0),
        "given as PEM",
    ),
    sample(
        "client certificate",
        NONE,
        ("/pem/certificate", "/pem/certificate"),
        |builder| builder.client_certificate(&pem().0, &*pem().1),
        "given as PEM",
    ),
    sample(
        "key of the client certificate",
        NONE,
        ("/pem/key", "/pem/key"),
        |builder| builder.client_certificate(&pem().0, &*pem().1),
        "given as PEM",
    ),
    sample("proxy for http", NONE, ("http://me:hush@env:1", "http://…@env:1"), proxied, PROXIES),
    sample("proxy for https", NONE, ("me:hush@env:1", "…@env:1"), proxied, PROXIES),
    sample("hosts without a proxy", NONE, (".internal,10.0.0.0/8", ".internal,10.0.0.0/8"), proxied, PROXIES),
];

const PROXIES: &str = "Proxies { http: code:1, https: none, no_proxy: \"\" }";

fn proxied(builder: SessionBuilder) -> SessionBuilder {
    builder.proxies(Proxies::new().http("http://me:hush@code:1").unwrap())
}

fn elsewhere(builder: SessionBuilder) -> SessionBuilder {
    builder.shared_config_files(Locations::new("/code/config", "/code/keys"))
}

/// A certificate and its key, the same ones whenever they are asked for.
pub(super) fn pem() -> &'static (String, String) {
    static PEM: std::sync::OnceLock<(String, String)> = std::sync::OnceLock::new();
    PEM.get_or_init(|| {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    })
}

/// What `explain` says of a setting, in an environment whose config file has `line` in each profile.
fn explained(setting: &Setting, line: &str, variables: &[(&str, &str)], code: Option<Code>) -> String {
    let config = format!("[default]\n{line}\n[profile dev]\n{line}\n[profile other]\n{line}\n");
    let (certificate, key) = pem();
    let files = [
        ("/h/.aws/config", config.as_str()),
        ("/code/config", &config),
        ("/h/certificate", certificate),
        ("/pem/certificate", certificate),
        ("/pem/key", key),
    ];
    let mut builder = builder(variables).file_system(MemoryFiles::from_map(files));
    if let Some(code) = code {
        builder = code(builder);
    }
    let session = builder.build().unwrap();
    session.explain().setting(setting.name).unwrap().to_string()
}

/// The line, or the lines, that set a key.
fn line_of(key: &str, value: &str) -> String {
    match key.split_once('.') {
        Some((outer, inner)) => format!("{outer} =\n  {inner} = {value}"),
        None => format!("{key} = {value}"),
    }
}

#[test]
fn every_row_of_the_table_holds() {
    for setting in SETTINGS {
        let name = setting.name;
        let sample = SAMPLES.iter().find(|sample| sample.name == name).expect(name);
        let default = format!("{name}: {} (the default)", setting.default);
        assert_eq!(explained(setting, "", &[], None), default);

        let mut line = String::new();
        let (text, shown) = sample.file;
        assert_eq!(setting.keys.is_empty(), text.is_empty(), "{name}: a key needs a sample");
        for key in setting.keys {
            line = line_of(key, text);
            let expected = format!("{name}: {shown} ({key} in profile default of /h/.aws/config line 2)");
            assert_eq!(explained(setting, &line, &[], None), expected);
        }

        let (text, shown) = sample.variable;
        assert_eq!(setting.variables.is_empty(), text.is_empty(), "{name}: a variable needs a sample");
        let mut variables = match name {
            "client certificate" => vec![("AWS_SDK_GO_CLIENT_TLS_KEY", "/pem/key")],
            "key of the client certificate" => vec![("AWS_SDK_GO_CLIENT_TLS_CERT", "/pem/certificate")],
            _ => vec![],
        };
        for variable in setting.variables.iter().rev() {
            variables.push((variable, text));
            let expected = format!("{name}: {shown} ({variable})");
            assert_eq!(explained(setting, &line, &variables, None), expected, "the first beats the others");
        }

        let (code, shown) = sample.code;
        let expected = format!("{name}: {shown} (the code)");
        assert_eq!(explained(setting, &line, &variables, Some(code)), expected);
    }
}

#[test]
fn the_documented_table_is_this_one() {
    let mut table = String::from(
        "| setting | code | environment | profile | default |\n| --- | --- | --- | --- | --- |\n",
    );
    let listed = |names: Vec<String>| if names.is_empty() { "–".to_owned() } else { names.join(", ") };
    for setting in SETTINGS {
        let code = setting.code.split(", ").map(|name| format!("`{name}`")).collect();
        let variables = setting.variables.iter().map(|name| format!("`{name}`")).collect();
        let keys = setting.keys.iter().map(|key| match key.split_once('.') {
            Some((outer, inner)) => format!("`{inner}` under `{outer}`"),
            None => format!("`{key}`"),
        });
        let (code, variables, keys) = (listed(code), listed(variables), listed(keys.collect()));
        writeln!(table, "| {} | {code} | {variables} | {keys} | {} |", setting.name, setting.default)
            .unwrap();
    }
    let documented = include_str!("../../../../../docs/SETTINGS.md").replace("\r\n", "\n");
    let (begin, end) = ("<!-- settings: begin -->\n\n", "\n<!-- settings: end -->");
    let found = documented.split_once(begin).unwrap().1.split_once(end).unwrap().0;
    assert_eq!(found, table);
}

#[test]
fn a_copy_and_a_client_have_settings_of_their_own() {
    let session = builder(&[("AWS_REGION", "env-1")]).build().unwrap();
    let copy = session.copy(&Config::new().region("copy-1").use_fips(false));
    let explained = copy.explain();
    assert_eq!(explained.setting("region").unwrap().to_string(), "region: copy-1 (the code)");
    assert_eq!(explained.setting("FIPS endpoints").unwrap().to_string(), "FIPS endpoints: false (the code)");
    let kept = "attempts in all: 7 (max_attempts in profile default of /h/.aws/config line 4)";
    assert_eq!(explained.setting("attempts in all").unwrap().to_string(), kept);
    assert_eq!(session.explain().setting("region").unwrap().to_string(), "region: env-1 (AWS_REGION)");

    let client = cumulo_sts::Client::with_config(&session, &Config::new().region("client-1").max_attempts(1));
    let config = &client.base().settings().config;
    assert_eq!((config.region.as_deref(), config.max_attempts), (Some("client-1"), Some(1)));
    assert_eq!(config.use_fips, Some(true), "and the rest is the session's");
}

#[test]
fn an_application_name_that_no_header_can_hold_is_an_error_wherever_it_stands() {
    let text = error(builder(&[("AWS_SDK_UA_APP_ID", "a/b")]));
    assert!(
        text.starts_with("EnvConfigErr: environment variable AWS_SDK_UA_APP_ID: found \"a/b\""),
        "{text}"
    );
    let files = MemoryFiles::from_map([("/h/.aws/config", "[default]\nsdk_ua_app_id = (x)\n")]);
    let text = error(builder(&[]).file_system(files));
    assert!(text.starts_with("SharedConfigErr: /h/.aws/config line 2"), "{text}");
}
