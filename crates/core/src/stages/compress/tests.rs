//! When bodies are compressed, and what the service is told.

use std::io::Read as _;
use std::time::Duration;

use ::http::HeaderMap;
use flate2::read::GzDecoder;

use super::*;
use crate::client::BaseClient;
use crate::config::Config;
use crate::err_code;
use crate::handlers::NamedHandler;
use crate::http::HttpRequest;
use crate::operation::Operation;
use crate::testing::*;

static COMPRESSED: Operation =
    Operation::new("PutThings", "POST", "/", MAKE_THING.input, MAKE_THING.output).request_compression();

/// What goes out for a name of `length` bytes, after `change` in the Build stage.
async fn sent(
    operation: &'static Operation,
    length: usize,
    overrides: Config,
    change: fn(&mut Request),
) -> HttpRequest {
    let server = Server::answering([ok("b")]);
    let config = config(&server, &CountingClock::new());
    let client = BaseClient::new(&SERVICE, &config, &overrides, |_| {});
    let mut request = client.request::<Thing>(operation, thing(&"a".repeat(length)));
    let compress = NamedHandler::new(COMPRESS_REQUEST, move |request: &mut Request| {
        change(request);
        compress(request);
    });
    assert!(request.handlers.build.swap(COMPRESS_REQUEST, compress));
    request.send().await.unwrap();
    server.requests.lock().unwrap().remove(0)
}

fn encodings(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all("content-encoding").iter().map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test]
async fn a_large_body_is_compressed_and_signed_as_it_is_sent() {
    let request = sent(&COMPRESSED, 20_000, Config::new(), |_| {}).await;
    assert_eq!(encodings(&request.headers), ["gzip"]);
    let body = request.body.bytes().unwrap();
    assert_eq!(request.headers["content-length"], body.len().to_string());
    assert!(request.headers["authorization"].to_str().unwrap().contains("content-encoding;content-length"));
    let mut plain = String::new();
    GzDecoder::new(&body[..]).read_to_string(&mut plain).unwrap();
    assert_eq!(plain, "a".repeat(20_000));
}

#[tokio::test]
async fn the_size_from_which_bodies_are_compressed_can_be_set() {
    let size = |size| Config::new().request_min_compression_size_bytes(size);
    for (length, config, is_compressed) in [
        (10_239, Config::new(), false),
        (10_240, Config::new(), true),
        (1, size(0), true),
        (99, size(100), false),
        (100, size(100), true),
    ] {
        let request = sent(&COMPRESSED, length, config, |_| {}).await;
        assert_eq!(!encodings(&request.headers).is_empty(), is_compressed, "{length}");
        assert_eq!(request.body.bytes().unwrap().starts_with(b"\x1f\x8b"), is_compressed, "{length}");
    }
}

#[tokio::test]
async fn gzip_comes_after_the_encodings_that_the_body_has_already() {
    let request = sent(&COMPRESSED, 20_000, Config::new(), |request| {
        let headers = &mut request.http_request.headers;
        headers.append("content-encoding", HeaderValue::from_static("custom"));
        headers.append("content-encoding", HeaderValue::from_static("other"));
    });
    assert_eq!(encodings(&request.await.headers), ["custom, other, gzip"]);
}

#[tokio::test]
async fn bodies_go_out_as_they_are_where_compression_is_off_or_not_modelled() {
    let off = Config::new().disable_request_compression(true);
    for request in
        [sent(&COMPRESSED, 20_000, off, |_| {}).await, sent(&MAKE_THING, 20_000, Config::new(), |_| {}).await]
    {
        assert_eq!(encodings(&request.headers), [""; 0]);
        assert_eq!(request.body.len(), Some(20_000));
    }
}

#[tokio::test]
async fn a_stream_and_an_empty_body_go_out_as_they_are() {
    let stream = sent(&COMPRESSED, 1, Config::new(), |request| {
        request.http_request.body = Body::reader(&[b'a'; 20_000][..], 20_000);
        let unsigned = HeaderValue::from_static("UNSIGNED-PAYLOAD");
        request.http_request.headers.insert("x-amz-content-sha256", unsigned);
    });
    assert_eq!(stream.await.body.len(), Some(20_000));
    let size = Config::new().request_min_compression_size_bytes(0);
    let empty = sent(&COMPRESSED, 1, size, |request| request.http_request.body = Body::empty()).await;
    assert_eq!((empty.body.len(), encodings(&empty.headers)), (Some(0), vec![]));
}

#[tokio::test]
async fn a_presigned_request_stays_uncompressed() {
    let config = config(&Server::default(), &CountingClock::new());
    let client = BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
    let request = client.request::<Thing>(&COMPRESSED, thing(&"a".repeat(20_000)));
    let presigned = request.presign(Duration::from_secs(60)).await.unwrap();
    assert!(!presigned.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn a_retry_sends_the_same_compressed_body() {
    let server = Server::answering([status(500, "Odd"), ok("b")]);
    let config = config(&server, &CountingClock::new());
    let client = BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
    client.request::<Thing>(&COMPRESSED, thing(&"a".repeat(20_000))).send().await.unwrap();
    let requests = server.requests.lock().unwrap();
    let [first, second] = &requests[..] else { panic!("two were sent") };
    assert_eq!(first.body.bytes(), second.body.bytes());
    assert_eq!(encodings(&second.headers), ["gzip"]);
}

#[tokio::test]
async fn a_size_that_is_out_of_range_is_answered_to_each_call() {
    let server = Server::default();
    let wrong = Config::new().request_min_compression_size_bytes(10_485_761);
    let client = BaseClient::new(&SERVICE, &config(&server, &CountingClock::new()), &wrong, |_| {});
    let error = client.request::<Thing>(&COMPRESSED, thing("a")).send().await.unwrap_err();
    assert_eq!(error.code(), err_code::CONFIG_ERROR);
    assert_eq!(error.message(), "request_min_compression_size_bytes is 10485761: it must be 0 to 10485760");
}
