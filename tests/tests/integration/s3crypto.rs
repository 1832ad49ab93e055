//! Encrypted objects: stored, looked at, read, re-encrypted and deleted, on servers that have S3 and KMS.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use cumulo::kms::{self, CreateKeyInput};
use cumulo::s3::{
    self, CreateBucketInput, CreateMultipartUploadInput, DeleteObjectInput, GetObjectInput, HeadObjectInput,
    ListMultipartUploadsInput, ListObjectsV2Input, PutObjectInput,
};
use cumulo::s3crypto::{
    AesGcmContentCipherBuilder, DecryptionClient, EncryptionClient, KmsKeyGenerator,
    ReEncryptInstructionFile, err_code,
};
use cumulo::{Body, BoxError, Config};
use futures_core::Stream;

use crate::world::{World, unique};

struct Bucket {
    config: Config,
    name: String,
}

impl Bucket {
    async fn make(world: &World) -> Self {
        let (config, name) = (world.config(), unique("encrypted"));
        let input = CreateBucketInput::new().bucket(&name);
        s3::Client::new(&config).create_bucket(input).await.unwrap();
        Self { config, name }
    }

    async fn new_key(&self) -> String {
        let key = kms::Client::new(&self.config).create_key(CreateKeyInput::new()).await.unwrap();
        key.key_metadata.unwrap().arn.unwrap()
    }

    fn key_wrap(&self, arn: &str) -> KmsKeyGenerator {
        KmsKeyGenerator::new(kms::Client::new(&self.config), arn)
    }

    fn writer(&self, arn: &str) -> EncryptionClient {
        EncryptionClient::new(
            s3::Client::new(&self.config),
            AesGcmContentCipherBuilder::new(self.key_wrap(arn)),
        )
    }

    fn reader(&self, arn: &str) -> DecryptionClient {
        DecryptionClient::new(s3::Client::new(&self.config), self.key_wrap(arn))
    }

    fn get(&self) -> GetObjectInput {
        GetObjectInput::new().bucket(&self.name).key("o")
    }
}

async fn content(body: Option<Body>) -> Vec<u8> {
    body.unwrap_or_default().collect().await.unwrap().to_vec()
}

#[tokio::test]
async fn an_object_comes_back_and_what_is_stored_is_not_it() {
    let world = World::start().await;
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let context = [("tenant", "blue")];
    let input = PutObjectInput::new().bucket(&bucket.name).key("o").body("hello, world");
    bucket.writer(&arn).encryption_context(context).put_object(input).await.unwrap();

    let stored = s3::Client::new(&bucket.config).get_object(bucket.get()).await.unwrap();
    assert_eq!(stored.metadata.as_ref().unwrap()["x-amz-c"], "115");
    assert_eq!(content(stored.body).await.len(), 12 + 16);

    let reader = bucket.reader(&arn).encryption_context(context);
    let object = reader.get_object(bucket.get()).await.unwrap();
    assert_eq!((object.content_length, content(object.body).await), (Some(12), b"hello, world".to_vec()));
    let head = reader.head_object(HeadObjectInput::new().bucket(&bucket.name).key("o")).await.unwrap();
    assert_eq!(head.content_length, Some(12));
    let range =
        reader.enable_unauthenticated_ranges().get_object(bucket.get().range("bytes=-5")).await.unwrap();
    assert_eq!(content(range.body).await, b"world");

    let error = bucket.reader(&arn).get_object(bucket.get()).await.unwrap_err();
    assert_eq!(error.code(), err_code::ENCRYPTION_CONTEXT_ERROR);
    let other = bucket.new_key().await;
    assert!(bucket.reader(&other).encryption_context(context).get_object(bucket.get()).await.is_err());
}

#[tokio::test]
async fn an_upload_in_parts_comes_back_in_two_passes() {
    let world = World::start().await;
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let long: Vec<u8> = (0..11_000_001_u32).map(|index| (index * 7) as u8).collect();
    let input = CreateMultipartUploadInput::new().bucket(&bucket.name).key("o");
    let client = bucket.writer(&arn).part_size(5 << 20);
    client.upload(input, Body::from(long.clone())).await.unwrap();
    let object = bucket.reader(&arn).buffer_size(1 << 20).get_object(bucket.get()).await.unwrap();
    assert!(content(object.body).await == long);
}

#[tokio::test]
async fn a_stream_goes_out_encrypted_over_plain_http_with_its_chunks_signed() {
    let world = World::embedded().await;
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let long: Vec<u8> = (0..9_000_001_u32).map(|index| (index * 7) as u8).collect();
    world.local().clear_requests();
    let body = Body::stream(pieces(&long), long.len() as u64);
    let input = PutObjectInput::new().bucket(&bucket.name).key("o").body(body);
    bucket.writer(&arn).put_object(input).await.unwrap();

    let requests = world.local().requests();
    let put = requests.iter().find(|request| request.path().ends_with("/o")).unwrap();
    let hash = put.header("x-amz-content-sha256").unwrap();
    assert!(hash.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), "{hash}");
    assert_eq!(put.header("x-amz-decoded-content-length"), Some("9000017"));
    let object = bucket.reader(&arn).get_object(bucket.get()).await.unwrap();
    assert!(content(object.body).await == long);
}

/// A source that can be read once.
fn pieces(content: &[u8]) -> cumulo::core::body::ByteStream {
    Box::pin(Pieces { rest: content.chunks(100_003).map(Bytes::copy_from_slice).collect(), on_first: None })
}

/// Calls something when it is first asked.
struct Pieces {
    rest: VecDeque<Bytes>,
    on_first: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(call) = self.on_first.take() {
            call();
        }
        Poll::Ready(self.rest.pop_front().map(Ok))
    }
}

async fn uploads_and_objects(bucket: &Bucket) -> (usize, usize) {
    let s3 = s3::Client::new(&bucket.config);
    let uploads = s3.list_multipart_uploads(ListMultipartUploadsInput::new().bucket(&bucket.name));
    let objects = s3.list_objects_v2(ListObjectsV2Input::new().bucket(&bucket.name));
    (
        uploads.await.unwrap().uploads.unwrap_or_default().len(),
        objects.await.unwrap().contents.unwrap_or_default().len(),
    )
}

#[tokio::test]
async fn a_part_that_fails_three_times_ends_the_upload_and_leaves_nothing_behind() {
    let world = Arc::new(World::embedded().await);
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let failing = Arc::clone(&world);
    let source = Pieces {
        rest: vec![Bytes::from(vec![7; 6 << 20])].into(),
        on_first: Some(Box::new(move || failing.local().fail_next(500, 3))),
    };
    let input = CreateMultipartUploadInput::new().bucket(&bucket.name).key("o");
    let client = bucket.writer(&arn).instruction_file().part_size(5 << 20).parts_at_once(1);
    world.local().clear_requests();
    let error = client.upload(input, source).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (s3::err_code::INTERNAL_ERROR, 3), "{error}");
    assert_eq!(uploads_and_objects(&bucket).await, (0, 0));
}

#[tokio::test]
async fn an_upload_whose_future_is_dropped_leaves_nothing_behind() {
    let world = World::embedded().await;
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let (dropped, was_dropped) = tokio::sync::oneshot::channel();
    let source = Pieces {
        rest: vec![Bytes::from(vec![7; 12 << 20])].into(),
        on_first: Some(Box::new(move || dropped.send(()).unwrap())),
    };
    let input = CreateMultipartUploadInput::new().bucket(&bucket.name).key("o");
    let client = bucket.writer(&arn).part_size(5 << 20);
    tokio::select! {
        biased;
        _ = was_dropped => {}
        _ = client.upload(input, source) => panic!("it was not dropped"),
    }
    let aborted = || world.local().requests().iter().any(|request| request.method == "DELETE");
    while !aborted() {
        tokio::task::yield_now().await;
    }
    while uploads_and_objects(&bucket).await != (0, 0) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_gives_no_content_in_either_pass() {
    let world = World::embedded().await;
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let input = PutObjectInput::new().bucket(&bucket.name).key("o").body(vec![7; 300_000]);
    bucket.writer(&arn).put_object(input).await.unwrap();
    for client in [bucket.reader(&arn), bucket.reader(&arn).buffer_size(0)] {
        world.local().truncate_next_body();
        let error = client.get_object(bucket.get()).await.unwrap_err();
        assert_eq!(error.code(), cumulo::err_code::READ_ERROR, "{error}");
        let object = client.get_object(bucket.get()).await.unwrap();
        assert!(content(object.body).await == vec![7; 300_000]);
    }
}

#[tokio::test]
async fn who_has_lost_the_kms_key_has_lost_the_objects_and_is_told() {
    let world = World::embedded().await;
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let input = PutObjectInput::new().bucket(&bucket.name).key("o").body("hello");
    bucket.writer(&arn).put_object(input).await.unwrap();
    // KMS of another server: it has never had the key.
    let elsewhere = World::embedded().await;
    let lost = KmsKeyGenerator::new(kms::Client::new(&elsewhere.config()), &arn);
    let client = DecryptionClient::new(s3::Client::new(&bucket.config), lost);
    let error = client.get_object(bucket.get()).await.unwrap_err();
    assert_eq!(error.code(), kms::err_code::INVALID_CIPHERTEXT_EXCEPTION, "{error}");
}

#[tokio::test]
async fn a_key_that_is_disabled_reads_and_writes_nothing() {
    // Not every emulator knows disabled keys.
    let world = World::embedded().await;
    let bucket = Bucket::make(&world).await;
    let arn = bucket.new_key().await;
    let put = |key: &str| PutObjectInput::new().bucket(&bucket.name).key(key).body("hello");
    bucket.writer(&arn).put_object(put("o")).await.unwrap();
    let disable = kms::DisableKeyInput::new().key_id(&arn);
    kms::Client::new(&bucket.config).disable_key(disable).await.unwrap();
    let error = bucket.reader(&arn).get_object(bucket.get()).await.unwrap_err();
    assert_eq!(error.code(), kms::err_code::DISABLED_EXCEPTION);
    let error = bucket.writer(&arn).put_object(put("p")).await.unwrap_err();
    assert_eq!(error.code(), kms::err_code::DISABLED_EXCEPTION);
}

#[tokio::test]
async fn an_instruction_file_goes_to_another_kms_key_and_is_deleted_with_its_object() {
    let world = World::start().await;
    if !world.target.capabilities().has_kms_reencrypt {
        return;
    }
    let bucket = Bucket::make(&world).await;
    let (old, new) = (bucket.new_key().await, bucket.new_key().await);
    let client = bucket.writer(&old).instruction_file();
    client.put_object(PutObjectInput::new().bucket(&bucket.name).key("o").body("hello")).await.unwrap();
    let request = ReEncryptInstructionFile::new(&bucket.name, "o");
    bucket.reader(&old).re_encrypt_instruction_file(request, &bucket.key_wrap(&new)).await.unwrap();
    let object = bucket.reader(&new).get_object(bucket.get()).await.unwrap();
    assert_eq!(content(object.body).await, b"hello");

    client.delete_object(DeleteObjectInput::new().bucket(&bucket.name).key("o")).await.unwrap();
    let s3 = s3::Client::new(&bucket.config);
    let file = GetObjectInput::new().bucket(&bucket.name).key("o.instruction");
    assert_eq!(s3.get_object(file).await.unwrap_err().code(), s3::err_code::NO_SUCH_KEY);
}
