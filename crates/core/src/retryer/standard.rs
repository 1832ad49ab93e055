//! AWS's standard retry mode: a few attempts, full jitter, and a quota that keeps an outage from being made worse.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::clock::Random;
use crate::error::Error;
use crate::retryer::{Outcome, Retryer};

/// The tokens a client starts with and can never exceed.
const QUOTA: u32 = 500;
/// What a retry costs.
const RETRY_COST: u32 = 14;
/// What a retry costs that the service has asked to come later.
const THROTTLE_COST: u32 = 5;
/// What a call that succeeded without a retry gives back.
const SUCCESS_REFUND: u32 = 1;
/// The longest wait before the first retry.
const BASE_DELAY: Duration = Duration::from_millis(50);
/// The same after a demand for fewer requests.
const THROTTLE_BASE_DELAY: Duration = Duration::from_secs(1);
/// The longest wait, and the longest that `Retry-After` may ask for.
const MAX_DELAY: Duration = Duration::from_secs(20);
/// How much longer `x-amz-retry-after` may make a wait.
const MAX_LONGER: Duration = Duration::from_secs(5);

/// The default retryer: AWS's standard mode.
///
/// A call is tried up to 3 times in all. Before retry *n* it waits for a random part of 50 ms · 2^(*n*-1), or of
/// 1 s · 2^(*n*-1) if the service asked for fewer requests, at most of 20 s (full jitter); or for what the answer asks for
/// if that is longer: in `x-amz-retry-after` for up to 5 s more, in `Retry-After` for up to 20 s.
///
/// All requests of a client draw on one quota of 500 tokens: a retry takes 14, after a demand for fewer requests 5; a call
/// that succeeds gives back what its last retry took, or 1 if it took none; one that fails, or is dropped in its wait, gives
/// back nothing. With the quota empty, failures are answered at once, those of operations that poll after the same wait.
///
/// Source: "Retry behavior" in the AWS SDKs and Tools Reference Guide, with the numbers of 2026. DynamoDB's own numbers are
/// not part of it.
#[derive(Debug)]
pub struct StandardRetryer {
    max_attempts: u32,
    quota: AtomicU32,
}

impl StandardRetryer {
    /// How often a call is tried in all by default.
    pub const DEFAULT_MAX_ATTEMPTS: u32 = 3;

    /// A retryer that tries a call up to `max_attempts` times in all; 0 counts as 1.
    #[must_use]
    pub fn new(max_attempts: u32) -> Self {
        Self { max_attempts: max_attempts.max(1), quota: AtomicU32::new(QUOTA) }
    }

    fn has_attempts(&self, outcome: &Outcome<'_>) -> bool {
        outcome.retry_count.saturating_add(1) < self.max_attempts
    }

    fn take(&self, cost: u32) -> bool {
        let subtract = |quota: u32| quota.checked_sub(cost);
        self.quota.fetch_update(Ordering::Relaxed, Ordering::Relaxed, subtract).is_ok()
    }

    fn give_back(&self, refund: u32) {
        let add = |quota: u32| (quota < QUOTA).then(|| quota.saturating_add(refund).min(QUOTA));
        // A full quota stays as it is.
        let _ = self.quota.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Default for StandardRetryer {
    fn default() -> Self {
        Self::new(Self::DEFAULT_MAX_ATTEMPTS)
    }
}

impl Retryer for StandardRetryer {
    fn delay(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        (self.has_attempts(outcome) && self.take(cost_after(outcome.error))).then(|| wait(outcome, random))
    }

    fn pause(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        self.has_attempts(outcome).then(|| wait(outcome, random))
    }

    fn succeeded(&self, last_failure: Option<&Error>) {
        self.give_back(last_failure.map_or(SUCCESS_REFUND, cost_after));
    }
}

fn cost_after(error: &Error) -> u32 {
    if error.is_throttle() { THROTTLE_COST } else { RETRY_COST }
}

/// The back-off, or what the service asks for.
fn wait(outcome: &Outcome<'_>, random: &dyn Random) -> Duration {
    let backoff = backoff(outcome, random);
    match (outcome.amz_retry_after, outcome.retry_after) {
        (Some(asked), _) => asked.clamp(backoff, backoff + MAX_LONGER),
        (None, Some(asked)) => backoff.max(asked.min(MAX_DELAY)),
        (None, None) => backoff,
    }
}

/// A random part of what doubles with each retry.
fn backoff(outcome: &Outcome<'_>, random: &dyn Random) -> Duration {
    let base = if outcome.error.is_throttle() { THROTTLE_BASE_DELAY } else { BASE_DELAY };
    let doubled = 2_u32.checked_pow(outcome.retry_count).and_then(|factor| base.checked_mul(factor));
    let ceiling = doubled.unwrap_or(MAX_DELAY).min(MAX_DELAY);
    // A source of random numbers that gives others than it should makes the wait no longer.
    let part = Duration::try_from_secs_f64(ceiling.as_secs_f64() * random.fraction());
    part.unwrap_or(ceiling).min(ceiling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(f64);

    impl Random for Fixed {
        fn fraction(&self) -> f64 {
            self.0
        }
        fn uuid(&self) -> String {
            String::new()
        }
    }

    fn throttle() -> Error {
        Error::new("Throttling", "")
    }

    fn transient() -> Error {
        Error::new("Odd", "").with_status(500)
    }

    fn outcome(error: &Error, retry_count: u32) -> Outcome<'_> {
        Outcome { error, retry_count, retry_after: None, amz_retry_after: None }
    }

    fn delay(retryer: &StandardRetryer, error: &Error, retry_count: u32) -> Option<f64> {
        retryer.delay(&outcome(error, retry_count), &Fixed(1.0)).map(|delay| delay.as_secs_f64())
    }

    /// The numbers of botocore's `test_range_of_exponential_backoff`.
    #[test]
    fn the_wait_doubles_up_to_20_seconds() {
        let retryer = StandardRetryer::new(u32::MAX);
        let waits = (0..11).map(|retries| delay(&retryer, &transient(), retries).unwrap());
        let expected = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20.0, 20.0];
        assert_eq!(waits.collect::<Vec<_>>(), expected);
        let waits = (0..6).map(|retries| delay(&retryer, &throttle(), retries).unwrap());
        assert_eq!(waits.collect::<Vec<_>>(), [1.0, 2.0, 4.0, 8.0, 16.0, 20.0]);
        assert_eq!(delay(&retryer, &throttle(), u32::MAX - 2), Some(20.0));
    }

    #[test]
    fn the_third_attempt_is_the_last() {
        let retryer = StandardRetryer::default();
        assert!(delay(&retryer, &transient(), 1).is_some());
        assert_eq!(delay(&retryer, &transient(), 2), None);
        assert_eq!(delay(&StandardRetryer::new(0), &transient(), 0), None);
    }

    #[test]
    fn the_wait_is_a_random_part_and_never_longer_whatever_the_chance() {
        for (fraction, expected) in [(0.0, 0), (0.5, 500), (0.999, 999), (7.0, 1000), (f64::NAN, 1000)] {
            let wait = StandardRetryer::default().delay(&outcome(&throttle(), 0), &Fixed(fraction)).unwrap();
            assert_eq!(wait.as_millis(), expected, "{fraction}");
        }
    }

    #[test]
    fn the_wait_is_what_the_service_asks_for_up_to_a_limit() {
        let asked = |amz: Option<u64>, http: Option<u64>| {
            let error = throttle();
            let amz_retry_after = amz.map(Duration::from_millis);
            let retry_after = http.map(Duration::from_secs);
            let outcome = Outcome { error: &error, retry_count: 0, retry_after, amz_retry_after };
            StandardRetryer::default().delay(&outcome, &Fixed(0.5)).unwrap().as_millis()
        };
        assert_eq!(asked(Some(1500), None), 1500);
        assert_eq!(asked(Some(10), None), 500, "not less than the wait of its own");
        assert_eq!(asked(Some(60_000), None), 5500, "not more than 5 s more");
        assert_eq!(asked(None, Some(3)), 3000);
        assert_eq!(asked(None, Some(3600)), 20_000);
        assert_eq!(asked(Some(1500), Some(3)), 1500);
    }

    #[test]
    fn an_empty_quota_stops_retries_until_calls_succeed() {
        let granted = |error: Error| {
            let retryer = StandardRetryer::default();
            (0..1000).filter(|_| delay(&retryer, &error, 0).is_some()).count()
        };
        assert_eq!((granted(transient()), granted(throttle())), (35, 100));

        let retryer = StandardRetryer::default();
        while delay(&retryer, &throttle(), 0).is_some() {}
        retryer.succeeded(Some(&throttle()));
        assert!(delay(&retryer, &throttle(), 0).is_some());
        assert!(delay(&retryer, &throttle(), 0).is_none());
        retryer.succeeded(Some(&transient()));
        for _ in 0..6 {
            retryer.succeeded(None);
        }
        assert_eq!(retryer.quota.load(Ordering::Relaxed), 20);
    }

    #[test]
    fn the_quota_is_never_more_than_full() {
        let retryer = StandardRetryer::default();
        retryer.succeeded(Some(&transient()));
        assert!(delay(&retryer, &throttle(), 0).is_some());
        retryer.succeeded(Some(&transient()));
        assert_eq!(retryer.quota.load(Ordering::Relaxed), QUOTA);
    }
}
