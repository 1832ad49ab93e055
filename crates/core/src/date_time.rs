//! A point in time as AWS writes it: to the nanosecond, in UTC.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::{Date, Month, OffsetDateTime, Time};

use crate::err_code;
use crate::error::Error;

/// A point in time in UTC, from year 0001 to 9999.
///
/// Written in the three formats that AWS protocols use; `Display` is the first of them.
///
/// ```
/// use cumulo_core::DateTime;
///
/// let time = DateTime::from_unix_seconds(1_440_938_160);
/// assert_eq!(time.to_string(), "2015-08-30T12:36:00Z");
/// assert_eq!(time.to_rfc822(), "Sun, 30 Aug 2015 12:36:00 GMT");
/// assert_eq!(DateTime::parse_iso8601("2015-08-30T14:36:00+02:00"), Some(time));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime(OffsetDateTime);

impl DateTime {
    /// The point `seconds` after the start of 1970; out of range, the nearest point that can be written.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        const FIRST: i64 = -62_135_596_800;
        const LAST: i64 = 253_402_300_799;
        Self(
            OffsetDateTime::from_unix_timestamp(seconds.clamp(FIRST, LAST))
                .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        )
    }

    /// The point `seconds` after the start of 1970, with a fraction, kept to the microsecond, or from the year 2223 on, where a
    /// double no longer holds as much, to the millisecond. `None` if it is not finite or out of range.
    pub fn from_unix_seconds_f64(seconds: f64) -> Option<Self> {
        const LAST_WITH_MICROS: f64 = 8e9;
        let whole = seconds.floor();
        if !whole.is_finite() || whole.abs() > 1e12 {
            return None;
        }
        let unit = if seconds.abs() < LAST_WITH_MICROS { 1_000 } else { 1_000_000 };
        let parts = ((seconds - whole) * 1e9 / f64::from(unit)).round();
        let nanos = whole as i128 * 1_000_000_000 + i128::from(parts as i64) * i128::from(unit);
        OffsetDateTime::from_unix_timestamp_nanos(nanos).ok().and_then(Self::checked)
    }

    /// The time in UTC, if it is within the years that can be written.
    fn checked(time: OffsetDateTime) -> Option<Self> {
        time.checked_to_offset(time::UtcOffset::UTC)
            .filter(|time| (1..=9999).contains(&time.year()))
            .map(Self)
    }

    /// Whole seconds since the start of 1970, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// The part below a second.
    pub fn subsec_nanos(self) -> u32 {
        self.0.nanosecond()
    }

    /// Seconds since the start of 1970, with a fraction.
    pub fn unix_seconds_f64(self) -> f64 {
        self.unix_seconds() as f64 + f64::from(self.subsec_nanos()) / 1e9
    }

    /// Reads `2015-08-30T12:36:00Z`, with or without a fraction, with `Z`, an offset, or neither (then it is UTC).
    pub fn parse_iso8601(text: &str) -> Option<Self> {
        if let Some(time) = parse_plain(text) {
            return Some(Self(time));
        }
        let parsed = OffsetDateTime::parse(text, &Rfc3339);
        let parsed = parsed.or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339));
        parsed.ok().and_then(Self::checked)
    }

    /// Reads `Sun, 30 Aug 2015 12:36:00 GMT`, also with a fraction of a second.
    pub fn parse_rfc822(text: &str) -> Option<Self> {
        let (text, nanos) = split_fraction(text.trim());
        let parsed = match parse_http_date(&text) {
            Some(time) => time,
            None => OffsetDateTime::parse(&text, &Rfc2822).ok()?,
        };
        parsed.replace_nanosecond(nanos).ok().and_then(Self::checked)
    }

    /// Writes `Sun, 30 Aug 2015 12:36:00 GMT`.
    pub fn to_rfc822(self) -> String {
        let (weekday, month) = (self.0.weekday().to_string(), self.0.month().to_string());
        let (hour, minute, second) = self.0.to_hms();
        format!(
            "{}, {:02} {} {:04} {hour:02}:{minute:02}:{second:02} GMT",
            &weekday[..3],
            self.0.day(),
            &month[..3],
            self.0.year()
        )
    }

    /// Writes seconds since 1970, with a fraction of up to three digits if there is one.
    pub fn to_unix_timestamp(self) -> String {
        let (seconds, millis) = (self.unix_seconds(), self.subsec_nanos() / 1_000_000);
        if millis == 0 {
            return seconds.to_string();
        }
        let total = i128::from(seconds) * 1000 + i128::from(millis);
        let sign = if total < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:03}", total.unsigned_abs() / 1000, total.unsigned_abs() % 1000);
        text.trim_end_matches('0').to_owned()
    }

    /// The time between `earlier` and this point, or zero if `earlier` is later.
    pub fn duration_since(self, earlier: Self) -> Duration {
        Duration::try_from(self.0 - earlier.0).unwrap_or_default()
    }

    /// The point `duration` later; past the last year, the last point that can be written.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        self.shifted(duration, 1)
    }

    /// The point `duration` earlier; before the first year, the first point that can be written.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        self.shifted(duration, -1)
    }

    fn shifted(self, duration: Duration, sign: i64) -> Self {
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let nanos = i32::try_from(duration.subsec_nanos()).unwrap_or(0);
        let by = time::Duration::new(seconds.saturating_mul(sign), nanos * sign as i32);
        let there = self.0.checked_add(by).and_then(Self::checked);
        there.unwrap_or_else(|| Self::from_unix_seconds(i64::MAX * sign))
    }
}

/// Reads the one form that services write, `2015-08-30T12:36:00Z` with or without milliseconds: a page of a list holds a
/// thousand of them, and this takes a third of a general parser's time. Any other form is `None`.
fn parse_plain(text: &str) -> Option<OffsetDateTime> {
    let (bytes, rest) = text.as_bytes().split_first_chunk::<19>()?;
    let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _] = bytes else { return None };
    let two = |at: usize| pair(bytes[at], bytes[at + 1]);
    let millis = match *rest {
        [b'Z'] => 0,
        [b'.', tenths, hundredths, thousandths, b'Z'] => {
            u16::from(pair(tenths, hundredths)?) * 10 + u16::from(pair(b'0', thousandths)?)
        }
        _ => return None,
    };
    let year = i32::from(two(0)?) * 100 + i32::from(two(2)?);
    if year == 0 {
        return None;
    }
    let date = Date::from_calendar_date(year, Month::try_from(two(5)?).ok()?, two(8)?).ok()?;
    let time = Time::from_hms_milli(two(11)?, two(14)?, two(17)?, millis).ok()?;
    Some(date.with_time(time).assume_utc())
}

/// The number that two digits are.
fn pair(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

/// Reads `Sun, 30 Aug 2015 12:36:00 GMT` of any year: the general parser knows none before 1900, as the RFC for mail has none.
fn parse_http_date(text: &str) -> Option<OffsetDateTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.strip_suffix(" GMT")?.split_once(", ")?.1.split(' ');
    let number =
        |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None };
    let day = number(words.next()?)?;
    let month = words.next()?;
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let year =
        words.next().filter(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let year = year.parse().ok().filter(|year| *year > 0)?;
    let mut parts = words.next()?.split(':');
    let (hour, minute, second) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    if words.next().is_some() || parts.next().is_some() {
        return None;
    }
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    Some(date.with_time(Time::from_hms(hour, minute, second).ok()?).assume_utc())
}

/// Takes `.123` out of `12:36:00.123 GMT`.
fn split_fraction(text: &str) -> (String, u32) {
    let Some(dot) = text.find('.') else { return (text.to_owned(), 0) };
    let digits: String = text[dot + 1..].chars().take_while(char::is_ascii_digit).collect();
    let rest = &text[dot + 1 + digits.len()..];
    let nanos = format!("{digits:0<9}")[..9].parse().unwrap_or(0);
    (format!("{}{rest}", &text[..dot]), nanos)
}

impl Default for DateTime {
    /// The start of 1970.
    fn default() -> Self {
        Self(OffsetDateTime::UNIX_EPOCH)
    }
}

impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self::default().plus(after),
            Err(before) => Self::default().minus(before.duration()),
        }
    }
}

/// A point that the system's clock cannot express becomes the start of 1970.
impl From<DateTime> for SystemTime {
    fn from(time: DateTime) -> Self {
        let since = time.0 - OffsetDateTime::UNIX_EPOCH;
        let distance = since.unsigned_abs();
        let there = if since.is_negative() {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        there.unwrap_or(UNIX_EPOCH)
    }
}

/// As [`DateTime::parse_iso8601`]; what `Display` writes is read back.
///
/// # Errors
/// `InvalidParameter` if the text is in no such form.
impl FromStr for DateTime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let time = Self::parse_iso8601(text);
        time.ok_or_else(|| {
            Error::new(err_code::INVALID_PARAMETER, format!("{text:?} is no time of RFC 3339"))
        })
    }
}

// Not derived, for the comparison to be compiled here and not wherever times are compared.
impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((year, month, day), (hour, minute, second)) = (self.0.to_calendar_date(), self.0.to_hms());
        let month = u8::from(month);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.subsec_nanos() != 0 {
            let nanos = format!("{:09}", self.subsec_nanos());
            f.write_char('.')?;
            f.write_str(nanos.trim_end_matches('0'))?;
        }
        f.write_char('Z')
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_time_becomes_a_date_and_the_same_time_again() {
        for time in [
            UNIX_EPOCH,
            UNIX_EPOCH + Duration::new(1_440_938_160, 123_456_700),
            UNIX_EPOCH - Duration::new(86_400, 500),
        ] {
            assert_eq!(SystemTime::from(DateTime::from(time)), time);
        }
    }

    #[test]
    fn iso8601_is_read_with_any_offset_and_fraction_and_written_in_utc() {
        for (text, written) in [
            ("2015-08-30T12:36:00Z", "2015-08-30T12:36:00Z"),
            ("2015-08-30T12:36:00", "2015-08-30T12:36:00Z"),
            ("2015-08-30T12:36:00.120Z", "2015-08-30T12:36:00.12Z"),
            ("2015-08-30T14:36:00+02:00", "2015-08-30T12:36:00Z"),
        ] {
            assert_eq!(DateTime::parse_iso8601(text).map(|time| time.to_string()).as_deref(), Some(written));
        }
        let time = DateTime::from_unix_seconds(1_440_938_160);
        assert_eq!(time.to_string().parse::<DateTime>().unwrap(), time);
        assert_eq!("today".parse::<DateTime>().unwrap_err().message(), "\"today\" is no time of RFC 3339");
        assert_eq!(DateTime::parse_iso8601("2015-02-30T12:36:00Z"), None);
        assert_eq!(DateTime::parse_iso8601("yesterday"), None);
        assert_eq!(DateTime::parse_iso8601("0000-01-01T00:00:00.5Z"), None);
        assert_eq!(DateTime::parse_iso8601("0001-01-01T00:00:00+00:01"), None);
    }

    #[test]
    fn the_plain_form_is_read_as_the_general_parser_reads_it() {
        for text in ["2015-08-30T12:36:00Z", "2024-02-29T23:59:59.007Z", "0001-01-01T00:00:00.000Z"] {
            assert!(parse_plain(text).is_some(), "{text}");
            assert_eq!(parse_plain(text), OffsetDateTime::parse(text, &Rfc3339).ok());
        }
        for text in [
            "0000-01-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2015-13-30T12:36:00Z",
            "2015-08-30T24:00:00Z",
            "2015-08-30T12:36:60Z",
            "2015-08-30T12:36:00.1Z",
            "2015-08-30T12:36:00",
            "+015-08-30T12:36:00Z",
            "2015-08-30T1é:36:00Z",
        ] {
            assert_eq!(parse_plain(text), None, "{text}");
        }
    }

    #[test]
    fn http_dates_are_read_with_a_fraction_and_written_without() {
        let time = DateTime::parse_rfc822("Sun, 30 Aug 2015 12:36:00.123 GMT").unwrap();
        assert_eq!(time.subsec_nanos(), 123_000_000);
        assert_eq!(time.to_rfc822(), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(DateTime::parse_rfc822("Sun, 30 Aug 2015"), None);
    }

    #[test]
    fn http_dates_of_every_year_are_read() {
        for text in [
            "Mon, 01 Jan 0001 00:00:00 GMT",
            "Sun, 31 Dec 1899 23:59:59 GMT",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            assert_eq!(DateTime::parse_rfc822(text).unwrap().to_rfc822(), text);
        }
        let other = DateTime::parse_rfc822("30 Aug 2015 14:36:00 +0200").unwrap();
        assert_eq!(other.to_rfc822(), "Sun, 30 Aug 2015 12:36:00 GMT");
        for text in [
            "Mon, 01 Jan 0000 00:00:00 GMT",
            "Mon, 32 Jan 2001 00:00:00 GMT",
            "Mon, 01 Jan +201 00:00:00 GMT",
        ] {
            assert_eq!(DateTime::parse_rfc822(text), None, "{text}");
        }
    }

    #[test]
    fn unix_timestamps_keep_at_most_three_digits() {
        assert_eq!(DateTime::from_unix_seconds(7).to_unix_timestamp(), "7");
        assert_eq!(DateTime::from_unix_seconds_f64(7.25).unwrap().to_unix_timestamp(), "7.25");
        assert_eq!(DateTime::from_unix_seconds_f64(-0.5).unwrap().to_unix_timestamp(), "-0.5");
        assert_eq!(
            DateTime::from_unix_seconds_f64(190_782_650_160.123).unwrap().to_unix_timestamp(),
            "190782650160.123"
        );
        assert_eq!(DateTime::from_unix_seconds_f64(f64::NAN), None);
        assert_eq!(DateTime::from_unix_seconds_f64(1e300), None);
    }

    #[test]
    fn arithmetic_stops_at_the_ends_of_the_calendar() {
        let end = DateTime::from_unix_seconds(i64::MAX);
        assert_eq!(end.plus(Duration::MAX), end);
        for long in [Duration::MAX, Duration::from_secs(3000 * 366 * 86_400)] {
            assert_eq!(DateTime::default().minus(long), DateTime::from_unix_seconds(i64::MIN));
        }
    }
}
