//! Whether and when a failed attempt is repeated.

pub(crate) mod classify;
mod standard;

pub use standard::StandardRetryer;

use std::fmt;
use std::sync::Arc;
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

/// Decides on retries. One retryer serves all requests of a client, and behind an `Arc` those of several.
///
/// ```
/// use std::time::Duration;
/// use cumulo_core::clock::Random;
/// use cumulo_core::retryer::{Outcome, Retryer};
/// use cumulo_core::{Config, Error};
///
/// /// Repeats throttled attempts alone, five times, a second apart.
/// #[derive(Debug)]
/// struct Patient;
///
/// impl Retryer for Patient {
///     fn should_retry(&self, error: &Error) -> bool {
///         error.is_throttle()
///     }
///
///     fn delay(&self, outcome: &Outcome<'_>, _random: &dyn Random) -> Option<Duration> {
///         (outcome.retry_count < 5).then_some(Duration::from_secs(1))
///     }
/// }
///
/// let config = Config::new().retryer(Patient);
/// # let _ = config;
/// ```
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

impl<T: Retryer + ?Sized> Retryer for Arc<T> {
    fn should_retry(&self, error: &Error) -> bool {
        (**self).should_retry(error)
    }

    fn delay(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        (**self).delay(outcome, random)
    }

    fn succeeded(&self, retry_count: u32) {
        (**self).succeeded(retry_count);
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
