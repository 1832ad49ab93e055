//! Receiving, with long polls, and what may be done with a receipt.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use super::attributes::{VISIBILITY_TIMEOUT, WAIT_TIME};
use super::message::{Attribute, md5_of_attributes};
use super::queue::{Message, Queue};
use super::send::limited_seconds;
use super::{Sqs, batch, errors};
use crate::error::ServiceError;
use crate::json::Input;

impl Sqs {
    pub(super) async fn receive(&self, input: &Input) -> Result<Value, ServiceError> {
        let wait = match input.integer("WaitTimeSeconds")? {
            Some(seconds) => limited_seconds("WaitTimeSeconds", seconds, &WAIT_TIME)?,
            None => {
                self.with_queue(input, |queue| Ok(queue.attributes.seconds("ReceiveMessageWaitTimeSeconds")))?
            }
        };
        let deadline = Instant::now() + wait;
        loop {
            // Made before looking, so that a message sent in between is not missed.
            let changed = self.changed.notified();
            let (messages, next) = self.with_queue(input, |queue| {
                Ok((self.take(queue, input)?, queue.next_visible(self.clock.now())))
            })?;
            if !messages.is_empty() {
                return describe(&messages, input);
            }
            if Instant::now() >= deadline {
                return Ok(json!({}));
            }
            let look_again = next.map_or(deadline, |next| deadline.min(Instant::now() + next));
            tokio::select! {
                () = changed => {}
                () = sleep_until(look_again) => {}
            }
        }
    }

    fn take(&self, queue: &mut Queue, input: &Input) -> Result<Vec<Message>, ServiceError> {
        let limit = match input.integer("MaxNumberOfMessages")? {
            None => 1,
            Some(count @ 1..=10) => usize::try_from(count).unwrap_or(1),
            Some(count) => {
                let message = format!(
                    "Value {count} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
                );
                return Err(errors::invalid_parameter(message));
            }
        };
        let timeout = match input.integer("VisibilityTimeout")? {
            None => queue.attributes.seconds("VisibilityTimeout"),
            Some(seconds) => limited_seconds("VisibilityTimeout", seconds, &VISIBILITY_TIMEOUT)?,
        };
        Ok(queue.receive(limit, timeout, self.clock.now()))
    }

    pub(super) fn delete(&self, input: &Input) -> Result<Value, ServiceError> {
        self.with_queue(input, |queue| delete(queue, input))
    }

    pub(super) fn delete_batch(&self, input: &Input) -> Result<Value, ServiceError> {
        let entries = input.structures("Entries")?;
        self.with_queue(input, |queue| batch::each(&entries, |entry| delete(queue, entry)))
    }

    pub(super) fn change_visibility(&self, input: &Input) -> Result<Value, ServiceError> {
        let output = self.with_queue(input, |queue| self.change_one(queue, input))?;
        self.wake();
        Ok(output)
    }

    pub(super) fn change_visibility_batch(&self, input: &Input) -> Result<Value, ServiceError> {
        let entries = input.structures("Entries")?;
        let output =
            self.with_queue(input, |queue| batch::each(&entries, |entry| self.change_one(queue, entry)))?;
        self.wake();
        Ok(output)
    }

    fn change_one(&self, queue: &mut Queue, input: &Input) -> Result<Value, ServiceError> {
        let handle = input.required_text("ReceiptHandle")?;
        let seconds = input.integer("VisibilityTimeout")?.unwrap_or_default();
        let timeout = limited_seconds("VisibilityTimeout", seconds, &VISIBILITY_TIMEOUT)?;
        queue.change_visibility(handle, timeout, self.clock.now())?;
        Ok(json!({}))
    }
}

fn delete(queue: &mut Queue, input: &Input) -> Result<Value, ServiceError> {
    queue.delete(input.required_text("ReceiptHandle")?)?;
    Ok(json!({}))
}

fn describe(messages: &[Message], input: &Input) -> Result<Value, ServiceError> {
    let attribute_names = input.text_list("MessageAttributeNames")?;
    let mut system_names = input.text_list("MessageSystemAttributeNames")?;
    // The older name of the same parameter.
    system_names.extend(input.text_list("AttributeNames")?);
    let messages: Vec<_> =
        messages.iter().map(|message| describe_one(message, &attribute_names, &system_names)).collect();
    Ok(json!({ "Messages": messages }))
}

fn describe_one(message: &Message, attribute_names: &[&str], system_names: &[&str]) -> Value {
    let mut output = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": message.content.md5_of_body(),
        "Body": message.content.body,
    });
    let wanted: BTreeMap<&String, &Attribute> = message
        .content
        .attributes
        .iter()
        .filter(|(name, _)| attribute_names.iter().any(|pattern| matches(pattern, name)))
        .collect();
    if let Some(md5) = md5_of_attributes(wanted.iter().map(|(name, attribute)| (*name, *attribute))) {
        output["MD5OfMessageAttributes"] = md5.into();
        output["MessageAttributes"] =
            wanted.iter().map(|(name, attribute)| ((*name).clone(), attribute.to_json())).collect();
    }
    let first_received = message.first_received.map(Message::milliseconds).unwrap_or_default();
    let system = [
        ("ApproximateFirstReceiveTimestamp", first_received),
        ("ApproximateReceiveCount", message.receive_count.to_string()),
        ("SenderId", message.sender.clone()),
        ("SentTimestamp", Message::milliseconds(message.sent)),
    ];
    let system: BTreeMap<_, _> = system
        .into_iter()
        .filter(|(name, _)| system_names.contains(&"All") || system_names.contains(name))
        .collect();
    if !system.is_empty() {
        output["Attributes"] = json!(system);
    }
    output
}

/// `All`, `.*`, a name, or the start of names before `.*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern {
        "All" | ".*" => true,
        _ => pattern == name || pattern.strip_suffix(".*").is_some_and(|start| name.starts_with(start)),
    }
}
