//! Retries of whole calls whose connections break.

use super::server::{Server, Step};
use crate::client::BaseClient;
use crate::config::Config;
use crate::error::Error;
use crate::testing::{CountingClock, MAKE_THING, SERVICE, Thing, thing};

const OK: Step = Step::Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
/// The connection ends with the answer, which has announced more.
const HALF: Step = Step::Answer("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf");
const HALF_HEAD: Step = Step::Answer("HTTP/1.1 200 OK\r\nContent-Le");
const HALF_ERROR: Step = Step::Answer("HTTP/1.1 500 Oh\r\nContent-Length: 20\r\n\r\nOdd");

async fn call<const N: usize>(scripts: [Vec<Step>; N]) -> (Result<Thing, Error>, Vec<String>) {
    let mut server = Server::start(scripts).await;
    let config = Config::new()
        .region("eu-central-1")
        .credentials(crate::Credentials::from_keys("AKID", "SECRET"))
        .endpoint(&*server.url)
        .clock(CountingClock::new());
    let client = BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
    let answer = client.request(&MAKE_THING, thing("the whole body")).send().await;
    let mut bodies = Vec::new();
    for _ in 0..N {
        let text = server.request().await.text;
        bodies.push(text.split_once("\r\n\r\n").unwrap().1.to_owned());
    }
    (answer, bodies)
}

#[tokio::test]
async fn a_connection_that_breaks_before_in_or_after_the_head_is_retried_with_the_whole_body() {
    for broken in [vec![Step::Close], vec![HALF_HEAD], vec![HALF], vec![HALF_ERROR]] {
        let (answer, bodies) = call([broken, vec![OK]]).await;
        assert_eq!(answer.unwrap(), thing("ok"));
        assert_eq!(bodies, ["the whole body"; 2]);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_each_time_is_given_up_with_its_reason() {
    let (answer, _) = call([vec![Step::Close], vec![Step::Close], vec![Step::Close]]).await;
    let error = answer.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("RequestError", 3));
    let (answer, _) = call([vec![HALF], vec![HALF], vec![HALF]]).await;
    let error = answer.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("ReadError", 3));
}
