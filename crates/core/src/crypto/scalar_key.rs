//! ECDSA keys on the curve P-256 that are given as a number alone, as SigV4a derives them.

use std::fmt;

#[cfg(feature = "aws-lc-rs")]
use super::provider::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
#[cfg(feature = "aws-lc-rs")]
use zeroize::Zeroizing;

/// A private key on the curve P-256 whose public key is computed from it, and whose signatures are in DER.
///
/// Only AWS-LC computes public keys. With the feature `ring` alone there is no such key, and [`new`](Self::new) says so.
pub struct ScalarKey {
    #[cfg(feature = "aws-lc-rs")]
    pair: EcdsaKeyPair,
    #[cfg(not(feature = "aws-lc-rs"))]
    pair: std::convert::Infallible,
}

impl ScalarKey {
    /// The key that is this number, of 32 bytes with the greatest first. `None` if it is no key of the curve (0, or not less
    /// than the curve's order), and always where the cryptographic library is ring.
    ///
    /// ```
    /// use cumulo_core::crypto::ScalarKey;
    ///
    /// assert!(ScalarKey::new(&[0; 32]).is_none());
    /// # #[cfg(feature = "aws-lc-rs")]
    /// assert!(ScalarKey::new(&[7; 32]).is_some());
    /// ```
    #[cfg(feature = "aws-lc-rs")]
    pub fn new(scalar: &[u8; 32]) -> Option<Self> {
        // RFC 5915: version 1, the number, and the name of the curve.
        const HEAD: [u8; 7] = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
        const CURVE: [u8; 12] = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        let mut der = Zeroizing::new([0; HEAD.len() + 32 + CURVE.len()]);
        der[..7].copy_from_slice(&HEAD);
        der[7..39].copy_from_slice(scalar);
        der[39..].copy_from_slice(&CURVE);
        let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, &*der).ok()?;
        Some(Self { pair })
    }

    /// The key that is this number; ring has none.
    #[cfg(not(feature = "aws-lc-rs"))]
    pub fn new(_scalar: &[u8; 32]) -> Option<Self> {
        None
    }

    /// The public key as SEC 1 has it uncompressed: a 4 and the two coordinates of 32 bytes each.
    pub fn public_key(&self) -> &[u8] {
        #[cfg(feature = "aws-lc-rs")]
        return self.pair.public_key().as_ref();
        #[cfg(not(feature = "aws-lc-rs"))]
        match self.pair {}
    }

    /// The signature of the SHA-256 of `message`, in DER: 72 bytes at most, and another at each call. `None` if the operating
    /// system has no randomness to give.
    #[cfg(feature = "aws-lc-rs")]
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.pair.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec())
    }

    /// The signature of the SHA-256 of `message`; there is no such key.
    #[cfg(not(feature = "aws-lc-rs"))]
    pub fn sign(&self, _message: &[u8]) -> Option<Vec<u8>> {
        match self.pair {}
    }
}

/// Shows nothing of the key.
impl fmt::Debug for ScalarKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScalarKey(redacted)")
    }
}
