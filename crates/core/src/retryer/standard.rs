//! AWS's standard retry mode: a few attempts, full jitter, and a quota that keeps an outage from being made worse.

use std::sync::Mutex;
use std::time::Duration;

use crate::clock::Random;
use crate::err_code;
use crate::retryer::{Outcome, Retryer};

/// The tokens a client starts with and can never exceed.
const QUOTA: u32 = 500;
/// What a retry costs.
const RETRY_COST: u32 = 5;
/// What a retry after a time-out costs.
const TIMEOUT_COST: u32 = 10;
/// What a call that succeeded without a retry gives back; one that took a retry gives back [`RETRY_COST`].
const SUCCESS_REFUND: u32 = 1;
/// The longest wait, and the longest that a service may ask for.
const MAX_DELAY: Duration = Duration::from_secs(20);

/// The default retryer: AWS's standard mode.
///
/// A call is tried up to 3 times in all. Before retry *n* it waits for a random part of 2^(*n*-1) seconds, at most 20 s (full
/// jitter), or for what the service asks for if that is longer. All requests of a client draw on one quota of 500 tokens: a
/// retry takes 5, after a time-out 10; a call that succeeds gives back 5 if it took a retry, else 1. With the quota
/// empty, failures are answered at once.
#[derive(Debug)]
pub struct StandardRetryer {
    max_attempts: u32,
    quota: Mutex<u32>,
}

impl StandardRetryer {
    /// How often a call is tried in all by default.
    pub const DEFAULT_MAX_ATTEMPTS: u32 = 3;

    /// A retryer that tries a call up to `max_attempts` times in all; 0 counts as 1.
    #[must_use]
    pub fn new(max_attempts: u32) -> Self {
        Self { max_attempts: max_attempts.max(1), quota: Mutex::new(QUOTA) }
    }

    fn take(&self, cost: u32) -> bool {
        let mut quota = self.quota.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match quota.checked_sub(cost) {
            Some(left) => {
                *quota = left;
                true
            }
            None => false,
        }
    }
}

impl Default for StandardRetryer {
    fn default() -> Self {
        Self::new(Self::DEFAULT_MAX_ATTEMPTS)
    }
}

impl Retryer for StandardRetryer {
    fn delay(&self, outcome: &Outcome<'_>, random: &dyn Random) -> Option<Duration> {
        let timed_out = outcome.error.code() == err_code::RESPONSE_TIMEOUT;
        let cost = if timed_out { TIMEOUT_COST } else { RETRY_COST };
        if outcome.retry_count + 1 >= self.max_attempts || !self.take(cost) {
            return None;
        }
        let ceiling = Duration::from_secs(1 << outcome.retry_count.min(5)).min(MAX_DELAY);
        let jittered = Duration::try_from_secs_f64(ceiling.as_secs_f64() * random.fraction());
        let jittered = jittered.unwrap_or(ceiling).min(ceiling);
        Some(outcome.retry_after.map_or(jittered, |asked| jittered.max(asked.min(MAX_DELAY))))
    }

    fn succeeded(&self, retry_count: u32) {
        let refund = if retry_count == 0 { SUCCESS_REFUND } else { RETRY_COST };
        let mut quota = self.quota.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *quota = (*quota + refund).min(QUOTA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

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

    fn after(retries: u32, retry_after: Option<u64>, retryer: &StandardRetryer) -> Option<Duration> {
        let error = Error::new("SlowDown", "");
        let retry_after = retry_after.map(Duration::from_secs);
        retryer.delay(&Outcome { error: &error, retry_count: retries, retry_after }, &Fixed(0.5))
    }

    #[test]
    fn the_wait_doubles_and_the_third_attempt_is_the_last() {
        let retryer = StandardRetryer::default();
        assert_eq!(after(0, None, &retryer), Some(Duration::from_millis(500)));
        assert_eq!(after(1, None, &retryer), Some(Duration::from_secs(1)));
        assert_eq!(after(2, None, &retryer), None);
    }

    #[test]
    fn the_wait_is_what_the_service_asks_for_up_to_a_limit() {
        let retryer = StandardRetryer::new(10);
        assert_eq!(after(0, Some(3), &retryer), Some(Duration::from_secs(3)));
        assert_eq!(after(0, Some(3600), &retryer), Some(MAX_DELAY));
        assert_eq!(after(8, None, &retryer), Some(MAX_DELAY / 2));
    }

    #[test]
    fn an_empty_quota_stops_retries_until_calls_succeed() {
        let retryer = StandardRetryer::default();
        let granted = (0..1000).filter(|_| after(0, None, &retryer).is_some()).count();
        assert_eq!(granted, 100);
        retryer.succeeded(1);
        assert!(after(0, None, &retryer).is_some());
        assert!(after(0, None, &retryer).is_none());
    }
}
