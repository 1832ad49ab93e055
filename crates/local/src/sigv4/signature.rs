//! Step three of SigV4: the signing key, derived from the secret for one scope, and the signature.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::authorization::Scope;
use crate::ids::hex;

pub(super) fn compute(secret: &str, scope: &Scope, region: &str, string_to_sign: &str) -> String {
    let seed = Zeroizing::new(format!("AWS4{secret}"));
    let date_key = hmac_sha256(seed.as_bytes(), &scope.date);
    let region_key = hmac_sha256(date_key.as_ref(), region);
    let service_key = hmac_sha256(region_key.as_ref(), &scope.service);
    let signing_key = hmac_sha256(service_key.as_ref(), "aws4_request");
    hex(hmac_sha256(signing_key.as_ref(), string_to_sign).as_ref())
}

fn hmac_sha256(key: &[u8], message: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes())
}
