//! SQS: standard queues over JSON 1.0.
//!
//! Messages keep their order, though SQS does not promise it. FIFO queues and dead-letter queues are not served.

mod attributes;
mod batch;
mod errors;
mod message;
mod queue;
mod receive;
mod send;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::identity::Principal;
use crate::json::Input;

use attributes::Attributes;
use queue::Queue;

/// The service and its queues.
#[derive(Debug)]
pub(crate) struct Sqs {
    clock: Clock,
    /// The address that queue URLs start with.
    endpoint: String,
    queues: Mutex<BTreeMap<String, Queue>>,
    /// Wakes long polls when a message may have become visible.
    changed: Notify,
}

/// Who calls, and in which region.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) region: &'a str,
}

impl Sqs {
    pub(crate) fn new(clock: Clock, endpoint: String) -> Self {
        Self { clock, endpoint, queues: Mutex::default(), changed: Notify::new() }
    }

    /// Answers one authenticated request; `target` is the operation's name. A long poll that is dropped takes no message.
    pub(crate) async fn call(
        &self,
        target: &str,
        body: &[u8],
        caller: Caller<'_>,
    ) -> Result<Value, ServiceError> {
        let input = Input::parse(body).map_err(errors::in_sqs_terms)?;
        let result = match target {
            "ReceiveMessage" => self.receive(&input).await,
            "ChangeMessageVisibility" => self.change_visibility(&input),
            "ChangeMessageVisibilityBatch" => self.change_visibility_batch(&input),
            "CreateQueue" => self.create_queue(&input, caller),
            "DeleteMessage" => self.delete(&input),
            "DeleteMessageBatch" => self.delete_batch(&input),
            "DeleteQueue" => self.delete_queue(&input),
            "GetQueueAttributes" => self.queue_attributes(&input),
            "GetQueueUrl" => self.queue_url(&input),
            "ListQueues" => self.list_queues(&input),
            "PurgeQueue" => self.purge(&input),
            "SendMessage" => self.send(&input, caller.principal),
            "SendMessageBatch" => self.send_batch(&input, caller.principal),
            "SetQueueAttributes" => self.set_queue_attributes(&input),
            _ => Err(errors::unsupported(&format!("SQS has no {target} here"))),
        };
        result.map_err(errors::in_sqs_terms)
    }

    /// Looks for messages again, for when the clock was moved.
    pub(crate) fn wake(&self) {
        self.changed.notify_waiters();
    }

    fn create_queue(&self, input: &Input, caller: Caller<'_>) -> Result<Value, ServiceError> {
        let name = input.required_text("QueueName")?;
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > 80 || !name.chars().all(is_allowed) {
            let message =
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
            return Err(errors::invalid_parameter(message));
        }
        let requested = input.text_map("Attributes")?;
        let mut queues = self.queues();
        if let Some(queue) = queues.get(name) {
            if !queue.attributes.agree_with(&requested) {
                return Err(errors::queue_name_exists());
            }
            return Ok(json!({ "QueueUrl": queue.url }));
        }
        let account = caller.principal.account();
        let url = format!("{}/{account}/{name}", self.endpoint);
        let arn = format!("arn:aws:sqs:{}:{account}:{name}", caller.region);
        let attributes = Attributes::new(&requested)?;
        queues.insert(name.to_owned(), Queue::new(url.clone(), arn, attributes, &self.clock));
        Ok(json!({ "QueueUrl": url }))
    }

    fn queue_url(&self, input: &Input) -> Result<Value, ServiceError> {
        let name = input.required_text("QueueName")?;
        let queues = self.queues();
        let queue = queues.get(name).ok_or_else(errors::no_queue)?;
        Ok(json!({ "QueueUrl": queue.url }))
    }

    fn list_queues(&self, input: &Input) -> Result<Value, ServiceError> {
        let prefix = input.text("QueueNamePrefix")?.unwrap_or_default();
        let limit = input.integer("MaxResults")?.map_or(1000, |limit| limit.clamp(1, 1000));
        let after = input.text("NextToken")?.unwrap_or_default();
        let queues = self.queues();
        let mut matching =
            queues.iter().filter(|(name, _)| name.starts_with(prefix) && name.as_str() > after);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let page: Vec<_> = matching.by_ref().take(limit).collect();
        let urls: Vec<_> = page.iter().map(|(_, queue)| &queue.url).collect();
        let mut output = json!({ "QueueUrls": urls });
        // AWS pages only for callers that ask for it.
        if matching.next().is_some()
            && input.integer("MaxResults")?.is_some()
            && let Some((name, _)) = page.last()
        {
            output["NextToken"] = Value::from(name.as_str());
        }
        Ok(output)
    }

    fn delete_queue(&self, input: &Input) -> Result<Value, ServiceError> {
        let name = queue_name(input)?;
        self.queues().remove(name).ok_or_else(errors::no_queue)?;
        self.wake();
        Ok(json!({}))
    }

    fn purge(&self, input: &Input) -> Result<Value, ServiceError> {
        self.with_queue(input, |queue| {
            queue.purge();
            Ok(json!({}))
        })
    }

    fn queue_attributes(&self, input: &Input) -> Result<Value, ServiceError> {
        let names = input.text_list("AttributeNames")?;
        self.with_queue(input, |queue| queue.describe(&names, self.clock.now()))
    }

    fn set_queue_attributes(&self, input: &Input) -> Result<Value, ServiceError> {
        let changes = input.text_map("Attributes")?;
        self.with_queue(input, |queue| {
            queue.change_attributes(&changes, &self.clock)?;
            Ok(json!({}))
        })
    }

    fn with_queue<T>(
        &self,
        input: &Input,
        act: impl FnOnce(&mut Queue) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        act(self.queues().get_mut(queue_name(input)?).ok_or_else(errors::no_queue)?)
    }

    fn queues(&self) -> MutexGuard<'_, BTreeMap<String, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name at the end of a queue's URL. The host in front of it need not be ours.
fn queue_name(input: &Input) -> Result<&str, ServiceError> {
    let url = input.required_text("QueueUrl")?;
    Ok(url.rsplit('/').next().unwrap_or(url))
}

#[cfg(test)]
mod tests;
