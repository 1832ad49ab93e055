//! The errors of sessions and providers that programs tell apart: codes and texts of Go's `session`, `credentials` and their
//! providers, in the order in which a session meets them.

use cumulo::credentials::imds::{self, Ec2RoleProvider};
use cumulo::credentials::process::{ProcessOutput, ProcessRunner};
use cumulo::credentials::stscreds::{AssumeRoleProvider, WebIdentityRoleProvider};
use cumulo::credentials::{EnvProvider, ProcessProvider, Provider, SharedFileProvider};
use cumulo::session::{Env, MemoryFiles};
use cumulo::sts::Client;
use cumulo::{BoxFuture, Config, Credentials, Error, Session, SessionBuilder};

use crate::world::{CountingSts, DEVICE, HandClock, Network, ROLE};

const FILES: &str = "\
[profile base]\naws_access_key_id = AKID\naws_secret_access_key = hush\n\
[profile mfa]\nrole_arn = ROLE\nsource_profile = base\nmfa_serial = DEVICE\n\
[profile lost]\nrole_arn = ROLE\nsource_profile = nowhere\n\
[profile poor]\nrole_arn = ROLE\nsource_profile = empty\n\
[profile empty]\noutput = json\n\
[profile sourceless-role]\nsource_profile = base\n\
[profile credential-source]\ncredential_source = Environment\n\
[profile token-file]\nweb_identity_token_file = /token\n\
[profile two]\nrole_arn = ROLE\nsource_profile = base\ncredential_source = Environment\n\
[profile ecs]\nrole_arn = ROLE\ncredential_source = EcsContainer\n\
[profile odd]\nrole_arn = ROLE\ncredential_source = Elsewhere\n\
[profile env]\nrole_arn = ROLE\ncredential_source = Environment\n\
[profile sso]\nsso_start_url = https://s\nsso_region = r\nsso_account_id = 1\nsso_role_name = n\n";

fn builder(variables: &[(&str, &str)], file: &str) -> SessionBuilder {
    let home = [("HOME", "/h"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let text = file.replace("ROLE", ROLE).replace("DEVICE", DEVICE);
    Session::builder()
        .env(Env::from_map(home.iter().chain(variables).copied()))
        .file_system(MemoryFiles::from_map([("/h/.aws/config", text)]))
        .clock(HandClock::new())
}

/// A row: the code, and the text or what it begins with (`…`).
fn assert_row(error: &Error, code: &str, text: &str) {
    assert_eq!(error.code(), code, "{error}");
    match text.strip_suffix('…') {
        Some(beginning) => assert!(error.message().starts_with(beginning), "{error}"),
        None => assert_eq!(error.message(), text),
    }
}

#[test]
fn what_is_wrong_with_the_files_is_found_when_the_session_is_made() {
    let no_credentials = |source: &str| {
        format!(
            "failed to load assume role for {ROLE}, source profile {source} has no shared credentials (source_profile in profile …"
        )
    };
    let requires =
        |kind: &str, profile: &str| format!("credential type {kind} requires role_arn, profile {profile} …");
    for (profile, code, text) in [
        (
            "mfa",
            "AssumeRoleTokenProviderNotSetError",
            "assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.".to_owned(),
        ),
        ("none", "SharedConfigProfileNotExistsError", "failed to get profile, none".to_owned()),
        ("lost", "SharedConfigAssumeRoleError", no_credentials("nowhere")),
        ("poor", "SharedConfigAssumeRoleError", no_credentials("empty")),
        ("sourceless-role", "CredentialRequiresARNError", requires("source_profile", "sourceless-role")),
        (
            "credential-source",
            "CredentialRequiresARNError",
            requires("credential_source", "credential-source"),
        ),
        ("token-file", "CredentialRequiresARNError", requires("web_identity_token_file", "token-file")),
        ("two", "SharedConfigErr", "only one credential type may be specified per profile: …".to_owned()),
        (
            "ecs",
            "SharedConfigErr",
            "EcsContainer was specified as the credential_source of profile ecs, but …".to_owned(),
        ),
        (
            "odd",
            "SharedConfigErr",
            "/h/.aws/config line 31, [profile odd] credential_source: found …".to_owned(),
        ),
    ] {
        let error = builder(&[], FILES).profile(profile).build().unwrap_err();
        assert_row(&error, code, &text);
    }
    let broken = builder(&[], "[profile p").build().unwrap_err();
    assert_row(&broken, "SharedConfigLoadError", "failed to load config file, /h/.aws/config line 1: …");
}

#[test]
fn half_a_web_identity_in_the_environment_is_an_error() {
    let error = builder(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")], "").build().unwrap_err();
    assert_row(&error, "WebIdentityErr", "role ARN is not set: …");
}

async fn refused(provider: impl Provider) -> Error {
    provider.retrieve().await.unwrap_err()
}

#[tokio::test]
async fn keys_that_are_not_there_are_told_apart() {
    let env = |variables: &[(&str, &str)]| Env::from_map(variables.iter().copied());
    let error = refused(EnvProvider::new(env(&[("AWS_SECRET_KEY", "hush")]))).await;
    assert_row(
        &error,
        "EnvAccessKeyNotFound",
        "AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY not found in environment",
    );
    let error = refused(EnvProvider::new(env(&[("AWS_ACCESS_KEY", "AKID")]))).await;
    assert_row(
        &error,
        "EnvSecretNotFound",
        "AWS_SECRET_ACCESS_KEY or AWS_SECRET_KEY not found in environment",
    );

    let empty = Credentials::from_keys("", "").get().await.unwrap_err();
    assert_row(&empty, "EmptyStaticCreds", "static credentials are empty");

    let error = refused(SharedFileProvider::new(env(&[("USER", "me")]))).await;
    assert_row(&error, "UserHomeNotFound", "user home directory not found");
    let text = "[no-id]\naws_secret_access_key = hush\n[no-secret]\naws_access_key_id = AKID\n";
    let files = MemoryFiles::from_map([("/h/.aws/credentials", text)]);
    for (profile, code, text) in [
        ("none", "SharedCredsLoad", "failed to get profile, none"),
        (
            "no-id",
            "SharedCredsAccessKey",
            "shared credentials no-id in /h/.aws/credentials did not contain aws_access_key_id",
        ),
        (
            "no-secret",
            "SharedCredsSecret",
            "shared credentials no-secret in /h/.aws/credentials did not contain aws_secret_access_key",
        ),
    ] {
        let provider = SharedFileProvider::new(env(&[("HOME", "/h")])).files(files.clone()).profile(profile);
        assert_row(&refused(provider).await, code, text);
    }
}

async fn used(builder: SessionBuilder) -> Error {
    let session = builder.build().unwrap();
    session.config().credentials.as_ref().unwrap().get().await.unwrap_err()
}

#[tokio::test]
async fn a_session_without_credentials_says_so_to_whoever_needs_them() {
    let error = used(builder(&[], "")).await;
    assert_row(
        &error,
        "NoCredentialProviders",
        "no provider has credentials: environment (EnvAccessKeyNotFound: …",
    );
    let error = Credentials::anonymous().get().await.unwrap_err();
    assert_eq!(error.code(), "NoCredentialProviders");
    let error = builder(&[], FILES).profile("env").build().unwrap_err();
    assert_eq!(error.code(), "EnvAccessKeyNotFound");
    let error = used(builder(&[], FILES).profile("sso")).await;
    assert_row(&error, "SSOProviderInvalidToken", "the SSO session has expired or is invalid: …");
}

/// Prints one text, and ends with a code.
#[derive(Debug)]
struct Prints(i32, &'static str);

impl ProcessRunner for Prints {
    fn run<'a>(&'a self, _: &'a str, _: usize) -> BoxFuture<'a, std::io::Result<ProcessOutput>> {
        let output = ProcessOutput::new(Some(self.0), self.1);
        Box::pin(async { Ok(output) })
    }
}

#[tokio::test]
async fn commands_have_four_codes() {
    for (code, printed, expected, text) in [
        (0, "no json", "ProcessProviderParseError", "parse failed of credential_process output: …"),
        (0, r#"{"Version":2}"#, "ProcessProviderVersionError", "wrong version in process output (not 1)"),
        (0, r#"{"Version":1}"#, "ProcessProviderRequiredError", "missing AccessKeyId in process output"),
        (
            0,
            r#"{"Version":1,"AccessKeyId":"AKID"}"#,
            "ProcessProviderRequiredError",
            "missing SecretAccessKey in process output",
        ),
        (1, "", "ProcessProviderExecutionError", "error in credential_process: it ended with exit code 1"),
    ] {
        let error = refused(ProcessProvider::new("x").runner(Prints(code, printed))).await;
        assert_row(&error, expected, text);
    }
    let empty = refused(ProcessProvider::new("")).await;
    assert_row(&empty, "ProcessProviderExecutionError", "command must not be empty");
}

/// The metadata service of an instance, whose answers are told by the path's end.
fn instance(answers: &'static [(&str, u16, &str)]) -> imds::Client {
    let network = Network::answering(|sent| {
        let answer = answers.iter().find(|(end, ..)| sent.path.ends_with(end));
        Some(answer.map_or((404, String::new()), |(_, status, body)| (*status, (*body).to_owned())))
    });
    imds::Client::new(&Config::new().http_client(network).clock(HandClock::new()))
}

#[tokio::test]
async fn an_instance_has_codes_for_role_keys_and_service() {
    const TOKEN: (&str, u16, &str) = ("/api/token", 200, "T1");
    const LIST: (&str, u16, &str) = ("/security-credentials/", 200, "my-role");
    const FAILURE: (&str, u16, &str) = ("/my-role", 200, r#"{"Code":"ErrorCode","Message":"text"}"#);
    let error = refused(Ec2RoleProvider::new(instance(&[TOKEN]))).await;
    assert_row(&error, "EC2RoleRequestError", "no EC2 instance role found: …");
    let error = refused(Ec2RoleProvider::new(instance(&[TOKEN, ("/security-credentials/", 200, "")]))).await;
    assert_row(&error, "EmptyEC2RoleList", "empty EC2 Role list");
    let error = refused(Ec2RoleProvider::new(instance(&[TOKEN, LIST]))).await;
    assert_row(&error, "EC2RoleRequestError", "failed to get my-role EC2 instance role credentials: …");
    let error = refused(Ec2RoleProvider::new(instance(&[TOKEN, LIST, ("/my-role", 200, "{")]))).await;
    assert_row(&error, "SerializationError", "failed to decode my-role EC2 instance role credentials: …");
    let error = refused(Ec2RoleProvider::new(instance(&[TOKEN, LIST, FAILURE]))).await;
    assert_row(&error, "ErrorCode", "failed to get EC2 instance role credentials of my-role: text");

    let without = instance(&[("/api/token", 404, "")]).v1_disabled(true);
    let error = without.metadata("instance-id").await.unwrap_err();
    assert_row(
        &error,
        "EC2MetadataError",
        "failed to get IMDSv2 token and fallback to IMDSv1 is disabled: …",
    );
    let error = instance(&[TOKEN]).metadata("instance-id").await.unwrap_err();
    assert_row(&error, "EC2MetadataError", "failed to make EC2Metadata request: …");
    let off = Env::from_map([("AWS_EC2_METADATA_DISABLED", "true")]);
    let error = instance(&[]).configured(&off, None).unwrap().metadata("instance-id").await.unwrap_err();
    assert_row(&error, "RequestCanceled", "EC2 IMDS access disabled via AWS_EC2_METADATA_DISABLED env var");
}

#[tokio::test]
async fn a_containers_agent_has_one_code() {
    let relative = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
    let network = Network::answering(|_| Some((400, r#"{"code":"Bad","message":"no"}"#.to_owned())));
    let error = used(builder(&[relative], "").http_client(network)).await;
    assert!(
        error.message().contains("container (CredentialsEndpointError: failed to load credentials: "),
        "{error}"
    );
    let full = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/x");
    let error = used(builder(&[full], "")).await;
    assert!(
        error.message().contains("(CredentialsEndpointError: invalid endpoint host, \"example.com\""),
        "{error}"
    );
}

#[tokio::test]
async fn roles_without_a_code_or_a_token_are_told_apart() {
    let sts = CountingSts::new(&HandClock::new(), 1);
    let error = refused(AssumeRoleProvider::new(sts, ROLE).serial_number(DEVICE)).await;
    assert_row(
        &error,
        "AssumeRoleTokenNotAvailable",
        "assume role with MFA enabled, but neither TokenCode nor TokenProvider are set",
    );
    let client = || Client::new(&Config::new().region("r"));
    let files = MemoryFiles::default;
    let error = refused(WebIdentityRoleProvider::new(client(), ROLE, "/token").files(files())).await;
    assert_row(&error, "WebIdentityErr", "unable to read file at /token: …");
    let error = refused(WebIdentityRoleProvider::new(client(), "", "/token").files(files())).await;
    assert_row(&error, "WebIdentityErr", "role ARN is not set…");
    let error = refused(WebIdentityRoleProvider::new(client(), ROLE, "").files(files())).await;
    assert_row(&error, "WebIdentityErr", "token file path is not set…");
}
