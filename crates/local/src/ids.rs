//! Random identifiers in the forms that AWS uses: request ids, access keys, tokens, receipt handles.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const UPPER: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Fills an array with random bytes.
///
/// # Panics
/// When the operating system has no randomness, in which case no key may be made.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill_random(&mut bytes);
    bytes
}

pub(crate) fn fill_random(bytes: &mut [u8]) {
    rand::fill(bytes).expect("the operating system's random generator works");
}

/// A version 4 UUID (RFC 9562 §5.4), the form of request ids, key ids and message ids.
pub(crate) fn uuid() -> String {
    let mut bytes: [u8; 16] = random_bytes();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A four-letter prefix and sixteen random letters: `ASIA…` for keys of sessions, `AROA…` for roles.
pub(crate) fn unique_id(prefix: &str) -> String {
    let bytes: [u8; 16] = random_bytes();
    let letters = bytes.iter().map(|byte| char::from(UPPER[usize::from(byte % 32)]));
    prefix.chars().chain(letters).collect()
}

/// Random bytes in base64: secret keys (30 bytes make the usual 40 characters) and opaque handles.
pub(crate) fn opaque<const N: usize>() -> String {
    STANDARD.encode(random_bytes::<N>())
}

/// Sixteen upper-case hexadecimal digits, the form of S3's request ids.
pub(crate) fn s3_request_id() -> String {
    hex(&random_bytes::<8>()).to_uppercase()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_states_its_version_and_variant() {
        let id = uuid();
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]));
        assert_ne!(id, uuid());
    }

    #[test]
    fn hex_is_lower_case_with_leading_zeros() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
