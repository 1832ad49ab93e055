//! Whether and when a failed attempt is repeated.

mod adaptive;
pub(crate) mod classify;
mod rate_limiter;
mod standard;
#[cfg(test)]
mod tests;

pub use adaptive::AdaptiveRetryer;
pub use standard::StandardRetryer;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Random};
use crate::error::Error;
use crate::future::BoxFuture;

/// Which of AWS's retry modes a client uses. A session takes it from `AWS_RETRY_MODE` or `retry_mode` in the profile.
///
/// There, the value `legacy` is taken for `standard`: it stands for what an SDK did before there were modes, which this
/// one never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RetryMode {
    /// [`StandardRetryer`].
    #[default]
    Standard,
    /// [`AdaptiveRetryer`].
    Adaptive,
}

impl RetryMode {
    /// The retryer of this mode, which tries a call up to `max_attempts` times in all.
    pub(crate) fn retryer(self, max_attempts: u32) -> Arc<dyn Retryer> {
        match self {
            Self::Standard => Arc::new(StandardRetryer::new(max_attempts)),
            Self::Adaptive => Arc::new(AdaptiveRetryer::new(max_attempts)),
        }
    }
}

/// What is known when a retry is decided on.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The failure.
    pub error: &'a Error,
    /// How many retries there have been.
    pub retry_count: u32,
    /// The wait that the answer asks for in `Retry-After`, in whole seconds (RFC 9110).
    pub retry_after: Option<Duration>,
    /// The wait that the answer asks for in `x-amz-retry-after`, in milliseconds.
    pub amz_retry_after: Option<Duration>,
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

    /// How long a failed call is held back that is not repeated although there are attempts left, or `None`, the default, if
    /// not at all. Asked after [`delay`](Self::delay) gave none, for operations that wait for something to happen,
    /// as SQS's `ReceiveMessage`: programs call them again at once.
    fn pause(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        let _ = (outcome, random);
        None
    }

    /// Called when a call has succeeded; `last_failure` is what its last retry was for, if there was one.
    fn succeeded(&self, last_failure: Option<&Error>) {
        let _ = last_failure;
    }

    /// What each attempt waits for before it is signed, the first of a call too; `None`, the default, if for nothing.
    ///
    /// # Cancel safety
    /// The future is dropped with the call that waits for it.
    fn acquire(&self, clock: &Arc<dyn Clock>) -> Option<BoxFuture<'static, ()>> {
        let _ = clock;
        None
    }

    /// Called after each attempt that was sent, with what failed it, before the Retry stage.
    fn attempted(&self, error: Option<&Error>, clock: &dyn Clock) {
        let _ = (error, clock);
    }
}

impl<T: Retryer + ?Sized> Retryer for Arc<T> {
    fn should_retry(&self, error: &Error) -> bool {
        (**self).should_retry(error)
    }

    fn delay(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        (**self).delay(outcome, random)
    }

    fn pause(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        (**self).pause(outcome, random)
    }

    fn succeeded(&self, last_failure: Option<&Error>) {
        (**self).succeeded(last_failure);
    }

    fn acquire(&self, clock: &Arc<dyn Clock>) -> Option<BoxFuture<'static, ()>> {
        (**self).acquire(clock)
    }

    fn attempted(&self, error: Option<&Error>, clock: &dyn Clock) {
        (**self).attempted(error, clock);
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
