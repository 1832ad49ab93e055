//! Answers that are streams of events, in every protocol that has them.

use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::dynamic::{DynamicShape, to_json};
use crate::error::Error;
use crate::event_stream::{EventStream, HeaderValue};
use crate::http::HttpResponse;
use crate::testing::{Thing, thing};
use crate::{err_code, shape};

const DETAILS: &str = "<X xmlns=\"\"><StringField>s</StringField><IntegerField>123</IntegerField></X>";

fn answering(body: Vec<u8>) -> Server {
    let mut answer = HttpResponse::new(200, body);
    answer.headers.insert("x-amz-request-id", "REQ".parse().unwrap());
    Server::answering([Ok(answer)])
}

/// Every event of the answer, as the dynamic client shows it.
async fn call(protocol: &str, body: Vec<u8>) -> Result<Value, Error> {
    client(protocol, &answering(body)).call("Talk", &json!({})).await
}

/// The events one by one, and the error with which they end.
async fn walk(protocol: &str, messages: impl IntoIterator<Item = Message>) -> (Vec<Value>, Option<Error>) {
    let server = answering(encode(messages));
    let mut output = client(protocol, &server).request("Talk", &json!({})).unwrap().send().await.unwrap();
    let mut events = output.take_events("Events").unwrap();
    let mut found = Vec::new();
    loop {
        match events.recv().await {
            Ok(Some(event)) => found.push(to_json(&event)),
            Ok(None) => return (found, None),
            Err(error) => {
                assert!(events.recv().await.unwrap().is_none(), "an error ends the stream");
                return (found, Some(error));
            }
        }
    }
}

#[tokio::test]
async fn published_frames_of_rest_xml_are_read_as_published() {
    // From the protocol tests that AWS publishes with the Python SDK; their kinds of events have other names.
    let body = STANDARD.decode(
        "AAABAQAAAJBjEbY4DTptZXNzYWdlLXR5cGUHAAVldmVudAs6ZXZlbnQtdHlwZQcABVR5cGVDDTpjb250ZW50LXR5cGUHAAh0ZXh0L3htbAdC\
         b29sZWFuAAdJbnRlZ2VyBAAAAHsEQmxvYgYACHNvbWVibG9iBlN0cmluZwcACnNvbWVzdHJpbmcJVGltZXN0YW1wCAAAAUsgGsQAPERldGFp\
         bHMgeG1sbnM9IiI+PFN0cmluZ0ZpZWxkPnNvbWVzdHJpbmc8L1N0cmluZ0ZpZWxkPjxJbnRlZ2VyRmllbGQ+MTIzPC9JbnRlZ2VyRmllbGQ+\
         PC9EZXRhaWxzPhGUvKo=",
    );
    let [message] = &decode(&body.unwrap(), 5).unwrap()[..] else { panic!("one message") };
    let renamed =
        message.headers().iter().fold(Message::new(message.payload().clone()), |renamed, header| {
            let is_kind = header.name == ":event-type";
            renamed.header(&*header.name, if is_kind { "Headers".into() } else { header.value.clone() })
        });
    let (events, error) = walk("rest-xml", [renamed]).await;
    assert!(error.is_none());
    assert_eq!(
        events,
        [json!({"Headers": {
            "Boolean": true, "Integer": 123, "Blob": {"$bytes": "someblob"}, "String": "somestring", "Timestamp": {"$time": "2015-01-25T08:00:00Z"},
            "Details": {"StringField": "somestring", "IntegerField": 123}
        }})]
    );
}

#[tokio::test]
async fn payloads_are_bytes_text_a_structure_or_the_event_itself() {
    let messages = || {
        [
            event("Bytes", "some bytes"),
            event("Text", "some text"),
            event("Details", DETAILS),
            event("Whole", DETAILS).header("Header", "h"),
            event("Details", ""),
            event("Nothing", "whatever"),
        ]
    };
    let expected = json!([
        {"Bytes": {"Payload": {"$bytes": "some bytes"}}}, {"Text": {"Payload": "some text"}},
        {"Details": {"Details": {"StringField": "s", "IntegerField": 123}}},
        {"Whole": {"Header": "h", "StringField": "s", "IntegerField": 123}},
        {"Details": {"Details": {}}}, {"Nothing": {}}
    ]);
    assert_eq!(call("rest-xml", encode(messages())).await.unwrap(), json!({"Events": expected}));
    let (events, error) = walk("rest-xml", messages()).await;
    assert_eq!((Value::from(events), error.is_none()), (expected, true));
}

#[tokio::test]
async fn an_answer_without_events_is_an_empty_stream() {
    assert_eq!(call("rest-xml", vec![]).await.unwrap(), json!({"Events": []}));
    assert_eq!(call("json", vec![]).await.unwrap(), json!({"Events": []}));
}

#[tokio::test]
async fn rpc_protocols_have_the_members_beside_the_stream_in_its_first_message() {
    // Published with the Python SDK: `{"InitialResponse": "sometext"}` in the place of the name.
    let initial = event("initial-response", r#"{"Name": "sometext"}"#);
    let body = encode([initial.clone(), event("Whole", r#"{"StringField": "s"}"#)]);
    let expected = json!({"Name": "sometext", "Events": [{"Whole": {"StringField": "s"}}]});
    assert_eq!(call("json", body).await.unwrap(), expected);
    let without = encode([event("Bytes", "b")]);
    assert_eq!(
        call("json", without).await.unwrap(),
        json!({"Events": [{"Bytes": {"Payload": {"$bytes": "b"}}}]})
    );
    // The head of a text of one byte, which is missing.
    let body = encode([event("initial-response", "\x61"), event("Nothing", "")]);
    assert_eq!(call("smithy-rpc-v2-cbor", body).await.unwrap_err().code(), err_code::SERIALIZATION_ERROR);
    // {"Name": "x"} and {"IntegerField": 7}.
    let message = |kind, document: &'static [u8]| {
        Message::new(document).header(":message-type", "event").header(":event-type", kind)
    };
    let body = encode([
        message("initial-response", b"\xa1\x64Name\x61x"),
        message("Whole", b"\xa1\x6cIntegerField\x07"),
    ]);
    let expected = json!({"Name": "x", "Events": [{"Whole": {"IntegerField": 7}}]});
    assert_eq!(call("smithy-rpc-v2-cbor", body).await.unwrap(), expected);
}

fn exception(name: &str, payload: &'static str) -> Message {
    Message::new(payload).header(":message-type", "exception").header(":exception-type", name)
}

#[tokio::test]
async fn a_modelled_exception_is_an_error_with_its_fields() {
    let too_much = exception("tooMuch", r#"{"message": "slow\ndown", "limit": 5}"#);
    let (events, error) = walk("rest-json", [event("Bytes", "b"), too_much.clone()]).await;
    let error = error.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(error.to_string(), "TooMuchException: slow down (Talk, request REQ, 1 attempt)");
    assert_eq!(to_json(error.fields().unwrap()), json!({"message": "slow\ndown", "limit": 5}));
    // In the place of the first message of an RPC protocol it fails the call itself.
    let error = call("json", encode([too_much])).await.unwrap_err();
    assert_eq!((error.code(), error.message()), ("TooMuchException", "slow\ndown"));
}

#[tokio::test]
async fn errors_that_no_model_describes_keep_their_code() {
    let (_, error) = walk("rest-json", [exception("Surprise", "{}")]).await;
    assert_eq!(error.unwrap().code(), "Surprise");
    let message = Message::default()
        .header(":message-type", "error")
        .header(":error-code", "InternalError")
        .header(":error-message", "We encountered an internal error.");
    let (_, error) = walk("rest-json", [message]).await;
    let error = error.unwrap();
    assert_eq!((error.code(), error.message()), ("InternalError", "We encountered an internal error."));
    assert!(error.is_retryable());
    let (_, error) = walk("rest-json", [Message::default().header(":message-type", "error")]).await;
    assert_eq!(error.unwrap().code(), err_code::UNKNOWN_ERROR);
}

#[tokio::test]
async fn events_that_the_model_does_not_describe_are_passed_over() {
    let (events, error) =
        walk("rest-json", [event("New", "?"), event("Bytes", "b"), event("tooMuch", "{}")]).await;
    assert_eq!(events[0], json!({"Bytes": {"Payload": {"$bytes": "b"}}}));
    assert!(error.is_none());
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_and_not_an_event() {
    let not_text = Message::new(&b"\xff"[..]).header(":message-type", "event").header(":event-type", "Text");
    let big = HeaderValue::Long(1 << 40);
    for (message, expected) in [
        (Message::new("no headers"), "a message of the event stream is neither an event nor an error"),
        (Message::default().header(":message-type", "event"), "an event has no `:event-type`"),
        (not_text, "the value of Payload in an event is not UTF-8 text"),
        (event("Headers", "").header("Boolean", "true"), "the value of Boolean in an event is not a boolean"),
        (
            event("Headers", "").header("Integer", big),
            "the value of Integer in an event is not a 32-bit integer",
        ),
    ] {
        let (_, error) = walk("rest-json", [message]).await;
        let error = error.unwrap();
        assert_eq!((error.code(), error.message()), (err_code::SERIALIZATION_ERROR, expected));
    }
    let (_, error) = walk("rest-json", [event("Details", "{\"StringField\": ")]).await;
    assert_eq!(error.unwrap().code(), err_code::SERIALIZATION_ERROR);
}

#[tokio::test]
async fn a_connection_that_ends_within_a_frame_ends_the_stream_with_an_error() {
    let mut body = encode([event("Bytes", "b"), event("Bytes", "b")]);
    body.truncate(body.len() - 1);
    let error = call("rest-json", body).await.unwrap_err();
    assert_eq!(error.code(), err_code::READ_ERROR);
    assert!(error.message().contains("expected 1 or more bytes, but the stream ends"), "{error}");
}

#[tokio::test]
async fn a_fake_answers_a_stream_that_it_makes_of_events_and_errors() {
    let mut events = EventStream::from(vec![thing("a"), thing("b")]);
    assert_eq!(format!("{events:?}"), "<2 events>");
    assert_eq!(events.recv().await.unwrap(), Some(thing("a")));
    assert_eq!(events.recv().await.unwrap(), Some(thing("b")));
    assert_eq!(events.recv().await.unwrap(), None);
    let results = [Ok(thing("a")), Err(Error::new("Broken", "")), Ok(thing("never"))];
    let mut events: EventStream<Thing> = results.into_iter().collect();
    assert!(events.recv().await.is_ok());
    assert_eq!(events.recv().await.unwrap_err().code(), "Broken");
    assert_eq!(events.recv().await.unwrap(), None);
}

#[tokio::test]
async fn debug_shows_no_event_that_has_not_been_asked_for() {
    let body = encode([event("Whole", r#"{"StringField": "s", "Secret": "hunter2"}"#)]);
    let server = answering(body);
    let mut output = client("rest-json", &server).request("Talk", &json!({})).unwrap().send().await.unwrap();
    assert_eq!(format!("{output:?}"), "Side { Events: <events> }");
    let event = output.take_events("Events").unwrap().recv().await.unwrap().unwrap();
    let shown = format!("{event:?}");
    assert!(shown.contains("StringField: \"s\"") && shown.contains("Secret: <sensitive>"), "{shown}");
}

struct Empty;

impl futures_core::Stream for Empty {
    type Item = Result<Value, Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}

#[test]
fn events_in_memory_are_copied_and_those_of_an_answer_are_not() {
    let schema = model("rest-json").operation("Talk").unwrap().output.schema;
    let (mut from, mut to) = (DynamicShape::new(schema), DynamicShape::new(schema));
    crate::dynamic::fill(&mut from, &json!({"Events": every_event()})).unwrap();
    shape::copy(&from, &mut to).unwrap();
    assert_eq!(to_json(&to), to_json(&from));
    from.set_events("Events", Empty).unwrap();
    let error = shape::copy(&from, &mut to).unwrap_err();
    assert_eq!(error.message(), "the events can be read only once");
}
