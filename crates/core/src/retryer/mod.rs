//! Whether and when a failed attempt is repeated.

pub(crate) mod classify;
mod standard;

pub use standard::StandardRetryer;

use std::fmt;
use std::time::Duration;

use crate::clock::Random;
use crate::error::Error;

/// What is known when a retry is decided on.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The failure.
    pub error: &'a Error,
    /// How many retries there have been.
    pub retry_count: u32,
    /// The wait that the service asked for.
    pub retry_after: Option<Duration>,
}

/// Decides on retries. One retryer serves all requests of a client.
pub trait Retryer: fmt::Debug + Send + Sync {
    /// Whether an attempt that failed with `error` may succeed if repeated. Called by `core.AfterRetry`, unless a handler of
    /// the Retry stage has decided already.
    fn should_retry(&self, error: &Error) -> bool {
        error.is_retryable()
    }

    /// How long to wait before the next attempt, or `None` to give up.
    fn delay(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration>;

    /// Called when a call has succeeded, after `retry_count` retries.
    fn succeeded(&self, retry_count: u32) {
        let _ = retry_count;
    }
}

/// Never repeats an attempt. Same meaning as Go's `client.NoOpRetryer`.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRetryer;

impl Retryer for NoRetryer {
    fn should_retry(&self, _error: &Error) -> bool {
        false
    }

    fn delay(&self, _outcome: &Outcome<'_>, _random: &dyn Random) -> Option<Duration> {
        None
    }
}
