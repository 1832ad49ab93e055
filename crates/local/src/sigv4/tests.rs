//! The published example of the AWS documentation (`ListUsers` of IAM), step by step, and what must be refused.

use super::*;
use http::HeaderValue;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SIGNATURE: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct Example {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Example {
    fn list_users() -> Self {
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: &str| {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        };
        set("host", "iam.amazonaws.com");
        set("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        set("x-amz-date", "20150830T123600Z");
        set(
            "authorization",
            &format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, Signature={SIGNATURE}"
            ),
        );
        let uri = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08".parse().unwrap();
        Self { method: Method::GET, uri, headers, body: Vec::new() }
    }

    fn arrived(&self) -> Arrived<'_> {
        Arrived { method: &self.method, uri: &self.uri, headers: &self.headers, body: &self.body }
    }

    fn authorization(&self) -> Result<Authorization, Malformed> {
        Authorization::read(&self.uri, &self.headers)
    }

    fn is_accepted(&self) -> bool {
        is_signed_with(self.arrived(), &self.authorization().unwrap(), SECRET)
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
    }
}

#[test]
fn the_published_canonical_request_is_rebuilt() {
    let example = Example::list_users();
    let authorization = example.authorization().unwrap();
    let canonical = canonical_request::build(example.arrived(), &authorization, EMPTY_HASH).unwrap();
    assert_eq!(
        canonical,
        format!(
            "GET\n/\nAction=ListUsers&Version=2010-05-08\n\
             content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n\
             x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n{EMPTY_HASH}"
        )
    );
    assert_eq!(
        string_to_sign::build(&authorization, &canonical),
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
         f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
    );
}

#[test]
fn the_published_signature_is_accepted() {
    assert!(Example::list_users().is_accepted());
}

#[test]
fn a_request_changed_after_signing_is_refused() {
    let mut example = Example::list_users();
    example.body = b"x".to_vec();
    assert!(!example.is_accepted());

    let mut example = Example::list_users();
    example.uri = "https://iam.amazonaws.com/?Action=ListRoles&Version=2010-05-08".parse().unwrap();
    assert!(!example.is_accepted());

    let mut example = Example::list_users();
    example.set("host", "sts.amazonaws.com");
    assert!(!example.is_accepted());

    let mut example = Example::list_users();
    example.method = Method::POST;
    assert!(!example.is_accepted());
}

#[test]
fn another_secret_is_refused() {
    let example = Example::list_users();
    let authorization = example.authorization().unwrap();
    assert!(!is_signed_with(example.arrived(), &authorization, "another"));
}

#[test]
fn a_signed_header_that_is_missing_is_refused() {
    let mut example = Example::list_users();
    example.headers.remove("content-type");
    assert!(!example.is_accepted());
}

#[test]
fn a_body_hash_that_is_not_the_bodys_is_refused() {
    let mut example = Example::list_users();
    example.set("x-amz-content-sha256", EMPTY_HASH);
    assert!(example.is_accepted());
    example.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    assert!(!example.is_accepted());
}

#[test]
fn an_unsigned_request_says_that_it_has_no_token() {
    let uri = Uri::from_static("http://localhost/");
    assert_eq!(Authorization::read(&uri, &HeaderMap::new()), Err(Malformed::Missing));
}

#[test]
fn incomplete_claims_say_what_they_lack() {
    let refused = |value: &str| {
        let mut example = Example::list_users();
        example.set("authorization", value);
        example.authorization().unwrap_err()
    };
    let scope = "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request";
    assert_eq!(refused("AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo="), Malformed::Algorithm);
    assert_eq!(refused(&format!("AWS4-HMAC-SHA256 {scope}")), Malformed::Lacks("SignedHeaders"));
    assert_eq!(
        refused(&format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host;x-amz-date")),
        Malformed::Lacks("Signature")
    );
    let with_scope = |scope: &str| {
        refused(&format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={SIGNATURE}"))
    };
    assert_eq!(with_scope("AKIDEXAMPLE/20150830//iam/aws4_request"), Malformed::Credential);
    assert_eq!(with_scope("AKIDEXAMPLE/20150830/us-east-1/aws4_request"), Malformed::Credential);
    assert_eq!(with_scope("AKIDEXAMPLE/20150831/us-east-1/iam/aws4_request"), Malformed::Date);
}

#[test]
fn a_presigned_query_is_read_with_its_lifetime_and_token() {
    let uri: Uri = "http://localhost/?Action=GetCallerIdentity&X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20150830T123600Z\
        &X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Security-Token=a%2Fb&X-Amz-Signature=00"
        .parse()
        .unwrap();
    let read = Authorization::read(&uri, &HeaderMap::new()).unwrap();
    assert_eq!(read.expires, Some(60));
    assert_eq!(read.security_token.as_deref(), Some("a/b"));
    assert_eq!(read.scope.service, "sts");
}

/// `GET /?Param2=value2&Param1=value1` of the published signing tests, signed by the AWS Common Runtime.
fn asymmetric() -> Example {
    const SIGNATURE: &str = "304402200329a8a89217bb11476a2eb687329dceff224d6162548501800bdc8186f0abf4\
                             02205b019a660d53d5b169cfa992c83e8c51ca17301c1b775582b012d1b1061e9a4d";
    let uri = "https://example.amazonaws.com/?Param2=value2&Param1=value1".parse().unwrap();
    let mut example = Example { method: Method::GET, uri, headers: HeaderMap::new(), body: Vec::new() };
    example.set("host", "example.amazonaws.com");
    example.set("x-amz-date", "20150830T123600Z");
    example.set("x-amz-region-set", "us-east-1");
    let value = format!(
        "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-region-set, Signature={SIGNATURE}"
    );
    example.set("authorization", &value);
    example
}

#[test]
fn a_signature_of_the_aws_common_runtime_is_accepted_for_its_regions_alone() {
    let mut example = asymmetric();
    assert!(example.is_accepted());
    assert!(!is_signed_with(example.arrived(), &example.authorization().unwrap(), "another"));
    assert_eq!(example.authorization().unwrap().region(), "us-east-1");
    example.set("x-amz-region-set", "*,eu-west-1");
    assert!(!example.is_accepted());
    assert_eq!(example.authorization().unwrap().region(), "eu-west-1");
    example.headers.remove("x-amz-region-set");
    assert_eq!(example.authorization(), Err(Malformed::Lacks("X-Amz-Region-Set")));
}

#[test]
fn what_is_no_ecdsa_signature_is_refused() {
    for signature in ["", "0", "zz", "3006020100020100", SIGNATURE] {
        let mut example = asymmetric();
        let value = format!(
            "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-region-set, Signature={signature}"
        );
        example.set("authorization", &value);
        assert!(!example.is_accepted(), "{signature}");
    }
}
