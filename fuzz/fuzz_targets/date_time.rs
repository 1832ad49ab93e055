//! Timestamps: what has been read in one format is written and read in each as the same.
#![no_main]

use cumulo_core::DateTime;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let seconds = text.parse().ok().and_then(DateTime::from_unix_seconds_f64);
    for time in [DateTime::parse_iso8601(text), DateTime::parse_rfc822(text), seconds].into_iter().flatten() {
        assert_eq!(DateTime::parse_iso8601(&time.to_string()), Some(time), "{text}");
        let whole = DateTime::from_unix_seconds(time.unix_seconds());
        assert_eq!(DateTime::parse_rfc822(&time.to_rfc822()), Some(whole), "{text} {}", time.to_rfc822());
        let seconds: f64 = time.to_unix_timestamp().parse().expect("a number");
        assert!((seconds - time.unix_seconds_f64()).abs() < 0.0011, "{text}");
        assert_eq!(time.plus(std::time::Duration::ZERO), time);
    }
});
