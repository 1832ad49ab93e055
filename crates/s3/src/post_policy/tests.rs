//! What a policy and its form say.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo_core::clock::Clock;
use cumulo_core::credentials::Value;
use cumulo_core::{BoxFuture, Config, Credentials, DateTime, Error};

use super::{PostPolicy, PresignedPost};
use crate::Client;

/// Stands still at 2026-01-01T00:00:00Z.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(1_767_225_600)
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

const HOUR: Duration = Duration::from_secs(3600);

fn config() -> Config {
    let value = Value::new("AKID", "SECRET").session_token("TOKEN");
    Config::new().region("eu-west-1").credentials(Credentials::from_value(value)).clock(Still)
}

async fn presign(policy: PostPolicy) -> Result<PresignedPost, Error> {
    policy.presign(&Client::new(&config()), HOUR).await
}

fn field<'a>(post: &'a PresignedPost, name: &str) -> Option<&'a str> {
    post.fields.iter().find(|(field, _)| field == name).map(|(_, value)| &**value)
}

fn document(post: &PresignedPost) -> String {
    String::from_utf8(STANDARD.decode(field(post, "policy").unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn every_field_of_the_form_stands_in_the_policy() {
    let policy = PostPolicy::new("my-bucket")
        .key_prefix("up/")
        .content_length_range(1..=1000)
        .content_type_prefix("image/")
        .metadata("user", "jürgen \"☂\"")
        .acl(crate::enums::ObjectCannedAcl::PRIVATE)
        .success_action_status(201);
    let post = presign(policy).await.unwrap();
    assert_eq!(post.url, "https://my-bucket.s3.eu-west-1.amazonaws.com/");
    let credential = "AKID/20260101/eu-west-1/s3/aws4_request";
    assert_eq!(
        document(&post),
        format!(
            "{{\"expiration\":\"2026-01-01T01:00:00Z\",\"conditions\":[{{\"bucket\":\"my-bucket\"}},[\"starts-with\",\"$key\",\"up/\"],\
             [\"starts-with\",\"$Content-Type\",\"image/\"],\
             {{\"x-amz-meta-user\":\"j\\u00fcrgen \\\"\\u2602\\\"\"}},{{\"acl\":\"private\"}},\
             {{\"success_action_status\":\"201\"}},{{\"x-amz-algorithm\":\"AWS4-HMAC-SHA256\"}},\
             {{\"x-amz-credential\":\"{credential}\"}},{{\"x-amz-date\":\"20260101T000000Z\"}},\
             {{\"x-amz-security-token\":\"TOKEN\"}},[\"content-length-range\",1,1000]]}}"
        )
    );
    let names: Vec<_> = post.fields.iter().map(|(name, _)| &**name).collect();
    let expected = [
        "key",
        "x-amz-meta-user",
        "acl",
        "success_action_status",
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-security-token",
        "policy",
        "x-amz-signature",
    ];
    assert_eq!(names, expected);
    assert_eq!(field(&post, "key"), Some("up/${filename}"));
    assert_eq!(field(&post, "x-amz-meta-user"), Some("jürgen \"☂\""));
    assert_eq!(field(&post, "x-amz-signature").unwrap().len(), 64);
}

#[tokio::test]
async fn a_key_goes_before_an_earlier_prefix_and_a_dotted_bucket_into_the_path() {
    let post = presign(PostPolicy::new("my.bucket").key_prefix("a").key("b/c")).await.unwrap();
    assert_eq!(post.url, "https://s3.eu-west-1.amazonaws.com/my.bucket");
    assert_eq!(field(&post, "key"), Some("b/c"));
    assert!(document(&post).contains("{\"key\":\"b/c\"}"), "{}", document(&post));
}

#[tokio::test]
async fn what_s3_would_refuse_is_refused_with_the_reason() {
    let policy = || PostPolicy::new("my-bucket").key("k");
    for (policy, reason) in [
        (PostPolicy::new("my-bucket"), "needs a key"),
        (PostPolicy::new("my-bucket").key(""), "key is empty"),
        (policy().key("a/${filename}"), "use key_prefix"),
        #[allow(clippy::reversed_empty_ranges, reason = "that is the fault")]
        (policy().content_length_range(9..=1), "between 9 and 1"),
        (policy().success_action_status(302), "not 302"),
        (policy().metadata("bad name", "x"), "x-amz-meta-bad name"),
        (policy().metadata("a", "line\nbreak"), "control character"),
        (policy().field("Policy", "x"), "Policy is not"),
        (policy().field("x-amz-date", "x"), "x-amz-date is not"),
        (policy().metadata("a", "x".repeat(20_000)), "takes 20480"),
        (PostPolicy::new("").key("k"), "Bucket"),
    ] {
        let error = presign(policy).await.unwrap_err();
        assert_eq!(error.code(), "InvalidParameter", "{error}");
        assert!(error.message().contains(reason), "{error}");
    }
    for expires in [Duration::ZERO, Duration::from_secs(604_801)] {
        let error = policy().presign(&Client::new(&config()), expires).await.unwrap_err();
        assert_eq!(error.code(), "InvalidPresignExpireError");
    }
}

#[tokio::test]
async fn there_are_no_forms_for_directory_buckets_and_multi_region_access_points() {
    let custom = config().endpoint("http://localhost:4566");
    let unaware = config().s3_disable_express_session_auth(true);
    for (config, bucket, reason) in [
        (config(), "logs--euw1-az1--x-s3", "no forms for directory buckets"),
        (custom, "logs--euw1-az1--x-s3", "no forms for directory buckets"),
        (unaware, "logs--euw1-az1--x-s3", "no forms for directory buckets"),
        (config(), "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap", "no forms signed with SigV4a"),
    ] {
        let policy = PostPolicy::new(bucket).key("k");
        let error = policy.presign(&Client::new(&config), HOUR).await.unwrap_err();
        assert_eq!(error.code(), "InvalidParameter", "{error}");
        assert!(error.message().contains(reason), "{bucket}: {error}");
    }
}

#[tokio::test]
async fn without_credentials_there_is_no_policy() {
    for config in [Config::new(), Config::new().credentials(Credentials::anonymous())] {
        let client = Client::new(&config.region("eu-west-1"));
        let error = PostPolicy::new("my-bucket").key("k").presign(&client, HOUR).await.unwrap_err();
        assert_eq!(error.code(), "NoCredentialProviders");
    }
}

#[tokio::test]
async fn debug_shows_neither_the_signature_nor_the_token() {
    let post = presign(PostPolicy::new("my-bucket").key("k")).await.unwrap();
    let shown = format!("{post:?}");
    assert!(shown.contains("x-amz-signature"), "{shown}");
    for (_, value) in &post.fields[1..] {
        assert!(!shown.contains(&**value), "{shown}");
    }
}
