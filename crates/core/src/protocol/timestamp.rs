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

/// Reads a timestamp in whichever of the three formats it has: services do not always keep to their models. Of the two
/// text formats also the older and shorter forms are read: basic ISO 8601, a date alone, the dates of RFC 850 and of C.
pub(crate) fn parse(text: &str) -> Option<DateTime> {
    let text = text.trim_ascii();
    if text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
        return DateTime::parse_rfc822(text).or_else(|| parse_any_http_date(text));
    }
    // An ISO date has its first hyphen after the year; a number has one at its start or in its exponent.
    match text.as_bytes() {
        [_, _, _, _, b'-', ..] => DateTime::parse_iso8601(text).or_else(|| parse_any_iso8601(text)),
        [_, _, _, _, _, _, _, _, b'T', ..] => parse_any_iso8601(text),
        _ if text.contains(' ') => DateTime::parse_rfc822(text).or_else(|| parse_any_http_date(text)),
        _ => text.parse().ok().and_then(DateTime::from_unix_seconds_f64),
    }
}

/// Reads `20150830T123600Z`, `2015-08-30`, `2015-08-30T12:36Z` and offsets such as `+0200` and `+02`.
fn parse_any_iso8601(text: &str) -> Option<DateTime> {
    let (date, rest) = text.split_once(['T', 't', ' ']).unwrap_or((text, "00:00"));
    let (time, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()));
    let date = match (digits(date), date.len()) {
        (Some(_), 8) => format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]),
        _ => date.to_owned(),
    };
    let (clock, fraction) = time.split_at(time.find('.').unwrap_or(time.len()));
    let clock = match (digits(clock), clock.len()) {
        (Some(_), 6) => format!("{}:{}:{}", &clock[..2], &clock[2..4], &clock[4..]),
        (None, 5) => format!("{clock}:00"),
        _ => clock.to_owned(),
    };
    let zone = match (zone.get(1..).and_then(digits), zone.len()) {
        (Some(_), 3) => format!("{zone}:00"),
        (Some(_), 5) => format!("{}:{}", &zone[..3], &zone[3..]),
        _ => zone.to_owned(),
    };
    DateTime::parse_iso8601(&format!("{date}T{clock}{fraction}{zone}"))
}

/// Reads `Sunday, 30-Aug-15 12:36:00 GMT`, `Sun Aug 30 12:36:00 2015` and the usual date without the day of the week or the
/// zone, which is UTC then.
fn parse_any_http_date(text: &str) -> Option<DateTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month_of =
        |word: &str| (1..).zip(MONTHS).find(|(_, name)| *name == word).map(|(month, _): (u8, _)| month);
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    let words = match words.split_first() {
        Some((first, rest)) if first.bytes().all(|byte| byte.is_ascii_alphabetic()) => rest,
        _ => &words[..],
    };
    let (month, day, time, year) = match *words {
        [month, day, time, year] if month_of(month).is_some() => (month, day, time, year),
        [day, month, year, time] | [day, month, year, time, "GMT" | "UTC" | "UT" | "Z"] => {
            (month, day, time, year)
        }
        _ => return None,
    };
    let year = match (digits(year)?, year.len()) {
        (year, 4) => year,
        // As Go and RFC 9110 have it: no date of these is far ahead.
        (year, 2) => year + if year < 69 { 2000 } else { 1900 },
        _ => return None,
    };
    DateTime::parse_iso8601(&format!("{year:04}-{:02}-{:02}T{time}Z", month_of(month)?, digits(day)?))
}

/// The number that the text is, if it is nothing but a few digits.
fn digits(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
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
    fn older_and_shorter_forms_of_dates_are_read() {
        let time = DateTime::from_unix_seconds(1_440_938_160);
        for text in [
            "2015-08-30T12:36:00+0000",
            "2015-08-30T14:36:00+0200",
            "2015-08-30T14:36:00+02",
            "2015-08-30 12:36:00Z",
            "2015-08-30T12:36Z",
            "2015-08-30T12:36",
            "20150830T123600Z",
            "20150830T143600+0200",
            "Sun, 30 Aug 2015 12:36:00 UTC",
            "Sun, 30 Aug 2015 12:36:00",
            "30 Aug 2015 12:36:00 GMT",
            "30 Aug 2015 14:36:00 +0200",
            "Sunday, 30-Aug-15 12:36:00 GMT",
            "Sun Aug 30 12:36:00 2015",
        ] {
            assert_eq!(parse(text), Some(time), "{text}");
        }
        assert_eq!(parse("20150830T123600.5Z").map(DateTime::subsec_nanos), Some(500_000_000));
        assert_eq!(parse("2015-08-30"), Some(DateTime::from_unix_seconds(1_440_892_800)));
        assert_eq!(
            parse("Sun, 30 Aug 87 12:36:00 GMT").map(|time| time.to_string()[..4].to_owned()).as_deref(),
            Some("1987")
        );
    }

    #[test]
    fn what_is_no_timestamp_is_none() {
        for text in [
            "",
            "0-0",
            "never",
            "2015-13-01T00:00:00Z",
            "NaN",
            "1e999",
            "é",
            "12é4-",
            "2015-é8-30",
            "2015-08-30T1é:36Z",
            "2015-08-30T12:36:00+é2",
            "20150830T1é3600Z",
            "Sun, 30 Aug é5 12:36:00 GMT",
            "30 Foo 2015 12:36:00",
            "Sun Aug 30",
            "1 2",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
