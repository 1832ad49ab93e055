//! How far the client's clock is from the services', learned from their answers.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::date_time::DateTime;

/// Differences below this are not the reason why a request was refused, in seconds.
const TOLERATED: i64 = 240;

/// The seconds to add to the client's clock to get a service's; shared by all requests of a client.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

impl ClockSkew {
    /// The correction to sign with.
    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes over the server's time. Answers whether that is far enough from what was `used` for the refused signature to
    /// try again; other requests may have learned the same meanwhile.
    pub(crate) fn learn(&self, now: DateTime, server: DateTime, used: i64) -> bool {
        let difference = server.unix_seconds() - now.unix_seconds();
        self.0.store(difference, Ordering::Relaxed);
        (difference - used).abs() >= TOLERATED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    fn learn(skew: &ClockSkew, server: i64, used: i64) -> bool {
        skew.learn(DateTime::from_unix_seconds(NOW), DateTime::from_unix_seconds(server), used)
    }

    #[test]
    fn a_large_difference_is_a_reason_to_try_again_for_each_request_signed_without_it() {
        let skew = ClockSkew::default();
        assert!(learn(&skew, NOW + 3600, 0));
        assert_eq!(skew.seconds(), 3600);
        assert!(learn(&skew, NOW + 3600, 0), "this one was on its way when the first learned");
        assert!(!learn(&skew, NOW + 3600, 3600));
    }

    #[test]
    fn a_small_difference_is_no_reason_to_try_again() {
        assert!(!learn(&ClockSkew::default(), NOW - 10, 0));
    }
}
