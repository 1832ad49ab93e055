//! Timestamps as text, in the three formats that protocols use.

use crate::date_time::DateTime;
use crate::schema::TimestampFormat;

/// Writes `time` in `format`.
pub(super) fn write(time: DateTime, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Iso8601 => time.to_string(),
        TimestampFormat::Rfc822 => time.to_rfc822(),
        TimestampFormat::UnixTimestamp => time.to_unix_timestamp(),
    }
}

/// Reads a timestamp in whichever of the three formats it has: services do not always keep to their models.
pub(crate) fn parse(text: &str) -> Option<DateTime> {
    let text = text.trim_ascii();
    if text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
        return DateTime::parse_rfc822(text);
    }
    // An ISO date has its first hyphen after the year; a number has one at its start or in its exponent.
    match text.as_bytes().get(4) {
        Some(b'-') => DateTime::parse_iso8601(text),
        _ => text.parse().ok().and_then(DateTime::from_unix_seconds_f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read_whatever_the_model_says() {
        let time = DateTime::from_unix_seconds(1_440_938_160);
        for format in [TimestampFormat::Iso8601, TimestampFormat::Rfc822, TimestampFormat::UnixTimestamp] {
            assert_eq!(parse(&write(time, format)), Some(time), "{format:?}");
        }
        assert_eq!(parse("1440938160.5").map(DateTime::subsec_nanos), Some(500_000_000));
        assert_eq!(parse("-1"), Some(DateTime::from_unix_seconds(-1)));
    }

    #[test]
    fn what_is_no_timestamp_is_none() {
        for text in ["", "0-0", "never", "2015-13-01T00:00:00Z", "NaN", "1e999", "é", "12é4-"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
