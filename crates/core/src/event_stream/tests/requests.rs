//! Requests that send events, each in a frame that is signed.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::*;
use crate::body::Body;
use crate::credentials::Credentials;
use crate::crypto;
use crate::dynamic::{DynamicShape, to_json};
use crate::err_code;
use crate::error::Error;
use crate::event_stream::HeaderValue;
use crate::signer::v4;
use crate::testing::{START, ok, status};

/// A stream of what is in a list.
struct Iter<T>(VecDeque<T>);

impl<T: Unpin> Stream for Iter<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(self.0.pop_front())
    }
}

fn stream<T: Unpin>(items: impl IntoIterator<Item = T>) -> Iter<T> {
    Iter(items.into_iter().collect())
}

/// The body of a request that was sent.
async fn body(server: &Server, at: usize) -> Result<Bytes, Error> {
    let body = std::mem::replace(&mut server.requests.lock().unwrap()[at].body, Body::empty());
    body.collect().await
}

/// Checks the chain of signatures, and answers the messages within.
fn open(server: &Server, at: usize, body: &[u8]) -> Vec<Message> {
    let authorization = server.header(at, "authorization").unwrap();
    let mut previous = authorization.rsplit_once("Signature=").unwrap().1.to_owned();
    let frames = decode(body, 1000).unwrap();
    let (last, frames_with_events) = frames.split_last().unwrap();
    assert!(last.payload().is_empty(), "the last frame says that the stream is over");
    for frame in &frames {
        let [date, signature] = frame.headers() else { panic!("{frame:?} has other headers") };
        assert_eq!((&*date.name, &date.value), (":date", &HeaderValue::Timestamp(START * 1000)));
        let mut headers = b"\x05:date\x08".to_vec();
        headers.extend_from_slice(&(START * 1000).to_be_bytes());
        let chunk = v4::EventChunk { previous: &previous, headers: &headers, payload: frame.payload() };
        let credentials = v4::SigningCredentials {
            access_key_id: "AKID",
            secret_access_key: "SECRET",
            session_token: None,
        };
        let scope = v4::Scope { region: "eu-central-1", service: "talk" };
        let expected = v4::sign_event_chunk(&chunk, &credentials, &scope, START, None).unwrap();
        assert_eq!(
            *signature,
            crate::event_stream::Header { name: ":chunk-signature".into(), value: expected.to_vec().into() }
        );
        previous = crypto::hex(&expected);
    }
    frames_with_events.iter().flat_map(|frame| decode(frame.payload(), 1000).unwrap()).collect()
}

#[tokio::test]
async fn each_event_is_a_frame_in_a_signed_frame() {
    let server = Server::answering([ok("")]);
    let params = json!({"Name": "n", "Events": every_event()});
    client("rest-json", &server).call("Talk", &params).await.unwrap();

    let sent = |name| server.header(0, name);
    assert_eq!(sent("content-type").as_deref(), Some("application/vnd.amazon.eventstream"));
    assert_eq!(sent("x-amz-content-sha256").as_deref(), Some("STREAMING-AWS4-HMAC-SHA256-EVENTS"));
    assert_eq!(sent("x-name").as_deref(), Some("n"));
    assert_eq!(sent("content-length"), None);
    let signed = sent("authorization").unwrap();
    assert!(
        signed.contains("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-name,"),
        "{signed}"
    );

    let body = body(&server, 0).await.unwrap();
    let messages = open(&server, 0, &body);
    let kinds: Vec<_> = messages.iter().map(|message| message.text(":event-type").unwrap()).collect();
    assert_eq!(kinds, ["Bytes", "Text", "Details", "Headers", "Whole", "Nothing"]);
    let types: Vec<_> = messages.iter().map(|message| message.text(":content-type")).collect();
    let json = Some("application/json");
    assert_eq!(types, [Some("application/octet-stream"), Some("text/plain"), json, json, json, None]);
    let document: Value = serde_json::from_slice(messages[4].payload()).unwrap();
    assert_eq!(document, json!({"StringField": "s", "IntegerField": 1, "Secret": "hunter2"}));
    assert_eq!(messages[4].text("Header"), Some("h"));
    assert_eq!(messages[3].value("Timestamp"), Some(&HeaderValue::Timestamp(1_422_172_800_500)));
}

#[tokio::test]
async fn the_signatures_are_those_of_an_independent_implementation() {
    let server = Server::answering([ok("")]);
    let params = json!({"Events": [{"Bytes": {"Payload": "audio"}}, {"Text": {"Payload": "done"}}]});
    client("rest-json", &server).call("Talk", &params).await.unwrap();
    let body = body(&server, 0).await.unwrap();
    let signatures: Vec<_> = decode(&body, 1000)
        .unwrap()
        .iter()
        .map(|frame| {
            let Some(HeaderValue::Bytes(signature)) = frame.value(":chunk-signature") else {
                panic!("unsigned")
            };
            crypto::hex(signature)
        })
        .collect();
    // Computed with Python's hashlib and hmac.
    let expected = [
        "89edb35f655586f980eba246b0a69ace5351c1e73bee2bb856180d2eb6bfd73e",
        "7a1d4c64692266f010cb97966256770cd33cf62405b3af289d0078cc02bdf0fd",
        "2f1c8f201eb0115b81a49c5b18a0589acfe5502d58fd21d7d450e4a5255c3749",
    ];
    assert_eq!(signatures, expected);
}

#[tokio::test]
async fn what_is_sent_can_be_read_back_in_every_protocol() {
    for protocol in ["rest-json", "rest-xml", "json", "smithy-rpc-v2-cbor"] {
        let server = Server::answering([ok("")]);
        let params = json!({"Name": "n", "Events": every_event()});
        client(protocol, &server).call("Talk", &params).await.unwrap();
        let body = body(&server, 0).await.unwrap();
        let mut messages = open(&server, 0, &body);
        let has_initial = !protocol.starts_with("rest");
        if has_initial {
            assert_eq!(messages[0].text(":event-type"), Some("initial-request"));
            let initial = messages[0].payload().clone();
            messages[0] = Message::new(initial)
                .header(":message-type", "event")
                .header(":event-type", "initial-response");
        }
        let answer = crate::http::HttpResponse::new(200, encode(messages));
        let server = Server::answering([Ok(answer)]);
        let mut read = client(protocol, &server).call("Talk", &json!({})).await.unwrap();
        assert_eq!(read["Events"], every_event(), "{protocol}");
        assert_eq!(read["Name"].take(), if has_initial { json!("n") } else { Value::Null }, "{protocol}");
    }
}

#[tokio::test]
async fn events_of_a_stream_are_written_as_they_come() {
    let server = Server::answering([ok("")]);
    let talk = client("json", &server);
    let mut request = talk.request("Talk", &json!({"Name": "n"})).unwrap();
    let events = stream([Ok(json!({"Bytes": {"Payload": "a"}})), Ok(json!({"Bytes": {"Payload": "b"}}))]);
    request.params_as_mut::<DynamicShape>().unwrap().set_events("Events", events).unwrap();
    request.send().await.unwrap();
    let body = body(&server, 0).await.unwrap();
    let messages = open(&server, 0, &body);
    assert_eq!(messages[0].payload(), r#"{"Name":"n"}"#);
    assert_eq!([messages[1].payload(), messages[2].payload()], ["a", "b"]);
}

#[tokio::test]
async fn an_error_in_the_stream_breaks_the_body_off_before_its_signed_end() {
    for (last, expected) in [
        (Err(Error::new("Mine", "")), "Mine"),
        (Ok(json!({"Unknown": {}})), err_code::INVALID_PARAMETER),
        (Ok(json!({})), err_code::INVALID_PARAMETER),
    ] {
        let server = Server::answering([ok("")]);
        let talk = client("rest-json", &server);
        let mut request = talk.request("Talk", &json!({})).unwrap();
        let events = stream([Ok(json!({"Nothing": {}})), last]);
        request.params_as_mut::<DynamicShape>().unwrap().set_events("Events", events).unwrap();
        request.send().await.unwrap();
        assert_eq!(body(&server, 0).await.unwrap_err().code(), expected);
    }
}

#[tokio::test]
async fn events_in_memory_are_sent_again_by_a_retry_with_signatures_of_its_own() {
    let server = Server::answering([status(500, ""), ok("")]);
    let talk = client("rest-json", &server);
    talk.call("Talk", &json!({"Events": every_event()})).await.unwrap();
    let (first, second) = (body(&server, 0).await.unwrap(), body(&server, 1).await.unwrap());
    assert_ne!(server.header(0, "x-amz-date"), None);
    assert_eq!(decode(&first, 100).unwrap().len(), 7);
    assert_eq!(decode(&second, 100).unwrap().len(), 7);
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let server = Server::answering([status(500, "")]);
    let talk = client("rest-json", &server);
    let mut request = talk.request("Talk", &json!({})).unwrap();
    let events = stream([Ok(json!({"Nothing": {}}))]);
    request.params_as_mut::<DynamicShape>().unwrap().set_events("Events", events).unwrap();
    let error = request.send().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(error.message().ends_with("(not retried: the body cannot be read again)"), "{error}");
}

#[tokio::test]
async fn without_a_signature_the_frames_are_sent_as_they_are() {
    let server = Server::answering([ok("")]);
    let config = config(&server, &CountingClock::new()).credentials(Credentials::anonymous());
    let talk = Client::new(&model("rest-json"), &config);
    talk.call("Talk", &json!({"Events": [{"Bytes": {"Payload": "a"}}]})).await.unwrap();
    let body = body(&server, 0).await.unwrap();
    let messages = decode(&body, 100).unwrap();
    assert_eq!(messages[0].payload(), "a");
    assert_eq!((messages.len(), server.header(0, "x-amz-content-sha256")), (1, None));
}

#[tokio::test]
async fn events_that_no_frame_can_hold_fail_the_call_before_it_is_sent() {
    let server = Server::answering([]);
    let talk = client("rest-json", &server);
    let error = talk.call("Talk", &json!({"Events": [{}]})).await.unwrap_err();
    assert_eq!(error.message(), "an event must have one member set, Stream");
    let two = json!([{"Nothing": {}, "Bytes": {"Payload": "a"}}]);
    assert_eq!(
        talk.call("Talk", &json!({"Events": two})).await.unwrap_err().code(),
        err_code::INVALID_PARAMETER
    );
    let error = talk.call("Talk", &json!({"Events": [{"Bytes": 7}]})).await.unwrap_err();
    assert_eq!(error.message(), "the value is not a structure, TalkInput.Events[0].Bytes");
    assert!(server.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_request_that_sends_events_cannot_be_presigned() {
    let server = Server::answering([]);
    let request = client("rest-json", &server).request("Talk", &json!({})).unwrap();
    let error = request.presign(std::time::Duration::from_secs(60)).await.unwrap_err();
    assert_eq!(error.message(), "a request that sends events cannot be presigned");
}

#[tokio::test]
async fn operations_without_events_have_no_handlers_for_them() {
    let server = Server::answering([ok("")]);
    let plain = crate::testing::client(&server);
    let request = plain.erased_request(&crate::testing::MAKE_THING, Box::new(crate::testing::thing("a")));
    assert!(request.handlers.build_stream.is_empty() && request.handlers.unmarshal_stream.is_empty());
    let talk = client("rest-json", &server).request("Talk", &json!({})).unwrap();
    let names: Vec<_> = talk.handlers.sign.names().collect();
    assert_eq!(names, ["v4.Sign", "event_stream.Sign"]);
    assert_eq!(to_json(&*talk.params), json!({}));
}
