//! How many requests a client sends each second: found from what the service answers, kept by a bucket of tokens.

mod cubic;
mod rate_meter;
#[cfg(test)]
mod tests;
mod timeline;
mod token_bucket;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::date_time::DateTime;
use cubic::Cubic;
use rate_meter::RateMeter;
use timeline::Timeline;
use token_bucket::TokenBucket;

/// How much faster than what is really sent the rate may be.
const MAX_RATE_SCALE: f64 = 2.0;

/// Lets one request go for each token, in the order in which they come.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    /// Whether the service has ever asked for fewer requests.
    is_enabled: AtomicBool,
    state: Mutex<State>,
    /// Held by whom the next token is for. Its queue is first in, first out, and who gives up leaves it.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    timeline: Timeline,
    meter: RateMeter,
    cubic: Cubic,
    bucket: TokenBucket,
}

impl RateLimiter {
    pub(super) fn is_enabled(&self) -> bool {
        self.is_enabled.load(Ordering::Relaxed)
    }

    /// Waits for a token and takes it. The token is taken at the last moment, so that one who gives up before has none.
    pub(super) async fn acquire(&self, clock: &dyn Clock) {
        let _turn = self.turn.lock().await;
        while let Some(wait) = self.take(clock.now()) {
            let before = self.state().timeline.at(clock.now());
            clock.sleep(wait).await;
            // A clock that stands still, or is set back meanwhile, does not make the wait longer.
            self.state().timeline.reach(before + wait.as_secs_f64(), clock.now());
        }
    }

    /// Takes a token, or answers how long it takes until there is one.
    fn take(&self, now: DateTime) -> Option<Duration> {
        let mut state = self.state();
        let time = state.timeline.at(now);
        state.bucket.take(time)
    }

    /// Learns from an answer.
    pub(super) fn record(&self, is_throttle: bool, now: DateTime) {
        let mut state = self.state();
        let time = state.timeline.at(now);
        let measured = state.meter.record(time);
        let rate = if is_throttle {
            let too_much = if self.is_enabled() { measured.min(state.bucket.rate()) } else { measured };
            self.is_enabled.store(true, Ordering::Relaxed);
            state.cubic.throttled(too_much, time)
        } else {
            state.cubic.rate(time)
        };
        state.bucket.set_rate(rate.min(MAX_RATE_SCALE * measured), time);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
