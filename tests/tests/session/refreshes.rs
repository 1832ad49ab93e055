//! Credentials of a role over time: one call for all who wait, and no gap between old and new ones.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cumulo::core::clock::Clock;
use cumulo::core::retryer::NoRetryer;
use cumulo::credentials::stscreds::{AssumeRoleProvider, RoleCache};
use cumulo::session::MemoryFiles;
use cumulo::sts::{Client, GetCallerIdentityInput};
use cumulo::{BoxFuture, Config, Credentials, DateTime, Timeouts};
use tokio::sync::Notify;

use crate::world::{CALLER, CountingSts, DEVICE, HandClock, Network, ROLE, let_others_run};

const DAY: u64 = 24 * 60 * 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_tasks_that_ask_for_ended_credentials_cause_one_call() {
    let clock = HandClock::new();
    let sts = CountingSts::new(&clock, 2);
    let credentials = AssumeRoleProvider::new(sts.clone(), ROLE).clock(clock.shared()).into_credentials();
    assert_eq!(credentials.get().await.unwrap().access_key_id, "ASIA1");
    clock.advance(15 * 60);
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.get().await.unwrap().access_key_id.clone() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "ASIA2");
    }
    assert_eq!(sts.asked().len(), 2);
}

/// A clock on which every time limit passes when it is told to.
#[derive(Debug, Clone, Default)]
struct Limits(Arc<Notify>);

impl Clock for Limits {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(0)
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        let passed = Arc::clone(&self.0);
        Box::pin(async move { passed.notified().await })
    }
}

#[tokio::test]
async fn a_provider_slower_than_a_callers_patience_fails_that_caller_alone() {
    let (clock, limits) = (HandClock::new(), Limits::default());
    let sts = CountingSts::new(&clock, 0);
    let role = AssumeRoleProvider::new(sts.clone(), ROLE).clock(clock.shared()).into_credentials();
    let network = Network::answering(|_| Some((200, CALLER.to_owned())));
    let config = Config::new().region("r").credentials(role.clone()).http_client(network).retryer(NoRetryer);
    let limit = Timeouts::default().attempt(Duration::from_secs(1));
    let impatient = Client::new(&config.clone().timeouts(limit).clock(limits.clone()));
    let patient = Client::new(&config);
    let call = |client: Client| {
        tokio::spawn(async move { client.get_caller_identity(GetCallerIdentityInput::new()).await })
    };
    let (impatient, patient) = (call(impatient), call(patient));
    let gives_up = tokio::spawn(async move { role.get().await.map(|_| ()) });
    let_others_run().await;

    limits.0.notify_waiters();
    let error = impatient.await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("ResponseTimeout", 0));
    gives_up.abort();
    assert!(gives_up.await.unwrap_err().is_cancelled());

    sts.permits.add_permits(1);
    assert_eq!(patient.await.unwrap().unwrap().arn.as_deref(), Some("arn:me"));
    assert_eq!(sts.asked().len(), 1);
}

/// What `get` answers at once, without any wait.
fn at_once(credentials: &Credentials) -> Option<DateTime> {
    let call = pin!(credentials.get());
    match call.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value.unwrap().expires,
        Poll::Pending => None,
    }
}

/// Calls every minute for a day; answers how often STS and the user were asked.
async fn a_day(configure: impl FnOnce(AssumeRoleProvider) -> AssumeRoleProvider) -> (usize, u32) {
    let clock = HandClock::new();
    let sts = CountingSts::new(&clock, 1000);
    let codes = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&codes);
    let role = AssumeRoleProvider::new(sts.clone(), ROLE).clock(clock.shared()).serial_number(DEVICE);
    let role = role.token_provider(move || -> BoxFuture<'static, Result<String, cumulo::BoxError>> {
        let number = count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(format!("{number:06}")) })
    });
    let credentials = configure(role).into_credentials();
    credentials.get().await.unwrap();
    for minute in 0..DAY / 60 {
        let expires = at_once(&credentials).unwrap_or_else(|| panic!("a gap in minute {minute}"));
        assert!(expires > clock.now(), "ended credentials in minute {minute}");
        let_others_run().await;
        clock.advance(60);
    }
    let sent: Vec<_> = sts.asked().into_iter().map(|input| input.token_code.unwrap()).collect();
    let fresh: Vec<_> = (0..sent.len()).map(|number| format!("{number:06}").into()).collect();
    assert_eq!(sent, fresh, "each call has a code of its own");
    (sent.len(), codes.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_day_of_refreshes_has_no_gap() {
    let hour = Duration::from_secs(60 * 60);
    assert_eq!(a_day(|role| role.duration(hour)).await, (27, 27), "5 minutes before the end of each hour");
    assert_eq!(a_day(|role| role).await, (120, 120), "3 minutes before the end of each quarter");
}

#[tokio::test]
async fn a_day_of_refreshes_through_the_cache_has_no_gap() {
    let cache = RoleCache::new("/cache").files(MemoryFiles::default());
    let hour = Duration::from_secs(60 * 60);
    assert_eq!(a_day(|role| role.duration(hour).cache(cache)).await, (27, 27));
}
