//! Undoes what S3 does to metadata that are not ASCII: it takes the header's UTF-8 bytes for Latin-1, and answers the
//! characters as encoded words of RFC 2047.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The value as it was sent. One without encoded words is as it was; so is one that no such header can have become.
pub(super) fn decode(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    decode_words(value)
        .and_then(|text| latin1_bytes(&text))
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_else(|| value.to_owned())
}

/// RFC 2047 §6.2: adjacent words lose the space between them. Their bytes are joined before they become characters, as a
/// word may end within one.
fn decode_words(value: &str) -> Option<String> {
    let (mut bytes, mut rest, mut after_word) = (Vec::new(), value, false);
    while let Some(start) = rest.find("=?") {
        let (before, word) = rest.split_at(start);
        let Some((decoded, len)) = decode_word(word) else {
            bytes.extend_from_slice(before.as_bytes());
            bytes.extend_from_slice(b"=?");
            (rest, after_word) = (&word[2..], false);
            continue;
        };
        if !(after_word && before.bytes().all(|byte| byte.is_ascii_whitespace())) {
            bytes.extend_from_slice(before.as_bytes());
        }
        bytes.extend(decoded);
        (rest, after_word) = (&word[len..], true);
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

/// The bytes of the word that `text` begins with, and its length.
fn decode_word(text: &str) -> Option<(Vec<u8>, usize)> {
    let mut parts = text.strip_prefix("=?")?.splitn(3, '?');
    let (charset, encoding, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = rest.find("?=")?;
    let encoded = &rest[..end];
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => BASE64_STANDARD.decode(encoded).ok()?,
        "Q" | "q" => decode_q(encoded)?,
        _ => return None,
    };
    Some((bytes, "=?".len() + charset.len() + 1 + encoding.len() + 1 + end + "?=".len()))
}

fn decode_q(encoded: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut input) = (Vec::new(), encoded.bytes());
    while let Some(byte) = input.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let mut digit = || char::from(input.next()?).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            other => other,
        });
    }
    Some(bytes)
}

fn latin1_bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was stored and what S3 answers.
    const ANSWERS: [(&str, &str); 16] = [
        ("café", "=?UTF-8?Q?caf=C3=83=C2=A9?="),
        ("åäö", "=?UTF-8?B?w4PCpcODwqTDg8K2?="),
        ("Ω", "=?UTF-8?B?w47CqQ==?="),
        ("中文", "=?UTF-8?B?w6TCuMKtw6bClsKH?="),
        ("日本語", "=?UTF-8?B?w6bCl8Klw6bCnMKsw6jCqsKe?="),
        ("€", "=?UTF-8?B?w6LCgsKs?="),
        ("😀", "=?UTF-8?B?w7DCn8KYwoA=?="),
        ("🔥", "=?UTF-8?B?w7DCn8KUwqU=?="),
        ("𝕳", "=?UTF-8?B?w7DCncKVwrM=?="),
        ("å", "=?UTF-8?B?w4PCpQ==?="),
        ("åa", "=?UTF-8?B?w4PCpWE=?="),
        ("\u{80}", "=?UTF-8?B?w4LCgA==?="),
        ("\u{7ff}", "=?UTF-8?B?w5/Cvw==?="),
        ("\u{800}", "=?UTF-8?B?w6DCoMKA?="),
        ("\u{ffff}", "=?UTF-8?B?w6/Cv8K/?="),
        (r#"{"key":"åäö"}"#, r#"=?UTF-8?Q?{"key":"=C3=83=C2=A5=C3=83=C2=A4=C3=83=C2=B6"}?="#),
    ];

    #[test]
    fn values_that_s3_encoded_come_back_as_they_were() {
        for (stored, answered) in ANSWERS {
            assert_eq!(decode(answered), stored);
        }
    }

    #[test]
    fn words_are_joined_before_their_bytes_become_characters() {
        // The two bytes of one character in two words.
        assert_eq!(decode("=?UTF-8?B?w4PC?= =?UTF-8?B?pQ==?="), "å");
        assert_eq!(decode("a =?UTF-8?Q?caf=C3=83=C2=A9_?= b"), "a café  b");
    }

    #[test]
    fn values_without_encoded_words_stay_as_they_are() {
        for value in
            ["plain", "a = ?b?", "=?", "=?UTF-8?B?", "=?UTF-8?X?abc?=", "=?UTF-8?B?!!?=", "=?latin1?Q?a?="]
        {
            assert_eq!(decode(value), value);
        }
        // A character that no Latin-1 byte stands for.
        assert_eq!(decode("=?UTF-8?B?4oKs?="), "=?UTF-8?B?4oKs?=");
    }
}
