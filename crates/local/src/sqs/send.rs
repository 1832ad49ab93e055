//! Sending, one by one and in batches.

use std::time::Duration;

use serde_json::{Value, json};

use super::attributes::{DELAY, MAXIMUM_SIZE};
use super::message::{Content, md5_of_attributes};
use super::queue::Queue;
use super::{Sqs, batch, errors};
use crate::error::ServiceError;
use crate::identity::Principal;
use crate::json::Input;

impl Sqs {
    pub(super) fn send(&self, input: &Input, sender: &Principal) -> Result<Value, ServiceError> {
        let sent = self.with_queue(input, |queue| self.push(queue, input, sender))?;
        self.wake();
        Ok(sent)
    }

    pub(super) fn send_batch(&self, input: &Input, sender: &Principal) -> Result<Value, ServiceError> {
        let entries = input.structures("Entries")?;
        let length: usize = entries
            .iter()
            .filter_map(|entry| Content::read(entry, usize::MAX).ok())
            .map(|content| content.size())
            .sum();
        if length > MAXIMUM_SIZE {
            return Err(errors::batch_too_long(length));
        }
        let output =
            self.with_queue(input, |queue| batch::each(&entries, |entry| self.push(queue, entry, sender)))?;
        self.wake();
        Ok(output)
    }

    fn push(&self, queue: &mut Queue, input: &Input, sender: &Principal) -> Result<Value, ServiceError> {
        let maximum = usize::try_from(queue.attributes.number("MaximumMessageSize")).unwrap_or(MAXIMUM_SIZE);
        let content = Content::read(input, maximum)?;
        let delay = match input.integer("DelaySeconds")? {
            None => queue.attributes.seconds("DelaySeconds"),
            Some(seconds) => limited_seconds("DelaySeconds", seconds, &DELAY)?,
        };
        let mut output = json!({ "MD5OfMessageBody": content.md5_of_body() });
        if let Some(md5) = md5_of_attributes(&content.attributes) {
            output["MD5OfMessageAttributes"] = md5.into();
        }
        let id = queue.push(content, sender.user_id.clone(), delay, self.clock.now());
        output["MessageId"] = id.into();
        Ok(output)
    }
}

/// A number of seconds within limits.
pub(super) fn limited_seconds(
    name: &str,
    seconds: i64,
    limits: &std::ops::RangeInclusive<u64>,
) -> Result<Duration, ServiceError> {
    match u64::try_from(seconds) {
        Ok(seconds) if limits.contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => {
            let (low, high) = (limits.start(), limits.end());
            let message = format!(
                "Value {seconds} for parameter {name} is invalid. Reason: Must be >= {low} and <= {high}, if provided."
            );
            Err(errors::invalid_parameter(message))
        }
    }
}
