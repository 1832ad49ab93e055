//! The cache: one refresh for all, ahead of the end, and what a failure leaves behind.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::*;

#[derive(Debug)]
struct FakeClock(Mutex<DateTime>);

impl FakeClock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(DateTime::from_unix_seconds(1_000_000))))
    }

    fn advance(&self, by: u64) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(Duration::from_secs(by));
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime {
        *self.0.lock().unwrap()
    }
    fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Gives credentials of an hour, one call per permit; fails while told to.
#[derive(Debug)]
struct Fake {
    clock: Arc<FakeClock>,
    calls: AtomicU32,
    permits: Semaphore,
    fails: std::sync::atomic::AtomicBool,
}

#[derive(Debug, Clone)]
struct Shared(Arc<Fake>);

impl Provider for Shared {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(async {
            let call = self.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
            self.0.permits.acquire().await.unwrap().forget();
            if self.0.fails.load(Ordering::SeqCst) {
                return Err(Error::new("Refused", "no"));
            }
            let expires = self.0.clock.now().plus(Duration::from_secs(3600));
            Ok(Value::new(format!("key {call}"), "secret").expires(expires))
        })
    }
}

fn fixture(permits: usize) -> (Arc<FakeClock>, Shared, Credentials) {
    let clock = FakeClock::new();
    let fake = Fake {
        clock: Arc::clone(&clock),
        calls: AtomicU32::new(0),
        permits: Semaphore::new(permits),
        fails: false.into(),
    };
    let provider = Shared(Arc::new(fake));
    let credentials = Credentials::with_clock(provider.clone(), Arc::clone(&clock) as Arc<dyn Clock>);
    (clock, provider, credentials)
}

async fn key(credentials: &Credentials) -> String {
    credentials.get().await.unwrap().access_key_id.clone()
}

async fn let_others_run() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_at_hand_asks_no_provider() {
    let (clock, fake, credentials) = fixture(1);
    assert!(credentials.at_hand().is_none());
    assert_eq!(fake.0.calls.load(Ordering::SeqCst), 0);
    assert_eq!(key(&credentials).await, "key 1");
    assert_eq!(credentials.at_hand().unwrap().access_key_id, "key 1");
    clock.advance(3600);
    assert!(credentials.at_hand().is_none(), "it has ended");
    assert!(Credentials::anonymous().at_hand().is_none());
}

#[tokio::test]
async fn a_thousand_callers_cause_one_call_of_the_provider() {
    let (_, provider, credentials) = fixture(0);
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { key(&credentials).await })
        })
        .collect();
    let_others_run().await;
    provider.0.permits.add_permits(1);
    for task in tasks {
        assert_eq!(task.await.unwrap(), "key 1");
    }
    assert_eq!(provider.0.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_cancel_the_others() {
    let (_, provider, credentials) = fixture(0);
    let impatient = tokio::spawn({
        let credentials = credentials.clone();
        async move { key(&credentials).await }
    });
    let_others_run().await;
    impatient.abort();
    let_others_run().await;
    provider.0.permits.add_permits(1);
    assert_eq!(key(&credentials).await, "key 1");
}

#[tokio::test]
async fn credentials_are_refreshed_ahead_of_their_end_without_a_wait() {
    let (clock, provider, credentials) = fixture(1);
    assert_eq!(key(&credentials).await, "key 1");
    clock.advance(3600 - 299);
    assert_eq!(key(&credentials).await, "key 1");
    provider.0.permits.add_permits(1);
    let_others_run().await;
    assert_eq!(key(&credentials).await, "key 2");
}

#[tokio::test]
async fn a_failed_early_refresh_keeps_the_old_until_they_end() {
    let (clock, provider, credentials) = fixture(10);
    assert_eq!(key(&credentials).await, "key 1");
    provider.0.fails.store(true, Ordering::SeqCst);
    clock.advance(3600 - 200);
    assert_eq!(key(&credentials).await, "key 1");
    let_others_run().await;
    assert_eq!(key(&credentials).await, "key 1");
    let_others_run().await;
    assert_eq!(provider.0.calls.load(Ordering::SeqCst), 2, "no second early refresh so soon");
    clock.advance(195);
    assert_eq!(credentials.get().await.unwrap_err().code(), "Refused");
}

#[tokio::test]
async fn expire_forces_a_refresh_and_a_failure_is_not_cached() {
    let (_, provider, credentials) = fixture(10);
    assert_eq!(key(&credentials).await, "key 1");
    credentials.expire();
    provider.0.fails.store(true, Ordering::SeqCst);
    assert_eq!(credentials.get().await.unwrap_err().code(), "Refused");
    provider.0.fails.store(false, Ordering::SeqCst);
    assert_eq!(key(&credentials).await, "key 3");
}

#[tokio::test]
async fn empty_and_anonymous_credentials_say_so() {
    let empty = Credentials::from_keys("", "").get().await.unwrap_err();
    assert_eq!(empty.code(), err_code::EMPTY_STATIC_CREDS);
    let anonymous = Credentials::anonymous().get().await.unwrap_err();
    assert_eq!(anonymous.code(), err_code::NO_CREDENTIAL_PROVIDERS);
}

#[test]
fn debug_shows_no_secret() {
    let value = Value::new("AKID", "hush").session_token("whisper");
    let shown = format!("{value:?} {:?}", Credentials::from_value(value.clone()));
    assert!(shown.contains("AKID") && !shown.contains("hush") && !shown.contains("whisper"), "{shown}");
}

#[tokio::test]
async fn a_late_word_that_old_credentials_have_expired_leaves_the_new_ones_alone() {
    let (_, provider, credentials) = fixture(10);
    let old = credentials.get().await.unwrap();
    credentials.expire_value(&old);
    assert_eq!(key(&credentials).await, "key 2");
    credentials.expire_value(&old);
    assert_eq!(key(&credentials).await, "key 2");
    assert_eq!(provider.0.calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_provider_that_panics_is_an_error_and_no_endless_wait() {
    #[derive(Debug)]
    struct Panics;
    impl Provider for Panics {
        fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
            Box::pin(async { std::panic::panic_any("of no use") })
        }
    }
    let error = Credentials::new(Panics).get().await.unwrap_err();
    assert_eq!(error.code(), err_code::NO_CREDENTIAL_PROVIDERS);
    assert!(error.message().contains("panicked"), "{error}");
}

#[test]
fn a_refresh_lost_with_its_runtime_is_started_anew_in_another() {
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (_, provider, credentials) = fixture(0);
    let first = runtime();
    let caller = credentials.clone();
    first.block_on(async {
        tokio::spawn(async move { caller.get().await });
        let_others_run().await;
    });
    drop(first);
    provider.0.permits.add_permits(1);
    assert_eq!(runtime().block_on(key(&credentials)), "key 2");
}
