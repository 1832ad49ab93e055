//! From profiles and environment to the credentials that sign.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use cumulo_core::credentials::Value;
use cumulo_core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo_core::{BoxFuture, NamedHandler, Timeouts, stages};
use cumulo_sts::GetCallerIdentityInput;

use super::*;
use crate::session::{MemoryFiles, SessionBuilder, SharedConfigState};

const ROLES: &str = "\
[profile base]\nregion = base-1\naws_access_key_id = AKIDBASE\naws_secret_access_key = hush\n\
[profile plain]\nrole_arn = arn:aws:iam::123456789012:role/plain\nsource_profile = base\nregion = plain-1\n\
[profile mfa]\nrole_arn = arn:aws:iam::123456789012:role/mfa\nsource_profile = base\nregion = mfa-1\n\
mfa_serial = arn:aws:iam::123456789012:mfa/me\nexternal_id = third-party\nrole_session_name = me\nduration_seconds = 3600\n\
[profile nowhere]\nrole_arn = arn:aws:iam::123456789012:role/nowhere\nsource_profile = base\n\
[profile chained]\nrole_arn = arn:aws:iam::123456789012:role/chained\nsource_profile = plain\nregion = chained-1\n\
[profile self]\nrole_arn = arn:aws:iam::123456789012:role/self\nsource_profile = self\nregion = self-1\n\
aws_access_key_id = AKIDSELF\naws_secret_access_key = hush\n\
[profile ping]\nrole_arn = arn:aws:iam::123456789012:role/ping\nsource_profile = pong\nregion = ping-1\n\
aws_access_key_id = AKIDPING\naws_secret_access_key = hush\n\
[profile pong]\nrole_arn = arn:aws:iam::123456789012:role/pong\nsource_profile = ping\n\
[profile own]\nrole_arn = arn:aws:iam::123456789012:role/own\nregion = own-1\n\
aws_access_key_id = AKIDOWN\naws_secret_access_key = hush\n\
[profile short]\nrole_arn = arn:aws:iam::123456789012:role/short\nsource_profile = base\nduration_seconds = 300\n\
[profile from-env]\nrole_arn = arn:aws:iam::123456789012:role/from-env\ncredential_source = Environment\nregion = env-1\n\
[profile sourceless]\nrole_arn = arn:aws:iam::123456789012:role/x\n\
[profile around]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = around\n\
[profile lost]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = none\n\
[profile keyless]\nregion = r\n\
[profile poor]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = keyless\n\
[profile roleless]\nsource_profile = base\n\
[profile two]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\ncredential_process = cat\n\
[profile half]\naws_access_key_id = AKIDHALF\n";

const ENV_KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush")];

/// Answers every AssumeRole with the key `ASIA` and the role's name, and keeps what was sent.
#[derive(Debug, Clone, Default)]
struct FakeSts(Arc<Mutex<Vec<Sent>>>);

#[derive(Debug, Clone)]
struct Sent {
    url: String,
    form: String,
    authorization: String,
}

impl Sent {
    fn field(&self, name: &str) -> Option<&str> {
        self.form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// The key and the region in the scope of the signature.
    fn signer(&self) -> (&str, &str) {
        let scope = self.authorization.split_once("Credential=").unwrap().1;
        let mut parts = scope.split('/');
        (parts.next().unwrap(), parts.nth(1).unwrap())
    }
}

impl HttpClient for FakeSts {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        let sent = Sent {
            url: request.url.to_string(),
            form: String::from_utf8(request.body.bytes().unwrap().to_vec()).unwrap(),
            authorization: request.headers["authorization"].to_str().unwrap().to_owned(),
        };
        let role =
            sent.field("RoleArn").and_then(|arn| arn.rsplit("%2F").next()).unwrap_or("none").to_owned();
        self.0.lock().unwrap().push(sent);
        let answer = format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA{role}</AccessKeyId>\
             <SecretAccessKey>hush</SecretAccessKey><SessionToken>whisper</SessionToken>\
             <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        );
        Box::pin(async { Ok(HttpResponse::new(200, answer)) })
    }
}

impl FakeSts {
    fn sent(&self) -> Vec<Sent> {
        self.0.lock().unwrap().clone()
    }
}

fn builder(variables: &[(&str, &str)]) -> (FakeSts, SessionBuilder) {
    let sts = FakeSts::default();
    let variables = [("HOME", "/h")].iter().chain(variables).copied();
    let builder = Session::builder()
        .env(Env::from_map(variables))
        .file_system(MemoryFiles::from_map([("/h/.aws/config", ROLES)]))
        .http_client(sts.clone());
    (sts, builder)
}

async fn value(session: &Session) -> Arc<Value> {
    session.config().credentials.as_ref().unwrap().get().await.unwrap()
}

async fn key(builder: SessionBuilder) -> String {
    value(&builder.build().unwrap()).await.access_key_id.clone()
}

fn error(profile: &str) -> String {
    builder(&[]).1.profile(profile).build().unwrap_err().to_string()
}

#[tokio::test]
async fn credentials_come_from_the_code_else_a_chosen_profile_else_the_environment_else_a_named_profile() {
    let with_keys = [ENV_KEYS[0], ENV_KEYS[1], ("AWS_PROFILE", "base")];
    let (_, all) = builder(&with_keys);
    let code = Config::new().credentials(Credentials::from_keys("AKIDCODE", "hush"));
    assert_eq!(key(all.clone().profile("base").config(&code)).await, "AKIDCODE");
    assert_eq!(key(all.clone().profile("base")).await, "AKIDBASE");
    assert_eq!(key(all.clone()).await, "AKIDENV");
    assert_eq!(value(&all.build().unwrap()).await.provider_name, "EnvConfigCredentials");
    let (_, named) = builder(&with_keys[2..]);
    let session = named.build().unwrap();
    assert_eq!(value(&session).await.access_key_id, "AKIDBASE");
    assert_eq!(value(&session).await.provider_name, "SharedConfigCredentials: /h/.aws/config");
}

#[tokio::test]
async fn half_a_pair_in_the_environment_is_passed_over() {
    assert_eq!(key(builder(&[ENV_KEYS[0], ("AWS_PROFILE", "base")]).1).await, "AKIDBASE");
}

#[tokio::test]
async fn an_mfa_profile_assumes_its_role_with_the_code_and_all_settings() {
    let (sts, builder) = builder(&[("AWS_PROFILE", "mfa")]);
    let session = builder.assume_role_token_provider(|| Ok("123456".into())).build().unwrap();
    assert_eq!(sts.sent().len(), 0, "nothing is sent before credentials are needed");
    let role = value(&session).await;
    assert_eq!((role.access_key_id.as_str(), &*role.provider_name), ("ASIAmfa", "AssumeRoleProvider"));

    let sent = &sts.sent()[0];
    assert_eq!(sent.field("Action"), Some("AssumeRole"));
    assert_eq!(sent.field("RoleArn"), Some("arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmfa"));
    assert_eq!(sent.field("SerialNumber"), Some("arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fme"));
    assert_eq!(sent.field("TokenCode"), Some("123456"));
    assert_eq!(sent.field("ExternalId"), Some("third-party"));
    assert_eq!(sent.field("RoleSessionName"), Some("me"));
    assert_eq!(sent.field("DurationSeconds"), Some("3600"));
    assert_eq!(sent.signer(), ("AKIDBASE", "mfa-1"));
    assert_eq!(sent.url, "https://sts.mfa-1.amazonaws.com/");
}

#[tokio::test]
async fn requests_of_the_session_are_signed_with_the_role() {
    let (sts, builder) = builder(&[("AWS_PROFILE", "plain")]);
    let client = cumulo_sts::Client::new(&builder.build().unwrap());
    let _ = client.get_caller_identity(GetCallerIdentityInput::new()).await;
    let signers: Vec<_> = sts.sent().iter().map(|sent| sent.signer().0.to_owned()).collect();
    assert_eq!(signers, ["AKIDBASE", "ASIAplain"]);
}

#[test]
fn mfa_without_a_token_provider_fails_when_the_session_is_made() {
    assert_eq!(
        error("mfa"),
        "AssumeRoleTokenProviderNotSetError: assume role with MFA enabled, but AssumeRoleTokenProvider session option not set."
    );
    let failure = builder(&[("AWS_PROFILE", "mfa")]).1.build().unwrap_err();
    let remedy = std::error::Error::source(&failure).unwrap().to_string();
    assert!(remedy.starts_with("profile mfa has mfa_serial = "), "{remedy}");
    assert!(remedy.contains("SessionBuilder::assume_role_token_provider"), "{remedy}");
    let keys = [ENV_KEYS[0], ENV_KEYS[1], ("AWS_PROFILE", "mfa")];
    assert!(builder(&keys).1.build().is_ok(), "the environment's keys are used, so no role is assumed");
    let off = builder(&keys[2..]).1.shared_config_state(SharedConfigState::Disabled);
    assert_eq!(off.build().unwrap_err().code(), "SharedConfigProfileNotExistsError");
}

#[tokio::test]
async fn without_an_mfa_serial_the_token_provider_is_never_called() {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let (sts, builder) = builder(&[("AWS_PROFILE", "plain")]);
    let ask = || {
        ASKED.fetch_add(1, Ordering::SeqCst);
        Ok("123456".into())
    };
    assert_eq!(key(builder.assume_role_token_provider(ask)).await, "ASIAplain");
    assert_eq!((sts.sent()[0].field("TokenCode"), sts.sent()[0].field("SerialNumber")), (None, None));
    assert_eq!(ASKED.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_callers_are_asked_for_one_code() {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let (sts, builder) = builder(&[("AWS_PROFILE", "mfa")]);
    let ask = || {
        ASKED.fetch_add(1, Ordering::SeqCst);
        Ok("123456".into())
    };
    let session = builder.assume_role_token_provider(ask).build().unwrap();
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { value(&session).await.access_key_id.clone() })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "ASIAmfa");
    }
    assert_eq!((ASKED.load(Ordering::SeqCst), sts.sent().len()), (1, 1));
}

#[tokio::test]
async fn the_role_is_assumed_with_the_sessions_endpoint_and_region_else_the_sources_region() {
    let (sts, plain) = builder(&[("AWS_PROFILE", "nowhere")]);
    let session = plain.clone().build().unwrap();
    assert_eq!(session.config().region, None);
    value(&session).await;
    key(plain.region("code-1").endpoint("http://localhost:4566")).await;
    let sent = sts.sent();
    assert_eq!((sent[0].signer().1, sent[0].url.as_str()), ("base-1", "https://sts.base-1.amazonaws.com/"));
    assert_eq!((sent[1].signer().1, sent[1].url.as_str()), ("code-1", "http://localhost:4566/"));
}

#[tokio::test]
async fn an_endpoint_for_s3_alone_does_not_reach_the_call_that_assumes_the_role() {
    use cumulo_core::endpoints::{ResolvedEndpoint, only_for, service};
    let elsewhere = ResolvedEndpoint::new("https://s3.example.com").signing_region("mars");
    for (variables, in_code) in
        [(&[("AWS_ENDPOINT_URL_S3", "https://s3.example.com")][..], false), (&[], true)]
    {
        let (sts, mut builder) = builder(variables);
        if in_code {
            builder = builder.endpoint_resolver(only_for(service::S3, elsewhere.clone()));
        }
        let session = builder.profile("plain").build().unwrap();
        value(&session).await;
        assert_eq!(sts.sent()[0].url, "https://sts.plain-1.amazonaws.com/");
        assert_eq!(sts.sent()[0].signer().1, "plain-1");
        let s3 = cumulo_s3::Client::new(&session);
        let url = s3.base().settings().endpoint.as_ref().unwrap().url.to_string();
        assert_eq!(url, "https://s3.example.com/");
    }
}

#[tokio::test]
async fn handlers_of_the_session_see_the_call_that_assumes_the_role() {
    static SEEN: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let mut handlers = stages::core_handlers();
    let record = |request: &mut cumulo_core::Request| SEEN.lock().unwrap().push(request.operation().name);
    handlers.sign.push_back_named(NamedHandler::new("my.Record", record));
    key(builder(&[("AWS_PROFILE", "plain")]).1.handlers(handlers)).await;
    assert_eq!(*SEEN.lock().unwrap(), ["AssumeRole"]);
}

#[tokio::test]
async fn roles_are_chained_through_source_profiles() {
    let (sts, builder) = builder(&[("AWS_PROFILE", "chained")]);
    assert_eq!(key(builder).await, "ASIAchained");
    let signers: Vec<_> = sts.sent().iter().map(|sent| sent.signer().0.to_owned()).collect();
    assert_eq!(signers, ["AKIDBASE", "ASIAplain"]);
}

#[tokio::test]
async fn a_way_that_comes_round_ends_with_the_profiles_own_keys() {
    let (sts, own) = builder(&[]);
    assert_eq!(key(own.clone().profile("self")).await, "ASIAself");
    assert_eq!(key(own.clone().profile("ping")).await, "ASIAping");
    assert_eq!(key(own.profile("own")).await, "ASIAown");
    let signers: Vec<_> = sts.sent().iter().map(|sent| sent.signer().0.to_owned()).collect();
    assert_eq!(signers, ["AKIDSELF", "AKIDPING", "ASIApong", "AKIDOWN"]);
}

#[tokio::test]
async fn a_role_may_be_assumed_with_the_environments_keys() {
    let (sts, chosen) = builder(&ENV_KEYS);
    assert_eq!(key(chosen.profile("from-env")).await, "ASIAfrom-env");
    assert_eq!(sts.sent()[0].signer().0, "AKIDENV");
    let error = builder(&[]).1.profile("from-env").build().unwrap_err();
    assert_eq!(error.code(), "EnvAccessKeyNotFound");
}

#[tokio::test]
async fn the_sessions_duration_beats_the_profiles_which_is_at_least_the_shortest() {
    let (sts, all) = builder(&[]);
    let all = all.assume_role_token_provider(|| Ok("123456".into()));
    key(all.clone().profile("short")).await;
    key(all.profile("mfa").assume_role_duration(Duration::from_secs(7200))).await;
    let durations: Vec<_> =
        sts.sent().iter().map(|sent| sent.field("DurationSeconds").unwrap().to_owned()).collect();
    assert_eq!(durations, ["900", "7200"]);
}

#[test]
fn incomplete_roles_are_errors_when_the_session_is_made() {
    let role = "arn:aws:iam::123456789012:role/x";
    let failed = format!("SharedConfigAssumeRoleError: failed to load assume role for {role},");
    let line = |key: &str, name: &str| {
        let line = ROLES.split(&format!("[profile {name}]")).next().unwrap().lines().count();
        let own = ROLES.lines().skip(line).position(|line| line.starts_with(key)).unwrap();
        format!("{key} in profile {name} of /h/.aws/config line {}", line + own + 1)
    };
    let none =
        |source: &str, place| format!("{failed} source profile {source} has no shared credentials ({place})");
    assert_eq!(error("lost"), none("none", line("source_profile", "lost")));
    assert_eq!(error("poor"), none("keyless", line("source_profile", "poor")));
    assert_eq!(error("around"), none("around", line("source_profile", "around")));
    let place = line("role_arn", "sourceless");
    assert_eq!(
        error("sourceless"),
        format!(
            "{failed} profile sourceless has neither source_profile nor credentials of its own ({place})"
        )
    );
    let place = line("source_profile", "roleless");
    assert_eq!(
        error("roleless"),
        format!(
            "CredentialRequiresARNError: credential type source_profile requires role_arn, profile roleless ({place})"
        )
    );
    let (first, second) = (line("source_profile", "two"), line("credential_process", "two"));
    assert_eq!(
        error("two"),
        format!(
            "SharedConfigErr: only one credential type may be specified per profile: profile two has source_profile and \
             credential_process ({first}, {second})"
        )
    );
    assert!(
        error("half").contains("aws_access_key_id is set but aws_secret_access_key is not"),
        "{}",
        error("half")
    );
}

#[test]
fn the_cause_of_a_role_without_source_credentials_tells_a_lost_profile_from_a_circle() {
    let cause = |profile: &str| {
        let error = builder(&[]).1.profile(profile).build().unwrap_err();
        std::error::Error::source(&error).map(ToString::to_string)
    };
    assert_eq!(cause("lost").as_deref(), Some("no file has a profile none"));
    assert_eq!(cause("around").as_deref(), Some("the source profiles lead back to it: around, around"));
    assert_eq!(cause("poor"), None);
}

#[tokio::test]
async fn nothing_found_is_told_to_the_call_with_every_place_looked_at() {
    let (sts, nothing) = builder(&[("AWS_REGION", "r-1"), ("AWS_EC2_METADATA_DISABLED", "true")]);
    let client = cumulo_sts::Client::new(&nothing.clone().build().unwrap());
    let failed = client.get_caller_identity(GetCallerIdentityInput::new()).await.unwrap_err();
    assert_eq!(failed.code(), "NoCredentialProviders");
    assert_eq!(
        failed.message(),
        "no provider has credentials: environment (EnvAccessKeyNotFound: AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY not found in \
         environment); web identity (WebIdentityErr: AWS_WEB_IDENTITY_TOKEN_FILE is not set); shared files \
         (SharedConfigProfileNotExistsError: failed to get profile, default; looked at /h/.aws/config and \
         /h/.aws/credentials); container (CredentialsEndpointError: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
         AWS_CONTAINER_CREDENTIALS_FULL_URI is set); EC2 instance metadata (RequestCanceled: EC2 IMDS access disabled via \
         AWS_EC2_METADATA_DISABLED env var)"
    );
    assert_eq!(sts.sent().len(), 0);

    let chosen = nothing.profile("keyless").build().unwrap();
    let failed = chosen.config().credentials.as_ref().unwrap().get().await.unwrap_err();
    assert_eq!(
        failed.message(),
        "no provider has credentials: shared files (SharedCredsAccessKey: profile keyless has no credentials; looked at \
         /h/.aws/config and /h/.aws/credentials); container (CredentialsEndpointError: neither \
         AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set); EC2 instance metadata \
         (RequestCanceled: EC2 IMDS access disabled via AWS_EC2_METADATA_DISABLED env var)"
    );
}

#[tokio::test]
async fn one_session_serves_a_client_with_its_own_credentials_and_one_with_a_roles() {
    let (sts, builder) = builder(&[("AWS_PROFILE", "base")]);
    let session = builder.build().unwrap();
    let role = cumulo_credentials::stscreds::new_credentials(
        &session,
        "arn:aws:iam::123456789012:role/some",
        |role| role.serial_number("GAHT12345678").token_code("123456"),
    );
    let own = cumulo_sts::Client::new(&session);
    let assumed = cumulo_sts::Client::with_config(&session, &Config::new().credentials(role));
    let _ = own.get_caller_identity(GetCallerIdentityInput::new()).await;
    let _ = assumed.get_caller_identity(GetCallerIdentityInput::new()).await;
    let sent = sts.sent();
    let signers: Vec<_> = sent.iter().map(|sent| sent.signer().0).collect();
    assert_eq!(signers, ["AKIDBASE", "AKIDBASE", "ASIAsome"]);
    assert_eq!(sent[1].field("TokenCode"), Some("123456"));
}

#[test]
fn a_way_through_profiles_without_end_is_an_error_and_a_long_one_is_not() {
    let of_length = |length: usize| {
        let mut text = "[profile p0]\naws_access_key_id = AKID\naws_secret_access_key = hush\n".to_owned();
        for index in 1..length {
            let role = format!("role_arn = arn:aws:iam::123456789012:role/r{index}");
            text.push_str(&format!("[profile p{index}]\n{role}\nsource_profile = p{}\n", index - 1));
        }
        let files = MemoryFiles::from_map([("/h/.aws/config", text)]);
        let env = Env::from_map([("HOME", "/h"), ("AWS_REGION", "r-1")]);
        Session::builder().env(env).file_system(files).profile(format!("p{}", length - 1)).build()
    };
    assert!(of_length(100).is_ok());
    assert_eq!(
        of_length(10_000).unwrap_err().to_string(),
        "SharedConfigErr: profile p9999: more than 100 profiles follow one another (source_profile in profile p9899 of \
         /h/.aws/config line 29700)"
    );
}
