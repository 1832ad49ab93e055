//! AWS's adaptive retry mode: the standard mode behind a rate that the client finds for itself.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Random};
use crate::error::Error;
use crate::future::BoxFuture;
use crate::retryer::rate_limiter::RateLimiter;
use crate::retryer::{Outcome, Retryer, StandardRetryer};

/// AWS's adaptive mode: the [standard mode](StandardRetryer), and a limit on how many requests go out each second.
///
/// There is no limit until the service first asks for fewer requests. From then on every attempt, the first of a call
/// among them, waits for its turn: the rate drops to 0.7 of what it was whenever the service asks again, and grows from
/// one answer to the next otherwise, slowly near the rate that was too much and faster away from it (a cubic function, as
/// in RFC 9438), but to no more than twice what is really sent. It is never less than one request in two seconds.
///
/// The limit is one for all requests of a client. Use a client of its own for each resource that is throttled on its own,
/// such as a table, or one that is busy slows the calls to the others down.
///
/// Those who wait are let go in the order in which they came. A call that is dropped while it waits takes nothing from
/// the others.
///
/// Source: "Retry behavior" in the AWS SDKs and Tools Reference Guide; the numbers are those of botocore.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_core::retryer::RetryMode;
///
/// let config = Config::new().retry_mode(RetryMode::Adaptive).max_attempts(5);
/// # let _ = config;
/// ```
#[derive(Debug)]
pub struct AdaptiveRetryer {
    standard: StandardRetryer,
    limiter: Arc<RateLimiter>,
}

impl AdaptiveRetryer {
    /// A retryer that tries a call up to `max_attempts` times in all; 0 counts as 1.
    #[must_use]
    pub fn new(max_attempts: u32) -> Self {
        Self { standard: StandardRetryer::new(max_attempts), limiter: Arc::default() }
    }
}

impl Default for AdaptiveRetryer {
    fn default() -> Self {
        Self::new(StandardRetryer::DEFAULT_MAX_ATTEMPTS)
    }
}

impl Retryer for AdaptiveRetryer {
    fn delay(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        self.standard.delay(outcome, random)
    }

    fn pause(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        self.standard.pause(outcome, random)
    }

    fn succeeded(&self, last_failure: Option<&Error>) {
        self.standard.succeeded(last_failure);
    }

    fn acquire(&self, clock: &Arc<dyn Clock>) -> Option<BoxFuture<'static, ()>> {
        if !self.limiter.is_enabled() {
            return None;
        }
        let (limiter, clock) = (Arc::clone(&self.limiter), Arc::clone(clock));
        Some(Box::pin(async move { limiter.acquire(&*clock).await }))
    }

    fn attempted(&self, error: Option<&Error>, clock: &dyn Clock) {
        self.limiter.record(error.is_some_and(Error::is_throttle), clock.now());
    }
}
