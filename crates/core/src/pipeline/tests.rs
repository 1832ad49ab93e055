//! The life of requests: stages, retries, handlers, presigning.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::body::Body;
use crate::client::BaseClient;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::err_code;
use crate::error::Error;
use crate::handlers::NamedHandler;
use crate::http::HttpResponse;
use crate::request::{OperationRequest, Request};
use crate::testing::*;

fn request(client: &BaseClient) -> OperationRequest<Thing> {
    client.request(&MAKE_THING, thing("a"))
}

/// Notes the name of each stage as it runs.
fn noting(client: &mut BaseClient) -> Arc<Mutex<Vec<&'static str>>> {
    let seen: Arc<Mutex<Vec<&'static str>>> = Arc::default();
    let note = |name| {
        let seen = Arc::clone(&seen);
        move |_: &mut Request| seen.lock().unwrap().push(name)
    };
    let handlers = client.handlers_mut();
    handlers.validate.push_back(note("validate"));
    handlers.build.push_back(note("build"));
    handlers.build_stream.push_back(note("build_stream"));
    handlers.sign.push_back(note("sign"));
    handlers.send.push_back(note("send"));
    handlers.unmarshal_meta.push_back(note("unmarshal_meta"));
    handlers.validate_response.push_back(note("validate_response"));
    handlers.unmarshal_error.push_back(note("unmarshal_error"));
    handlers.unmarshal.push_back(note("unmarshal"));
    handlers.unmarshal_stream.push_back(note("unmarshal_stream"));
    handlers.complete_attempt.push_back(note("complete_attempt"));
    handlers.retry.push_back(note("retry"));
    handlers.after_retry.push_back(note("after_retry"));
    handlers.complete.push_back(note("complete"));
    seen
}

#[tokio::test]
async fn the_stages_run_in_their_order_and_the_attempt_again_after_a_retry() {
    let mut client = client(&Server::answering([status(500, "Odd"), ok("b")]));
    let seen = noting(&mut client);
    assert_eq!(request(&client).send().await.unwrap(), thing("b"));
    let expected = "validate build build_stream \
        sign send unmarshal_meta validate_response unmarshal_error complete_attempt retry after_retry \
        sign send unmarshal_meta validate_response unmarshal unmarshal_stream complete_attempt complete";
    assert_eq!(*seen.lock().unwrap(), expected.split_whitespace().collect::<Vec<_>>());
}

#[tokio::test]
async fn validation_lists_every_fault_with_its_path_and_stops_the_call() {
    let mut client = client(&Server::default());
    let seen = noting(&mut client);
    let part = Thing { size: Some(-1), ..Thing::default() };
    let input = Thing { name: Some(String::new()), parts: Some(vec![thing("x"), part]), ..Thing::default() };
    let error = client.request::<Thing>(&MAKE_THING, input).send().await.unwrap_err();
    assert_eq!(error.code(), err_code::INVALID_PARAMETER);
    assert_eq!(
        error.message(),
        "3 validation errors: minimum field size of 1, MakeThingInput.Name; \
         missing required field, MakeThingInput.Parts[1].Name; minimum field value of 0, MakeThingInput.Parts[1].Size"
    );
    assert_eq!((error.operation(), error.attempts()), (Some("MakeThing"), 0));
    assert_eq!(
        *seen.lock().unwrap(),
        ["complete"],
        "validate stops at the first error, complete always runs"
    );
}

#[tokio::test]
async fn a_failure_that_lasts_is_answered_with_the_number_of_attempts() {
    let server =
        Server::answering([status(503, "SlowDown"), status(500, "Odd"), status(503, "SlowDown"), ok("b")]);
    let clock = CountingClock::new();
    let client = BaseClient::new(&SERVICE, &config(&server, &clock), &Config::new(), |_| {});
    let error = request(&client).send().await.unwrap_err();
    assert_eq!(error.to_string(), "SlowDown: from the service (MakeThing, 503, 3 attempts)");
    assert_eq!(server.requests.lock().unwrap().len(), 3);
    assert_eq!(clock.slept.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_client_error_is_not_retried() {
    let server = Server::answering([status(403, "AccessDenied"), ok("b")]);
    let error = request(&client(&server)).send().await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("AccessDenied", 1));
}

#[tokio::test]
async fn a_dropped_connection_is_retried_with_the_same_body_and_a_new_signature() {
    let dropped = Err(Error::new(err_code::REQUEST_ERROR, "the connection broke"));
    let server = Server::answering([dropped, ok("b")]);
    let config = config(&server, &CountingClock::new());
    let mut client = BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
    client.handlers_mut().retry.push_back(|request| request.extensions.insert(1u8).map_or((), drop));
    request(&client).send().await.unwrap();
    let requests = server.requests.lock().unwrap();
    assert!(requests.iter().all(|request| request.body.bytes().is_some_and(|body| body == "a")));
    assert!(requests.iter().all(|request| request.headers.contains_key("authorization")));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_again_is_not_retried_and_the_error_says_so() {
    let server = Server::answering([status(500, "Odd"), ok("b")]);
    let mut client = client(&server);
    client.handlers_mut().build.push_back(|request| {
        request.http_request.body = Body::reader(&b"once"[..], 4);
        let unsigned = "UNSIGNED-PAYLOAD".parse().unwrap();
        request.http_request.headers.insert("x-amz-content-sha256", unsigned);
    });
    let error = request(&client).send().await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("Odd", 1));
    assert!(error.message().ends_with("(not retried: the body cannot be read again)"), "{error}");
}

#[tokio::test]
async fn a_retry_handler_decides_before_the_retryer() {
    let server = Server::answering([status(418, "Teapot"), ok("b")]);
    let mut client = client(&server);
    client.handlers_mut().retry.push_back(|request| request.retryable = Some(true));
    assert_eq!(request(&client).send().await.unwrap(), thing("b"));
}

#[tokio::test]
async fn expired_credentials_are_fetched_anew_before_the_retry() {
    #[derive(Debug)]
    struct Counting(std::sync::atomic::AtomicU32);
    impl crate::credentials::Provider for Counting {
        fn retrieve(&self) -> crate::BoxFuture<'_, Result<crate::credentials::Value, Error>> {
            let call = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Box::pin(std::future::ready(Ok(crate::credentials::Value::new(format!("KEY{call}"), "secret"))))
        }
    }
    let server = Server::answering([status(400, "ExpiredToken"), ok("b")]);
    let config = config(&server, &CountingClock::new()).credentials(Credentials::new(Counting(0.into())));
    request(&BaseClient::new(&SERVICE, &config, &Config::new(), |_| {})).send().await.unwrap();
    assert!(server.header(0, "authorization").unwrap().contains("KEY0"));
    assert!(server.header(1, "authorization").unwrap().contains("KEY1"));
}

#[tokio::test]
async fn a_clock_that_is_off_is_corrected_and_the_request_sent_again() {
    let mut refused = HttpResponse::new(403, "RequestTimeTooSkewed");
    refused.headers.insert("date", "Thu, 01 Jan 2026 02:00:00 GMT".parse().unwrap());
    let server = Server::answering([Ok(refused), ok("b"), ok("c")]);
    let client = client(&server);
    request(&client).send().await.unwrap();
    assert_eq!(server.header(0, "x-amz-date").unwrap(), "20260101T000000Z");
    assert!(server.header(1, "x-amz-date").unwrap().starts_with("20260101T0200"));
    request(&client).send().await.unwrap();
    assert!(server.header(2, "x-amz-date").unwrap().starts_with("20260101T0200"), "the client has learned");
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_ends_and_is_retried() {
    let server = Server::default();
    let limit = crate::Timeouts::default().attempt(Duration::from_secs(1));
    let config = config(&server, &CountingClock::new()).timeouts(limit);
    let error =
        request(&BaseClient::new(&SERVICE, &config, &Config::new(), |_| {})).send().await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (err_code::RESPONSE_TIMEOUT, 3));
}

#[tokio::test]
async fn a_send_handler_can_answer_in_the_servers_place() {
    let server = Server::default();
    let mut client = client(&server);
    let answer = NamedHandler::new("test.Answer", |request: &mut Request| {
        request.http_response = Some(HttpResponse::new(200, "from the handler"));
    });
    assert!(client.handlers_mut().send.swap("core.Send", answer));
    assert_eq!(request(&client).send().await.unwrap(), thing("from the handler"));
    assert!(server.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_request_that_is_kept_tells_what_became_of_it_and_is_sent_once() {
    let client = client(&Server::answering([status(500, "Odd"), ok("b")]));
    let mut request = request(&client);
    assert_eq!(request.send_mut().await.unwrap(), thing("b"));
    assert_eq!(request.http_response.as_ref().unwrap().status, 200);
    assert_eq!(request.retry_count, 1);
    assert_eq!(request.send_mut().await.unwrap_err().code(), err_code::REQUEST_USED);
}

#[tokio::test]
async fn an_answer_that_a_handler_refuses_is_not_read() {
    let mut client = client(&Server::answering([ok("b")]));
    let refused = Error::new("Refused", "").with_retryable(false);
    client.handlers_mut().unmarshal.push_front(move |request| request.fail(refused.clone()));
    let seen = Arc::new(Mutex::new(false));
    let was_read = Arc::clone(&seen);
    client
        .handlers_mut()
        .unmarshal
        .push_back(move |request| *was_read.lock().unwrap() = request.data.is_some());
    assert_eq!(request(&client).send().await.unwrap_err().code(), "Refused");
    assert!(!*seen.lock().unwrap());
}

#[tokio::test]
async fn send_handlers_run_also_after_a_failed_transfer() {
    let failed = || Err(Error::new(err_code::REQUEST_ERROR, "").with_retryable(false));
    let mut client = client(&Server::answering([failed()]));
    let seen = noting(&mut client);
    request(&client).send().await.unwrap_err();
    assert!(seen.lock().unwrap().contains(&"send"));
}

#[tokio::test]
async fn handlers_are_copied_from_client_to_request() {
    let server = Server::answering([ok("b"), ok("c")]);
    let mut client = client(&server);
    let made_before = request(&client);
    let count = client.handlers().build.len();
    client.handlers_mut().build.push_back(|request| {
        request.http_request.headers.insert("x-late", "1".parse().unwrap());
    });
    made_before.send().await.unwrap();
    assert_eq!(server.header(0, "x-late"), None);
    let mut own = request(&client);
    own.handlers.build.clear();
    own.send().await.unwrap();
    assert_eq!(server.header(1, "x-late"), None);
    assert_eq!(client.handlers().build.len(), count + 1);
}

#[tokio::test]
async fn without_a_region_or_credentials_the_call_says_what_is_missing() {
    let server = Server::default();
    let bare = Config::new().http_client(server.clone());
    let error = request(&BaseClient::new(&SERVICE, &bare, &Config::new(), |_| {})).send().await.unwrap_err();
    assert_eq!(error.code(), err_code::MISSING_REGION);
    let unsigned = bare.region("eu-central-1");
    let error =
        request(&BaseClient::new(&SERVICE, &unsigned, &Config::new(), |_| {})).send().await.unwrap_err();
    assert_eq!(error.code(), err_code::NO_CREDENTIAL_PROVIDERS);
    assert!(server.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn anonymous_requests_go_out_unsigned() {
    let server = Server::answering([ok("b")]);
    let config = config(&server, &CountingClock::new()).credentials(Credentials::anonymous());
    let client = BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
    request(&client).send().await.unwrap();
    assert_eq!(server.header(0, "authorization"), None);
    let url = request(&client).presign(Duration::from_secs(60)).await.unwrap();
    assert!(!url.url.contains("X-Amz-") && !url.headers.contains_key("user-agent"), "{url:?}");
}

#[tokio::test]
async fn a_presigned_request_is_not_sent() {
    let server = Server::default();
    let presigned = request(&client(&server)).presign(Duration::from_secs(60)).await.unwrap();
    assert!(presigned.url.contains("X-Amz-Expires=60"), "{}", presigned.url);
    assert!(!format!("{presigned:?}").contains("Signature"));
    let refused = request(&client(&server)).presign(Duration::ZERO).await.unwrap_err();
    assert_eq!(refused.code(), err_code::INVALID_PRESIGN_EXPIRE);
    assert!(server.requests.lock().unwrap().is_empty());
}

#[test]
fn debug_of_a_client_and_a_request_shows_no_secret() {
    let client = client(&Server::default());
    let shown = format!("{client:?} {:?} {:?}", client.settings(), request(&client));
    assert!(shown.contains("AKID") && !shown.contains("SECRET"), "{shown}");
}

#[tokio::test]
async fn a_request_is_used_once() {
    let server = Server::answering([status(404, "NoSuchThing"), ok("b")]);
    let mut client = client(&server);
    let seen = noting(&mut client);
    let mut once = client.erased_request(&MAKE_THING, Box::new(thing("a")));
    once.send().await.unwrap_err();
    let stages = seen.lock().unwrap().len();
    assert_eq!(once.send().await.unwrap_err().code(), err_code::REQUEST_USED);
    assert_eq!(once.presign(Duration::from_secs(60)).await.unwrap_err().code(), err_code::REQUEST_USED);
    assert_eq!(seen.lock().unwrap().len(), stages, "complete ran once, and nothing after it");

    let mut unfit = client.erased_request(&MAKE_THING, Box::new(Thing::default()));
    assert_eq!(unfit.send().await.unwrap_err().code(), err_code::INVALID_PARAMETER);
    assert_eq!(unfit.send().await.unwrap_err().code(), err_code::REQUEST_USED, "it never was built");
    assert_eq!(server.requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_error_that_a_retry_handler_heals_ends_the_call_with_the_data_it_put_there() {
    let server = Server::answering([status(404, "NoSuchThing")]);
    let mut client = client(&server);
    client.handlers_mut().retry.push_back(|request| {
        request.error = None;
        request.data = Some(Box::new(thing("instead")));
    });
    assert_eq!(request(&client).send().await.unwrap(), thing("instead"));
    assert_eq!(server.requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_request_that_cannot_be_signed_is_not_sent_and_counts_no_attempt() {
    let server = Server::default();
    let config = config(&server, &CountingClock::new()).credentials(Credentials::from_keys("", ""));
    let error =
        request(&BaseClient::new(&SERVICE, &config, &Config::new(), |_| {})).send().await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (err_code::EMPTY_STATIC_CREDS, 0));
    assert!(server.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_signature_has_the_time_at_which_the_credentials_were_there() {
    /// A person who looks for the MFA device for ten minutes.
    #[derive(Debug)]
    struct Slow(CountingClock);
    impl crate::credentials::Provider for Slow {
        fn retrieve(&self) -> crate::BoxFuture<'_, Result<crate::credentials::Value, Error>> {
            Box::pin(async {
                crate::clock::Clock::sleep(&self.0, Duration::from_secs(600)).await;
                Ok(crate::credentials::Value::new("AKID", "secret"))
            })
        }
    }
    let (server, clock) = (Server::answering([ok("b")]), CountingClock::new());
    let config = config(&server, &clock).credentials(Credentials::new(Slow(clock.clone())));
    request(&BaseClient::new(&SERVICE, &config, &Config::new(), |_| {})).send().await.unwrap();
    assert_eq!(server.header(0, "x-amz-date").unwrap(), "20260101T001000Z");
}

#[tokio::test]
async fn every_request_that_was_under_way_with_the_wrong_time_is_sent_again() {
    let refused = || {
        let mut refused = HttpResponse::new(403, "RequestTimeTooSkewed");
        refused.headers.insert("date", "Thu, 01 Jan 2026 02:00:00 GMT".parse().unwrap());
        Ok(refused)
    };
    let server = Server::answering([refused(), refused(), ok("b"), ok("c")]);
    let mut client = client(&server);
    let both_refused = Arc::new(tokio::sync::Barrier::new(2));
    client.handlers_mut().retry.push_back_named(NamedHandler::new_async("test.Wait", move |_| {
        let both_refused = Arc::clone(&both_refused);
        Box::pin(async move {
            both_refused.wait().await;
        })
    }));
    let (first, second) = tokio::join!(request(&client).send(), request(&client).send());
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
}
