//! What sessions say of where their settings and credentials come from.

use cumulo_core::Credentials;
use cumulo_core::credentials::Value;

use super::*;

const CONFIG: &str = "\
[default]
region = eu-west-1
[profile base]
aws_access_key_id = AKIDBASE
aws_secret_access_key = hush
[profile dev]
role_arn = arn:aws:iam::123456789012:role/dev
source_profile = ops
[profile ops]
role_arn = arn:aws:iam::123456789012:role/ops
source_profile = base
[profile own]
role_arn = arn:aws:iam::123456789012:role/own
credential_source = Environment
[profile web]
role_arn = arn:aws:iam::123456789012:role/web
web_identity_token_file = /token
[profile process]
credential_process = login --password hush
[profile sso]
sso_start_url = https://corp.example.com
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = admin
[profile login]
login_session = me
[profile keyless]
output = json
";

const KEYS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush"), ("AWS_SESSION_TOKEN", "hush")];

fn with_config(variables: &[(&str, &str)]) -> SessionBuilder {
    builder(variables).file_system(MemoryFiles::from_map([("/h/.aws/config", CONFIG)]))
}

/// The lines of the explanation that concern credentials.
fn credentials(builder: SessionBuilder) -> Vec<String> {
    let explained = builder.build().unwrap().explain();
    explained.credentials.iter().map(ToString::to_string).collect()
}

const NO_KEYS: &str = "environment: declined: EnvAccessKeyNotFound: AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY not found in \
                       environment; looked at AWS_ACCESS_KEY_ID, AWS_ACCESS_KEY, AWS_SECRET_ACCESS_KEY, AWS_SECRET_KEY";
const NO_TOKEN: &str = "web identity: declined: WebIdentityErr: AWS_WEB_IDENTITY_TOKEN_FILE is not set; looked at \
                        AWS_WEB_IDENTITY_TOKEN_FILE";

#[test]
fn keys_of_the_environment_leave_the_rest_unasked() {
    let expected = [
        "environment: chosen: its static keys; looked at AWS_ACCESS_KEY_ID, AWS_ACCESS_KEY, AWS_SECRET_ACCESS_KEY, \
         AWS_SECRET_KEY",
        "web identity: not asked: the environment has static keys",
        "shared files: not asked: the environment has static keys",
        "container: not asked: the environment has static keys",
        "EC2 instance metadata: not asked: the environment has static keys",
    ];
    assert_eq!(credentials(with_config(&KEYS)), expected);
}

#[test]
fn a_web_identity_of_the_environment_is_told_with_its_role_and_file() {
    let variables =
        [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/env")];
    let expected = "web identity: chosen: arn:aws:iam::123456789012:role/env, assumed with the token in /token; looked at \
                    AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN";
    assert_eq!(credentials(with_config(&variables))[..2], [NO_KEYS, expected]);
}

#[test]
fn a_chain_of_roles_is_told_link_by_link_with_file_and_line() {
    let line = |key, profile, line| format!("{key} in profile {profile} of /h/.aws/config line {line}");
    let expected = [
        NO_KEYS.to_owned(),
        NO_TOKEN.to_owned(),
        format!(
            "profile dev: chosen: arn:aws:iam::123456789012:role/dev, assumed with the credentials of profile ops; looked at \
             {}, {}",
            line("role_arn", "dev", 7),
            line("source_profile", "dev", 8)
        ),
        format!(
            "profile ops: chosen: arn:aws:iam::123456789012:role/ops, assumed with the credentials of profile base; looked \
             at {}, {}",
            line("role_arn", "ops", 10),
            line("source_profile", "ops", 11)
        ),
        format!(
            "profile base: chosen: its static keys; looked at {}, {}",
            line("aws_access_key_id", "base", 4),
            line("aws_secret_access_key", "base", 5)
        ),
        "container: not asked: profile dev has credentials".to_owned(),
        "EC2 instance metadata: not asked: profile dev has credentials".to_owned(),
    ];
    assert_eq!(credentials(with_config(&[("AWS_PROFILE", "dev")])), expected);
}

#[test]
fn each_kind_of_profile_says_what_it_has() {
    for (profile, how, line) in [
        ("base", "its static keys", 4),
        ("process", "what its command prints", 19),
        ("sso", "IAM Identity Center, for a sign-in by `aws sso login`", 21),
        ("login", "a sign-in by `aws login`", 26),
        ("web", "arn:aws:iam::123456789012:role/web, assumed with the token in /token", 16),
    ] {
        let session = with_config(&[]).profile(profile).build().unwrap();
        let explained = session.explain();
        let chosen = explained.chosen().unwrap();
        assert_eq!(
            (chosen.name.as_str(), &chosen.outcome),
            (&*format!("profile {profile}"), &Outcome::Chosen(how.into()))
        );
        assert!(chosen.looked_at[0].ends_with(&format!("of /h/.aws/config line {line}")), "{chosen}");
        let passed = format!("environment: not asked: the code names profile {profile}");
        assert_eq!(explained.credentials[0].to_string(), passed);
        assert!(!format!("{explained} {explained:?} {session:?}").contains("hush"), "{explained:#}");
    }
    let lines = credentials(with_config(&KEYS).profile("own"));
    assert!(lines[2].starts_with(
        "profile own: chosen: arn:aws:iam::123456789012:role/own, assumed with the profile's own"
    ));
    assert!(
        lines[3].starts_with(
            "profile own: chosen: the credentials of Environment; looked at credential_source in"
        )
    );
}

#[tokio::test]
async fn the_error_of_the_chain_says_what_the_explanation_says() {
    let off = [("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_PROFILE", "keyless")];
    let session = with_config(&off).build().unwrap();
    let explained = session.explain();
    let declined = explained.credentials.iter().map(|provider| match &provider.outcome {
        Outcome::Declined(why) => format!("{} ({why})", provider.name),
        outcome => panic!("{outcome:?}"),
    });
    let declined = declined.collect::<Vec<_>>().join("; ");
    let error = session.config().credentials.as_ref().unwrap().get().await.unwrap_err();
    assert_eq!(error.to_string(), format!("NoCredentialProviders: no provider has credentials: {declined}"));
    assert!(declined.contains("profile keyless has no credentials; looked at /h/.aws/config"), "{declined}");
    assert!(explained.chosen().is_none());
}

#[test]
fn what_would_be_asked_over_the_network_is_told_with_its_place_and_not_asked() {
    let place = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://imds.test")];
    let lines = credentials(with_config(&place));
    let expected =
        "EC2 instance metadata: chosen: asked when a request is signed; looked at http://imds.test";
    assert_eq!(lines.last().unwrap().trim_end_matches('/'), expected);
    assert!(
        lines[2]
            .starts_with("shared files: declined: SharedCredsAccessKey: profile default has no credentials")
    );

    let agent = [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/hush")];
    let expected = [
        "container: chosen: 169.254.170.2 is asked when a request is signed; looked at \
         AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "EC2 instance metadata: not asked: the environment names the agent of a container",
    ];
    assert_eq!(credentials(with_config(&agent))[3..], expected);
}

#[test]
fn credentials_of_the_code_are_told_as_such_also_in_a_copy() {
    let given = Credentials::from_value(Value::new("AKIDCODE", "hush"));
    let expected = ["code: chosen: the credentials of its configuration"];
    let session = with_config(&KEYS).config(&Config::new().credentials(given.clone())).build().unwrap();
    let copied = with_config(&KEYS).build().unwrap().copy(&Config::new().credentials(given));
    for session in [session, copied.copy(&Config::new().region("x"))] {
        let lines: Vec<_> = session.explain().credentials.iter().map(ToString::to_string).collect();
        assert_eq!(lines, expected);
    }
}

#[test]
fn an_http_client_of_the_code_has_its_own_authorities_and_proxies() {
    let variables = [("AWS_CA_BUNDLE", "/nowhere.pem"), ("HTTP_PROXY", "ftp://nowhere")];
    let client = cumulo_core::hyper_client::HyperClient::new();
    let explained = with_config(&variables).http_client(client).build().unwrap().explain();
    for name in ["certificate authorities", "client certificate", "proxy for http"] {
        let expected = format!("{name}: that of the http_client (the code)");
        assert_eq!(explained.setting(name).unwrap().to_string(), expected);
    }
}

#[test]
fn the_short_form_leaves_defaults_out_and_the_long_one_has_them() {
    let explained = with_config(&[("AWS_MAX_ATTEMPTS", "5"), KEYS[0], KEYS[1]]).build().unwrap().explain();
    let short = explained.to_string();
    let begin = "region: eu-west-1 (region in profile default of /h/.aws/config line 2)\n\
                 attempts in all: 5 (AWS_MAX_ATTEMPTS)\ncredentials:\n  environment: chosen: ";
    assert!(short.starts_with(begin), "{short}");
    assert!(format!("{explained:#}").contains("retry mode: standard (the default)\n"), "{explained:#}");
}

/// Every secret that a session is made with holds this word.
#[test]
fn neither_debug_nor_explanation_nor_error_of_a_session_holds_a_secret() {
    let pem = "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n";
    let config = "[default]\nregion = r-1\ncredential_process = login hush\n\
                  endpoint_url = http://me:hush@own:1\nservices = s\n\
                  [services s]\nsqs =\n  endpoint_url = http://me:hush@part:1\n\
                  [profile keys]\naws_access_key_id = AKID\naws_secret_access_key = hush\naws_session_token = hush\n";
    let files = MemoryFiles::from_map([("/h/.aws/config", config), ("/key.pem", pem)]);
    let base = || builder(&[]).file_system(files.clone());
    let with = |variables: &[(&str, &str)]| {
        let home = [("HOME", "/h")];
        base().env(Env::from_map(home.iter().chain(variables).copied()))
    };
    let token = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush");
    let sessions = [
        base(),
        base().profile("keys"),
        with(&KEYS),
        with(&[("HTTPS_PROXY", "http://me:hush@proxy:1"), ("http_proxy", "me:hush@proxy:1")]),
        with(&[
            ("AWS_ENDPOINT_URL", "http://me:hush@all:1"),
            ("AWS_ENDPOINT_URL_SQS", "http://me:hush@sqs:1"),
        ]),
        with(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/hush"), token]),
        base().proxies(Proxies::new().http("http://me:hush@p").unwrap()),
        base().config(&Config::new().credentials(Credentials::from_value(Value::new("AKID", "hush")))),
    ];
    for builder in sessions {
        let session = builder.clone().build().unwrap();
        let client = cumulo_sts::Client::new(&session);
        let explained = session.explain();
        let shown =
            format!("{builder:?} {session:?} {explained} {explained:#} {explained:?} {:?}", client.base());
        assert!(!shown.contains("hush"), "{shown}");
    }
    let pems = (("AWS_SDK_GO_CLIENT_TLS_CERT", "/key.pem"), ("AWS_SDK_GO_CLIENT_TLS_KEY", "/key.pem"));
    let failing = [
        with(&[("HTTPS_PROXY", "ftp://me:hush@proxy:1")]),
        with(&[("AWS_CA_BUNDLE", "/key.pem")]),
        with(&[pems.0, pems.1]),
        base().client_certificate("hush", "hush"),
    ];
    for builder in failing {
        let error = builder.clone().build().unwrap_err();
        let shown = format!("{builder:?} {error} {error:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
}
