//! The rate as a function of the time since the last throttle, as TCP's CUBIC (RFC 9438) finds it.

/// How fast the rate grows.
const SCALE: f64 = 0.4;
/// What is left of the rate after a throttle.
const BETA: f64 = 0.7;

/// Falls to [`BETA`] of the rate that was too much, comes back to it after [`zero_point`](Self::zero_point) seconds, flat
/// near it, and goes beyond.
#[derive(Debug, Default)]
pub(super) struct Cubic {
    /// The rate at the last throttle.
    max_rate: f64,
    /// When that was.
    throttled_at: f64,
}

impl Cubic {
    /// The rate at `time` if nothing is throttled.
    pub(super) fn rate(&self, time: f64) -> f64 {
        SCALE * (time - self.throttled_at - self.zero_point()).powi(3) + self.max_rate
    }

    /// The rate after one of `rate` was too much at `time`.
    pub(super) fn throttled(&mut self, rate: f64, time: f64) -> f64 {
        *self = Self { max_rate: rate, throttled_at: time };
        rate * BETA
    }

    /// How many seconds after a throttle its rate is reached again.
    fn zero_point(&self) -> f64 {
        (self.max_rate * (1.0 - BETA) / SCALE).cbrt()
    }
}

/// The cases of botocore's `tests/unit/retries/test_throttling.py`.
#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-7
    }

    #[test]
    fn the_zero_point_follows_from_the_rate() {
        let mut cubic = Cubic { max_rate: 10.0, throttled_at: 0.0 };
        assert!(near(cubic.zero_point(), 1.957_433_820_584_431_7));
        assert!(near(cubic.throttled(8.0, 1.0), 8.0 * 0.7));
        assert!(near(cubic.zero_point(), 1.817_120_592_832_139_7));
        assert_eq!((cubic.max_rate, cubic.throttled_at), (8.0, 1.0));
    }

    #[test]
    fn the_rate_comes_back_to_what_was_too_much_and_goes_beyond() {
        let cubic = Cubic { max_rate: 10.0, throttled_at: 0.0 };
        let zero_point = cubic.zero_point();
        for part in [1.0 / 3.0, 0.5, 1.0 / 1.1] {
            assert!(cubic.rate(zero_point * part) <= 10.0, "{part}");
        }
        assert!(near(cubic.rate(zero_point), 10.0));
        for part in [1.1, 2.0] {
            assert!(cubic.rate(zero_point * part) >= 10.0, "{part}");
        }
    }

    #[test]
    fn the_rate_right_after_a_throttle_is_what_the_throttle_left() {
        let mut cubic = Cubic::default();
        let left = cubic.throttled(10.0, 1.0);
        assert!(near(left, 7.0) && near(cubic.rate(1.0), left));
    }

    #[test]
    fn the_rate_is_never_negative() {
        for rate in [0.0, 0.001, 1.0, 1e6] {
            let mut cubic = Cubic::default();
            assert!(cubic.throttled(rate, 5.0) >= 0.0 && cubic.rate(5.0) >= 0.0, "{rate}");
        }
    }
}
