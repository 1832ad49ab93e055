//! The letters that the secret of an MFA device is written in.

use cumulo_core::SecretBlob;
use zeroize::Zeroizing;

/// The bytes of `text` in base32 (RFC 4648 §6), as the console shows it and authenticator apps take it: in any case, with
/// blanks and hyphens anywhere, padded or not.
///
/// # Errors
/// What is wrong and where, without the letter that stands there: it is part of a secret.
pub(super) fn decode(text: &str) -> Result<SecretBlob, String> {
    let text = text.trim_ascii_end().trim_end_matches('=');
    // Room for all of it, so that no copy stays behind in memory that was too small.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 5 / 8));
    let (mut buffer, mut bits, mut letters) = (0_u32, 0, 0_usize);
    for (index, letter) in text.bytes().enumerate() {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'2'..=b'7' => letter - b'2' + 26,
            b' ' | b'-' => continue,
            _ => return Err(format!("character {} is none of A to Z and 2 to 7", index + 1)),
        };
        letters += 1;
        buffer = buffer << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).unwrap_or_default());
        }
        buffer &= (1 << bits) - 1;
    }
    // A byte more takes two letters or one, never three.
    match letters {
        0 => Err("it is empty".to_owned()),
        _ if matches!(letters % 8, 1 | 3 | 6) => {
            Err(format!("it has {letters} letters, which end within a byte: one is missing or too many"))
        }
        _ => Ok(SecretBlob::from(std::mem::take(&mut *bytes))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_are_read() {
        for (bytes, text) in [
            ("f", "MY======"),
            ("fo", "MZXQ===="),
            ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ] {
            assert_eq!(decode(text), Ok(SecretBlob::from(bytes)));
            assert_eq!(decode(text.trim_end_matches('=')), Ok(SecretBlob::from(bytes)));
        }
    }

    #[test]
    fn case_blanks_and_hyphens_do_not_matter() {
        assert_eq!(decode(" mzxw 6ytb-oi \n"), Ok(SecretBlob::from("foobar")));
    }

    #[test]
    fn what_is_wrong_is_told_and_no_letter_of_the_secret() {
        assert_eq!(decode("MZXW1YTB"), Err("character 5 is none of A to Z and 2 to 7".to_owned()));
        assert_eq!(decode("MZ=XW"), Err("character 3 is none of A to Z and 2 to 7".to_owned()));
        assert_eq!(decode("MZé"), Err("character 3 is none of A to Z and 2 to 7".to_owned()));
        assert_eq!(decode(" ==="), Err("it is empty".to_owned()));
        let missing = "it has 9 letters, which end within a byte: one is missing or too many";
        assert_eq!(decode("MZXW6YTBO"), Err(missing.to_owned()));
    }
}
