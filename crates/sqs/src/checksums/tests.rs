//! Digests that SQS documents and other SDKs test with, and what becomes of others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cumulo_core::clock::Clock;
use cumulo_core::http::HttpResponse;
use cumulo_core::{Blob, BoxFuture, Config, Credentials, DateTime};

use super::*;
use crate::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use crate::{Client, ReceiveMessageInput, SendMessageBatchInput, SendMessageInput, customizations};

const HELLO: &str = "5d41402abc4b2a76b9719d911017c592";
const WRONG: &str = "00000000000000000000000000000000";

/// Waits for nothing between retries.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(1_767_225_600)
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A client whose every request is answered with `body`, and the count of its requests.
fn client(body: String) -> (Client, Arc<AtomicUsize>) {
    let credentials = Credentials::from_keys("AKID", "SECRET");
    let mut client = Client::new(&Config::new().region("eu-west-1").credentials(credentials).clock(Still));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    client.handlers_mut().send.push_front(move |request| {
        counted.fetch_add(1, Ordering::Relaxed);
        request.http_response = Some(HttpResponse::new(200, body.clone()));
    });
    (client, count)
}

fn message() -> SendMessageInput {
    SendMessageInput::new().queue_url("https://sqs.eu-west-1.amazonaws.com/1/q").message_body("hello")
}

async fn sent(message: SendMessageInput, answer: &str) -> Result<(), Error> {
    client(answer.to_owned()).0.send_message(message).await.map(drop)
}

#[test]
fn digests_of_attributes_are_those_of_sqs() {
    let text =
        |data_type: &str, value: &str| MessageAttributeValue::new().data_type(data_type).string_value(value);
    let binary = |value: &'static [u8]| {
        MessageAttributeValue::new().data_type("Binary").binary_value(Blob::from(value))
    };
    let of = |attributes: Vec<(&str, MessageAttributeValue)>| {
        let message = message().message_attributes(attributes);
        let Some(Ref::Map(map)) = (&message as &dyn Shape).named("MessageAttributes") else {
            panic!("a map")
        };
        of_attributes(map)
    };
    assert_eq!(of(vec![("timestamp", text("Number", "1493147359900"))]), "235c5c510d26fb653d073faed50ae77c");
    let custom = text("Number.java.lang.Long", "1493147359900");
    assert_eq!(of(vec![("timestamp", custom)]), "2e2e4876d8e0bd6b8c2c8f556831c349");
    let both =
        || vec![("test_attr_name_2", binary(b"\x01\x02")), ("test_attr_name_1", text("String", "value"))];
    let mut turned = both();
    turned.reverse();
    assert_eq!(of(both()), of(turned), "the order of the names counts");
    assert_eq!(of(both()), "49f25c34371d993daf5bb037528e1807");
}

#[tokio::test]
async fn a_message_that_arrived_as_it_was_sent_is_accepted() {
    let right = format!(r#"{{"MessageId":"m1","MD5OfMessageBody":"{HELLO}"}}"#);
    sent(message(), &right).await.unwrap();
    sent(message(), r#"{"MessageId":"m1"}"#).await.unwrap();
}

#[tokio::test]
async fn a_body_that_was_changed_is_an_error_that_names_the_message_and_is_retried() {
    let wrong = format!(r#"{{"MessageId":"m1","MD5OfMessageBody":"{WRONG}"}}"#);
    let (client, count) = client(wrong);
    let error = client.send_message(message()).await.unwrap_err();
    assert_eq!(error.code(), err_code::INVALID_CHECKSUM);
    assert!(error.is_retryable());
    assert!(error.message().contains("m1, MessageBody") && error.message().contains(HELLO), "{error}");
    assert_eq!(count.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn attributes_that_were_changed_are_found_too() {
    let note = MessageAttributeValue::new().data_type("String").string_value("v");
    let tracing = crate::types::MessageSystemAttributeValue::new().data_type("String").string_value("Root=1");
    let message = || {
        message()
            .message_attributes([("note", note.clone())])
            .message_system_attributes([("AWSTraceHeader", tracing.clone())])
    };
    for member in ["MessageAttributes", "MessageSystemAttributes"] {
        let error = sent(message(), &format!(r#"{{"MD5Of{member}":"{WRONG}"}}"#)).await.unwrap_err();
        assert_eq!(error.code(), err_code::INVALID_CHECKSUM);
        assert!(error.message().contains(member), "{error}");
    }
}

#[tokio::test]
async fn the_wrong_messages_of_a_batch_are_named_and_the_right_ones_are_not() {
    let entries = ["a", "b"].map(|id| SendMessageBatchRequestEntry::new().id(id).message_body("hello"));
    let batch = SendMessageBatchInput::new().queue_url("https://q").entries(entries);
    let answer = format!(
        r#"{{"Successful":[{{"Id":"b","MessageId":"m-b","MD5OfMessageBody":"{WRONG}"}},
            {{"Id":"a","MessageId":"m-a","MD5OfMessageBody":"{HELLO}"}}],"Failed":[]}}"#
    );
    let error = client(answer).0.send_message_batch(batch).await.unwrap_err();
    assert!(error.message().contains("m-b") && !error.message().contains("m-a"), "{error}");
}

#[tokio::test]
async fn what_arrives_is_compared_with_its_own_digests() {
    let receive = || ReceiveMessageInput::new().queue_url("https://q");
    let answer = |md5: &str, attributes: &str| {
        format!(
            r#"{{"Messages":[{{"MessageId":"m1","Body":"hello","MD5OfBody":"{md5}",
                "MD5OfMessageAttributes":"{attributes}",
                "MessageAttributes":{{"timestamp":{{"DataType":"Number","StringValue":"1493147359900"}}}}}}]}}"#
        )
    };
    let of_attributes = "235c5c510d26fb653d073faed50ae77c";
    client(answer(HELLO, of_attributes)).0.receive_message(receive()).await.unwrap();
    for answer in [answer(WRONG, of_attributes), answer(HELLO, WRONG)] {
        let error = client(answer).0.receive_message(receive()).await.unwrap_err();
        assert_eq!(error.code(), err_code::INVALID_CHECKSUM);
    }
    client("{}".to_owned()).0.receive_message(receive()).await.unwrap();
}

#[tokio::test]
async fn without_its_handler_nothing_is_compared() {
    let (mut client, _) = client(format!(r#"{{"MD5OfMessageBody":"{WRONG}"}}"#));
    client.handlers_mut().unmarshal.remove_by_name(customizations::VERIFY_CHECKSUMS);
    client.send_message(message()).await.unwrap();
}
