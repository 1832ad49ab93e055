//! S3: buckets, objects, pages, copies, uploads in parts, presigned requests, errors.

mod checksums;
mod customer_keys;
mod forms;
mod keys;
mod regions;

use std::time::Duration;

use bytes::Bytes;
use cumulo::core::checksum::Algorithm;
use cumulo::s3::types::{
    CompletedMultipartUpload, CompletedPart, CsvInput, CsvOutput, Delete, InputSerialization,
    ObjectIdentifier, OutputSerialization,
};
use cumulo::s3::{self, Client, err_code};
use cumulo::{Body, Config, Credentials};
use cumulo_tests::Server;

use crate::world::{World, unique};

struct Bucket {
    world: World,
    client: Client,
    name: String,
}

impl Bucket {
    async fn make() -> Self {
        let world = World::start().await;
        let client = Client::new(&world.config());
        let name = unique("bucket");
        client.create_bucket(s3::CreateBucketInput::new().bucket(&*name)).await.unwrap();
        Self { world, client, name }
    }

    async fn put(&self, key: &str, body: impl Into<Body>) -> s3::PutObjectOutput {
        let input = s3::PutObjectInput::new().bucket(&*self.name).key(key).body(body);
        self.client.put_object(input).await.unwrap()
    }

    fn get(&self, key: &str) -> s3::GetObjectInput {
        s3::GetObjectInput::new().bucket(&*self.name).key(key)
    }

    /// Whether the server answers this checksum with an object that was uploaded with it.
    fn tells(&self, algorithm: Algorithm) -> bool {
        self.world.target.capabilities().checksums.contains(&algorithm.name())
    }

    async fn content(&self, key: &str) -> Bytes {
        self.client.get_object(self.get(key)).await.unwrap().body.unwrap().collect().await.unwrap()
    }
}

#[tokio::test]
async fn an_object_comes_back_as_it_was_put_with_its_metadata() {
    let bucket = Bucket::make().await;
    let input = s3::PutObjectInput::new()
        .bucket(&*bucket.name)
        .key("greeting.txt")
        .body("hello, world")
        .content_type("text/plain")
        .metadata([("color", "blue"), ("shape", "round")]);
    let put = bucket.client.put_object(input).await.unwrap();
    let object = bucket.client.get_object(bucket.get("greeting.txt")).await.unwrap();
    assert_eq!(object.content_type.as_deref(), Some("text/plain"));
    assert_eq!(object.content_length, Some(12));
    assert_eq!(object.e_tag, put.e_tag);
    assert_eq!(object.metadata.unwrap()["color"], "blue");
    assert_eq!(object.body.unwrap().collect().await.unwrap(), "hello, world");
}

#[tokio::test]
async fn keys_are_taken_as_they_are() {
    let bucket = Bucket::make().await;
    let mut keys =
        vec!["with space", "ünïcode ☂", "a+b&c=d?e#f", "percent%20", "deep/er/than that", "~tilde-._*'()"];
    if bucket.world.target.server != Server::S3s {
        // s3s-fs keeps objects as files, whose names cannot hold these.
        keys.extend(["double//slash", "trailing/"]);
    }
    for key in keys {
        bucket.put(key, key.to_owned()).await;
        assert_eq!(bucket.content(key).await, key, "{key}");
        let head = s3::HeadObjectInput::new().bucket(&*bucket.name).key(key);
        assert_eq!(bucket.client.head_object(head).await.unwrap().content_length, Some(key.len() as i64));
    }
}

#[tokio::test]
async fn empty_objects_and_ranges_work() {
    let bucket = Bucket::make().await;
    bucket.put("empty", Body::empty()).await;
    assert_eq!(bucket.content("empty").await.len(), 0);
    bucket.put("digits", "0123456789").await;
    let part = bucket.client.get_object(bucket.get("digits").range("bytes=2-4")).await.unwrap();
    assert_eq!(part.content_range.as_deref(), Some("bytes 2-4/10"));
    assert_eq!(part.body.unwrap().collect().await.unwrap(), "234");
}

#[tokio::test]
async fn files_and_rewindable_streams_are_sent_whole() {
    let bucket = Bucket::make().await;
    let path = std::env::temp_dir().join(unique("body"));
    let content: Vec<u8> = (0..1_000_000u32).map(|i| (i % 251) as u8).collect();
    std::fs::write(&path, &content).unwrap();
    bucket.put("file", Body::file(&path).await.unwrap()).await;
    std::fs::remove_file(&path).unwrap();
    assert_eq!(bucket.content("file").await, content);
}

#[tokio::test]
async fn a_listing_is_walked_page_by_page_and_item_by_item() {
    let bucket = Bucket::make().await;
    for index in 0..7 {
        bucket.put(&format!("item-{index}"), "x").await;
    }
    let input = || s3::ListObjectsV2Input::new().bucket(&*bucket.name).max_keys(3);
    let mut pages = bucket.client.list_objects_v2_pages(input());
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().contents.unwrap_or_default().len());
    }
    assert_eq!(sizes, [3, 3, 1]);
    let mut items = bucket.client.list_objects_v2_items(input());
    let mut keys = Vec::new();
    while let Some(item) = items.next().await {
        keys.push(item.unwrap().key.unwrap());
    }
    assert_eq!(keys, (0..7).map(|index| format!("item-{index}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_copy_is_sent_without_a_body() {
    let bucket = Bucket::make().await;
    bucket.put("from", "content").await;
    let copy = s3::CopyObjectInput::new()
        .bucket(&*bucket.name)
        .key("to")
        .copy_source(format!("{}/from", bucket.name));
    let copied = bucket.client.copy_object(copy).await.unwrap();
    assert!(copied.copy_object_result.unwrap().e_tag.is_some());
    assert_eq!(bucket.content("to").await, "content");
}

#[tokio::test]
async fn an_object_is_uploaded_in_parts() {
    let bucket = Bucket::make().await;
    let start = s3::CreateMultipartUploadInput::new().bucket(&*bucket.name).key("large");
    let upload = bucket.client.create_multipart_upload(start).await.unwrap().upload_id.unwrap();
    let parts = [vec![b'a'; 5 << 20], vec![b'b'; 1000]];
    let mut done = Vec::new();
    for (number, part) in (1..).zip(parts.clone()) {
        let input = s3::UploadPartInput::new()
            .bucket(&*bucket.name)
            .key("large")
            .upload_id(&*upload)
            .part_number(number)
            .body(part);
        let sent = bucket.client.upload_part(input).await.unwrap();
        done.push(CompletedPart::new().part_number(number).e_tag(sent.e_tag.unwrap()));
    }
    let complete = s3::CompleteMultipartUploadInput::new()
        .bucket(&*bucket.name)
        .key("large")
        .upload_id(&*upload)
        .multipart_upload(CompletedMultipartUpload::new().parts(done));
    bucket.client.complete_multipart_upload(complete).await.unwrap();
    assert_eq!(bucket.content("large").await, parts.concat());
}

#[tokio::test]
async fn many_objects_are_deleted_in_one_call() {
    let bucket = Bucket::make().await;
    bucket.put("one", "1").await;
    bucket.put("two & <three>", "2").await;
    let objects = ["one", "two & <three>"].map(|key| ObjectIdentifier::new().key(key));
    let input = s3::DeleteObjectsInput::new().bucket(&*bucket.name).delete(Delete::new().objects(objects));
    let deleted = bucket.client.delete_objects(input).await.unwrap().deleted.unwrap();
    assert_eq!(deleted.len(), 2);
    let empty =
        bucket.client.list_objects_v2(s3::ListObjectsV2Input::new().bucket(&*bucket.name)).await.unwrap();
    assert!(empty.contents.unwrap_or_default().is_empty());
    bucket.client.delete_bucket(s3::DeleteBucketInput::new().bucket(&*bucket.name)).await.unwrap();
}

#[tokio::test]
async fn records_are_selected_out_of_an_object() {
    let bucket = Bucket::make().await;
    if !bucket.world.target.capabilities().has_s3_select {
        return;
    }
    bucket.put("people.csv", "name,age\nann,30\nbob,40\n").await;
    let select = s3::SelectObjectContentInput::new()
        .bucket(&*bucket.name)
        .key("people.csv")
        .expression("SELECT s.name FROM s3object s")
        .expression_type("SQL")
        .input_serialization(InputSerialization::new().csv(CsvInput::new().file_header_info("USE")))
        .output_serialization(OutputSerialization::new().csv(CsvOutput::new()));
    let output = bucket.client.select_object_content(select).await.unwrap();
    let mut events = output.payload.unwrap();
    let (mut records, mut returned, mut has_ended) = (Vec::new(), None, false);
    while let Some(event) = events.recv().await.unwrap() {
        records.extend_from_slice(&event.records.and_then(|records| records.payload).unwrap_or_default());
        returned = returned.or(event.stats.and_then(|stats| stats.details?.bytes_returned));
        has_ended |= event.end.is_some();
    }
    assert!(has_ended);
    assert_eq!(
        String::from_utf8(records.clone()).unwrap().split_whitespace().collect::<Vec<_>>(),
        ["ann", "bob"]
    );
    assert_eq!(returned, Some(records.len() as i64));
}

#[tokio::test]
async fn what_is_missing_has_its_code() {
    let bucket = Bucket::make().await;
    let no_key = bucket.client.get_object(bucket.get("nothing")).await.unwrap_err();
    assert_eq!((no_key.code(), no_key.status()), (err_code::NO_SUCH_KEY, Some(404)));
    assert_eq!((no_key.operation(), no_key.attempts()), (Some("GetObject"), 1));
    let head = s3::HeadObjectInput::new().bucket(&*bucket.name).key("nothing");
    let no_head = bucket.client.head_object(head).await.unwrap_err();
    assert_eq!((no_head.code(), no_head.status()), (err_code::NOT_FOUND, Some(404)));
    let elsewhere = s3::ListObjectsV2Input::new().bucket(unique("missing"));
    let no_bucket = bucket.client.list_objects_v2(elsewhere).await.unwrap_err();
    assert_eq!((no_bucket.code(), no_bucket.status()), (err_code::NO_SUCH_BUCKET, Some(404)));
}

#[tokio::test]
async fn a_presigned_url_is_good_without_credentials() {
    let bucket = Bucket::make().await;
    bucket.put("shared", "for everybody").await;
    let presigned = bucket
        .client
        .get_object_request(bucket.get("shared"))
        .presign(Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(fetch(&presigned.url).await, (200, "for everybody".into()));
}

#[tokio::test]
async fn waiters_see_what_exists_and_what_does_not() {
    let bucket = Bucket::make().await;
    let head = s3::HeadBucketInput::new().bucket(&*bucket.name);
    bucket.client.wait_until_bucket_exists(head).await.unwrap();
    let missing = s3::HeadObjectInput::new().bucket(&*bucket.name).key("nothing");
    bucket.client.wait_until_object_not_exists(missing).await.unwrap();
}

#[tokio::test]
async fn a_wrong_secret_is_refused_where_signatures_are_verified() {
    let bucket = Bucket::make().await;
    let wrong =
        Config::new().credentials(Credentials::from_keys(&*bucket.world.target.access_key_id, "wrong"));
    let client = Client::with_config(&bucket.world.config(), &wrong);
    let answer = client.list_objects_v2(s3::ListObjectsV2Input::new().bucket(&*bucket.name)).await;
    if bucket.world.target.capabilities().verifies_signatures {
        let refused = answer.unwrap_err();
        assert_eq!((refused.code(), refused.status()), (err_code::SIGNATURE_DOES_NOT_MATCH, Some(403)));
    } else {
        answer.unwrap();
    }
}

/// Fetches a URL with nothing but an HTTP client.
async fn fetch(url: &str) -> (u16, String) {
    use cumulo::core::http::{HttpClient as _, HttpRequest, Method, Url};
    let request = HttpRequest::new(Method::GET, Url::parse(url).unwrap());
    let client = cumulo::core::hyper_client::HyperClient::default();
    let answer = client.send(request, &cumulo::Timeouts::default()).await.unwrap();
    (answer.status, String::from_utf8(answer.body.collect().await.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_large_upload_waits_until_it_is_asked_for_and_a_refused_one_is_not_sent() {
    let bucket = Bucket::make().await;
    let content = vec![b'x'; 3 << 20];
    bucket.put("large", content.clone()).await;
    assert_eq!(bucket.content("large").await, content);
    if bucket.world.target.server == Server::S3s {
        // It makes the bucket.
        return;
    }
    let elsewhere = s3::PutObjectInput::new().bucket(unique("missing")).key("large").body(content);
    let refused = bucket.client.put_object(elsewhere).await.unwrap_err();
    assert_eq!(refused.code(), err_code::NO_SUCH_BUCKET);
}
