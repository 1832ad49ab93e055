//! Values as text: how booleans, numbers, bytes and points in time stand in XML, forms, paths, query strings and headers.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::date_time::DateTime;
use crate::error::Error;
use crate::protocol::timestamp;
use crate::schema::{Member, TimestampFormat};
use crate::shape::{Mut, Ref};

/// The text of a value, or `None` if it is not a scalar. A timestamp has `format` unless its member says otherwise.
pub(super) fn write<'a>(member: &Member, value: Ref<'a>, format: TimestampFormat) -> Option<Cow<'a, str>> {
    Some(match value {
        Ref::Boolean(true) => "true".into(),
        Ref::Boolean(false) => "false".into(),
        Ref::Integer(number) => number.to_string().into(),
        Ref::Long(number) => number.to_string().into(),
        Ref::Float(number) if number.is_finite() => number.to_string().into(),
        Ref::Float(number) => not_finite(number.into()).into(),
        Ref::Double(number) if number.is_finite() => number.to_string().into(),
        Ref::Double(number) => not_finite(number).into(),
        Ref::String(text) => text.into(),
        Ref::Blob(bytes) => STANDARD.encode(bytes).into(),
        Ref::Timestamp(time) => timestamp::write(time, member.timestamp_format.unwrap_or(format)).into(),
        Ref::Document(_)
        | Ref::Structure(_)
        | Ref::List(_)
        | Ref::Map(_)
        | Ref::Stream(_)
        | Ref::Events(_) => return None,
    })
}

/// The name of a number that has no digits.
pub(crate) fn not_finite(number: f64) -> &'static str {
    match number {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "NaN",
    }
}

/// Reads the text of `member` into its place.
///
/// # Errors
/// `SerializationError` naming the member, if the text is not of its type or the place takes no text.
pub(super) fn read(member: &Member, place: Mut<'_>, text: Cow<'_, str>) -> Result<(), Error> {
    let kind = place.kind();
    let was_read = match place {
        Mut::String(place) => {
            place.set_text(text.into_owned());
            true
        }
        Mut::Boolean(place) => store(place, parse_boolean(text.trim_ascii())),
        Mut::Integer(place) => store(place, text.trim_ascii().parse().ok()),
        Mut::Long(place) => store(place, text.trim_ascii().parse().ok()),
        Mut::Float(place) => store(place, text.trim_ascii().parse().ok()),
        Mut::Double(place) => store(place, text.trim_ascii().parse().ok()),
        Mut::Timestamp(place) => store(place, timestamp::parse(&text)),
        Mut::Blob(place) => store(place, decode_base64(&text).map(Into::into)),
        Mut::SecretBlob(place) => store(place, decode_base64(&text).map(Into::into)),
        Mut::Document(_)
        | Mut::Structure(_)
        | Mut::List(_)
        | Mut::Map(_)
        | Mut::Stream(_)
        | Mut::Events(_) => false,
    };
    if was_read { Ok(()) } else { Err(mismatch(member, kind)) }
}

/// Reads a number into the place of `member`: `whole` is its value if it is an integer, `nearest` the closest fraction.
/// Integers are cut off after the point.
///
/// # Errors
/// `SerializationError` naming the member, if the number does not fit or the place takes none.
pub(super) fn read_number(
    member: &Member,
    place: Mut<'_>,
    whole: Option<i64>,
    nearest: f64,
) -> Result<(), Error> {
    let whole = whole.or_else(|| truncated(nearest));
    let kind = place.kind();
    let was_read = match place {
        Mut::Integer(place) => store(place, whole.and_then(|whole| whole.try_into().ok())),
        Mut::Long(place) => store(place, whole),
        Mut::Float(place) => store(place, Some(nearest as f32)),
        Mut::Double(place) => store(place, Some(nearest)),
        Mut::Timestamp(place) => store(place, DateTime::from_unix_seconds_f64(nearest)),
        Mut::String(place) => {
            let exact = whole.filter(|whole| *whole as f64 == nearest);
            place.set_text(exact.map_or_else(|| nearest.to_string(), |whole| whole.to_string()));
            true
        }
        _ => false,
    };
    if was_read { Ok(()) } else { Err(mismatch(member, kind)) }
}

/// A value that is not of its member's type. What the value is stays out of the message.
pub(super) fn mismatch(member: &Member, kind: &str) -> Error {
    Error::unreadable(format!("the value of {} is not {kind}", member.name))
}

fn store<T>(place: &mut T, value: Option<T>) -> bool {
    value.map(|value| *place = value).is_some()
}

/// The integer part of a number, if it fits.
fn truncated(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (-LIMIT..LIMIT).contains(&number).then_some(number as i64)
}

/// Also as a digit, which XML Schema allows.
fn parse_boolean(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => [false, true]
            .into_iter()
            .find(|value| text.eq_ignore_ascii_case(if *value { "true" } else { "false" })),
    }
}

/// Base64, also with line breaks in it.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().or_else(|| {
        let mut packed = text.as_bytes().to_vec();
        packed.retain(|byte| !byte.is_ascii_whitespace());
        STANDARD.decode(&packed).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Target;
    use crate::value::Blob;

    const MEMBER: Member = Member::new("Size", Target::Long);

    fn written(value: Ref<'_>) -> String {
        write(&MEMBER, value, TimestampFormat::Iso8601).unwrap().into_owned()
    }

    #[test]
    fn numbers_without_digits_are_written_by_name_and_read_back() {
        for (number, name) in
            [(f64::NAN, "NaN"), (f64::INFINITY, "Infinity"), (f64::NEG_INFINITY, "-Infinity")]
        {
            assert_eq!(written(Ref::Double(number)), name);
            let mut place = 0.0;
            read(&MEMBER, Mut::Double(&mut place), name.into()).unwrap();
            assert_eq!(place.is_nan(), number.is_nan());
            assert!(place == number || number.is_nan());
        }
        assert_eq!(written(Ref::Float(1.5)), "1.5");
    }

    #[test]
    fn bytes_travel_as_base64_even_over_several_lines() {
        assert_eq!(written(Ref::Blob(b"hello")), "aGVsbG8=");
        let mut place = Blob::default();
        read(&MEMBER, Mut::Blob(&mut place), " aGVs\nbG8=\n".into()).unwrap();
        assert_eq!(&*place, b"hello");
    }

    #[test]
    fn what_does_not_parse_is_an_error_that_names_the_member_and_hides_the_value() {
        let (mut boolean, mut number, mut time, mut blob) = (false, 0, DateTime::default(), Blob::default());
        let places = [
            Mut::Boolean(&mut boolean),
            Mut::Integer(&mut number),
            Mut::Timestamp(&mut time),
            Mut::Blob(&mut blob),
        ];
        for place in places {
            let error = read(&MEMBER, place, "hunter2!".into()).unwrap_err();
            assert_eq!(error.code(), crate::err_code::SERIALIZATION_ERROR);
            assert!(error.message().contains("Size") && !error.message().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_integer_that_does_not_fit_is_an_error() {
        let mut place = 0;
        assert!(read(&MEMBER, Mut::Integer(&mut place), "2147483648".into()).is_err());
    }
}
