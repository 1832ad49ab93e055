//! The one seam between Cumulo and its cryptographic library: SHA-2, SHA-1 for checksums and names, HMAC, ECDSA and
//! randomness, by feature.
//!
//! Feature `aws-lc-rs` (the default) takes them from AWS-LC; feature `ring`, with the default features off, from ring. When
//! both are on, because two crates of one program asked for different ones, AWS-LC is used. Nothing outside this
//! module names either library for these primitives.

mod ecdsa;
mod scalar_key;

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs as provider;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
use ring as provider;

use std::fmt;

#[cfg(not(feature = "aws-lc-rs"))]
use zeroize::Zeroizing;

use provider::rand::SecureRandom;
use provider::{digest, hmac, rand};

pub use ecdsa::P256Key;
pub use scalar_key::ScalarKey;

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!(
    "cumulo-core needs a cryptographic library: turn on its feature `aws-lc-rs` (the default) or `ring`"
);

/// The SHA-256 of no bytes, in lower-case hexadecimal: the payload hash of every request without a body.
pub const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Returns the SHA-256 (FIPS 180-4) of `data`.
///
/// ```
/// use cumulo_core::crypto::{EMPTY_SHA256, hex, sha256};
///
/// assert_eq!(hex(&sha256(b"")), EMPTY_SHA256);
/// ```
pub fn sha256(data: &[u8]) -> [u8; 32] {
    array(digest::digest(&digest::SHA256, data).as_ref())
}

/// A SHA-256 computed piece by piece, for payloads that are read rather than held.
///
/// ```
/// use cumulo_core::crypto::{Sha256, sha256};
///
/// let mut hash = Sha256::new();
/// hash.update(b"two ");
/// hash.update(b"pieces");
/// assert_eq!(hash.finish(), sha256(b"two pieces"));
/// ```
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Sha256 {
    /// Starts the hash of an empty message.
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Appends `data` to the message.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// Returns the hash of everything appended so far.
    pub fn finish(self) -> [u8; 32] {
        array(self.0.finish().as_ref())
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows nothing of the state, from which hashed bytes could be guessed.
impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256")
    }
}

/// A hash of any length, computed piece by piece, for checksums.
pub(crate) struct Hash(digest::Context);

impl Hash {
    /// SHA-1, which protects against accidents alone.
    pub(crate) fn sha1() -> Self {
        Self(digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY))
    }

    pub(crate) fn sha256() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    pub(crate) fn sha512() -> Self {
        Self(digest::Context::new(&digest::SHA512))
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    pub(crate) fn finish(self) -> impl AsRef<[u8]> {
        self.0.finish()
    }
}

/// Returns the SHA-1 (FIPS 180-4) of `data`, for names that others have fixed; it protects nothing.
///
/// ```
/// use cumulo_core::crypto::{hex, sha1};
///
/// assert_eq!(hex(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
/// ```
pub fn sha1(data: &[u8]) -> [u8; 20] {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data);
    hash.as_ref().try_into().expect("a SHA-1 output has 20 bytes")
}

/// Returns the HMAC-SHA256 (RFC 2104) of `data` under `key`.
///
/// For many messages under one key, prepare an [`HmacKey`].
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    array(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref())
}

/// Returns the HMAC-SHA-1 (RFC 2104) of `data` under `key`, for the codes of MFA devices, which know no other.
///
/// ```
/// use cumulo_core::crypto::{hex, hmac_sha1};
///
/// let tag = hmac_sha1(b"Jefe", b"what do ya want for nothing?"); // RFC 2202, test case 2
/// assert_eq!(hex(&tag), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
/// ```
pub fn hmac_sha1(key: &[u8], data: &[u8]) -> [u8; 20] {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    hmac::sign(&key, data).as_ref().try_into().expect("an HMAC-SHA-1 output has 20 bytes")
}

/// An HMAC-SHA256 key made ready once for many messages; wiped from memory when dropped.
///
/// With AWS-LC the key's two hash blocks are computed here and the library wipes them. ring wipes nothing, so with ring the
/// key's bytes are held (and wiped) here and its blocks are computed at each use.
pub struct HmacKey {
    #[cfg(feature = "aws-lc-rs")]
    prepared: hmac::Key,
    #[cfg(not(feature = "aws-lc-rs"))]
    bytes: Zeroizing<Vec<u8>>,
}

impl HmacKey {
    /// Prepares `key`, which may have any length.
    pub fn new(key: &[u8]) -> Self {
        #[cfg(feature = "aws-lc-rs")]
        return Self { prepared: hmac::Key::new(hmac::HMAC_SHA256, key) };
        #[cfg(not(feature = "aws-lc-rs"))]
        return Self { bytes: Zeroizing::new(key.to_vec()) };
    }

    /// Returns the HMAC-SHA256 of `data` under this key.
    pub fn sign(&self, data: &[u8]) -> [u8; 32] {
        #[cfg(feature = "aws-lc-rs")]
        return array(hmac::sign(&self.prepared, data).as_ref());
        #[cfg(not(feature = "aws-lc-rs"))]
        return hmac_sha256(&self.bytes, data);
    }
}

/// Shows nothing of the key.
impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(redacted)")
    }
}

/// Returns `bytes` in lower-case hexadecimal.
///
/// ```
/// assert_eq!(cumulo_core::crypto::hex(&[0x00, 0xaf]), "00af");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let [high, low] = hex_pair(*byte);
        text.push(high.into());
        text.push(low.into());
    }
    text
}

/// Returns a hash in lower-case hexadecimal without an allocation, to be written into a buffer.
///
/// ```
/// use cumulo_core::crypto::{EMPTY_SHA256, hex_32, sha256};
///
/// let mut line = b"hash ".to_vec();
/// line.extend_from_slice(&hex_32(&sha256(b"")));
/// assert_eq!(line, format!("hash {EMPTY_SHA256}").as_bytes());
/// ```
pub fn hex_32(hash: &[u8; 32]) -> [u8; 64] {
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(hash) {
        pair.copy_from_slice(&hex_pair(*byte));
    }
    text
}

/// Returns a random UUID (RFC 9562, version 4) in its usual form of 36 characters, for idempotency tokens.
///
/// ```
/// let token = cumulo_core::crypto::uuid_v4();
/// assert_eq!(token.len(), 36);
/// ```
///
/// # Panics
/// When the operating system has no randomness to give, as the standard library's `HashMap` does; no input can cause it.
pub fn uuid_v4() -> String {
    let mut bytes = [0; 16];
    rand::SystemRandom::new().fill(&mut bytes).expect("the operating system gives randomness");
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;

    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let [high, low] = hex_pair(*byte);
        text.push(high.into());
        text.push(low.into());
    }
    text
}

fn hex_pair(byte: u8) -> [u8; 2] {
    [HEX_DIGITS[usize::from(byte >> 4)], HEX_DIGITS[usize::from(byte & 0x0f)]]
}

fn array(output: &[u8]) -> [u8; 32] {
    output.try_into().expect("a SHA-256 output has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const KEY: &[u8] = b"Jefe";
    const MESSAGE: &[u8] = b"what do ya want for nothing?";
    const TAG: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn sha256_of_abc_is_the_published_one() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&sha256(b"abc")), expected);

        let mut pieces = Sha256::default();
        pieces.update(b"a");
        let mut copy = pieces.clone();
        pieces.update(b"");
        pieces.update(b"bc");
        assert_eq!(hex(&pieces.finish()), expected);
        copy.update(b"bc");
        assert_eq!(hex(&copy.finish()), expected);
    }

    #[test]
    fn hmac_agrees_with_rfc_4231_once_and_prepared() {
        assert_eq!(hex(&hmac_sha256(KEY, MESSAGE)), TAG);
        let key = HmacKey::new(KEY);
        assert_eq!(hex(&key.sign(MESSAGE)), TAG);
        assert_eq!(hex(&key.sign(MESSAGE)), TAG, "a prepared key is not used up");
    }

    #[test]
    fn hmac_key_longer_than_a_block_is_hashed_first() {
        // RFC 4231, test case 6.
        let tag = HmacKey::new(&[0xaa; 131]).sign(b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hex(&tag), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn hex_writes_every_byte_as_two_lower_case_digits() {
        let bytes: Vec<u8> = (0..=255).collect();
        let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex(&bytes), expected);
        let hash = sha256(&bytes);
        assert_eq!(hex_32(&hash).to_vec(), hex(&hash).into_bytes());
    }

    #[test]
    fn uuids_carry_version_and_variant_and_differ() {
        let (first, second) = (uuid_v4(), uuid_v4());
        assert_ne!(first, second);
        for uuid in [first, second] {
            let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12]);
            assert_eq!(&uuid[14..15], "4");
            assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"));
        }
    }

    #[test]
    fn debug_of_a_key_shows_no_key() {
        assert_eq!(format!("{:?}", HmacKey::new(KEY)), "HmacKey(redacted)");
    }
}
