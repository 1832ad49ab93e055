//! How many requests a client really sends each second.

/// What the newest measurement counts for; the rest is what was measured before.
const SMOOTHING: f64 = 0.8;
/// Requests are counted over half seconds.
const BUCKETS_PER_SECOND: f64 = 2.0;

/// Counts answers, and smooths what it counts.
#[derive(Debug, Default)]
pub(super) struct RateMeter {
    rate: f64,
    /// The start of the current half second.
    bucket: f64,
    /// The answers since then.
    count: f64,
}

impl RateMeter {
    /// Counts an answer at `time`, and gives the rate as of the last full half second.
    pub(super) fn record(&mut self, time: f64) -> f64 {
        let bucket = (time * BUCKETS_PER_SECOND).floor() / BUCKETS_PER_SECOND;
        self.count += 1.0;
        if bucket > self.bucket {
            let newest = self.count / (bucket - self.bucket);
            *self = Self { rate: newest * SMOOTHING + self.rate * (1.0 - SMOOTHING), bucket, count: 0.0 };
        }
        self.rate
    }
}

/// The cases of botocore's `tests/unit/retries/test_adaptive.py`.
#[cfg(test)]
mod tests {
    use super::*;

    fn after(times: &[f64]) -> f64 {
        let mut meter = RateMeter::default();
        times.iter().map(|time| meter.record(*time)).last().unwrap_or(meter.rate)
    }

    #[test]
    fn the_rate_starts_at_none_and_changes_with_each_half_second() {
        assert_eq!(after(&[]), 0.0);
        assert_eq!(after(&[1.0]), 0.8);
        let first = [0.1, 0.2, 0.3, 0.4, 0.49];
        assert_eq!(after(&first), 0.0);
        assert_eq!(after(&[&first[..], &[0.5]].concat()), 12.0 * 0.8);
    }

    #[test]
    fn a_constant_rate_is_measured() {
        let times: Vec<f64> = (1..21).map(f64::from).collect();
        assert!((after(&times) - 1.0).abs() < 1e-7);
    }

    #[test]
    fn the_newest_measurement_weighs_most() {
        let times = [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0];
        assert!((1.99..=2.0).contains(&after(&times)));
        assert!((0.1..=2.0).contains(&after(&[&times[..], &[14.0]].concat())));
    }

    #[test]
    fn answers_at_the_same_time_are_counted() {
        assert!(after(&[1.0, 1.0, 1.0, 2.0, 3.0]) >= 1.0);
    }
}
