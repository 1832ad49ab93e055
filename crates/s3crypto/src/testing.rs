//! Helpers of this crate's tests.

/// The bytes of a hexadecimal text.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a hexadecimal digit") as u8;
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The hexadecimal text of bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    cumulo_core::crypto::hex(bytes)
}
