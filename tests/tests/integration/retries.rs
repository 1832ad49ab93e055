//! Retries of whole calls, on the embedded endpoint and a clock whose waits take no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cumulo::core::clock::{Clock, SystemClock};
use cumulo::core::http::HttpResponse;
use cumulo::s3::{self, CreateBucketInput, GetObjectInput, ListBucketsInput, PutObjectInput};
use cumulo::{Body, BoxFuture, Config, DateTime, RetryMode, sts};

use crate::world::World;

/// The system's clock, ahead by what has been slept.
#[derive(Debug, Clone, Default)]
struct Hasty(Arc<Mutex<Vec<Duration>>>);

impl Hasty {
    fn slept(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

impl Clock for Hasty {
    fn now(&self) -> DateTime {
        SystemClock.now().plus(self.slept().iter().sum())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

fn client(world: &World, overrides: &Config) -> (s3::Client, Hasty) {
    let clock = Hasty::default();
    (s3::Client::with_config(&world.config().clock(clock.clone()), overrides), clock)
}

async fn list(client: &s3::Client) -> Result<(), cumulo::Error> {
    client.list_buckets(ListBucketsInput::new()).await.map(drop)
}

#[tokio::test]
async fn the_default_client_stops_retrying_in_an_outage_and_starts_again_after_it() {
    let world = World::embedded().await;
    let (s3, _) = client(&world, &Config::new());
    world.local().fail_next(500, 20 + 35);
    for _ in 0..20 {
        list(&s3).await.unwrap_err();
    }
    assert_eq!(world.local().requests().len(), 20 + 35, "35 retries for 14 of 500 tokens each");
    for _ in 0..14 {
        list(&s3).await.unwrap();
    }
    world.local().fail_next(500, 1);
    list(&s3).await.unwrap();
}

#[tokio::test]
async fn a_client_in_adaptive_mode_slows_down_after_a_429_and_the_default_one_does_not() {
    for (mode, is_slow) in [(RetryMode::Standard, false), (RetryMode::Adaptive, true)] {
        let world = World::embedded().await;
        let (s3, clock) = client(&world, &Config::new().retry_mode(mode));
        list(&s3).await.unwrap();
        assert!(clock.slept().is_empty());
        world.local().fail_next(429, 1);
        list(&s3).await.unwrap();
        let waits = clock.slept().len();
        for _ in 0..3 {
            list(&s3).await.unwrap();
        }
        assert_eq!(clock.slept().len() > waits, is_slow, "{mode:?}: {:?}", clock.slept());
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    let world = World::embedded().await;
    let (s3, _) = client(&world, &Config::new());
    world.local().truncate_next_body();
    list(&s3).await.unwrap();
    assert_eq!(world.local().requests().len(), 2);
}

#[tokio::test]
async fn a_stream_that_can_be_opened_again_arrives_whole_after_failures() {
    let world = World::embedded().await;
    let (s3, _) = client(&world, &Config::new());
    s3.create_bucket(CreateBucketInput::new().bucket("bucket")).await.unwrap();
    world.local().fail_next(503, 1);
    world.local().drop_next_connections(1);
    let body = Body::rewindable_stream(|| Once(Some(Bytes::from_static(b"the whole content"))), 17);
    s3.put_object(PutObjectInput::new().bucket("bucket").key("key").body(body)).await.unwrap();
    let object = s3.get_object(GetObjectInput::new().bucket("bucket").key("key")).await.unwrap();
    assert_eq!(object.body.unwrap().collect().await.unwrap(), "the whole content");
    assert_eq!(world.local().requests().len(), 5);
}

#[tokio::test]
async fn an_error_that_the_table_of_its_service_marks_is_repeated() {
    let config = Config::new().region("eu-central-1").clock(Hasty::default());
    let mut sts = sts::Client::new(&config);
    sts.handlers_mut().send.push_front(|request| {
        let code = "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>";
        request.http_response = Some(HttpResponse::new(400, code));
    });
    let input = sts::AssumeRoleWithWebIdentityInput::new()
        .role_arn("arn:aws:iam::123456789012:role/reader")
        .role_session_name("session")
        .web_identity_token("token");
    let error = sts.assume_role_with_web_identity(input).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (sts::err_code::IDP_COMMUNICATION_ERROR_EXCEPTION, 3));
    assert!(!error.is_throttle());
}

/// A stream of one chunk.
struct Once(Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}
