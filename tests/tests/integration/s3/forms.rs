//! Uploads by forms, and presigned requests, by whoever has nothing but an HTTP client.

use std::process::Command;
use std::time::Duration;

use cumulo::core::credentials::Value;
use cumulo::s3::{self, PostPolicy, PresignedPost};
use cumulo::{Config, Credentials, sts};
use cumulo_tests::Server;

use super::Bucket;
use crate::world::unique;

const MINUTE: Duration = Duration::from_secs(60);

/// Runs curl with a body from a file; the status. None where there is no curl, as on machines with Rust alone; for the
/// servers of others there is one.
async fn curl(bucket: &Bucket, mut args: Vec<String>, body: &'static str) -> Option<u16> {
    let path = std::env::temp_dir().join(unique("curl"));
    std::fs::write(&path, body).unwrap();
    for arg in &mut args {
        *arg = arg.replace("{file}", path.to_str().unwrap());
    }
    // The endpoint may run in this runtime.
    let run = tokio::task::spawn_blocking(move || {
        let defaults = ["--silent", "--noproxy", "*", "--output", "-", "--write-out", "\n%{http_code}"];
        Command::new("curl").args(defaults).args(args).output()
    });
    let output = match run.await.unwrap() {
        Err(error) if bucket.world.target.server == Server::Embedded => {
            assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
            return None;
        }
        output => output.unwrap(),
    };
    std::fs::remove_file(&path).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    println!("{text}");
    Some(text.rsplit('\n').next().unwrap().parse().unwrap())
}

type Fields<'a> = &'a [(&'a str, &'a str)];

/// The arguments that send a form: the policy's fields, `more` and the file.
fn form(post: &PresignedPost, more: Fields<'_>) -> Vec<String> {
    let replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
    let fields = post.fields.iter().filter(|(name, _)| !replaced(name));
    let fields = fields.map(|(name, value)| format!("{name}={value}"));
    let more = more.iter().map(|(name, value)| format!("{name}={value}"));
    let mut args: Vec<_> = fields.chain(more).flat_map(|field| ["--form-string".to_owned(), field]).collect();
    args.extend(["--form".to_owned(), "file=@{file}".to_owned(), post.url.clone()]);
    args
}

#[tokio::test]
async fn curl_gets_and_puts_by_presigned_urls() {
    let bucket = Bucket::make().await;
    let key = "by curl/ünd+?#%";
    let put = s3::PutObjectInput::new().bucket(&*bucket.name).key(key).metadata([("from", "curl")]);
    let put = bucket.client.put_object_request(put).presign(MINUTE).await.unwrap();
    let mut args = vec!["--upload-file".to_owned(), "{file}".to_owned(), put.url.clone()];
    for (name, value) in &put.headers {
        args.extend(["--header".to_owned(), format!("{name}: {}", value.to_str().unwrap())]);
    }
    let Some(status) = curl(&bucket, args, "sent by curl").await else { return };
    assert_eq!(status, 200);
    let object = bucket.client.get_object(bucket.get(key)).await.unwrap();
    assert_eq!(object.metadata.unwrap()["from"], "curl");
    assert_eq!(object.body.unwrap().collect().await.unwrap(), "sent by curl");

    let get = bucket.client.get_object_request(bucket.get(key)).presign(MINUTE).await.unwrap();
    assert_eq!(curl(&bucket, vec![get.url.clone()], "").await, Some(200));
    let delete = s3::DeleteObjectInput::new().bucket(&*bucket.name).key(key);
    let delete = bucket.client.delete_object_request(delete).presign(MINUTE).await.unwrap();
    let args = vec!["--request".to_owned(), "DELETE".to_owned(), delete.url];
    assert_eq!(curl(&bucket, args, "").await, Some(204));
    assert_eq!(curl(&bucket, vec![get.url], "").await, Some(404));
}

fn policy(bucket: &Bucket) -> PostPolicy {
    PostPolicy::new(&*bucket.name)
        .key_prefix("up/")
        .content_length_range(1..=10)
        .content_type_prefix("text/")
        .metadata("user", "jürgen")
        .success_action_status(201)
}

#[tokio::test]
async fn a_form_uploads_what_its_policy_allows() {
    let bucket = Bucket::make().await;
    let post = policy(&bucket).presign(&bucket.client, MINUTE).await.unwrap();
    let fields = [("key", "up/by form ☂"), ("Content-Type", "text/x-form")];
    let Some(status) = curl(&bucket, form(&post, &fields), "0123456789").await else { return };
    assert_eq!(status, 201);
    assert_eq!(bucket.content("up/by form ☂").await, "0123456789");
}

#[tokio::test]
async fn a_form_for_one_key_uploads_that_key_and_says_nothing() {
    let bucket = Bucket::make().await;
    let post = PostPolicy::new(&*bucket.name).key("one").presign(&bucket.client, MINUTE).await.unwrap();
    let Some(status) = curl(&bucket, form(&post, &[]), "content").await else { return };
    assert_eq!(status, 204);
    assert_eq!(bucket.content("one").await, "content");
}

#[tokio::test]
async fn a_form_that_its_policy_does_not_allow_is_refused() {
    let bucket = Bucket::make().await;
    if !bucket.world.target.capabilities().verifies_policies {
        return;
    }
    let post = policy(&bucket).presign(&bucket.client, MINUTE).await.unwrap();
    let (key, plain) = (("key", "up/x"), ("Content-Type", "text/plain"));
    let allowed = form(&post, &[key, plain]);
    let Some(status) = curl(&bucket, allowed, "0123").await else { return };
    assert_eq!(status, 201, "without a fault it is not refused");
    let refused: [(&str, Fields<'_>, &str); 7] = [
        ("another key", &[("key", "down/x"), plain], "0123"),
        ("another content type", &[key, ("Content-Type", "image/png")], "0123"),
        ("other metadata", &[key, plain, ("x-amz-meta-user", "eve")], "0123"),
        ("a field more", &[key, plain, ("x-amz-meta-more", "x")], "0123"),
        ("too long a file", &[key, plain], "0123456789a"),
        ("an empty file", &[key, plain], ""),
        ("another signature", &[key, plain, ("x-amz-signature", WRONG_SIGNATURE)], "0123"),
    ];
    for (what, fields, body) in refused {
        let Some(status) = curl(&bucket, form(&post, fields), body).await else { return };
        assert!(matches!(status, 400 | 403), "{what}: {status}");
    }
}

#[tokio::test]
async fn a_form_of_a_session_has_the_sessions_token() {
    let bucket = Bucket::make().await;
    let Some(role) = bucket.world.target.role_arn.clone() else { return };
    let input = sts::AssumeRoleInput::new().role_arn(role).role_session_name("form");
    let session =
        sts::Client::new(&bucket.world.config()).assume_role(input).await.unwrap().credentials.unwrap();
    let (id, secret) = (session.access_key_id.unwrap(), session.secret_access_key.unwrap());
    let value = Value::new(&*id, &*secret);
    let whole = value.clone().session_token(&*session.session_token.unwrap());
    for (value, is_whole) in [(whole, true), (value, false)] {
        let credentials = Config::new().credentials(Credentials::from_value(value));
        let client = s3::Client::with_config(&bucket.world.config(), &credentials);
        let post = PostPolicy::new(&*bucket.name).key("one").presign(&client, MINUTE).await.unwrap();
        let Some(status) = curl(&bucket, form(&post, &[]), "content").await else { return };
        let is_refused = !is_whole && bucket.world.target.capabilities().verifies_policies;
        assert_eq!(matches!(status, 400 | 403), is_refused, "{status}");
        assert_eq!(status == 204, !is_refused, "{status}");
    }
}

const WRONG_SIGNATURE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
