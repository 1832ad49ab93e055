//! Attributes of a queue: those that shape its behaviour, within their limits, and those that are only kept.
//!
//! Source: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::errors;
use crate::error::ServiceError;

pub(super) const VISIBILITY_TIMEOUT: RangeInclusive<u64> = 0..=43_200;
pub(super) const DELAY: RangeInclusive<u64> = 0..=900;
pub(super) const WAIT_TIME: RangeInclusive<u64> = 0..=20;
pub(super) const MAXIMUM_SIZE: usize = 1_048_576;

/// Name, default and limits of the attributes that are numbers.
const NUMBERS: [(&str, &str, RangeInclusive<u64>); 5] = [
    ("DelaySeconds", "0", DELAY),
    ("MaximumMessageSize", "1048576", 1_024..=MAXIMUM_SIZE as u64),
    ("MessageRetentionPeriod", "345600", 60..=1_209_600),
    ("ReceiveMessageWaitTimeSeconds", "0", WAIT_TIME),
    ("VisibilityTimeout", "30", VISIBILITY_TIMEOUT),
];

/// Attributes that change nothing here.
const KEPT: [&str; 4] = ["KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "Policy", "SqsManagedSseEnabled"];

/// Attributes of queues that are not served.
const UNSUPPORTED: [&str; 4] =
    ["ContentBasedDeduplication", "FifoQueue", "RedriveAllowPolicy", "RedrivePolicy"];

#[derive(Clone, Debug)]
pub(super) struct Attributes(BTreeMap<String, String>);

impl Attributes {
    pub(super) fn new(requested: &BTreeMap<String, String>) -> Result<Self, ServiceError> {
        let defaults = NUMBERS.iter().map(|(name, default, _)| ((*name).to_owned(), (*default).to_owned()));
        let mut attributes = Self(defaults.collect());
        attributes.change(requested)?;
        Ok(attributes)
    }

    /// Takes over all changes, or none when one of them is refused.
    pub(super) fn change(&mut self, changes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
        for (name, value) in changes {
            check(name, value)?;
        }
        self.0.extend(changes.clone());
        Ok(())
    }

    /// Whether creating the queue again with these would change nothing.
    pub(super) fn agree_with(&self, requested: &BTreeMap<String, String>) -> bool {
        requested.iter().all(|(name, value)| self.0.get(name) == Some(value))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    pub(super) fn seconds(&self, name: &str) -> Duration {
        Duration::from_secs(self.number(name))
    }

    pub(super) fn number(&self, name: &str) -> u64 {
        self.0.get(name).and_then(|value| value.parse().ok()).unwrap_or_default()
    }
}

fn check(name: &str, value: &str) -> Result<(), ServiceError> {
    if UNSUPPORTED.contains(&name) {
        return Err(errors::unsupported(&format!("Queues with {name} are not served here.")));
    }
    if KEPT.contains(&name) {
        return Ok(());
    }
    let (_, _, limits) =
        NUMBERS.iter().find(|(number, ..)| *number == name).ok_or_else(|| errors::invalid_attribute(name))?;
    let is_allowed = value.parse().is_ok_and(|number| limits.contains(&number));
    if is_allowed { Ok(()) } else { Err(errors::invalid_attribute_value(name)) }
}
