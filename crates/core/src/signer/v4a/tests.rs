//! The signer as a whole: what it signs is compared with the published examples, and each signature verified.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use http::HeaderMap;

use super::*;
use crate::signer::v4::Payload;

const TIME: i64 = 1_440_938_160; // 20150830T123600Z
const SCOPE: Scope<'_> = Scope { region_set: "us-east-1", service: "service" };
const CREDENTIALS: SigningCredentials<'_> = SigningCredentials {
    access_key_id: "AKIDEXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    session_token: None,
};

fn request<'a>(query: &'a str, headers: &'a HeaderMap) -> SigningRequest<'a> {
    let (host, payload) = ("example.amazonaws.com", Payload::Bytes(b""));
    SigningRequest { method: "GET", host, path: "/", query, headers, payload }
}

/// Whether the signature is one of the request in this canonical form.
fn verifies(signature: &str, canonical_request: &str) -> bool {
    let string_to_sign = format!(
        "AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/service/aws4_request\n{}",
        crypto::hex(&crypto::sha256(canonical_request.as_bytes()))
    );
    let key = derive::key(&CREDENTIALS).unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key());
    public.verify(string_to_sign.as_bytes(), &unhex(signature)).is_ok()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

const CANONICAL: &str = "GET\n/\nParam1=value1&Param2=value2\nhost:example.amazonaws.com\n\
    x-amz-date:20150830T123600Z\nx-amz-region-set:us-east-1\n\nhost;x-amz-date;x-amz-region-set\n\
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn signature_of_the_aws_common_runtime_verifies_with_the_derived_key() {
    let signature = "304402200329a8a89217bb11476a2eb687329dceff224d6162548501800bdc8186f0abf4\
         02205b019a660d53d5b169cfa992c83e8c51ca17301c1b775582b012d1b1061e9a4d";
    assert!(verifies(signature, CANONICAL));
    assert!(!verifies(signature, &CANONICAL.replace("Param1", "Param3")));
}

#[test]
fn aws_example_is_signed_in_its_canonical_form() {
    let headers = HeaderMap::new();
    let request = request("Param2=value2&Param1=value1", &headers);
    let cache = SigningKeyCache::new();
    for cache in [None, Some(&cache), Some(&cache)] {
        let signed = sign(&request, &CREDENTIALS, &SCOPE, TIME, Options::new(), cache).unwrap();
        let authorization = signed.authorization.to_str().unwrap();
        let signature = authorization
            .strip_prefix(
                "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, \
                 SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=",
            )
            .unwrap();
        assert!(verifies(signature, CANONICAL));
        assert!(!verifies(signature, &CANONICAL.replace("us-east-1", "us-east-2")));
        assert_eq!(signed.region_set.unwrap(), "us-east-1");
        assert_eq!(signed.date, "20150830T123600Z");
    }
}

#[test]
fn aws_example_is_presigned_in_its_canonical_form() {
    let headers = HeaderMap::new();
    let request = request("Param2=value2&Param1=value1", &headers);
    let signed = presign(&request, &CREDENTIALS, &SCOPE, TIME, 3600, Options::new(), None).unwrap();
    let (query, signature) = signed.query.split_once("&X-Amz-Signature=").unwrap();
    assert_eq!(
        query,
        "Param1=value1&Param2=value2&X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z\
         &X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1&X-Amz-SignedHeaders=host"
    );
    let hash = crypto::EMPTY_SHA256;
    assert!(verifies(signature, &format!("GET\n/\n{query}\nhost:example.amazonaws.com\n\nhost\n{hash}")));
}

#[test]
fn signing_again_over_applied_headers_signs_the_same_headers() {
    let mut headers = HeaderMap::new();
    let temporary = SigningCredentials { session_token: Some("token"), ..CREDENTIALS };
    for region_set in ["us-*,eu-central-1", "*"] {
        let scope = Scope { region_set, ..SCOPE };
        let unsigned = request("", &headers);
        let signed = sign(&unsigned, &temporary, &scope, TIME, Options::s3(), None).unwrap();
        let hash = crypto::EMPTY_SHA256;
        let canonical = format!(
            "GET\n/\n\nhost:example.amazonaws.com\nx-amz-content-sha256:{hash}\nx-amz-date:20150830T123600Z\n\
             x-amz-region-set:{region_set}\nx-amz-security-token:token\n\n\
             host;x-amz-content-sha256;x-amz-date;x-amz-region-set;x-amz-security-token\n{hash}"
        );
        let (_, signature) = signed.authorization.to_str().unwrap().rsplit_once('=').unwrap();
        assert!(verifies(signature, &canonical));
        signed.apply(&mut headers);
        assert_eq!(headers["x-amz-region-set"], region_set);
    }
    assert_eq!(headers.len(), 5);
}

#[test]
fn presigning_again_drops_the_earlier_signature() {
    let headers = HeaderMap::new();
    let all = Scope { region_set: "*", ..SCOPE };
    let first =
        presign(&request("acl", &headers), &CREDENTIALS, &SCOPE, TIME, 60, Options::s3(), None).unwrap();
    let again = presign(&request(&first.query, &headers), &CREDENTIALS, &all, TIME, 60, Options::s3(), None);
    let query = again.unwrap().query;
    assert_eq!(query.matches("X-Amz-").count(), 7, "{query}");
    assert!(
        query.contains("&X-Amz-Region-Set=%2A&X-Amz-SignedHeaders=host&acl=&X-Amz-Signature="),
        "{query}"
    );
}

#[test]
fn a_region_set_that_is_empty_or_no_header_is_refused() {
    let headers = HeaderMap::new();
    for (region_set, expected) in [
        ("", SigningError::MissingRegionSet),
        ("us\neast", SigningError::InvalidHeaderValue { name: "x-amz-region-set" }),
    ] {
        let scope = Scope { region_set, ..SCOPE };
        let error =
            sign(&request("", &headers), &CREDENTIALS, &scope, TIME, Options::new(), None).unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(error.code(), "SigningError");
    }
}
