//! ECDSA on the curve P-256, for proofs that a program holds a key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::provider::rand::SystemRandom;
use super::provider::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

/// A private key on the curve P-256.
///
/// Called by the provider of `aws login` credentials, whose refreshes are signed with such a key (RFC 9449).
pub struct P256Key(EcdsaKeyPair);

impl P256Key {
    /// The key in a PEM text: `PRIVATE KEY` (PKCS #8) or `EC PRIVATE KEY` (SEC 1), with the public key in it. `None` if it
    /// is none of them or of another curve.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let lines = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        let base64 = Zeroizing::new(lines.collect::<String>());
        let der = Zeroizing::new(STANDARD.decode(&*base64).ok()?);
        let (private, public) = keys(&der)?;
        #[cfg(feature = "aws-lc-rs")]
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, private, public);
        #[cfg(not(feature = "aws-lc-rs"))]
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            private,
            public,
            &SystemRandom::new(),
        );
        pair.ok().map(Self)
    }

    /// The two coordinates of the public key, of 32 bytes each.
    pub fn public_point(&self) -> (&[u8], &[u8]) {
        self.0.public_key().as_ref().get(1..).unwrap_or_default().split_at(32)
    }

    /// The signature of the SHA-256 of `message`, as two numbers of 32 bytes each (`ES256` of RFC 7518). `None` if the
    /// operating system has no randomness to give.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature = self.0.sign(&SystemRandom::new(), message).ok()?;
        Some(signature.as_ref().to_vec())
    }
}

/// Shows nothing of the key.
impl fmt::Debug for P256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P256Key(redacted)")
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The public key's place in SEC 1.
const PUBLIC_KEY: u8 = 0xa1;

/// The private and the public key in SEC 1's structure, or in PKCS #8's around it.
fn keys(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (SEQUENCE, whole, _) = element(der)? else { return None };
    let (INTEGER, _version, rest) = element(whole)? else { return None };
    match element(rest)? {
        // The algorithm, and then SEC 1's structure as bytes.
        (SEQUENCE, _, rest) => match element(rest)? {
            (OCTET_STRING, inner, _) if inner.len() < der.len() => keys_of_sec1(inner),
            _ => None,
        },
        _ => keys_of_sec1(der),
    }
}

fn keys_of_sec1(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (SEQUENCE, whole, _) = element(der)? else { return None };
    let (INTEGER, _version, rest) = element(whole)? else { return None };
    let (OCTET_STRING, private, mut rest) = element(rest)? else { return None };
    while !rest.is_empty() {
        let (tag, content, after) = element(rest)?;
        if tag == PUBLIC_KEY {
            let (BIT_STRING, bits, _) = element(content)? else { return None };
            // The first byte counts the bits that are not used.
            return Some((private, bits.get(1..)?));
        }
        rest = after;
    }
    None
}

/// The tag and the content of the first element, and what stands behind it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 => rest.split_first().map(|(length, rest)| (usize::from(*length), rest))?,
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::super::hex;
    use super::super::provider::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use super::*;

    const SEC1: &str = include_str!("testdata/sec1.pem");
    const PKCS8: &str = include_str!("testdata/pkcs8.pem");
    const X: &str = "4a79f9e0f340f9eb913a8e9164c75af63e2b761a4719a8cc40fb83e54d945834";
    const Y: &str = "16dd74197bdbd46e636d9a046ed6d7531f4fed314afe2c2cfea3134cd945101a";

    #[test]
    fn both_forms_of_a_key_are_read_and_sign_for_its_public_key() {
        for pem in [SEC1, PKCS8] {
            let key = P256Key::from_pem(pem).unwrap();
            let (x, y) = key.public_point();
            assert_eq!((hex(x).as_str(), hex(y).as_str()), (X, Y));
            let signature = key.sign(b"message").unwrap();
            assert_eq!(signature.len(), 64);
            let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4][..], x, y].concat());
            assert!(public.verify(b"message", &signature).is_ok());
            assert!(public.verify(b"another", &signature).is_err());
            assert_eq!(format!("{key:?}"), "P256Key(redacted)");
        }
    }

    #[test]
    fn what_is_no_such_key_is_refused_and_panics_nowhere() {
        for text in ["", "hush", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "MAA=", "MAMCAQE="]
        {
            assert!(P256Key::from_pem(text).is_none(), "{text}");
        }
        let der =
            STANDARD.decode(PKCS8.lines().filter(|line| !line.contains('-')).collect::<String>()).unwrap();
        for length in 0..der.len() {
            assert!(P256Key::from_pem(&STANDARD.encode(&der[..length])).is_none(), "{length}");
        }
        for place in 0..der.len() {
            let mut other = der.clone();
            other[place] ^= 0x81;
            let _ = P256Key::from_pem(&STANDARD.encode(&other));
        }
    }
}
