//! Files as botocore 1.44.5 has written them, and what becomes of good, old and broken ones.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use cumulo_core::credentials::{Provider as _, Value};
use cumulo_core::{BoxFuture, Credentials, DateTime};
use cumulo_shared_config::MemoryFiles;
use cumulo_sts::types;

use super::super::{AssumeRoleProvider, AssumeRoler, async_token_provider};
use super::*;
use crate::testing::StoppedClock;

const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
const DEVICE: &str = "arn:aws:iam::123456789012:mfa/me";

/// The name and the content of the file that botocore's `AssumeRoleCredentialFetcher` has left in a `JSONFileCache` for
/// [`ROLE`] with [`DEVICE`], `ExternalId` third-party, `RoleSessionName` me and `DurationSeconds` 3600.
const FILE_OF_BOTOCORE: &str = "/cache/9f64f59224c7d24d4c4a56199b33a94bab162be6.json";
const CONTENT_OF_BOTOCORE: &str = r#"{"Credentials": {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret-deploy", "SessionToken": "token-deploy", "Expiration": "2026-01-01T01:00:00UTC", "AccountId": "123456789012"}, "AssumedRoleUser": {"AssumedRoleId": "AROAEXAMPLE:me", "Arn": "arn:aws:sts::123456789012:assumed-role/deploy/me"}, "ResponseMetadata": {"RequestId": "1", "HTTPStatusCode": 200, "HTTPHeaders": {"content-type": "text/xml"}, "RetryAttempts": 0}}"#;

/// Gives credentials of an hour, numbered, and keeps the durations that it was asked for.
#[derive(Clone)]
struct FakeSts {
    clock: StoppedClock,
    asked: Arc<Mutex<Vec<Option<i32>>>>,
}

#[async_trait::async_trait]
impl AssumeRoler for FakeSts {
    async fn assume_role(&self, input: AssumeRoleInput) -> Result<AssumeRoleOutput, Error> {
        let number = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(input.duration_seconds);
            asked.len()
        };
        let credentials = types::Credentials::new()
            .access_key_id(format!("ASIA{number}"))
            .secret_access_key("hush")
            .session_token("whisper")
            .expiration(self.clock.now().plus(Duration::from_secs(3600)));
        let user = types::AssumedRoleUser::new()
            .assumed_role_id("AROAEXAMPLE:me")
            .arn("arn:aws:sts::123456789012:assumed-role/deploy/me");
        Ok(AssumeRoleOutput::new().credentials(credentials).assumed_role_user(user))
    }
}

/// A role whose files lie in memory, and how often its user was asked for a code.
struct Fixture {
    clock: StoppedClock,
    files: MemoryFiles,
    sts: FakeSts,
    prompts: Arc<AtomicU32>,
}

impl Fixture {
    fn new() -> Self {
        let clock = StoppedClock::new();
        let sts = FakeSts { clock: clock.clone(), asked: Arc::default() };
        Self { clock, sts, files: MemoryFiles::default(), prompts: Arc::default() }
    }

    /// Another process, as it were.
    fn process(&self) -> AssumeRoleProvider {
        self.process_with(RoleCache::new("/cache").files(self.files.clone()))
    }

    fn process_with(&self, cache: RoleCache) -> AssumeRoleProvider {
        let prompts = Arc::clone(&self.prompts);
        AssumeRoleProvider::new(self.sts.clone(), ROLE)
            .clock(self.clock.shared())
            .serial_number(DEVICE)
            .external_id("third-party")
            .role_session_name("me")
            .duration(Duration::from_secs(3600))
            .token_provider(move || {
                prompts.fetch_add(1, Ordering::SeqCst);
                Ok("123456".into())
            })
            .cache(cache)
    }

    fn prompts(&self) -> u32 {
        self.prompts.load(Ordering::SeqCst)
    }
}

fn key(configure: impl FnOnce(AssumeRoleInput) -> AssumeRoleInput) -> String {
    let made_up = AssumeRoleInput::new().role_arn(ROLE).role_session_name("10000000000000");
    let input = configure(made_up);
    let is_named = input.role_session_name.as_deref() == Some("me");
    key::of(&input, is_named)
}

#[test]
fn files_have_the_names_that_botocore_gives_them() {
    assert_eq!(key(|role| role), "6a9d9ba39800a1773d9a3bd50c4a0db301ff5832");
    assert_eq!(
        key(|role| role.serial_number(DEVICE).token_code("123456")),
        "391a75524b09afcc91e2f38d977d7e9d386fc338"
    );
    let of_a_profile = key(|role| {
        role.serial_number(DEVICE).external_id("third-party").role_session_name("me").duration_seconds(3600)
    });
    assert_eq!(of_a_profile, "9f64f59224c7d24d4c4a56199b33a94bab162be6");
    let policy = r#"{"Version": "2012-10-17",
 "Statement": [{"Resource":"*","Effect":"Allow","Action":["s3:*"], "Condition": {"NumericLessThan":{"s3:max-keys": 10}, "Bool":{"x":true,"y":null}}}]}"#;
    assert_eq!(key(|role| role.policy(policy)), "cd43c359ce740be9496f511e17e0cf9aae112973");
    let everything = key(|role| {
        role.policy_arns([types::PolicyDescriptorType::new().arn("arn:aws:iam::aws:policy/ReadOnlyAccess")])
            .tags([types::Tag::new().key("team").value("blue")])
            .transitive_tag_keys(["team"])
            .source_identity("alice")
    });
    assert_eq!(everything, "3df8601fdbe9189a66588e347160f3eba10f165f");
    let odd_letters = "a\"b\\c/d\te\u{e9}\u{20ac}\u{1f600}\u{7f}";
    assert_eq!(key(|role| role.external_id(odd_letters)), "0448fc56a443d54e6111b236f926a840611bc3cc");
}

#[tokio::test]
async fn what_botocore_has_left_is_used_and_nobody_is_asked() {
    let t = Fixture::new();
    t.files.replace(FILE_OF_BOTOCORE.as_ref(), CONTENT_OF_BOTOCORE.as_bytes()).unwrap();
    let value = t.process().retrieve().await.unwrap();
    let expected = Value::new("ASIAEXAMPLE", "secret-deploy")
        .session_token("token-deploy")
        .expires(DateTime::parse_iso8601("2026-01-01T01:00:00Z").unwrap())
        .provider_name("AssumeRoleProvider")
        .account_id("123456789012");
    assert_eq!(value, expected);
    assert_eq!((t.prompts(), t.sts.asked.lock().unwrap().len()), (0, 0));
}

#[tokio::test]
async fn one_process_is_asked_and_leaves_a_file_for_the_others() {
    let t = Fixture::new();
    let value = t.process().retrieve().await.unwrap();
    let written = t.files.read(FILE_OF_BOTOCORE.as_ref()).unwrap();
    assert_eq!(
        String::from_utf8(written).unwrap(),
        r#"{"Credentials":{"AccessKeyId":"ASIA1","SecretAccessKey":"hush","SessionToken":"whisper","Expiration":"2026-01-01T01:00:00UTC","AccountId":"123456789012"},"AssumedRoleUser":{"AssumedRoleId":"AROAEXAMPLE:me","Arn":"arn:aws:sts::123456789012:assumed-role/deploy/me"}}"#
    );
    assert_eq!(t.process().retrieve().await.unwrap(), value);
    assert_eq!(t.prompts(), 1);
}

#[tokio::test]
async fn credentials_that_are_about_to_end_are_not_taken_from_a_file() {
    let t = Fixture::new();
    t.process().retrieve().await.unwrap();
    t.clock.advance(3600 - 301);
    t.process().retrieve().await.unwrap();
    assert_eq!(t.prompts(), 1);
    t.clock.advance(1);
    assert_eq!(t.process().retrieve().await.unwrap().access_key_id, "ASIA2");
    assert_eq!(t.prompts(), 2);

    let impatient = t.process().expiry_window(Duration::from_secs(3300));
    assert_eq!(impatient.retrieve().await.unwrap().access_key_id, "ASIA3");
}

#[tokio::test]
async fn credentials_that_were_given_up_are_not_given_again_by_their_file() {
    let t = Fixture::new();
    let credentials = t.process().into_credentials();
    let id = async |credentials: &Credentials| credentials.get().await.unwrap().access_key_id.clone();
    assert_eq!(id(&credentials).await, "ASIA1");
    credentials.expire();
    assert_eq!(id(&credentials).await, "ASIA2");
    let other = t.process().into_credentials();
    other.get().await.unwrap();
    other.expire();
    assert_eq!(id(&other).await, "ASIA3");
    credentials.expire();
    assert_eq!(id(&credentials).await, "ASIA3", "what another process has got since is taken");
    assert_eq!(t.prompts(), 3);
}

#[tokio::test]
async fn a_file_that_is_no_use_is_replaced() {
    let good = CONTENT_OF_BOTOCORE;
    let t = Fixture::new();
    for garbage in [
        String::new(),
        "hush".into(),
        "[]".into(),
        "{}".into(),
        good[..200].to_owned(),
        good.replace("2026-01-01T01:00:00UTC", "soon"),
        good.replace("\"SessionToken\"", "\"Token\""),
        good.replace("ASIAEXAMPLE", ""),
        "[".repeat(100_000),
    ] {
        t.files.replace(FILE_OF_BOTOCORE.as_ref(), garbage.as_bytes()).unwrap();
        let before = t.prompts();
        t.process().retrieve().await.unwrap();
        t.process().retrieve().await.unwrap();
        assert_eq!(t.prompts(), before + 1, "{garbage:.40}");
    }
}

#[tokio::test]
async fn without_a_place_to_write_to_or_a_lock_the_role_is_assumed_all_the_same() {
    #[derive(Debug)]
    struct Broken;
    impl FileSystem for Broken {
        fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
            Err(std::io::ErrorKind::PermissionDenied.into())
        }
    }
    let t = Fixture::new();
    let cache = RoleCache::new("/cache").files(Broken);
    assert_eq!(t.process_with(cache).retrieve().await.unwrap().access_key_id, "ASIA1");
}

/// Files that somebody else keeps locked for ever.
#[derive(Debug, Default)]
struct Locked(AtomicU32);

impl FileSystem for Locked {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
    fn try_lock(&self, path: &Path) -> std::io::Result<Option<FileLock>> {
        assert_eq!(path, Path::new(&FILE_OF_BOTOCORE.replace(".json", ".lock")));
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(None)
    }
}

#[tokio::test]
async fn a_process_that_never_lets_go_is_waited_for_two_minutes() {
    let (t, files) = (Fixture::new(), Arc::new(Locked::default()));
    let cache = RoleCache::new("/cache").files(Arc::clone(&files));
    t.process_with(cache).retrieve().await.unwrap();
    assert_eq!(files.0.load(Ordering::SeqCst), 1200);
    let waited: f64 = t.clock.slept().iter().sum();
    assert!((waited - 120.0).abs() < 0.001, "{waited}");
}

/// Stands still; a sleep lets the others run.
#[derive(Debug)]
struct Yielding(StoppedClock);

impl Clock for Yielding {
    fn now(&self) -> DateTime {
        self.0.now()
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

#[tokio::test]
async fn others_wait_for_the_code_that_one_is_asked_for() {
    let folder = std::env::temp_dir().join(format!("cumulo-{}-role-cache", std::process::id()));
    let t = Fixture::new();
    let (typed, code) = tokio::sync::watch::channel(false);
    let processes: Vec<_> = (0..4)
        .map(|_| {
            let (prompts, code) = (Arc::clone(&t.prompts), code.clone());
            let ask = async_token_provider(move |_| {
                prompts.fetch_add(1, Ordering::SeqCst);
                let mut code = code.clone();
                async move {
                    code.wait_for(|typed| *typed).await?;
                    Ok("123456".into())
                }
            });
            let role = t.process_with(RoleCache::new(&folder)).clock(Arc::new(Yielding(t.clock.clone())));
            tokio::spawn(async move { role.token_provider(ask).retrieve().await.unwrap() })
        })
        .collect();
    // Long enough for each to have found the lock taken.
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    typed.send_replace(true);
    for process in processes {
        assert_eq!(process.await.unwrap().access_key_id, "ASIA1");
    }
    assert_eq!(t.prompts(), 1);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn without_a_home_there_is_no_cache_of_the_cli() {
    let error = RoleCache::aws_cli(&Env::from_map([("USER", "me")])).unwrap_err();
    assert_eq!(error.code(), "UserHomeNotFound");
}
