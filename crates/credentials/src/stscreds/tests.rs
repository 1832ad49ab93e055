//! Roles assumed through an STS that keeps what it is asked.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use cumulo_core::clock::{Clock, Random};
use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, DateTime, Error, SecretString};
use cumulo_sts::operation::{AssumeRoleInput, AssumeRoleOutput};
use cumulo_sts::types;

use super::*;

const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
const DEVICE: &str = "arn:aws:iam::123456789012:mfa/me";

/// Answers with credentials that last an hour from second 10 000 and keeps what it was asked.
#[derive(Clone, Default)]
struct FakeSts(Arc<Mutex<Vec<AssumeRoleInput>>>);

impl FakeSts {
    fn asked(&self) -> Vec<AssumeRoleInput> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl AssumeRoler for FakeSts {
    async fn assume_role(&self, input: AssumeRoleInput) -> Result<AssumeRoleOutput, Error> {
        let call = {
            let mut asked = self.0.lock().unwrap();
            asked.push(input);
            asked.len()
        };
        let credentials = types::Credentials::new()
            .access_key_id(format!("ASIA{call}"))
            .secret_access_key("hush")
            .session_token("whisper")
            .expiration(DateTime::from_unix_seconds(13_600));
        Ok(AssumeRoleOutput::new().credentials(credentials))
    }
}

#[derive(Debug, Default)]
struct FakeClock(Mutex<Duration>);

impl Clock for FakeClock {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(10_000).plus(*self.0.lock().unwrap())
    }
    fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

#[derive(Debug)]
struct Half;

impl Random for Half {
    fn fraction(&self) -> f64 {
        0.5
    }
    fn uuid(&self) -> String {
        String::new()
    }
}

fn fixture() -> (FakeSts, AssumeRoleProvider) {
    let sts = FakeSts::default();
    let provider = AssumeRoleProvider::new(sts.clone(), ROLE).clock(Arc::new(FakeClock::default()));
    (sts, provider)
}

#[tokio::test]
async fn without_settings_the_defaults_are_sent_and_no_mfa() {
    let (sts, provider) = fixture();
    let value = provider.retrieve().await.unwrap();
    let expected = Value::new("ASIA1", "hush")
        .session_token("whisper")
        .expires(DateTime::from_unix_seconds(13_600))
        .provider_name("AssumeRoleProvider");
    assert_eq!(value, expected);
    let input =
        AssumeRoleInput::new().role_arn(ROLE).role_session_name("10000000000000").duration_seconds(900);
    assert_eq!(sts.asked(), [input]);
}

#[tokio::test]
async fn every_setting_is_sent() {
    let (sts, provider) = fixture();
    let provider = provider
        .role_session_name("me")
        .duration(Duration::from_secs(3600))
        .external_id("third-party")
        .policy("{}")
        .policy_arns(["arn:aws:iam::aws:policy/ReadOnlyAccess"])
        .tags([("team", "blue")])
        .transitive_tag_keys(["team"])
        .source_identity("alice")
        .serial_number(DEVICE)
        .token_code("123456")
        .expiry_window(Duration::from_secs(60));
    let value = provider.retrieve().await.unwrap();
    assert_eq!(value.expires, Some(DateTime::from_unix_seconds(13_540)));
    let input = AssumeRoleInput::new()
        .role_arn(ROLE)
        .role_session_name("me")
        .duration_seconds(3600)
        .external_id("third-party")
        .policy("{}")
        .policy_arns([types::PolicyDescriptorType::new().arn("arn:aws:iam::aws:policy/ReadOnlyAccess")])
        .tags([types::Tag::new().key("team").value("blue")])
        .transitive_tag_keys(["team"])
        .source_identity("alice")
        .serial_number(DEVICE)
        .token_code("123456");
    assert_eq!(sts.asked(), [input]);
}

#[tokio::test]
async fn the_default_session_name_is_kept_for_the_providers_life() {
    let sts = FakeSts::default();
    let clock = Arc::new(FakeClock::default());
    let provider = AssumeRoleProvider::new(sts.clone(), ROLE).clock(Arc::clone(&clock) as Arc<dyn Clock>);
    provider.retrieve().await.unwrap();
    *clock.0.lock().unwrap() = Duration::from_nanos(7);
    provider.retrieve().await.unwrap();
    let names: Vec<_> = sts.asked().into_iter().map(|input| input.role_session_name.unwrap()).collect();
    assert_eq!(names, ["10000000000000", "10000000000000"]);
    let later = AssumeRoleProvider::new(sts.clone(), ROLE).clock(clock);
    later.retrieve().await.unwrap();
    assert_eq!(sts.asked()[2].role_session_name.as_deref(), Some("10000000000007"));
}

#[tokio::test]
async fn jitter_shortens_the_duration_but_not_below_what_sts_grants() {
    let (sts, provider) = fixture();
    let provider = provider.random(Arc::new(Half)).max_jitter_frac(0.5);
    let provider = provider.duration(Duration::from_secs(4000));
    provider.retrieve().await.unwrap();
    let provider = provider.duration(Duration::from_secs(1000));
    provider.retrieve().await.unwrap();
    let durations: Vec<_> = sts.asked().iter().map(|input| input.duration_seconds).collect();
    assert_eq!(durations, [Some(3000), Some(900)]);
}

#[tokio::test]
async fn the_token_provider_is_asked_at_every_refresh_but_not_beside_a_code_or_without_a_device() {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let next = || Ok(format!("{:06}", ASKED.fetch_add(1, Ordering::SeqCst)));

    let (sts, provider) = fixture();
    provider.token_provider(next).retrieve().await.unwrap();
    assert_eq!(sts.asked()[0].token_code, None);

    let (sts, provider) = fixture();
    let provider = provider.serial_number(DEVICE).token_provider(next);
    provider.retrieve().await.unwrap();
    provider.retrieve().await.unwrap();
    let sent: Vec<_> = sts.asked().into_iter().map(|input| input.token_code.unwrap()).collect();
    assert_eq!(sent, ["000000", "000001"].map(SecretString::from));

    let (sts, provider) = fixture();
    provider.serial_number(DEVICE).token_provider(next).token_code("777777").retrieve().await.unwrap();
    assert_eq!(sts.asked()[0].token_code.as_deref(), Some("777777"));
    assert_eq!(ASKED.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_device_without_code_and_provider_is_an_error_and_sts_is_not_asked() {
    let (sts, provider) = fixture();
    let error = provider.serial_number(DEVICE).retrieve().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "AssumeRoleTokenNotAvailable: assume role with MFA enabled, but neither TokenCode nor TokenProvider are set"
    );
    assert_eq!(sts.asked(), []);
}

#[tokio::test]
async fn an_sdk_error_of_the_token_provider_stays_and_others_are_wrapped_unquoted() {
    let (_, provider) = fixture();
    let provider =
        provider.serial_number(DEVICE).token_provider(|| Err(Error::new("NoDevice", "lost").into()));
    assert_eq!(provider.retrieve().await.unwrap_err().to_string(), "NoDevice: lost");

    let provider = provider.token_provider(|| Err("cannot use 123456".into()));
    let error = provider.retrieve().await.unwrap_err();
    assert_eq!(error.to_string(), "AssumeRoleTokenProviderError: the MFA token provider failed");
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(source.as_deref(), Some("cannot use 123456"));
}

#[tokio::test]
async fn a_token_provider_that_panics_is_an_error() {
    fn panics() -> Result<String, cumulo_core::BoxError> {
        panic!("a fault in the user's code")
    }
    let (_, provider) = fixture();
    let provider = provider.serial_number(DEVICE).token_provider(panics);
    assert_eq!(provider.retrieve().await.unwrap_err().code(), "AssumeRoleTokenProviderError");
}

#[tokio::test]
async fn an_asynchronous_token_provider_learns_device_and_role() {
    let (sts, provider) = fixture();
    let ask = async_token_provider(|request: MfaRequest| async move {
        tokio::task::yield_now().await;
        assert_eq!((request.serial_number.as_str(), request.role_arn.as_str()), (DEVICE, ROLE));
        Ok("654321".into())
    });
    provider.serial_number(DEVICE).token_provider(ask).retrieve().await.unwrap();
    assert_eq!(sts.asked()[0].token_code.as_deref(), Some("654321"));
}

#[tokio::test]
async fn a_blocking_token_provider_holds_up_neither_the_runtime_nor_a_caller_who_gives_up() {
    let (answer, prompt) = mpsc::channel::<String>();
    let (started, starts) = tokio::sync::oneshot::channel();
    let started = Mutex::new(Some(started));
    let prompt = Mutex::new(prompt);
    let (sts, provider) = fixture();
    let provider = provider.serial_number(DEVICE).token_provider(move || {
        if let Some(started) = started.lock().unwrap().take() {
            started.send(()).unwrap();
        }
        Ok(prompt.lock().unwrap().recv()?)
    });
    {
        let mut call = provider.retrieve();
        tokio::select! {
            biased;
            _ = &mut call => panic!("nothing was typed yet"),
            _ = starts => {}
        }
    }
    answer.send("late".into()).unwrap();
    answer.send("123456".into()).unwrap();
    provider.retrieve().await.unwrap();
    let sent = sts.asked()[0].token_code.clone().unwrap();
    assert!(["123456", "late"].contains(&&*sent));
    assert_eq!(sts.asked().len(), 1, "the abandoned call never reached STS");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_callers_cause_one_question_and_one_call() {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let (sts, provider) = fixture();
    let ask = || {
        ASKED.fetch_add(1, Ordering::SeqCst);
        Ok("123456".into())
    };
    let credentials = provider.serial_number(DEVICE).token_provider(ask).into_credentials();
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.get().await.unwrap().access_key_id.clone() })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "ASIA1");
    }
    assert_eq!((ASKED.load(Ordering::SeqCst), sts.asked().len()), (1, 1));
}

#[tokio::test]
async fn an_answer_without_credentials_is_an_error() {
    struct Empty;
    #[async_trait::async_trait]
    impl cumulo_sts::iface::StsApi for Empty {
        async fn assume_role(&self, _: AssumeRoleInput) -> Result<AssumeRoleOutput, Error> {
            Ok(AssumeRoleOutput::new())
        }
    }
    let error = AssumeRoleProvider::new(Empty, ROLE).retrieve().await.unwrap_err();
    assert_eq!(error.to_string(), "SerializationError: AssumeRole answered without credentials");
}

#[test]
fn debug_shows_no_code_and_no_credentials() {
    let (_, provider) = fixture();
    let provider = provider.serial_number(DEVICE).token_code("777777").token_provider(stdin_token_provider);
    let shown = format!("{provider:?}");
    assert!(shown.contains(ROLE) && shown.contains(DEVICE) && !shown.contains("777777"), "{shown}");
}
