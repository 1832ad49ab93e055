//! A queue: its messages in order of arrival, each hidden until it is due.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Map, Value, json};

use super::attributes::Attributes;
use super::errors;
use super::message::Content;
use crate::clock::Clock;
use crate::error::ServiceError;
use crate::ids::uuid;

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) url: String,
    pub(super) attributes: Attributes,
    arn: String,
    created: u64,
    modified: u64,
    messages: Vec<Message>,
}

/// A message on the queue.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) content: Content,
    pub(super) sender: String,
    pub(super) sent: SystemTime,
    pub(super) first_received: Option<SystemTime>,
    pub(super) receive_count: u32,
    /// When it can be received: after its delay, or after its visibility timeout.
    visible_at: SystemTime,
    /// The handle of its latest receipt.
    pub(super) receipt: Option<String>,
}

impl Queue {
    pub(super) fn new(url: String, arn: String, attributes: Attributes, clock: &Clock) -> Self {
        let now = clock.unix_seconds();
        Self { url, attributes, arn, created: now, modified: now, messages: Vec::new() }
    }

    /// Puts a message on the queue and answers its id.
    pub(super) fn push(
        &mut self,
        content: Content,
        sender: String,
        delay: Duration,
        now: SystemTime,
    ) -> String {
        let id = uuid();
        self.messages.push(Message {
            id: id.clone(),
            content,
            sender,
            sent: now,
            first_received: None,
            receive_count: 0,
            visible_at: now + delay,
            receipt: None,
        });
        id
    }

    /// Takes up to `limit` visible messages and hides them for `timeout`.
    pub(super) fn receive(&mut self, limit: usize, timeout: Duration, now: SystemTime) -> Vec<Message> {
        self.drop_old(now);
        let visible = self.messages.iter_mut().filter(|message| message.visible_at <= now).take(limit);
        visible
            .map(|message| {
                message.visible_at = now + timeout;
                message.receive_count += 1;
                message.first_received.get_or_insert(now);
                message.receipt = Some(receipt_handle(&message.id));
                message.clone()
            })
            .collect()
    }

    /// How long until the next hidden message shows.
    pub(super) fn next_visible(&self, now: SystemTime) -> Option<Duration> {
        let due = self.messages.iter().map(|message| message.visible_at).min()?;
        Some(due.duration_since(now).unwrap_or_default())
    }

    /// Deletes the message of a receipt. One that is gone, or was received again since, is no error: SQS is the same.
    pub(super) fn delete(&mut self, handle: &str) -> Result<(), ServiceError> {
        check_handle(handle)?;
        self.messages.retain(|message| message.receipt.as_deref() != Some(handle));
        Ok(())
    }

    pub(super) fn change_visibility(
        &mut self,
        handle: &str,
        timeout: Duration,
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        check_handle(handle)?;
        let in_flight =
            |message: &&mut Message| message.receipt.as_deref() == Some(handle) && message.visible_at > now;
        let message = self.messages.iter_mut().find(in_flight).ok_or_else(errors::not_in_flight)?;
        message.visible_at = now + timeout;
        Ok(())
    }

    pub(super) fn purge(&mut self) {
        self.messages.clear();
    }

    pub(super) fn change_attributes(
        &mut self,
        changes: &BTreeMap<String, String>,
        clock: &Clock,
    ) -> Result<(), ServiceError> {
        self.attributes.change(changes)?;
        self.modified = clock.unix_seconds();
        Ok(())
    }

    /// The answer of `GetQueueAttributes` for these names.
    pub(super) fn describe(&mut self, names: &[&str], now: SystemTime) -> Result<Value, ServiceError> {
        self.drop_old(now);
        let hidden = |message: &&Message| message.visible_at > now;
        let delayed = self.messages.iter().filter(hidden).filter(|message| message.receipt.is_none()).count();
        let in_flight = self.messages.iter().filter(hidden).count() - delayed;
        let visible = self.messages.len() - delayed - in_flight;

        let mut all: Map<String, Value> =
            self.attributes.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let computed = [
            ("ApproximateNumberOfMessages", visible.to_string()),
            ("ApproximateNumberOfMessagesDelayed", delayed.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", in_flight.to_string()),
            ("CreatedTimestamp", self.created.to_string()),
            ("LastModifiedTimestamp", self.modified.to_string()),
            ("QueueArn", self.arn.clone()),
        ];
        all.extend(computed.map(|(name, value)| (name.to_owned(), Value::from(value))));

        if let Some(unknown) = names.iter().find(|name| **name != "All" && !is_known(&all, name)) {
            return Err(errors::invalid_attribute(unknown));
        }
        if !names.contains(&"All") {
            all.retain(|name, _| names.contains(&name.as_str()));
        }
        Ok(if all.is_empty() { json!({}) } else { json!({ "Attributes": all }) })
    }

    fn drop_old(&mut self, now: SystemTime) {
        let retention = self.attributes.seconds("MessageRetentionPeriod");
        self.messages.retain(|message| message.sent + retention > now);
    }
}

impl Message {
    pub(super) fn milliseconds(time: SystemTime) -> String {
        time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string()
    }
}

/// Attributes that a queue may lack are known all the same.
fn is_known(all: &Map<String, Value>, name: &str) -> bool {
    const OPTIONAL: [&str; 5] =
        ["KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "Policy", "RedrivePolicy", "SqsManagedSseEnabled"];
    all.contains_key(name) || OPTIONAL.contains(&name)
}

/// A handle names its message and is different for each receipt.
fn receipt_handle(message_id: &str) -> String {
    URL_SAFE.encode(format!("{message_id}/{}", uuid()))
}

fn check_handle(handle: &str) -> Result<(), ServiceError> {
    let text = URL_SAFE.decode(handle).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let is_ours = text.is_some_and(|text| text.split('/').all(|part| part.len() == 36));
    if is_ours { Ok(()) } else { Err(errors::receipt_handle_is_invalid()) }
}
