//! The signer as a whole, against AWS's published examples; each step has its own bytes of the first one beside it.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::*;
use crate::crypto;

const IAM_TIME: i64 = 1_440_938_160; // 20150830T123600Z
const S3_TIME: i64 = 1_369_353_600; // 20130524T000000Z
const IAM: Scope<'_> = Scope { region: "us-east-1", service: "iam" };
const S3: Scope<'_> = Scope { region: "us-east-1", service: "s3" };
const IAM_CREDENTIALS: SigningCredentials<'_> = SigningCredentials {
    access_key_id: "AKIDEXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    session_token: None,
};
const S3_CREDENTIALS: SigningCredentials<'_> = SigningCredentials {
    access_key_id: "AKIAIOSFODNN7EXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    session_token: None,
};

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
}

fn s3_request<'a>(
    method: &'a str,
    path: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
) -> SigningRequest<'a> {
    let host = "examplebucket.s3.amazonaws.com";
    SigningRequest { method, host, path, query, headers, payload: Payload::Bytes(b"") }
}

fn sign_s3(request: &SigningRequest<'_>) -> SignedHeaders {
    sign(request, &S3_CREDENTIALS, &S3, S3_TIME, Options::s3(), None).unwrap()
}

fn presign_s3(request: &SigningRequest<'_>, credentials: &SigningCredentials<'_>) -> PresignedQuery {
    presign(request, credentials, &S3, S3_TIME, 86_400, Options::s3(), None).unwrap()
}

fn authorization(signed: &SignedHeaders) -> &str {
    signed.authorization.to_str().unwrap()
}

fn signature(signed: &SignedHeaders) -> &str {
    authorization(signed).rsplit_once("Signature=").unwrap().1
}

fn signed_names(signed: &SignedHeaders) -> &str {
    let (_, names) = authorization(signed).split_once("SignedHeaders=").unwrap();
    names.split_once(',').unwrap().0
}

#[test]
fn iam_example_is_signed_as_published() {
    let headers = headers(&[("content-type", "application/x-www-form-urlencoded; charset=utf-8")]);
    let request = SigningRequest {
        method: "GET",
        host: "iam.amazonaws.com",
        path: "/",
        query: "Action=ListUsers&Version=2010-05-08",
        headers: &headers,
        payload: Payload::Bytes(b""),
    };
    let cache = SigningKeyCache::new();
    for cache in [None, Some(&cache), Some(&cache)] {
        let signed = sign(&request, &IAM_CREDENTIALS, &IAM, IAM_TIME, Options::new(), cache).unwrap();
        assert_eq!(
            authorization(&signed),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
        assert_eq!(signed.date, "20150830T123600Z");
        assert_eq!((signed.content_sha256, signed.security_token), (None, None));
    }
}

#[test]
fn s3_examples_are_signed_as_published() {
    let none = HeaderMap::new();
    let range = headers(&[("range", "bytes=0-9")]);
    let put =
        headers(&[("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")]);
    let put = SigningRequest {
        payload: Payload::Bytes(b"Welcome to Amazon S3."),
        ..s3_request("PUT", "/test%24file.text", "", &put)
    };
    let examples = [
        (
            s3_request("GET", "/test.txt", "", &range),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (put, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        (
            s3_request("GET", "/", "lifecycle", &none),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            s3_request("GET", "/", "max-keys=2&prefix=J", &none),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ];
    for (request, expected) in examples {
        assert_eq!(signature(&sign_s3(&request)), expected, "{request:?}");
    }
}

#[test]
fn s3_example_is_presigned_as_published() {
    let none = HeaderMap::new();
    let signed = presign_s3(&s3_request("GET", "/test.txt", "", &none), &S3_CREDENTIALS);
    assert_eq!(
        signed.query,
        "X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
         &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
    assert!(signed.signed_headers.is_empty());
}

#[test]
fn presigning_again_drops_the_earlier_signature_and_changes_nothing_else() {
    let none = HeaderMap::new();
    let temporary = SigningCredentials { session_token: Some("a/b+c=="), ..S3_CREDENTIALS };
    let first = presign_s3(&s3_request("GET", "/test.txt", "acl&versionId=1", &none), &temporary);
    assert!(first.query.contains("&X-Amz-Security-Token=a%2Fb%2Bc%3D%3D&X-Amz-SignedHeaders=host&acl="));
    let again = presign_s3(&s3_request("GET", "/test.txt", &first.query, &none), &temporary);
    assert_eq!(again.query, first.query);

    let without_token = presign_s3(&s3_request("GET", "/test.txt", &first.query, &none), &S3_CREDENTIALS);
    assert!(!without_token.query.contains("Security-Token"));
}

#[test]
fn presigning_moves_into_the_query_what_may_move() {
    let headers = headers(&[
        ("content-type", "text/plain"),
        ("user-agent", "cumulo"),
        ("x-amz-checksum-sha256", "a+b/c="),
        ("x-amz-date", "stale"),
        ("x-amz-meta-owner", "me"),
        ("x-amz-security-token", "stale"),
    ]);
    let request = s3_request("PUT", "/key", "x-id=PutObject", &headers);
    let signed = presign_s3(&request, &S3_CREDENTIALS);
    assert!(signed.query.starts_with("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Checksum-Sha256=a%2Bb%2Fc%3D&"));
    assert!(
        signed.query.contains("&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-meta-owner&x-id=PutObject&")
    );
    assert!(!signed.query.contains("stale"));
    let names: Vec<&str> = signed.signed_headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "x-amz-meta-owner"]);

    let options = Options { hoist_headers: false, ..Options::s3() };
    let signed = presign(&request, &S3_CREDENTIALS, &S3, S3_TIME, 1, options, None).unwrap();
    assert!(!signed.query.contains("Checksum"));
    assert_eq!(signed.signed_headers.len(), 3);
}

#[test]
fn presigned_payload_is_hashed_for_all_but_s3() {
    let none = HeaderMap::new();
    let query = |payload, options| {
        let request = SigningRequest { payload, ..s3_request("POST", "/", "", &none) };
        presign(&request, &S3_CREDENTIALS, &S3, S3_TIME, 60, options, None).unwrap().query
    };
    let (empty, body) = (Payload::Bytes(b""), Payload::Bytes(b"body"));
    assert_ne!(query(empty, Options::new()), query(body, Options::new()));
    assert_eq!(query(empty, Options::s3()), query(body, Options::s3()));
    assert_eq!(query(Payload::Unsigned, Options::new()), query(empty, Options::s3()));
}

#[test]
fn lifetime_of_a_presigned_url_is_checked() {
    let none = HeaderMap::new();
    let request = s3_request("GET", "/", "", &none);
    for seconds in [0, 604_801, u64::MAX] {
        let error =
            presign(&request, &S3_CREDENTIALS, &S3, S3_TIME, seconds, Options::s3(), None).unwrap_err();
        assert_eq!(error, SigningError::InvalidPresignExpire { seconds });
        assert_eq!(error.code(), "InvalidPresignExpireError");
    }
    assert!(presign(&request, &S3_CREDENTIALS, &S3, S3_TIME, 604_800, Options::s3(), None).is_ok());
}

#[test]
fn signing_again_over_applied_headers_gives_the_same_headers() {
    let mut headers = headers(&[("user-agent", "cumulo"), ("content-length", "4"), ("x-amz-acl", "private")]);
    let temporary = SigningCredentials { session_token: Some("token"), ..S3_CREDENTIALS };
    let mut signatures = Vec::new();
    for _ in 0..2 {
        let request =
            SigningRequest { payload: Payload::Bytes(b"body"), ..s3_request("PUT", "/k", "", &headers) };
        let signed = sign(&request, &temporary, &S3, S3_TIME, Options::s3(), None).unwrap();
        assert_eq!(
            signed_names(&signed),
            "content-length;host;x-amz-acl;x-amz-content-sha256;x-amz-date;x-amz-security-token"
        );
        signatures.push(signature(&signed).to_owned());
        signed.apply(&mut headers);
    }
    assert_eq!(signatures[0], signatures[1]);
    assert_eq!(headers["x-amz-content-sha256"], crypto::hex(&crypto::sha256(b"body")));
    assert_eq!(headers["x-amz-security-token"], "token");

    sign_s3(&s3_request("PUT", "/k", "", &headers)).apply(&mut headers);
    assert!(!headers.contains_key("x-amz-security-token"), "a stale token is removed");
}

#[test]
fn payload_hash_is_sent_for_s3_and_for_unsigned_payloads() {
    let none = HeaderMap::new();
    let hash = |payload, options| {
        let request = SigningRequest { payload, ..s3_request("PUT", "/", "", &none) };
        let signed = sign(&request, &S3_CREDENTIALS, &S3, S3_TIME, options, None).unwrap();
        signed.content_sha256.map(|hash| hash.to_str().unwrap().to_owned())
    };
    assert_eq!(hash(Payload::Bytes(b""), Options::new()), None);
    assert_eq!(hash(Payload::Bytes(b""), Options::s3()).as_deref(), Some(crypto::EMPTY_SHA256));
    assert_eq!(hash(Payload::Hash("abc"), Options::s3()).as_deref(), Some("abc"));
    assert_eq!(hash(Payload::Unsigned, Options::new()).as_deref(), Some("UNSIGNED-PAYLOAD"));
    assert_eq!(
        hash(Payload::StreamingUnsignedTrailer, Options::new()).as_deref(),
        Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    );
}

#[test]
fn a_preset_payload_hash_is_signed_as_it_stands() {
    let preset = headers(&[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]);
    let signed = sign_s3(&s3_request("GET", "/test.txt", "", &preset));
    assert_eq!(signed.content_sha256, None);
    assert_eq!(signed_names(&signed), "host;x-amz-content-sha256;x-amz-date");
    let none = HeaderMap::new();
    let unsigned = SigningRequest { payload: Payload::Unsigned, ..s3_request("GET", "/test.txt", "", &none) };
    assert_eq!(signature(&signed), signature(&sign_s3(&unsigned)));
}

#[test]
fn odd_bytes_are_signed_or_refused_and_never_panic() {
    let mut map = HeaderMap::new();
    map.insert("x-amz-meta-odd", HeaderValue::from_bytes(b"\xff \xfe\t").unwrap());
    map.insert("x-amz-odd", HeaderValue::from_bytes(b"\xff&=%").unwrap());
    let request = s3_request("GET", "no slash/ሴ?#", "%&=&%f&\u{0}=é&+%2", &map);
    assert_eq!(signature(&sign_s3(&request)).len(), 64);
    assert!(presign_s3(&request, &S3_CREDENTIALS).query.contains("&X-Amz-Odd=%FF%26%3D%25&"));

    let broken = SigningCredentials { session_token: Some("line\nend"), ..S3_CREDENTIALS };
    let error = sign(&request, &broken, &S3, S3_TIME, Options::s3(), None).unwrap_err();
    assert_eq!(error, SigningError::InvalidHeaderValue { name: "x-amz-security-token" });
    assert!(presign_s3(&request, &broken).query.contains("line%0Aend"));
    let broken = Scope { region: "us\r\n", service: "s3" };
    let error = sign(&request, &S3_CREDENTIALS, &broken, S3_TIME, Options::s3(), None).unwrap_err();
    assert_eq!(error, SigningError::InvalidHeaderValue { name: "authorization" });
}

#[test]
fn debug_shows_no_secret() {
    let headers = headers(&[("x-amz-server-side-encryption-customer-key", "sse-key")]);
    let request = SigningRequest {
        payload: Payload::Bytes(b"body text"),
        ..s3_request("GET", "/", "X-Amz-Signature=abc", &headers)
    };
    let credentials = SigningCredentials { session_token: Some("token"), ..S3_CREDENTIALS };
    let signed = sign(&request, &credentials, &S3, S3_TIME, Options::s3(), None).unwrap();
    let presigned = presign_s3(&request, &credentials);
    let text = format!("{request:?} {credentials:?} {signed:?} {presigned:?}");
    for secret in ["sse-key", "body text", "abc", "token\"", "wJalr", "Signature"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
