//! A time that never goes back, whatever the clock does.

use crate::date_time::DateTime;

/// Seconds since the first look at the clock. A step of the clock back counts as no time at all.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    last: Option<DateTime>,
    elapsed: f64,
}

impl Timeline {
    /// The time when the clock shows `now`.
    pub(super) fn at(&mut self, now: DateTime) -> f64 {
        if let Some(last) = self.last.replace(now) {
            self.elapsed += now.duration_since(last).as_secs_f64();
        }
        self.elapsed
    }

    /// Goes on to `time` if it has not come so far when the clock shows `now`.
    pub(super) fn reach(&mut self, time: f64, now: DateTime) {
        self.elapsed = self.at(now).max(time);
    }
}
