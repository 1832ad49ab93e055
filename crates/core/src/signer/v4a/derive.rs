//! The key pair that belongs to an access key: what AWS derives too, and keeps the public half of.
//!
//! The secret, behind `AWS4A`, is the key of an HMAC-SHA256 over the access key id and a counter, which is the KDF in counter
//! mode of NIST SP 800-108. The number c that comes out is taken if it is at most n - 2, where n is the curve's order, and the
//! key is c + 1: so it is a key of the curve, and any is as likely as any other. Otherwise the counter goes on. Source: NIST
//! FIPS 186-4, B.4.2.

use zeroize::Zeroizing;

use crate::crypto::{ScalarKey, hmac_sha256};

use super::{SigningCredentials, SigningError};

const LABEL: &[u8] = b"AWS4-ECDSA-P256-SHA256";

/// The order n of the curve P-256, less 2.
const ORDER_LESS_2: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// Derives the key of the credentials. The session token has no part in it.
pub(super) fn key(credentials: &SigningCredentials<'_>) -> Result<ScalarKey, SigningError> {
    let mut secret = Zeroizing::new(Vec::with_capacity(5 + credentials.secret_access_key.len()));
    secret.extend_from_slice(b"AWS4A");
    secret.extend_from_slice(credentials.secret_access_key.as_bytes());
    // One of 2^32 is refused, so that two in a row are none that anybody will see.
    let scalar = (1..=254).find_map(|counter| {
        let candidate = Zeroizing::new(hmac_sha256(&secret, &input(credentials.access_key_id, counter)));
        scalar_of(&candidate)
    });
    let scalar = scalar.ok_or(SigningError::NoSignature)?;
    ScalarKey::new(&scalar).ok_or(SigningError::NeedsAwsLc)
}

/// The input of the KDF: the number of the block, the label, a zero, the context, and the length of the key in bits.
fn input(access_key_id: &str, counter: u8) -> Vec<u8> {
    let mut input = Vec::with_capacity(LABEL.len() + access_key_id.len() + 10);
    input.extend_from_slice(&1_u32.to_be_bytes());
    input.extend_from_slice(LABEL);
    input.push(0);
    input.extend_from_slice(access_key_id.as_bytes());
    input.push(counter);
    input.extend_from_slice(&256_u32.to_be_bytes());
    input
}

/// The candidate and one, unless it is greater than n - 2. Takes the same time for all.
fn scalar_of(candidate: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let mut borrow = 0;
    for (limit, byte) in ORDER_LESS_2.iter().zip(candidate).rev() {
        borrow = (i16::from(*limit) - i16::from(*byte) - borrow) >> 8 & 1;
    }
    let mut scalar = Zeroizing::new(*candidate);
    let mut carry = 1;
    for byte in scalar.iter_mut().rev() {
        let sum = u16::from(*byte) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    (borrow == 0).then_some(scalar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex;

    fn less(by: u8) -> [u8; 32] {
        let mut number = ORDER_LESS_2;
        number[31] -= by;
        number
    }

    #[test]
    fn a_candidate_of_at_most_the_order_less_2_becomes_the_next_number() {
        assert_eq!(scalar_of(&[0; 32]).unwrap()[31], 1);
        assert_eq!(*scalar_of(&less(1)).unwrap(), ORDER_LESS_2);
        let mut greatest = ORDER_LESS_2;
        greatest[31] += 1;
        assert_eq!(*scalar_of(&ORDER_LESS_2).unwrap(), greatest);
        assert_eq!(scalar_of(&greatest), None);
        assert_eq!(scalar_of(&[0xff; 32]), None);

        let mut carries = [0xff; 32];
        carries[0] = 1;
        assert_eq!(hex(&*scalar_of(&carries).unwrap()), format!("02{}", "0".repeat(62)));
    }

    #[cfg(feature = "aws-lc-rs")]
    #[test]
    fn aws_examples_give_the_published_public_keys() {
        for (access_key_id, secret_access_key, x, y) in [
            (
                "AKISORANDOMAASORANDOM",
                "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
                "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
                "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
            ),
            (
                "AKIDEXAMPLE",
                "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1",
                "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518",
            ),
        ] {
            let credentials = SigningCredentials {
                access_key_id,
                secret_access_key,
                session_token: Some("has no part in it"),
            };
            assert_eq!(hex(key(&credentials).unwrap().public_key()), format!("04{x}{y}"));
        }
    }

    #[cfg(not(feature = "aws-lc-rs"))]
    #[test]
    fn without_aws_lc_the_error_names_the_feature() {
        let credentials =
            SigningCredentials { access_key_id: "AKID", secret_access_key: "SECRET", session_token: None };
        let error = key(&credentials).unwrap_err();
        assert!(error.to_string().contains("`aws-lc-rs`"), "{error}");
    }
}
