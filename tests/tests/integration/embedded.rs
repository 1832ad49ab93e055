//! What a client makes of servers that fail, and of credentials that end: on the embedded endpoint, which can be made to.

mod chunks;
mod express;

use std::time::Duration;

use cumulo::core::AuthScheme;
use cumulo::core::auth_scheme::SchemeName;
use cumulo::core::http::{HttpClient as _, HttpRequest, Method, Url};
use cumulo::core::hyper_client::HyperClient;
use cumulo::credentials::stscreds;
use cumulo::kms::{self, GenerateDataKeyInput};
use cumulo::s3::{
    self, CopyObjectInput, CreateBucketInput, GetObjectInput, ListBucketsInput, PutObjectInput,
};
use cumulo::sts::{Client as Sts, GetCallerIdentityInput};
use cumulo::{Config, Credentials, Request, Timeouts, sqs};

use crate::world::{MFA_ROLE, MFA_SERIAL, World};

/// A client that retries without waiting long.
fn s3(world: &World) -> s3::Client {
    s3::Client::with_config(&world.config(), &Config::new().random(NoJitter))
}

#[derive(Debug)]
struct NoJitter;

impl cumulo::core::clock::Random for NoJitter {
    fn fraction(&self) -> f64 {
        0.0
    }
    fn uuid(&self) -> String {
        "00000000-0000-4000-8000-000000000000".into()
    }
}

async fn put(s3: &s3::Client, content: &'static str) {
    s3.create_bucket(CreateBucketInput::new().bucket("bucket")).await.unwrap();
    s3.put_object(PutObjectInput::new().bucket("bucket").key("key").body(content)).await.unwrap();
}

fn key() -> GetObjectInput {
    GetObjectInput::new().bucket("bucket").key("key")
}

#[tokio::test]
async fn a_500_and_a_503_are_retried() {
    let world = World::embedded().await;
    let s3 = s3(&world);
    for status in [500, 503] {
        world.local().fail_next(status, 2);
        s3.list_buckets(ListBucketsInput::new()).await.unwrap();
    }
    assert_eq!(world.local().requests().len(), 6);
}

#[tokio::test]
async fn a_server_that_keeps_failing_is_given_up_with_the_number_of_attempts() {
    let world = World::embedded().await;
    world.local().fail_next(503, 10);
    let error = s3(&world).list_buckets(ListBucketsInput::new()).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(503), 3));
    assert!(error.to_string().ends_with("3 attempts)"), "{error}");
}

#[tokio::test]
async fn a_connection_that_drops_before_the_answer_is_retried() {
    let world = World::embedded().await;
    let s3 = s3(&world);
    world.local().drop_next_connections(1);
    s3.list_buckets(ListBucketsInput::new()).await.unwrap();
    world.local().drop_next_connections(20);
    let error = s3.list_buckets(ListBucketsInput::new()).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("RequestError", 3));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let world = World::embedded().await;
    let config = world.config().random(NoJitter);
    drop(world);
    let error = Sts::new(&config).get_caller_identity(GetCallerIdentityInput::new()).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("RequestError", 3));
    assert!(error.message().contains("127.0.0.1"), "{error}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_a_timeout_and_no_hang() {
    let world = World::embedded().await;
    let limits = Timeouts::default().read_head(Duration::from_millis(100));
    let config = Config::new().timeouts(limits).random(NoJitter);
    world.local().stall_next(10);
    let client = s3::Client::with_config(&world.config(), &config);
    let error = client.list_buckets(ListBucketsInput::new()).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("ResponseTimeout", 3));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_a_serialization_error() {
    let world = World::embedded().await;
    world.local().garble_next_body();
    let error = s3(&world).list_buckets(ListBucketsInput::new()).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("SerializationError", 1));
    let queues = sqs::Client::new(&world.config());
    world.local().garble_next_body();
    let error = queues.list_queues(sqs::ListQueuesInput::new()).await.unwrap_err();
    assert_eq!(error.code(), "SerializationError");
}

#[tokio::test]
async fn a_truncated_body_is_an_error_and_not_a_short_object() {
    let world = World::embedded().await;
    let s3 = s3(&world);
    put(&s3, "a content that is longer than its first half").await;
    world.local().truncate_next_body();
    let read = match s3.get_object(key()).await {
        Ok(object) => object.body.unwrap().collect().await.map(|_| ()),
        Err(error) => Err(error),
    };
    let error = read.unwrap_err();
    assert_eq!((error.code(), error.operation()), ("ReadError", Some("GetObject")));
    assert!(error.request_id().is_some(), "{error}");
}

#[tokio::test]
async fn a_missing_a_wrong_and_a_used_mfa_code_are_refused() {
    let world = World::embedded().await;
    let assume = |code: Option<String>| {
        let credentials = stscreds::new_credentials(&world.config(), MFA_ROLE, |role| match code {
            Some(code) => role.serial_number(MFA_SERIAL).token_code(code),
            None => role,
        });
        async move { credentials.get().await }
    };
    assert_eq!(assume(None).await.unwrap_err().code(), "AccessDenied");
    let wrong = assume(Some("000000".into())).await.unwrap_err();
    assert_eq!((wrong.code(), wrong.status()), ("AccessDenied", Some(403)));
    assert!(wrong.message().contains("MultiFactorAuthentication failed"), "{wrong}");
    let code = world.mfa_code();
    assume(Some(code.clone())).await.unwrap();
    assert_eq!(assume(Some(code)).await.unwrap_err().code(), "AccessDenied");
}

#[tokio::test]
async fn expired_role_credentials_are_fetched_anew_or_reported() {
    let world = World::embedded().await;
    let role = stscreds::new_credentials(&world.config(), crate::world::ROLE, |role| role);
    let fixed = Config::new().credentials(Credentials::from_value((*role.get().await.unwrap()).clone()));
    let renewed = Config::new().credentials(role);
    let config = world.config().random(NoJitter);
    world.local().expire_sessions();

    let client = s3::Client::with_config(&config, &fixed);
    let expired = client.list_buckets(ListBucketsInput::new()).await.unwrap_err();
    assert_eq!(expired.code(), s3::err_code::EXPIRED_TOKEN);
    assert!(expired.is_expired_credentials());
    s3::Client::with_config(&config, &renewed).list_buckets(ListBucketsInput::new()).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_is_off_is_corrected() {
    let world = World::embedded().await;
    world.local().set_clock_offset(3600);
    Sts::new(&world.config().random(NoJitter))
        .get_caller_identity(GetCallerIdentityInput::new())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_wrong_secret_has_the_code_of_its_service() {
    let world = World::embedded().await;
    let wrong = world.config().credentials(Credentials::from_keys("AKIDTEST", "wrong"));
    let who = GetCallerIdentityInput::new();
    assert_eq!(Sts::new(&wrong).get_caller_identity(who).await.unwrap_err().code(), "SignatureDoesNotMatch");
    let data_key = GenerateDataKeyInput::new().key_id("key");
    let refused = kms::Client::new(&wrong).generate_data_key(data_key).await.unwrap_err();
    assert_eq!(refused.code(), "InvalidSignatureException");
    let refused = sqs::Client::new(&wrong).list_queues(sqs::ListQueuesInput::new()).await.unwrap_err();
    assert_eq!(refused.code(), "SignatureDoesNotMatch");
    let unknown = world.config().credentials(Credentials::from_keys("AKIDOTHER", "wrong"));
    let who = GetCallerIdentityInput::new();
    assert_eq!(Sts::new(&unknown).get_caller_identity(who).await.unwrap_err().code(), "InvalidClientTokenId");
}

#[tokio::test]
async fn requests_without_a_body_go_out_without_one() {
    let world = World::embedded().await;
    let s3 = s3(&world);
    put(&s3, "content").await;
    let copy = CopyObjectInput::new().bucket("bucket").key("copy").copy_source("bucket/key");
    s3.copy_object(copy).await.unwrap();
    s3.get_object(key()).await.unwrap();
    let requests = world.local().requests();
    let [.., copied, fetched] = &requests[..] else { panic!("two requests were sent") };
    assert_eq!((copied.method.as_str(), copied.header("transfer-encoding")), ("PUT", None));
    assert_eq!(copied.header("content-length"), Some("0"));
    assert!(
        !copied.header("authorization").unwrap().contains("content-length"),
        "an absent body is not signed"
    );
    assert_eq!((fetched.method.as_str(), fetched.header("transfer-encoding")), ("GET", None));
    assert_eq!(fetched.header("content-length"), None);
}

#[tokio::test]
async fn keys_with_dots_and_double_slashes_are_not_normalised() {
    let world = World::embedded().await;
    let s3 = s3(&world);
    s3.create_bucket(CreateBucketInput::new().bucket("bucket")).await.unwrap();
    for key in ["a/../b", "a/./b", "a//b", "/a"] {
        s3.put_object(PutObjectInput::new().bucket("bucket").key(key).body(key)).await.unwrap();
        assert_eq!(world.local().requests().last().unwrap().path(), format!("/bucket/{key}"));
        let object = s3.get_object(GetObjectInput::new().bucket("bucket").key(key)).await.unwrap();
        assert_eq!(object.body.unwrap().collect().await.unwrap(), key);
    }
}

#[tokio::test]
async fn neither_debug_nor_display_shows_a_secret() {
    let world = World::embedded().await;
    let client = s3(&world);
    let secret = &world.target.secret_access_key;
    let error = client.get_object(key()).await.unwrap_err();
    let shown = format!("{client:?} {error:?} {error} {:?}", client.get_object_request(key()));
    assert!(!shown.contains(secret.as_str()), "{shown}");
}

#[tokio::test]
async fn a_signature_for_several_regions_is_verified() {
    let world = World::embedded().await;
    let asymmetric =
        Config::new().auth_scheme_preference(["sigv4a"]).sigv4a_signing_region_set(["us-*", "eu-west-1"]);
    let sts = Sts::with_config(&world.config(), &asymmetric);
    let caller = sts.get_caller_identity(GetCallerIdentityInput::new()).await.unwrap();
    assert!(caller.arn.unwrap().contains(":user/"));
    let mut changed = sts.get_caller_identity_request(GetCallerIdentityInput::new());
    changed.handlers.send.push_front(|request: &mut Request| {
        request.http_request.headers.insert("x-amz-region-set", "*".parse().unwrap());
    });
    assert_eq!(changed.send().await.unwrap_err().code(), "SignatureDoesNotMatch");
}

#[tokio::test]
async fn a_signature_for_several_regions_is_verified_by_s3_in_headers_and_in_urls() {
    let world = World::embedded().await;
    let mut client = s3(&world);
    put(&client, "content").await;
    // What multi-region access points ask for, which are behind no configured endpoint.
    client.handlers_mut().sign.push_front(|request: &mut Request| {
        request.auth_scheme = AuthScheme::new(SchemeName::SigV4a);
    });
    let odd = || GetObjectInput::new().bucket("bucket").key("a/../b +ü");
    let input = PutObjectInput::new().bucket("bucket").key("a/../b +ü").body("odd");
    client.put_object(input).await.unwrap();
    assert_eq!(client.get_object(odd()).await.unwrap().body.unwrap().collect().await.unwrap(), "odd");
    let sent = world.local().requests().pop().unwrap();
    assert_eq!(sent.header("x-amz-region-set"), Some("eu-central-1"));

    let url = client.get_object_request(odd()).presign(Duration::from_secs(60)).await.unwrap().url;
    for (url, status) in [(url.replace("X-Amz-Region-Set=eu", "X-Amz-Region-Set=us"), 403), (url, 200)] {
        let request = HttpRequest::new(Method::GET, Url::parse(&url).unwrap());
        let answer = HyperClient::new().send(request, &Timeouts::default()).await.unwrap();
        assert_eq!(answer.status, status, "{url}");
    }
}

#[tokio::test]
async fn a_form_is_believed_by_its_policy_alone() {
    const FORM: &str = "--xyz\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nkey\r\n\
        --xyz\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nother\r\n--xyz--\r\n";
    let world = World::embedded().await;
    let client = s3(&world);
    put(&client, "content").await;
    let delete = s3::types::Delete::new().objects([s3::types::ObjectIdentifier::new().key("none")]);
    let input = s3::DeleteObjectsInput::new().bucket("bucket").delete(delete);
    let mut request = client.delete_objects_request(input);
    request.handlers.build.push_back(|request: &mut Request| {
        request.auth_scheme = AuthScheme::new(SchemeName::SigV4a);
        request.http_request.body = FORM.into();
        let headers = &mut request.http_request.headers;
        headers.remove("content-md5");
        headers.insert("content-length", FORM.len().into());
        headers.insert("content-type", "multipart/form-data; boundary=xyz".parse().unwrap());
    });
    let refused = request.send().await.unwrap_err();
    assert_eq!((refused.code(), refused.status()), ("AccessDenied", Some(403)));
    assert!(refused.message().starts_with("A form must have a policy"), "{refused}");
    let object = client.get_object(key()).await.unwrap();
    assert_eq!(object.body.unwrap().collect().await.unwrap(), "content");
}
