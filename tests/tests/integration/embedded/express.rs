//! Directory buckets of S3 Express: their sessions, and what the embedded endpoint refuses.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cumulo::core::clock::{Clock, SystemClock};
use cumulo::core::http::{HttpClient as _, HttpRequest, Method, Url};
use cumulo::core::hyper_client::HyperClient;
use cumulo::core::{AuthScheme, DateTime};
use cumulo::s3::types::{
    BucketInfo, CompletedMultipartUpload, CompletedPart, CreateBucketConfiguration, Delete, LocationInfo,
    ObjectIdentifier,
};
use cumulo::s3::{self, Client, err_code};
use cumulo::{BoxFuture, Config, Credentials, Error, OperationRequest, Request, Timeouts};

use super::NoJitter;
use crate::world::World;

const BUCKET: &str = "logs--euc1-az1--x-s3";

/// The system's clock with a lead.
#[derive(Debug, Clone, Default)]
struct Ahead(Arc<AtomicU64>);

impl Clock for Ahead {
    fn now(&self) -> DateTime {
        SystemClock.now().plus(Duration::from_secs(self.0.load(Ordering::SeqCst)))
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(duration)
    }
}

struct Express {
    world: World,
    clock: Ahead,
    client: Client,
}

impl Express {
    /// A directory bucket in an endpoint of its own, and a client of it.
    async fn start() -> Self {
        let world = World::embedded().await;
        let clock = Ahead::default();
        let client =
            Client::with_config(&world.config(), &Config::new().clock(clock.clone()).random(NoJitter));
        let express = Self { world, clock, client };
        express.make(BUCKET, "euc1-az1").await.unwrap();
        express
    }

    async fn make(&self, bucket: &str, zone: &str) -> Result<s3::CreateBucketOutput, Error> {
        let configuration = CreateBucketConfiguration::new()
            .location(LocationInfo::new().r#type("AvailabilityZone").name(zone))
            .bucket(BucketInfo::new().r#type("Directory").data_redundancy("SingleAvailabilityZone"));
        let input = s3::CreateBucketInput::new().bucket(bucket).create_bucket_configuration(configuration);
        self.client.create_bucket(input).await
    }

    async fn put(&self, key: &str, body: &'static str) -> Result<s3::PutObjectOutput, Error> {
        self.client.put_object(s3::PutObjectInput::new().bucket(BUCKET).key(key).body(body)).await
    }

    async fn content(&self, key: &str) -> Result<String, Error> {
        let object = self.client.get_object(get(key)).await?;
        Ok(String::from_utf8(object.body.unwrap().collect().await?.to_vec()).unwrap())
    }

    async fn list(&self, input: s3::ListObjectsV2Input) -> Result<Vec<String>, Error> {
        let listed = self.client.list_objects_v2(input.bucket(BUCKET)).await?;
        Ok(listed.contents.unwrap_or_default().into_iter().map(|object| object.key.unwrap()).collect())
    }

    /// Moves the time of both sides.
    fn advance(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
        self.world.local().advance_clock(Duration::from_secs(seconds));
    }

    /// How often a session was asked for.
    fn sessions(&self) -> usize {
        let requests = self.world.local().requests();
        requests.iter().filter(|request| request.uri.query().is_some_and(|query| query == "session")).count()
    }
}

fn get(key: &str) -> s3::GetObjectInput {
    s3::GetObjectInput::new().bucket(BUCKET).key(key)
}

async fn signed_by<O: cumulo::core::Shape>(
    who: &Credentials,
    mut request: OperationRequest<O>,
) -> Result<O, Error> {
    request.credentials = Some(who.clone());
    request.send().await
}

fn delete(key: &str) -> s3::DeleteObjectInput {
    s3::DeleteObjectInput::new().bucket(BUCKET).key(key)
}

#[tokio::test]
async fn objects_are_put_read_listed_copied_and_deleted_with_one_session() {
    let express = Express::start().await;
    let put = express.put("dir/a b+ü", "content").await.unwrap();
    assert!(put.checksum_crc32.is_some(), "{put:?}");
    assert_eq!(express.content("dir/a b+ü").await.unwrap(), "content");
    let head = s3::HeadObjectInput::new().bucket(BUCKET).key("dir/a b+ü");
    let head = express.client.head_object(head).await.unwrap();
    assert_eq!(head.e_tag, put.e_tag);
    assert_ne!(head.e_tag.as_deref(), Some("\"9a0364b9e99bb480dd25e1f0284c8555\""), "it is no MD5");
    assert_eq!(head.storage_class.unwrap().as_str(), "EXPRESS_ONEZONE");

    let copy = s3::CopyObjectInput::new()
        .bucket(BUCKET)
        .key("copy")
        .copy_source(format!("{BUCKET}/dir/a%20b%2B%C3%BC"));
    express.client.copy_object(copy).await.unwrap();
    assert_eq!(express.list(s3::ListObjectsV2Input::new()).await.unwrap(), ["copy", "dir/a b+ü"]);
    let below = s3::ListObjectsV2Input::new().prefix("dir/").delimiter("/");
    assert_eq!(express.list(below).await.unwrap(), ["dir/a b+ü"]);

    express.client.delete_object(delete("copy")).await.unwrap();
    let rest = Delete::new().objects(vec![ObjectIdentifier::new().key("dir/a b+ü")]);
    let rest = s3::DeleteObjectsInput::new().bucket(BUCKET).delete(rest);
    express.client.delete_objects(rest).await.unwrap();
    assert!(express.list(s3::ListObjectsV2Input::new()).await.unwrap().is_empty());
    assert_eq!(express.sessions(), 1);

    let requests = express.world.local().requests();
    let put = requests.iter().find(|request| request.path().ends_with("/dir/a%20b%2B%C3%BC")).unwrap();
    assert!(put.header("authorization").unwrap().contains("/eu-central-1/s3express/aws4_request"));
    assert!(put.header("x-amz-s3session-token").is_some() && put.header("x-amz-security-token").is_none());
    let copied = requests.iter().find(|request| request.path().ends_with("/copy")).unwrap();
    assert_eq!(copied.header("x-amz-s3session-token"), None, "IAM allows copies");
}

#[tokio::test]
async fn buckets_are_made_found_listed_and_deleted_without_a_session() {
    let express = Express::start().await;
    let client = &express.client;
    client.create_bucket(s3::CreateBucketInput::new().bucket("plain")).await.unwrap();
    express.make("other--euc1-az2--x-s3", "euc1-az2").await.unwrap();
    let names = |buckets: Option<Vec<s3::types::Bucket>>| -> Vec<_> {
        buckets.unwrap().into_iter().map(|bucket| bucket.name.unwrap()).collect()
    };
    let listed = client.list_buckets(s3::ListBucketsInput::new()).await.unwrap();
    assert_eq!(names(listed.buckets), ["plain"]);
    let page = s3::ListDirectoryBucketsInput::new().max_directory_buckets(1);
    let first = client.list_directory_buckets(page.clone()).await.unwrap();
    let second = page.continuation_token(first.continuation_token.unwrap());
    let second = client.list_directory_buckets(second).await.unwrap();
    assert_eq!(
        (names(first.buckets), names(second.buckets)),
        (vec![BUCKET.to_owned()], vec!["other--euc1-az2--x-s3".to_owned()])
    );
    assert_eq!(second.continuation_token, None);
    client.delete_bucket(s3::DeleteBucketInput::new().bucket("other--euc1-az2--x-s3")).await.unwrap();
    assert_eq!(express.sessions(), 0);
    let head = client.head_bucket(s3::HeadBucketInput::new().bucket(BUCKET)).await.unwrap();
    assert_eq!(head.bucket_location_name.as_deref(), Some("euc1-az1"));
    assert_eq!(head.bucket_region.as_deref(), Some("eu-central-1"));
}

#[tokio::test]
async fn a_bucket_whose_name_and_configuration_do_not_agree_is_refused() {
    let express = Express::start().await;
    for (bucket, zone, code) in [
        ("plain", "euc1-az1", "InvalidBucketName"),
        ("logs--x-s3", "euc1-az1", "InvalidBucketName"),
        ("new--euc1-az1--x-s3", "euc1-az2", "InvalidRequest"),
        (BUCKET, "euc1-az1", "BucketAlreadyOwnedByYou"),
    ] {
        assert_eq!(express.make(bucket, zone).await.unwrap_err().code(), code, "{bucket}");
    }
    let without = s3::CreateBucketInput::new().bucket("new--euc1-az1--x-s3");
    assert_eq!(express.client.create_bucket(without).await.unwrap_err().code(), "InvalidBucketName");
}

#[tokio::test]
async fn many_calls_at_once_make_one_session_which_is_renewed_when_it_ends() {
    let express = Express::start().await;
    express.put("key", "content").await.unwrap();
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(express.client.get_object(get("key")))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(express.sessions(), 1);
    let fresh = express.world.config().clock(express.clock.clone());
    let calls: Vec<_> = {
        let client = Client::new(&fresh);
        (0..20).map(|_| tokio::spawn(client.get_object(get("key")))).collect()
    };
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(express.sessions(), 2, "another client, another session");

    express.advance(301);
    assert_eq!(express.content("key").await.unwrap(), "content");
    assert_eq!(express.sessions(), 3);
    express.world.local().expire_sessions();
    assert_eq!(express.content("key").await.unwrap(), "content", "its end was not foreseen");
    assert_eq!(express.sessions(), 4);
}

#[tokio::test]
async fn a_presigned_get_is_good_as_long_as_its_session() {
    let express = Express::start().await;
    express.put("key", "content").await.unwrap();
    let presigned =
        express.client.get_object_request(get("key")).presign(Duration::from_secs(3600)).await.unwrap();
    let fetch = || async {
        let request = HttpRequest::new(Method::GET, Url::parse(&presigned.url).unwrap());
        let answer = HyperClient::new().send(request, &Timeouts::default()).await.unwrap();
        let status = answer.status;
        (status, String::from_utf8(answer.body.collect().await.unwrap().to_vec()).unwrap())
    };
    assert!(presigned.url.contains("X-Amz-S3session-Token="), "{}", presigned.url);
    assert_eq!(fetch().await, (200, "content".to_owned()));
    express.advance(301);
    let (status, body) = fetch().await;
    assert!(status == 400 && body.contains("<Code>ExpiredToken</Code>"), "{status} {body}");
}

#[tokio::test]
async fn without_sessions_the_clients_credentials_sign_for_s3_express() {
    let express = Express::start().await;
    let config = Config::new().s3_disable_express_session_auth(true);
    let client = Client::with_config(&express.world.config(), &config);
    client.put_object(s3::PutObjectInput::new().bucket(BUCKET).key("key").body("content")).await.unwrap();
    client.get_object(get("key")).await.unwrap();
    assert_eq!(express.sessions(), 0);
    let requests = express.world.local().requests();
    assert!(requests.last().unwrap().header("authorization").unwrap().contains("AKIDTEST/"));
}

#[tokio::test]
async fn streams_and_uploads_in_parts_reach_a_directory_bucket() {
    let express = Express::start().await;
    for (key, algorithm) in [("signed", None), ("trailer", Some("CRC32C"))] {
        let body = cumulo::Body::stream(cumulo::Body::from("streamed"), 8);
        let mut input = s3::PutObjectInput::new().bucket(BUCKET).key(key).body(body);
        input.checksum_algorithm = algorithm.map(Into::into);
        express.client.put_object(input).await.unwrap();
        assert_eq!(express.content(key).await.unwrap(), "streamed");
    }
    let begin = s3::CreateMultipartUploadInput::new().bucket(BUCKET).key("parts");
    let id = express.client.create_multipart_upload(begin).await.unwrap().upload_id.unwrap();
    let part =
        s3::UploadPartInput::new().bucket(BUCKET).key("parts").upload_id(&*id).part_number(1).body("part");
    let part = express.client.upload_part(part).await.unwrap();
    let part = CompletedPart::new().part_number(1).e_tag(part.e_tag.unwrap());
    let complete = s3::CompleteMultipartUploadInput::new()
        .bucket(BUCKET)
        .key("parts")
        .upload_id(&*id)
        .multipart_upload(CompletedMultipartUpload::new().parts(vec![part]));
    let completed = express.client.complete_multipart_upload(complete).await.unwrap();
    let head = s3::HeadObjectInput::new().bucket(BUCKET).key("parts").checksum_mode("ENABLED");
    let head = express.client.head_object(head).await.unwrap();
    assert!(completed.checksum_crc32.is_some(), "{completed:?}");
    assert_eq!(completed.checksum_crc32, head.checksum_crc32);
    assert_eq!(completed.checksum_type, head.checksum_type);
    assert_eq!(express.content("parts").await.unwrap(), "part");
    assert_eq!(express.sessions(), 1);
}

#[tokio::test]
async fn what_is_signed_for_something_else_is_refused_with_its_code() {
    let express = Express::start().await;
    express.put("key", "content").await.unwrap();
    express.make("other--euc1-az1--x-s3", "euc1-az1").await.unwrap();
    let session = s3::CreateSessionInput::new().bucket(BUCKET).session_mode("ReadOnly");
    let session = express.client.create_session(session).await.unwrap().credentials.unwrap();
    let keys = |session: &s3::types::SessionCredentials, token: &str| {
        let (key, secret) =
            (session.access_key_id.clone().unwrap(), session.secret_access_key.clone().unwrap());
        Credentials::from_value(cumulo::core::credentials::Value::new(key, secret).session_token(token))
    };
    let read_only = keys(&session, session.session_token.as_deref().unwrap());
    let unknown = keys(&session, "unknown");

    signed_by(&read_only, express.client.get_object_request(get("key"))).await.unwrap();
    let put = s3::PutObjectInput::new().bucket(BUCKET).key("key").body("other");
    let written = signed_by(&read_only, express.client.put_object_request(put)).await.unwrap_err();
    assert_eq!((written.code(), written.status()), ("AccessDenied", Some(403)));
    let elsewhere = s3::GetObjectInput::new().bucket("other--euc1-az1--x-s3").key("key");
    let elsewhere = signed_by(&read_only, express.client.get_object_request(elsewhere)).await.unwrap_err();
    assert_eq!(elsewhere.code(), "AccessDenied");
    let wrong = signed_by(&unknown, express.client.get_object_request(get("key"))).await.unwrap_err();
    assert_eq!((wrong.code(), wrong.status()), ("InvalidToken", Some(400)));
    let secret = Credentials::from_keys("AKIDTEST", "wrong");
    let wrong = signed_by(&secret, express.client.get_object_request(get("key"))).await.unwrap_err();
    assert_eq!((wrong.code(), wrong.status()), ("SignatureDoesNotMatch", Some(403)));

    let mut for_s3 = express.client.get_object_request(get("key"));
    for_s3.handlers.sign.push_front(|request: &mut Request| {
        request.signing_name = "s3".into();
        request.auth_scheme = AuthScheme::default();
    });
    let refused = for_s3.send().await.unwrap_err();
    assert_eq!((refused.code(), refused.status()), ("AuthorizationHeaderMalformed", Some(400)));
    assert!(refused.message().contains("This endpoint belongs to \"s3express\""), "{refused}");

    let none = s3::GetObjectInput::new().bucket("none--euc1-az1--x-s3").key("key");
    let none = express.client.get_object(none).await.unwrap_err();
    assert_eq!(none.code(), err_code::NO_SUCH_BUCKET);
    assert!(none.message().starts_with("no session for the directory bucket none--"), "{none}");
}

#[tokio::test]
async fn what_directory_buckets_cannot_do_is_refused() {
    let express = Express::start().await;
    let list = s3::ListObjectsV2Input::new;
    for input in [list().prefix("dir"), list().delimiter("-"), list().start_after("a")] {
        assert_eq!(express.list(input).await.unwrap_err().code(), "InvalidRequest");
    }
    let v1 = s3::ListObjectsInput::new().bucket(BUCKET);
    assert_eq!(express.client.list_objects(v1).await.unwrap_err().code(), "NotImplemented");
    let tags = s3::GetObjectTaggingInput::new().bucket(BUCKET).key("key");
    assert_eq!(express.client.get_object_tagging(tags).await.unwrap_err().code(), "NotImplemented");
    let session = s3::CreateSessionInput::new().bucket(BUCKET).session_mode("ReadAndWrite");
    let session = express.client.create_session(session).await.unwrap_err();
    assert_eq!((session.code(), session.status()), ("InvalidArgument", Some(400)));
    let form = s3::PostPolicy::new(BUCKET).key("key").presign(&express.client, Duration::from_secs(60)).await;
    assert_eq!(form.unwrap_err().code(), "InvalidParameter");
}
