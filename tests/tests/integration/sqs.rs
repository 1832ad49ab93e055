//! SQS: queues, messages, batches, errors.

use cumulo::sqs::types::{
    DeleteMessageBatchRequestEntry, MessageAttributeValue, SendMessageBatchRequestEntry,
};
use cumulo::sqs::{self, Client, err_code};

use crate::world::{World, unique};

struct Queue {
    _world: World,
    client: Client,
    url: String,
}

impl Queue {
    async fn make() -> Self {
        let world = World::start().await;
        let client = Client::new(&world.config());
        let created =
            client.create_queue(sqs::CreateQueueInput::new().queue_name(unique("queue"))).await.unwrap();
        Self { _world: world, client, url: created.queue_url.unwrap() }
    }

    fn receive(&self) -> sqs::ReceiveMessageInput {
        sqs::ReceiveMessageInput::new().queue_url(&*self.url).max_number_of_messages(10).wait_time_seconds(1)
    }
}

#[tokio::test]
async fn a_message_is_sent_received_and_deleted() {
    let queue = Queue::make().await;
    let note = MessageAttributeValue::new().data_type("String").string_value("önë");
    let bytes = MessageAttributeValue::new().data_type("Binary.odd").binary_value(&b"\x00\xff"[..]);
    let message = sqs::SendMessageInput::new()
        .queue_url(&*queue.url)
        .message_body("line one\nline \"two\" <three> ☂")
        .message_attributes([("note", note), ("Bytes", bytes)]);
    let sent = queue.client.send_message(message).await.unwrap();
    let receive = queue.receive().message_attribute_names(["All"]);
    let received = queue.client.receive_message(receive).await.unwrap().messages.unwrap();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].message_id, sent.message_id);
    assert_eq!(received[0].body.as_deref(), Some("line one\nline \"two\" <three> ☂"));
    let attributes = received[0].message_attributes.as_ref().unwrap();
    assert_eq!(attributes["note"].string_value.as_deref(), Some("önë"));
    assert_eq!(attributes["Bytes"].binary_value.as_deref(), Some(&b"\x00\xff"[..]));
    assert!(sent.md5_of_message_attributes.is_some(), "and it has been compared");
    let handle = received[0].receipt_handle.clone().unwrap();
    let delete = sqs::DeleteMessageInput::new().queue_url(&*queue.url).receipt_handle(handle);
    queue.client.delete_message(delete).await.unwrap();
    let rest = queue.client.receive_message(queue.receive().wait_time_seconds(0)).await.unwrap();
    assert!(rest.messages.unwrap_or_default().is_empty());
}

#[tokio::test]
async fn batches_are_sent_and_deleted() {
    let queue = Queue::make().await;
    let entries =
        (0..3).map(|n| SendMessageBatchRequestEntry::new().id(format!("m{n}")).message_body(format!("{n}")));
    let batch = sqs::SendMessageBatchInput::new().queue_url(&*queue.url).entries(entries);
    assert_eq!(queue.client.send_message_batch(batch).await.unwrap().successful.unwrap().len(), 3);
    let mut bodies = Vec::new();
    for _ in 0..5 {
        let received =
            queue.client.receive_message(queue.receive()).await.unwrap().messages.unwrap_or_default();
        if received.is_empty() {
            break;
        }
        bodies.extend(received.iter().map(|message| message.body.clone().unwrap()));
        let entries = received.into_iter().enumerate().map(|(n, message)| {
            DeleteMessageBatchRequestEntry::new()
                .id(format!("d{n}"))
                .receipt_handle(message.receipt_handle.unwrap())
        });
        let batch = sqs::DeleteMessageBatchInput::new().queue_url(&*queue.url).entries(entries);
        assert!(
            queue.client.delete_message_batch(batch).await.unwrap().failed.unwrap_or_default().is_empty()
        );
    }
    bodies.sort();
    assert_eq!(bodies, ["0", "1", "2"]);
}

#[tokio::test]
async fn an_operation_is_called_by_its_name() {
    let queue = Queue::make().await;
    let operation = sqs::OPERATIONS.get("SendMessage").unwrap();
    let mut input = operation.input.make();
    assert!(input.set_text("QueueUrl", &*queue.url) && input.set_text("MessageBody", "by name"));
    let sent = queue.client.base().erased_request(operation, input).send().await.unwrap();
    assert!(sent.text("MessageId").is_some());
    assert!(sqs::OPERATIONS.get("NoSuchOperation").is_none());
}

#[tokio::test]
async fn a_queue_that_does_not_exist_has_its_code() {
    let world = World::start().await;
    let client = Client::new(&world.config());
    let input = sqs::GetQueueUrlInput::new().queue_name(unique("missing"));
    let error = client.get_queue_url(input).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (err_code::QUEUE_DOES_NOT_EXIST, Some(400)));
}
