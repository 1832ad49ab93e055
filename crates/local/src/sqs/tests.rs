//! Queues from send to delete, with the clock in the test's hand.

use super::*;
use crate::identity::{Identities, Identity};
use std::time::{Duration, SystemTime};

struct Bench {
    clock: Clock,
    sqs: Sqs,
    caller: Principal,
    url: String,
}

impl Bench {
    async fn new() -> Self {
        let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        let identities = Identities::new(clock.clone(), vec![Identity::new("AKID", "S")]);
        let caller = identities.admit("AKID", None).unwrap();
        let sqs = Sqs::new(clock.clone(), "http://127.0.0.1:1".to_owned());
        let mut bench = Self { clock, sqs, caller, url: String::new() };
        let created = bench.call("CreateQueue", json!({ "QueueName": "jobs" })).await.unwrap();
        bench.url = created["QueueUrl"].as_str().unwrap().to_owned();
        bench
    }

    async fn call(&self, operation: &str, mut input: Value) -> Result<Value, ServiceError> {
        if input.get("QueueName").is_none() && input.get("QueueUrl").is_none() {
            input["QueueUrl"] = self.url.clone().into();
        }
        let caller = Caller { principal: &self.caller, region: "us-east-1" };
        self.sqs.call(operation, input.to_string().as_bytes(), caller).await
    }

    async fn send(&self, body: &str) {
        self.call("SendMessage", json!({ "MessageBody": body })).await.unwrap();
    }

    /// Bodies and handles of what is visible now.
    async fn receive(&self) -> Vec<(String, String)> {
        let output = self.call("ReceiveMessage", json!({ "MaxNumberOfMessages": 10 })).await.unwrap();
        let text = |message: &Value, name: &str| message[name].as_str().unwrap().to_owned();
        let messages = output["Messages"].as_array().cloned().unwrap_or_default();
        messages.iter().map(|message| (text(message, "Body"), text(message, "ReceiptHandle"))).collect()
    }
}

#[tokio::test]
async fn a_received_message_is_hidden_until_its_visibility_timeout_ends() {
    let bench = Bench::new().await;
    bench.send("one").await;
    let first = bench.receive().await;
    assert_eq!(first[0].0, "one");
    assert!(bench.receive().await.is_empty());
    bench.clock.advance(Duration::from_secs(29));
    assert!(bench.receive().await.is_empty());
    bench.clock.advance(Duration::from_secs(1));
    let second = bench.receive().await;
    assert_eq!(second[0].0, "one");

    // The handle of the older receipt deletes nothing any more.
    bench.call("DeleteMessage", json!({ "ReceiptHandle": first[0].1 })).await.unwrap();
    bench.call("DeleteMessage", json!({ "ReceiptHandle": second[0].1 })).await.unwrap();
    bench.clock.advance(Duration::from_secs(30));
    assert!(bench.receive().await.is_empty());
}

#[tokio::test]
async fn visibility_can_be_changed_while_a_message_is_in_flight() {
    let bench = Bench::new().await;
    bench.send("one").await;
    let (_, handle) = bench.receive().await.remove(0);
    let change = json!({ "ReceiptHandle": handle, "VisibilityTimeout": 0 });
    bench.call("ChangeMessageVisibility", change.clone()).await.unwrap();
    let error = bench.call("ChangeMessageVisibility", change).await.unwrap_err();
    assert_eq!(error.code, "MessageNotInflight");
    assert_eq!(bench.receive().await.len(), 1);
    let error = bench.call("DeleteMessage", json!({ "ReceiptHandle": "nonsense" })).await.unwrap_err();
    assert_eq!(error.code, "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn a_delayed_message_shows_when_its_delay_is_over() {
    let bench = Bench::new().await;
    bench.call("SendMessage", json!({ "MessageBody": "later", "DelaySeconds": 5 })).await.unwrap();
    assert!(bench.receive().await.is_empty());
    let names = json!({ "AttributeNames": ["ApproximateNumberOfMessagesDelayed"] });
    let attributes = bench.call("GetQueueAttributes", names).await.unwrap();
    assert_eq!(attributes, json!({ "Attributes": { "ApproximateNumberOfMessagesDelayed": "1" } }));
    bench.clock.advance(Duration::from_secs(5));
    assert_eq!(bench.receive().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_long_poll_ends_with_a_message_that_is_sent_meanwhile_or_with_its_time() {
    let bench = Bench::new().await;
    let poll = bench.call("ReceiveMessage", json!({ "WaitTimeSeconds": 20 }));
    let (polled, ()) = tokio::join!(poll, bench.send("one"));
    assert_eq!(polled.unwrap()["Messages"][0]["Body"], "one");

    let start = tokio::time::Instant::now();
    let polled = bench.call("ReceiveMessage", json!({ "WaitTimeSeconds": 3 })).await.unwrap();
    assert_eq!(polled, json!({}));
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test]
async fn attributes_are_answered_when_they_are_asked_for() {
    let bench = Bench::new().await;
    let attributes = json!({
        "trace.id": { "DataType": "String", "StringValue": "x" },
        "blob": { "DataType": "Binary", "BinaryValue": "AQI=" },
    });
    let sent = bench
        .call("SendMessage", json!({ "MessageBody": "b", "MessageAttributes": attributes }))
        .await
        .unwrap();
    let receive = json!({ "MessageAttributeNames": ["trace.*"], "AttributeNames": ["ApproximateReceiveCount"],
        "VisibilityTimeout": 0 });
    let message = bench.call("ReceiveMessage", receive).await.unwrap()["Messages"][0].clone();
    assert_eq!(message["MessageAttributes"], json!({ "trace.id": attributes["trace.id"] }));
    assert_eq!(message["Attributes"], json!({ "ApproximateReceiveCount": "1" }));
    assert_ne!(message["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
    let all = bench.call("ReceiveMessage", json!({ "MessageAttributeNames": ["All"] })).await.unwrap();
    assert_eq!(all["Messages"][0]["MessageAttributes"], attributes);
    assert_eq!(all["Messages"][0]["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
}

#[tokio::test]
async fn entries_of_a_batch_succeed_and_fail_one_by_one() {
    let bench = Bench::new().await;
    let entries = json!([
        { "Id": "a", "MessageBody": "one" },
        { "Id": "b", "MessageBody": "" },
        { "Id": "c", "MessageBody": "two", "DelaySeconds": 901 },
    ]);
    let output = bench.call("SendMessageBatch", json!({ "Entries": entries })).await.unwrap();
    assert_eq!(output["Successful"][0]["Id"], "a");
    assert_eq!(output["Failed"][0]["Id"], "b");
    assert_eq!(output["Failed"][1]["Code"], "InvalidParameterValue");

    let handles = bench.receive().await;
    let entries = json!([{ "Id": "a", "ReceiptHandle": handles[0].1 }, { "Id": "b", "ReceiptHandle": "x" }]);
    let output = bench.call("DeleteMessageBatch", json!({ "Entries": entries })).await.unwrap();
    assert_eq!(output["Successful"], json!([{ "Id": "a" }]));
    assert_eq!(output["Failed"][0]["Code"], "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn batches_that_are_empty_too_long_or_ambiguous_are_refused_whole() {
    let bench = Bench::new().await;
    let entry = |id: String| json!({ "Id": id, "MessageBody": "b" });
    let cases = [
        (vec![], "EmptyBatchRequest"),
        ((0..11).map(|id| entry(id.to_string())).collect(), "TooManyEntriesInBatchRequest"),
        (vec![entry("a".to_owned()), entry("a".to_owned())], "BatchEntryIdsNotDistinct"),
    ];
    for (entries, code) in cases {
        let entries: Vec<Value> = entries;
        assert_eq!(
            bench.call("SendMessageBatch", json!({ "Entries": entries })).await.unwrap_err().code,
            code
        );
    }
    assert!(bench.receive().await.is_empty());
}

#[tokio::test]
async fn a_queue_is_created_once_listed_found_and_deleted() {
    let bench = Bench::new().await;
    assert_eq!(bench.url, "http://127.0.0.1:1/123456789012/jobs");
    let again = bench.call("CreateQueue", json!({ "QueueName": "jobs" })).await.unwrap();
    assert_eq!(again["QueueUrl"], bench.url.as_str());
    let different = json!({ "QueueName": "jobs", "Attributes": { "VisibilityTimeout": "5" } });
    assert_eq!(bench.call("CreateQueue", different).await.unwrap_err().code, "QueueNameExists");
    let found = bench.call("GetQueueUrl", json!({ "QueueName": "jobs" })).await.unwrap();
    assert_eq!(found["QueueUrl"], bench.url.as_str());
    let listed = bench.call("ListQueues", json!({ "QueueNamePrefix": "jo" })).await.unwrap();
    assert_eq!(listed["QueueUrls"], json!([bench.url]));
    bench.call("DeleteQueue", json!({})).await.unwrap();
    let error = bench.call("SendMessage", json!({ "MessageBody": "b" })).await.unwrap_err();
    assert_eq!(error.query_code, Some("AWS.SimpleQueueService.NonExistentQueue"));
}

#[tokio::test]
async fn queue_attributes_have_limits_and_are_described() {
    let bench = Bench::new().await;
    let set = |name: &str, value: &str| json!({ "Attributes": { name: value } });
    bench.call("SetQueueAttributes", set("VisibilityTimeout", "7")).await.unwrap();
    let all = bench.call("GetQueueAttributes", json!({ "AttributeNames": ["All"] })).await.unwrap();
    assert_eq!(all["Attributes"]["VisibilityTimeout"], "7");
    assert_eq!(all["Attributes"]["QueueArn"], "arn:aws:sqs:us-east-1:123456789012:jobs");
    let code = async |input| bench.call("SetQueueAttributes", input).await.unwrap_err().code;
    assert_eq!(code(set("VisibilityTimeout", "43201")).await, "InvalidAttributeValue");
    assert_eq!(code(set("Nonsense", "1")).await, "InvalidAttributeName");
    assert_eq!(code(set("FifoQueue", "true")).await, "UnsupportedOperation");
    let error = bench.call("SendMessage", json!({})).await.unwrap_err();
    assert_eq!(error.query_code, Some("MissingParameter"));
}
