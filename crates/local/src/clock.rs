//! The server's clock: the system's, shifted by what a test asks for, or one that stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// The time that signatures, sessions, MFA codes and message timers are judged by.
///
/// Clones share their offset, so a test keeps a clone and moves the server's time. The default is the system's clock.
///
/// ```
/// use std::time::Duration;
/// use cumulo_local::Clock;
///
/// let clock = Clock::system();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert!(clock.now() >= before + Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    fixed: Option<SystemTime>,
    offset_milliseconds: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that follows the system's.
    pub fn system() -> Self {
        Self { fixed: None, offset_milliseconds: Arc::default() }
    }

    /// A clock that stands at `time` until it is moved.
    pub fn fixed(time: SystemTime) -> Self {
        Self { fixed: Some(time), offset_milliseconds: Arc::default() }
    }

    /// The time as this clock has it.
    pub fn now(&self) -> SystemTime {
        let base = self.fixed.unwrap_or_else(SystemTime::now);
        let offset = self.offset_milliseconds.load(Ordering::Relaxed);
        let distance = Duration::from_millis(offset.unsigned_abs());
        let shifted = if offset < 0 { base.checked_sub(distance) } else { base.checked_add(distance) };
        shifted.unwrap_or(base)
    }

    /// Moves the clock ahead.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let current = self.offset_milliseconds.load(Ordering::Relaxed);
        self.offset_milliseconds.store(current.saturating_add(by), Ordering::Relaxed);
    }

    /// Sets how many seconds the clock is ahead of its base; a negative number puts it behind.
    pub fn set_offset(&self, seconds: i64) {
        self.offset_milliseconds.store(seconds.saturating_mul(1000), Ordering::Relaxed);
    }

    pub(crate) fn unix_seconds(&self) -> u64 {
        self.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    pub(crate) fn date_time(&self) -> OffsetDateTime {
        OffsetDateTime::from(self.now())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_it_is_told_to() {
        let clock = Clock::fixed(UNIX_EPOCH + Duration::from_secs(1000));
        assert_eq!(clock.unix_seconds(), 1000);
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.unix_seconds(), 1005);
        clock.set_offset(-100);
        assert_eq!(clock.unix_seconds(), 900);
    }

    #[test]
    fn clones_share_their_offset() {
        let clock = Clock::fixed(UNIX_EPOCH);
        clock.clone().advance(Duration::from_secs(7));
        assert_eq!(clock.unix_seconds(), 7);
    }
}
