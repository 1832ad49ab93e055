//! Retries as callers meet them: through the default client, not the parts alone.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use crate::client::BaseClient;
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::credentials::{Credentials, Provider, Value};
use crate::date_time::DateTime;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::{HeaderName, HttpResponse};
use crate::operation::{Operation, Service};
use crate::retryer::RetryMode;
use crate::testing::*;
use crate::timeouts::Timeouts;

type Answer = Result<HttpResponse, Error>;

/// Full jitter at its longest.
#[derive(Debug)]
struct Longest;

impl Random for Longest {
    fn fraction(&self) -> f64 {
        1.0
    }
    fn uuid(&self) -> String {
        String::new()
    }
}

/// A client with the defaults of a program, but for `overrides`; with the server and the clock that it uses.
fn client_of(
    answers: impl IntoIterator<Item = Answer>,
    overrides: &Config,
) -> (BaseClient, Server, CountingClock) {
    let (server, clock) = (Server::answering(answers), CountingClock::new());
    let config = config(&server, &clock).random(Longest);
    (BaseClient::new(&SERVICE, &config, overrides, |_| {}), server, clock)
}

async fn call(client: &BaseClient) -> Result<Thing, Error> {
    client.request(&MAKE_THING, thing("a")).send().await
}

fn failed() -> Answer {
    status(500, "Odd")
}

fn throttled() -> Answer {
    status(400, "ThrottlingException")
}

fn waits(clock: &CountingClock) -> Vec<u128> {
    clock.slept.lock().unwrap().iter().map(Duration::as_millis).collect()
}

fn sent(server: &Server) -> usize {
    server.requests.lock().unwrap().len()
}

#[tokio::test]
async fn in_an_outage_the_quota_of_a_client_ends_its_retries_and_successes_bring_them_back() {
    let outage = std::iter::repeat_with(failed).take(65);
    let recovery = (0..4).map(|_| ok("b")).chain([failed(), ok("b"), failed(), failed(), failed()]);
    let (client, server, _) = client_of(outage.chain(recovery), &Config::new());
    let mut attempts = Vec::new();
    for _ in 0..30 {
        attempts.push(call(&client).await.unwrap_err().attempts());
    }
    // 500 tokens are 35 retries for 14 each.
    let expected = [vec![3; 17], vec![2], vec![1; 12]].concat();
    assert_eq!((attempts, sent(&server)), (expected, 65));
    // 10 tokens are left, and each success brings one.
    for _ in 0..4 {
        call(&client.clone()).await.unwrap();
    }
    assert!(call(&client).await.is_ok(), "there is a token for one retry");
    assert_eq!(call(&client).await.unwrap_err().attempts(), 2, "which its success has given back");
    assert_eq!(call(&client).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn each_client_has_a_quota_of_its_own() {
    let server = Server::answering(std::iter::repeat_with(failed).take(200));
    let config = config(&server, &CountingClock::new());
    let made = || BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
    let (one, other) = (made(), made());
    for _ in 0..20 {
        call(&one).await.unwrap_err();
    }
    assert_eq!(call(&one.clone()).await.unwrap_err().attempts(), 1, "clones share it");
    assert_eq!(call(&other).await.unwrap_err().attempts(), 3);
}

#[tokio::test]
async fn a_throttle_is_waited_for_longer_than_a_failure() {
    let (client, _, clock) = client_of([failed(), failed(), ok("b")], &Config::new());
    call(&client).await.unwrap();
    assert_eq!(waits(&clock), [50, 100]);
    let (client, _, clock) = client_of([throttled(), throttled(), ok("b")], &Config::new());
    call(&client).await.unwrap();
    assert_eq!(waits(&clock), [1000, 2000]);
}

#[tokio::test]
async fn every_attempt_that_the_configuration_allows_is_made() {
    for attempts in [1, 2, 7] {
        let config = Config::new().max_attempts(attempts);
        let (client, server, _) = client_of(std::iter::repeat_with(failed).take(9), &config);
        assert_eq!(call(&client).await.unwrap_err().attempts(), attempts);
        assert_eq!(sent(&server), attempts as usize);
    }
}

#[tokio::test]
async fn the_wait_that_the_answer_asks_for_is_kept() {
    for (name, value, expected) in [
        ("x-amz-retry-after", "1500", 1500),
        ("x-amz-retry-after", "60000", 5050),
        ("x-amz-retry-after", "0", 50),
        ("x-amz-retry-after", "-1", 50),
        ("x-amz-retry-after", "soon", 50),
        ("retry-after", "3", 3000),
        ("retry-after", "3600", 20_000),
        ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", 50),
    ] {
        let mut answer = HttpResponse::new(503, "Odd");
        answer.headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        let (client, _, clock) = client_of([Ok(answer), ok("b")], &Config::new());
        call(&client).await.unwrap();
        assert_eq!(waits(&clock), [expected], "{name}: {value}");
    }
}

/// Counts how often it is asked.
#[derive(Debug, Clone, Default)]
struct Counting(Arc<AtomicU32>);

impl Provider for Counting {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        let count = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(std::future::ready(Ok(Value::new(format!("KEY{count}"), "secret"))))
    }
}

#[tokio::test]
async fn credentials_that_have_expired_are_fetched_once_for_each_time_that_they_have() {
    let provider = Counting::default();
    let config = Config::new().credentials(Credentials::new(provider.clone()));
    let expired = || status(400, "ExpiredTokenException");
    let answers = [expired(), ok("b"), ok("b"), expired(), expired(), expired()];
    let (client, server, _) = client_of(answers, &config);
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(provider.0.load(Ordering::SeqCst), 2);
    let error = call(&client).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("ExpiredTokenException", 3));
    let keys = (0..6).map(|at| {
        let authorization = server.header(at, "authorization").unwrap();
        authorization.split_once("KEY").unwrap().1.split_once('/').unwrap().0.to_owned()
    });
    assert_eq!(keys.collect::<Vec<_>>(), ["1", "2", "2", "2", "3", "4"]);
}

#[tokio::test]
async fn fixed_credentials_that_have_expired_are_reported_at_once() {
    let (client, server, _) = client_of([status(400, "ExpiredToken"), ok("b")], &Config::new());
    assert_eq!(call(&client).await.unwrap_err().attempts(), 1);
    assert_eq!(sent(&server), 1);
}

#[tokio::test]
async fn a_signature_refused_at_the_right_time_is_not_tried_again() {
    let mut refused = HttpResponse::new(403, "SignatureDoesNotMatch");
    refused.headers.insert("date", "Thu, 01 Jan 2026 00:00:05 GMT".parse().unwrap());
    let (client, _, _) = client_of([Ok(refused), ok("b")], &Config::new());
    assert_eq!(call(&client).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn the_request_id_and_the_data_of_a_failed_attempt_do_not_outlive_it() {
    let mut first = HttpResponse::new(500, "Odd");
    first.headers.insert("x-id", "first".parse().unwrap());
    let (client, _, _) = client_of([Ok(first), status(404, "NoSuchThing")], &Config::new());
    let error = call(&client).await.unwrap_err();
    assert_eq!((error.code(), error.attempts(), error.request_id()), ("NoSuchThing", 2, None));
}

/// Sleeps for ever, and tells that it does.
#[derive(Debug, Clone, Default)]
struct Asleep(Arc<AtomicU32>);

impl Clock for Asleep {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(START)
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::pending())
    }
}

/// Polls a call until `clock` is slept on, and drops it.
async fn drop_asleep(client: &BaseClient, clock: &Asleep) {
    let before = clock.0.load(Ordering::SeqCst);
    let mut call = Box::pin(call(client));
    poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending());
        if clock.0.load(Ordering::SeqCst) > before {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[tokio::test]
async fn a_call_dropped_in_its_wait_sends_no_more_and_holds_nobody_up() {
    for mode in [RetryMode::Standard, RetryMode::Adaptive] {
        let server = Server::answering([failed(), ok("b")]);
        let clock = Asleep::default();
        let config = config(&server, &CountingClock::new()).clock(clock.clone()).retry_mode(mode);
        let client = BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
        drop_asleep(&client, &clock).await;
        assert_eq!(sent(&server), 1);
        call(&client).await.unwrap();
    }
}

#[tokio::test]
async fn an_operation_that_polls_is_held_back_also_when_the_quota_is_empty() {
    static RECEIVE: Operation =
        Operation::new("ReceiveMessage", "POST", "/", MAKE_THING.input, MAKE_THING.output);
    static QUEUES: Service = Service { id: "SQS", ..SERVICE };
    for (operation, expected) in [(&RECEIVE, &[1000, 1000][..]), (&MAKE_THING, &[])] {
        let (server, clock) =
            (Server::answering(std::iter::repeat_with(throttled).take(400)), CountingClock::new());
        let config = config(&server, &clock).random(Longest).max_attempts(2);
        let client = BaseClient::new(&QUEUES, &config, &Config::new(), |_| {});
        let poll = || client.request::<Thing>(operation, thing("a")).send();
        for _ in 0..100 {
            assert_eq!(poll().await.unwrap_err().attempts(), 2);
        }
        clock.slept.lock().unwrap().clear();
        for _ in 0..2 {
            assert_eq!(poll().await.unwrap_err().attempts(), 1);
        }
        assert_eq!(waits(&clock), expected);
    }
}

fn adaptive() -> Config {
    Config::new().retry_mode(RetryMode::Adaptive)
}

#[tokio::test]
async fn the_adaptive_mode_waits_before_first_attempts_and_retries_once_it_was_throttled() {
    let (client, _, clock) =
        client_of([ok("b"), throttled(), ok("b"), ok("b"), failed(), ok("b")], &adaptive());
    call(&client).await.unwrap();
    assert_eq!(waits(&clock), [0; 0]);
    // The first token of a bucket that fills at one in two seconds has come in half during the back-off of a second.
    call(&client).await.unwrap();
    assert_eq!(waits(&clock), [1000, 1000]);
    call(&client).await.unwrap();
    let [.., first_attempt] = waits(&clock)[..] else { panic!("something was slept") };
    assert!(waits(&clock).len() == 3 && first_attempt > 50, "{:?}", waits(&clock));
    call(&client).await.unwrap();
    let [_, _, _, attempt, back_off, retry] = waits(&clock)[..] else { panic!("{:?}", waits(&clock)) };
    assert!(attempt > 50 && back_off == 50 && retry > 50, "{:?}", waits(&clock));
}

#[tokio::test]
async fn no_time_limit_of_an_attempt_includes_the_wait_of_the_adaptive_mode() {
    let limits = Timeouts::default().attempt(Duration::from_secs(3600));
    let (client, server, _) = client_of([throttled(), ok("b"), ok("b")], &adaptive().timeouts(limits));
    for _ in 0..2 {
        call(&client).await.unwrap();
    }
    let signed = |at| server.header(at, "x-amz-date").unwrap();
    assert!(signed(2) > signed(1), "it is signed after the wait: {} {}", signed(1), signed(2));
}

#[tokio::test]
async fn a_call_dropped_in_the_line_of_the_adaptive_mode_takes_nothing_from_the_others() {
    let server = Server::answering([throttled(), ok("b")]);
    let clock = Asleep::default();
    let config = config(&server, &CountingClock::new()).clock(clock.clone()).random(Longest);
    let client = BaseClient::new(&SERVICE, &config, &adaptive().max_attempts(1), |_| {});
    call(&client).await.unwrap_err();
    for _ in 0..3 {
        drop_asleep(&client, &clock).await;
    }
    assert_eq!(sent(&server), 1, "the three that waited have sent nothing, and each had its turn to wait");
}

#[tokio::test]
async fn the_standard_mode_never_waits_before_a_first_attempt() {
    let answers = std::iter::repeat_with(throttled).take(30);
    let (client, _, clock) = client_of(answers, &Config::new().max_attempts(1));
    for _ in 0..30 {
        call(&client).await.unwrap_err();
    }
    assert_eq!(waits(&clock), [0; 0]);
}
