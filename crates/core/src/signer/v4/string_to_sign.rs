//! Step 3: the canonical request's hash, bound to a time and a credential scope.

use time::OffsetDateTime;

use crate::crypto;

use super::SigningError;

/// The time of a signature as it is written, `20150830T123600Z`.
#[derive(Clone, Copy)]
pub(crate) struct Timestamp([u8; 16]);

impl Timestamp {
    pub(in crate::signer) fn from_unix_seconds(seconds: i64) -> Result<Self, SigningError> {
        let out_of_range = SigningError::TimeOutOfRange { seconds };
        let Ok(time) = OffsetDateTime::from_unix_timestamp(seconds) else { return Err(out_of_range) };
        let (year, month, day) = time.to_calendar_date();
        let (hour, minute, second) = time.to_hms();
        let Ok(year @ 0..=9999) = u16::try_from(year) else { return Err(out_of_range) };

        let mut text = *b"00000000T000000Z";
        for (position, digit) in text.iter_mut().zip([1000, 100, 10, 1]) {
            *position = decimal_digit(year / digit);
        }
        for (start, value) in [(4, u8::from(month)), (6, day), (9, hour), (11, minute), (13, second)] {
            text[start] = decimal_digit((value / 10).into());
            text[start + 1] = decimal_digit(value.into());
        }
        Ok(Self(text))
    }

    /// The whole time.
    pub(in crate::signer) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The day alone, `20150830`.
    pub(in crate::signer) fn date(&self) -> [u8; 8] {
        let [y1, y2, y3, y4, m1, m2, d1, d2, ..] = self.0;
        [y1, y2, y3, y4, m1, m2, d1, d2]
    }
}

fn decimal_digit(number: u16) -> u8 {
    b"0123456789"[usize::from(number % 10)]
}

/// Replaces the canonical request in `buffer` by the string to sign.
pub(super) fn replace(buffer: &mut Vec<u8>, algorithm: &str, timestamp: &Timestamp, scope: &[&str]) {
    let hash = crypto::sha256(buffer);
    buffer.clear();
    buffer.extend_from_slice(algorithm.as_bytes());
    buffer.push(b'\n');
    buffer.extend_from_slice(timestamp.as_bytes());
    buffer.push(b'\n');
    write_scope(buffer, timestamp, scope);
    buffer.push(b'\n');
    buffer.extend_from_slice(&crypto::hex_32(&hash));
}

/// Appends the credential scope: the day, the parts (region and service), and a fixed end.
pub(super) fn write_scope(buffer: &mut Vec<u8>, timestamp: &Timestamp, scope: &[&str]) {
    buffer.extend_from_slice(&timestamp.date());
    for part in scope {
        buffer.push(b'/');
        buffer.extend_from_slice(part.as_bytes());
    }
    buffer.extend_from_slice(b"/aws4_request");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seconds: i64) -> String {
        String::from_utf8(Timestamp::from_unix_seconds(seconds).unwrap().as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn aws_example() {
        let mut buffer = "GET\n/\nAction=ListUsers&Version=2010-05-08\n\
             content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n\
             x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            .as_bytes()
            .to_vec();
        let timestamp = Timestamp::from_unix_seconds(1_440_938_160).unwrap();
        replace(&mut buffer, "AWS4-HMAC-SHA256", &timestamp, &["us-east-1", "iam"]);
        assert_eq!(
            String::from_utf8(buffer).unwrap(),
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
             f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        );
    }

    #[test]
    fn times_are_written_in_utc_with_all_their_digits() {
        assert_eq!(text(0), "19700101T000000Z");
        assert_eq!(text(951_827_696), "20000229T123456Z");
        assert_eq!(text(-1), "19691231T235959Z");
        assert_eq!(text(253_402_300_799), "99991231T235959Z");
    }

    #[test]
    fn a_time_without_a_year_of_four_digits_is_an_error() {
        for seconds in [i64::MIN, i64::MAX, 253_402_300_800, -62_167_219_201] {
            let error = Timestamp::from_unix_seconds(seconds).err();
            assert_eq!(error, Some(SigningError::TimeOutOfRange { seconds }));
        }
    }
}
