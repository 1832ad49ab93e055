//! How far the client's clock is from the services', learned from their answers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::date_time::DateTime;

/// Differences below this are not the reason why a request was refused, in seconds.
const TOLERATED: i64 = 240;

/// The seconds to add to the client's clock to get a service's; shared by all requests of a client.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

impl ClockSkew {
    /// The time to sign with.
    pub(crate) fn corrected(&self, now: DateTime) -> DateTime {
        match self.0.load(Ordering::Relaxed) {
            0 => now,
            ahead if ahead > 0 => now.plus(Duration::from_secs(ahead.unsigned_abs())),
            behind => now.minus(Duration::from_secs(behind.unsigned_abs())),
        }
    }

    /// Takes over the server's time. Answers whether that changes the signing time by enough to try again.
    pub(crate) fn learn(&self, now: DateTime, server: DateTime) -> bool {
        let difference = server.unix_seconds() - now.unix_seconds();
        let before = self.0.swap(difference, Ordering::Relaxed);
        (difference - before).abs() >= TOLERATED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_difference_is_learned_once() {
        let skew = ClockSkew::default();
        let (now, server) = (DateTime::from_unix_seconds(1_000_000), DateTime::from_unix_seconds(1_003_600));
        assert!(skew.learn(now, server));
        assert_eq!(skew.corrected(now), server);
        assert!(!skew.learn(now, server));
    }

    #[test]
    fn a_small_difference_is_no_reason_to_try_again() {
        let (now, server) = (DateTime::from_unix_seconds(1_000_000), DateTime::from_unix_seconds(999_990));
        assert!(!ClockSkew::default().learn(now, server));
    }
}
