//! Which provider a session makes, what it asks, and that nothing else is asked.

use std::io;
use std::sync::Mutex;

use cumulo_core::credentials::Value;
use cumulo_core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo_core::{BoxFuture, Timeouts};
use cumulo_credentials::process::ProcessOutput;

use super::*;
use crate::session::{MemoryFiles, SessionBuilder};

const ROLE: &str = "arn:aws:iam::123456789012:role";

const PROFILES: &str = "\
[profile process]\ncredential_process = login --password hush\n\
[profile process-role]\nregion = r-1\nrole_arn = ROLE/p\ncredential_process = login --password hush\n\
[profile ec2]\nregion = r-1\nrole_arn = ROLE/x\ncredential_source = Ec2InstanceMetadata\nec2_metadata_service_endpoint = http://imds.test\n\
[profile ecs]\nregion = r-1\nrole_arn = ROLE/x\ncredential_source = EcsContainer\n\
[profile over-ec2]\nregion = r-1\nrole_arn = ROLE/over\nsource_profile = ec2\n\
[profile web]\nregion = r-1\nrole_arn = ROLE/web\nweb_identity_token_file = /token\nrole_session_name = me\n\
[profile over-web]\nregion = r-1\nrole_arn = ROLE/over\nsource_profile = web\n\
[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n\
[profile over-sso]\nregion = r-1\nrole_arn = ROLE/over\nsource_profile = sso\n\
[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n\
[profile sso-half]\nsso_session = corp\nsso_account_id = 123456789012\n\
[profile static-web]\nregion = r-1\nrole_arn = ROLE/s\nweb_identity_token_file = /token\naws_access_key_id = AKIDSTATIC\n\
aws_secret_access_key = hush\n\
[profile login]\nregion = eu-west-1\nlogin_session = me\n\
[profile keyless]\nregion = r-1\n";

const SSO_TOKEN: &str = r#"{"accessToken":"hush","expiresAt":"2999-01-01T00:00:00Z"}"#;

const LOGIN: &str = r#"{"accessToken":{"accessKeyId":"ASIALOGIN","secretAccessKey":"hush","sessionToken":"hush",
    "expiresAt":"2999-01-01T00:00:00Z"},"clientId":"c","refreshToken":"hush","dpopKey":"hush"}"#;

/// Plays every server there is, and the shell; keeps what it was asked.
#[derive(Debug, Clone, Default)]
struct World(Arc<Mutex<Vec<String>>>);

impl World {
    fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn answer(request: &HttpRequest) -> (u16, String) {
        let keys = |name: &str, token: &str| {
            format!(
                r#"{{"Code":"Success","AccessKeyId":"{name}","SecretAccessKey":"hush","{token}":"whisper","Expiration":"2999-01-01T00:00:00Z"}}"#
            )
        };
        let body = String::from_utf8_lossy(request.body.bytes().unwrap()).into_owned();
        let (host, path) = (request.url.host(), request.url.path.as_str());
        match (host, path) {
            (_, "/latest/api/token") => (200, "T1".into()),
            (_, "/latest/meta-data/iam/security-credentials/") => (200, "my-role".into()),
            (_, "/latest/meta-data/iam/security-credentials/my-role") => (200, keys("ASIAEC2", "Token")),
            ("169.254.170.2", _) => (200, keys("ASIAECS", "Token")),
            ("portal.sso.eu-west-1.amazonaws.com", _) => {
                let text = r#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"hush","sessionToken":"w","expiration":32472144000000}}"#;
                (200, text.into())
            }
            _ => {
                let action =
                    if body.contains("WebIdentity") { "AssumeRoleWithWebIdentity" } else { "AssumeRole" };
                let role = body.split("role%2F").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or("");
                let text = format!(
                    "<{action}Response><{action}Result><Credentials><AccessKeyId>ASIA{role}</AccessKeyId>\
                     <SecretAccessKey>hush</SecretAccessKey><SessionToken>whisper</SessionToken>\
                     <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></{action}Result></{action}Response>"
                );
                (200, text)
            }
        }
    }
}

impl HttpClient for World {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        let signer = request.headers.get("authorization").map(|value| {
            let text = value.to_str().unwrap();
            text.split("Credential=")
                .nth(1)
                .and_then(|rest| rest.split('/').next())
                .unwrap_or(text)
                .to_owned()
        });
        let by = signer.map(|signer| format!(" by {signer}")).unwrap_or_default();
        self.0.lock().unwrap().push(format!("{}{}{by}", request.url.host(), request.url.path));
        let (status, body) = Self::answer(&request);
        Box::pin(async move { Ok(HttpResponse::new(status, body)) })
    }
}

impl ProcessRunner for World {
    fn run<'a>(&'a self, command: &'a str, _: usize) -> BoxFuture<'a, io::Result<ProcessOutput>> {
        self.0.lock().unwrap().push(format!("$ {command}"));
        let printed = r#"{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"hush"}"#;
        Box::pin(async move { Ok(ProcessOutput::new(Some(0), printed)) })
    }
}

fn builder(profile: &str, variables: &[(&str, &str)]) -> (World, SessionBuilder) {
    let world = World::default();
    let sso =
        format!("/h/.aws/sso/cache/{}.json", cumulo_core::crypto::hex(&cumulo_core::crypto::sha1(b"corp")));
    let login =
        format!("/h/.aws/login/cache/{}.json", cumulo_core::crypto::hex(&cumulo_core::crypto::sha256(b"me")));
    let files = [
        ("/h/.aws/config", PROFILES.replace("ROLE", ROLE)),
        ("/token", "hush".to_owned()),
        (&sso, SSO_TOKEN.to_owned()),
        (&login, LOGIN.to_owned()),
    ];
    let all = [("HOME", "/h"), ("AWS_PROFILE", profile)];
    let builder = Session::builder()
        .env(Env::from_map(all.iter().chain(variables).copied()))
        .file_system(MemoryFiles::from_map(files))
        .http_client(world.clone())
        .process_runner(world.clone());
    (world, builder)
}

async fn value(session: &Session) -> Result<Arc<Value>, Error> {
    session.config().credentials.as_ref().unwrap().get().await
}

/// The key that a profile signs with, and what was asked for it.
async fn key(profile: &str, variables: &[(&str, &str)]) -> (String, Vec<String>) {
    let (world, builder) = builder(profile, variables);
    let session = builder.build().unwrap();
    assert!(world.asked().is_empty(), "nothing is asked before credentials are needed");
    let shown = format!("{session:?}");
    assert!(!shown.contains("hush"), "{shown}");
    let id = value(&session).await.unwrap().access_key_id.clone();
    (id, world.asked())
}

fn error(profile: &str, variables: &[(&str, &str)]) -> String {
    builder(profile, variables).1.build().unwrap_err().to_string()
}

const EC2: [&str; 3] = [
    "imds.test/latest/api/token",
    "imds.test/latest/meta-data/iam/security-credentials/",
    "imds.test/latest/meta-data/iam/security-credentials/my-role",
];

#[tokio::test]
async fn keys_in_the_environment_cause_no_question_at_all() {
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"),
    ];
    assert_eq!(key("process", &keys).await, ("AKIDENV".into(), vec![]));
}

#[tokio::test]
async fn a_command_is_run_for_the_profile_that_has_it_and_may_assume_its_role() {
    let command = "$ login --password hush";
    assert_eq!(key("process", &[]).await, ("AKIDPROCESS".into(), vec![command.into()]));
    let by = "sts.r-1.amazonaws.com/ by AKIDPROCESS";
    assert_eq!(key("process-role", &[]).await, ("ASIAp".into(), vec![command.into(), by.into()]));
}

#[tokio::test]
async fn a_role_is_assumed_with_the_credentials_of_the_instance_or_the_container() {
    let (id, asked) = key("ec2", &[]).await;
    assert_eq!((id.as_str(), &asked[..3]), ("ASIAx", &EC2.map(String::from)[..]));
    assert_eq!(asked[3..], ["sts.r-1.amazonaws.com/ by ASIAEC2"]);
    let (_, asked) = key("over-ec2", &[]).await;
    assert_eq!(asked[3..], ["sts.r-1.amazonaws.com/ by ASIAEC2", "sts.r-1.amazonaws.com/ by ASIAx"]);

    let (id, asked) = key("ecs", &[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x")]).await;
    assert_eq!(
        (id.as_str(), asked),
        ("ASIAx", vec!["169.254.170.2/v2/x".into(), "sts.r-1.amazonaws.com/ by ASIAECS".into()])
    );
    assert_eq!(
        error("ecs", &[]),
        "SharedConfigErr: EcsContainer was specified as the credential_source of profile ecs, but \
         AWS_CONTAINER_CREDENTIALS_RELATIVE_URI was not set"
    );
}

#[tokio::test]
async fn a_web_identity_is_its_role_and_assumes_no_other_unless_told_to() {
    let sts = "sts.r-1.amazonaws.com/";
    assert_eq!(key("web", &[]).await, ("ASIAweb".into(), vec![sts.into()]));
    let (id, asked) = key("over-web", &[]).await;
    assert_eq!((id.as_str(), asked), ("ASIAover", vec![sts.into(), format!("{sts} by ASIAweb")]));
    let (_, asked) = key("static-web", &[]).await;
    assert_eq!(asked, [format!("{sts} by AKIDSTATIC")], "static keys come first");
}

#[tokio::test]
async fn a_web_identity_in_the_environment_beats_a_profile_that_the_code_has_not_named() {
    let variables = [
        ("AWS_REGION", "r-2"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/env"),
    ];
    assert_eq!(key("process", &variables).await, ("ASIAenv".into(), vec!["sts.r-2.amazonaws.com/".into()]));
    let (_, chosen) = builder("", &variables);
    let session = chosen.profile("process").build().unwrap();
    assert_eq!(value(&session).await.unwrap().access_key_id, "AKIDPROCESS");
    assert_eq!(
        error("process", &variables[..2]),
        "WebIdentityErr: role ARN is not set: AWS_WEB_IDENTITY_TOKEN_FILE is, but AWS_ROLE_ARN is not"
    );
}

#[tokio::test]
async fn a_sign_in_gives_the_profiles_credentials_and_assumes_roles() {
    let portal = "portal.sso.eu-west-1.amazonaws.com/federation/credentials";
    assert_eq!(key("sso", &[]).await, ("ASIASSO".into(), vec![portal.into()]));
    let (id, asked) = key("over-sso", &[]).await;
    assert_eq!(
        (id.as_str(), asked),
        ("ASIAover", vec![portal.into(), "sts.r-1.amazonaws.com/ by ASIASSO".into()])
    );
    assert_eq!(
        error("sso-half", &[]),
        "SSOProviderConfigError: profile sso-half is configured to use SSO but has no sso_role_name"
    );
}

#[tokio::test]
async fn a_login_session_is_read_from_its_cache() {
    assert_eq!(key("login", &[]).await, ("ASIALOGIN".into(), vec![]));
}

#[tokio::test]
async fn without_any_the_container_is_asked_and_else_the_instance() {
    let uri = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x");
    assert_eq!(key("keyless", &[uri]).await, ("ASIAECS".into(), vec!["169.254.170.2/v2/x".into()]));
    let place = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://imds.test");
    assert_eq!(key("keyless", &[place]).await, ("ASIAEC2".into(), EC2.map(String::from).to_vec()));
}

#[tokio::test]
async fn an_agent_that_may_not_be_asked_is_told_and_the_instance_is_not_asked_in_its_place() {
    let uri = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/x");
    let (world, builder) = builder("keyless", &[uri]);
    let failed = value(&builder.build().unwrap()).await.unwrap_err();
    assert_eq!(failed.code(), "NoCredentialProviders");
    assert!(
        failed
            .message()
            .contains("container (CredentialsEndpointError: invalid endpoint host, \"example.com\""),
        "{failed}"
    );
    assert!(!failed.message().contains("EC2") && world.asked().is_empty(), "{failed}");
}

#[tokio::test]
async fn a_providers_failure_names_profile_key_and_file_and_no_secret() {
    #[derive(Debug)]
    struct Fails;
    impl ProcessRunner for Fails {
        fn run<'a>(&'a self, _: &'a str, _: usize) -> BoxFuture<'a, io::Result<ProcessOutput>> {
            Box::pin(async { Ok(ProcessOutput::new(Some(1), "hush")) })
        }
    }
    let session = builder("process", &[]).1.process_runner(Fails).build().unwrap();
    assert_eq!(
        value(&session).await.unwrap_err().to_string(),
        "ProcessProviderExecutionError: error in credential_process: it ended with exit code 1 (credential_process in profile \
         process of /h/.aws/config)"
    );
}
