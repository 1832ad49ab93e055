//! Step three of SigV4A: the key pair that the secret stands for, and the signature verified with its public half.
//!
//! Source: "AWS SigV4A" on the page of the parent module; the derivation is the KDF of NIST SP 800-108 in counter mode.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use zeroize::Zeroizing;

use super::authorization::ECDSA;

/// The order of the curve P-256, less 2, in hexadecimal.
const GREATEST: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f";

/// Whether the signature, in hexadecimal, is one of this text by the key that the secret stands for.
pub(super) fn verifies(access_key_id: &str, secret: &str, string_to_sign: &str, signature: &str) -> bool {
    let (Some(pair), Some(signature)) = (key_pair(access_key_id, secret), unhex(signature)) else {
        return false;
    };
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, pair.public_key());
    key.verify(string_to_sign.as_bytes(), &signature).is_ok()
}

fn key_pair(access_key_id: &str, secret: &str) -> Option<EcdsaKeyPair> {
    let seed = Zeroizing::new(format!("AWS4A{secret}"));
    let key = hmac::Key::new(hmac::HMAC_SHA256, seed.as_bytes());
    let greatest = unhex(GREATEST)?;
    for counter in 1..=254 {
        let context = [access_key_id.as_bytes(), &[counter]].concat();
        let input = [&[0, 0, 0, 1], ECDSA.as_bytes(), &[0], &context, &[0, 0, 1, 0]].concat();
        let mut number = Zeroizing::new(hmac::sign(&key, &input).as_ref().to_vec());
        if *number <= greatest {
            add_one(&mut number);
            // RFC 5915: version 1, the number, and the name of the curve.
            let head = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
            let curve = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
            let der = Zeroizing::new([&head[..], &number, &curve].concat());
            return EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, &der).ok();
        }
    }
    None
}

/// To a number with its greatest byte first, which is less than the greatest of its length.
fn add_one(number: &mut [u8]) {
    for byte in number.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            return;
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
