//! A bucket of tokens that fills at a rate; each request takes one.

use std::time::Duration;

/// The least rate, in tokens a second.
const MIN_RATE: f64 = 0.5;
/// The least that a bucket holds.
const MIN_CAPACITY: f64 = 1.0;
/// The shortest wait: shorter than a timer can tell, it would only be asked for again.
const MIN_WAIT: Duration = Duration::from_millis(1);
/// What sums of fractions and waits in whole nanoseconds may lack of a token.
const ROUNDING: f64 = 1e-6;

/// Holds tokens for one second. It is never in debt: who finds no token takes none.
#[derive(Debug)]
pub(super) struct TokenBucket {
    rate: f64,
    capacity: f64,
    tokens: f64,
    /// When it was last filled.
    filled_at: f64,
}

impl Default for TokenBucket {
    fn default() -> Self {
        Self { rate: 1.0, capacity: MIN_CAPACITY, tokens: 0.0, filled_at: 0.0 }
    }
}

impl TokenBucket {
    /// The tokens that come in a second.
    pub(super) fn rate(&self) -> f64 {
        self.rate
    }

    /// Fills at `rate` from `time` on.
    pub(super) fn set_rate(&mut self, rate: f64, time: f64) {
        // What has come so far has come at the rate before.
        self.fill(time);
        self.rate = rate.max(MIN_RATE);
        self.capacity = rate.max(MIN_CAPACITY);
        self.tokens = self.tokens.min(self.capacity);
    }

    /// Takes a token, or answers how long it takes until there is one.
    pub(super) fn take(&mut self, time: f64) -> Option<Duration> {
        self.fill(time);
        let missing = 1.0 - self.tokens;
        if missing <= ROUNDING {
            self.tokens = (self.tokens - 1.0).max(0.0);
            return None;
        }
        Some(Duration::from_secs_f64(missing / self.rate).max(MIN_WAIT))
    }

    fn fill(&mut self, time: f64) {
        let filled = self.tokens + (time - self.filled_at) * self.rate;
        self.tokens = filled.clamp(0.0, self.capacity);
        self.filled_at = time;
    }
}

/// The cases of botocore's `tests/unit/retries/test_bucket.py`.
#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(rate: f64) -> TokenBucket {
        let mut bucket = TokenBucket::default();
        bucket.set_rate(rate, 0.0);
        bucket
    }

    fn takes_all(bucket: &mut TokenBucket, times: impl IntoIterator<Item = f64>) -> bool {
        times.into_iter().all(|time| bucket.take(time).is_none())
    }

    #[test]
    fn tokens_below_the_rate_are_there_at_once() {
        assert!(takes_all(&mut bucket(10.0), (1..6).map(f64::from)));
        assert!(takes_all(&mut bucket(10.0), (0..20).map(|i| 1.0 + 0.1 * f64::from(i))));
    }

    #[test]
    fn a_lower_rate_lowers_what_the_bucket_holds() {
        let mut bucket = bucket(10.0);
        assert!(takes_all(&mut bucket, (1..6).map(f64::from)));
        bucket.set_rate(1.0, 5.0);
        assert!(takes_all(&mut bucket, (6..11).map(f64::from)));
        assert!(bucket.take(10.0).is_some());
    }

    #[test]
    fn rate_and_capacity_have_a_least_value() {
        let mut bucket = bucket(10.0);
        bucket.set_rate(0.1, 1.0);
        assert_eq!((bucket.rate, bucket.capacity), (0.5, 1.0));
        for rate in [0.0, -3.0, f64::NAN, f64::NEG_INFINITY] {
            bucket.set_rate(rate, 1.0);
            assert_eq!((bucket.rate, bucket.capacity), (0.5, 1.0), "{rate}");
        }
    }

    #[test]
    fn without_a_token_the_wait_is_until_there_is_one() {
        let mut bucket = bucket(10.0);
        assert_eq!(bucket.take(0.1), None);
        assert_eq!(bucket.tokens, 0.0);
        let wait = bucket.take(0.15).unwrap();
        assert!((wait.as_secs_f64() - 0.05).abs() < 1e-7, "{wait:?}");
        assert_eq!(bucket.take(0.2), None);
        assert_eq!(bucket.tokens, 0.0);
        assert_eq!(bucket.take(0.300_001), None);
    }

    #[test]
    fn a_bucket_is_never_in_debt_and_gives_a_token_in_two_seconds_at_most() {
        let mut bucket = TokenBucket::default();
        for step in 0..10_000_u32 {
            let time = f64::from(step) / 1000.0;
            if step % 7 == 0 {
                bucket.set_rate(f64::from(step % 5) - 1.0, time);
            }
            let wait = bucket.take(time);
            assert!(bucket.tokens >= 0.0, "{bucket:?}");
            assert!(wait.is_none_or(|wait| wait <= Duration::from_secs(2)), "{wait:?}");
        }
    }
}
