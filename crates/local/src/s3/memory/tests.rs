//! The rules that SDKs rely on: listings in pages, entity tags, conditions, multipart.

use super::*;
use crate::clock::Clock;
use crate::identity::Identities;
use http::{HeaderMap, Method, Uri};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

fn request<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: Method::GET,
        uri: Uri::from_static("/"),
        headers: HeaderMap::new(),
        extensions: http::Extensions::new(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

struct Bench {
    memory: Memory,
}

impl Bench {
    async fn new(keys: &[&str]) -> Self {
        let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_000_500));
        let identities = Arc::new(Identities::new(clock.clone(), Vec::new()));
        let memory = Memory::new(clock, identities);
        let input = CreateBucketInput { bucket: "b".to_owned(), ..Default::default() };
        memory.create_bucket(request(input)).await.unwrap();
        let bench = Self { memory };
        for key in keys {
            bench.put(key, "data").await.unwrap();
        }
        bench
    }

    async fn put(&self, key: &str, data: &str) -> S3Result<PutObjectOutput> {
        self.put_if(key, data, None).await
    }

    async fn put_if(
        &self,
        key: &str,
        data: &str,
        if_none_match: Option<ETagCondition>,
    ) -> S3Result<PutObjectOutput> {
        let body = StreamingBlob::from(s3s::Body::from(data.to_owned()));
        let mut input = put_input(key);
        input.body = Some(body);
        input.if_none_match = if_none_match;
        self.memory.put_object(request(input)).await.map(|response| response.output)
    }

    async fn list(&self, input: ListObjectsV2Input) -> (Vec<String>, Vec<String>, Option<String>) {
        let input = ListObjectsV2Input { bucket: "b".to_owned(), ..input };
        let output = self.memory.list_objects_v2(request(input)).await.unwrap().output;
        let keys = output.contents.unwrap().into_iter().map(|object| object.key.unwrap()).collect();
        let prefixes =
            output.common_prefixes.unwrap().into_iter().map(|prefix| prefix.prefix.unwrap()).collect();
        (keys, prefixes, output.next_continuation_token)
    }

    async fn get(&self, edit: impl FnOnce(&mut GetObjectInput)) -> S3Result<GetObjectOutput> {
        let mut input = GetObjectInput { bucket: "b".to_owned(), key: "k".to_owned(), ..Default::default() };
        edit(&mut input);
        self.memory.get_object(request(input)).await.map(|response| response.output)
    }

    /// Uploads numbered parts of the object `k`.
    async fn upload(&self, parts: &[(i32, &str)]) -> (String, Vec<CompletedPart>) {
        let input =
            CreateMultipartUploadInput { bucket: "b".to_owned(), key: "k".to_owned(), ..Default::default() };
        let begun = self.memory.create_multipart_upload(request(input)).await.unwrap();
        let upload_id = begun.output.upload_id.unwrap();
        let mut uploaded = Vec::new();
        for (number, data) in parts {
            let input = UploadPartInput {
                bucket: "b".to_owned(),
                key: "k".to_owned(),
                part_number: *number,
                upload_id: upload_id.clone(),
                body: Some(StreamingBlob::from(s3s::Body::from((*data).to_owned()))),
                ..Default::default()
            };
            let e_tag = self.memory.upload_part(request(input)).await.unwrap().output.e_tag;
            uploaded.push(CompletedPart { e_tag, part_number: Some(*number), ..Default::default() });
        }
        (upload_id, uploaded)
    }

    async fn complete(
        &self,
        upload_id: &str,
        parts: Vec<CompletedPart>,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let input = CompleteMultipartUploadInput {
            bucket: "b".to_owned(),
            key: "k".to_owned(),
            upload_id: upload_id.to_owned(),
            multipart_upload: Some(CompletedMultipartUpload { parts: Some(parts) }),
            ..Default::default()
        };
        self.memory.complete_multipart_upload(request(input)).await.map(|response| response.output)
    }
}

fn put_input(key: &str) -> PutObjectInput {
    PutObjectInput::builder().bucket("b".to_owned()).key(key.to_owned()).build().unwrap()
}

async fn text(output: GetObjectOutput) -> String {
    let bytes = s3s::Body::from(output.body.unwrap()).collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_listing_rolls_up_at_the_delimiter_and_pages_through_everything_once() {
    let bench = Bench::new(&["a/1", "a/2", "b", "c/1", "c/d/2", "d"]).await;
    let mut seen = Vec::new();
    let mut token = None;
    loop {
        let input = ListObjectsV2Input {
            delimiter: Some("/".to_owned()),
            max_keys: Some(1),
            continuation_token: token,
            ..Default::default()
        };
        let (keys, prefixes, next) = bench.list(input).await;
        assert_eq!(keys.len() + prefixes.len(), 1);
        seen.extend(keys.into_iter().chain(prefixes));
        token = next;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["a/", "b", "c/", "d"]);
}

#[tokio::test]
async fn a_prefix_and_a_start_narrow_a_listing() {
    let bench = Bench::new(&["a/1", "a/2", "a/3", "b"]).await;
    let input = ListObjectsV2Input {
        prefix: Some("a/".to_owned()),
        start_after: Some("a/1".to_owned()),
        ..Default::default()
    };
    assert_eq!(bench.list(input).await.0, ["a/2", "a/3"]);
    let input = ListObjectsV2Input {
        start_after: Some("0".to_owned()),
        prefix: Some("b".to_owned()),
        ..Default::default()
    };
    assert_eq!(bench.list(input).await.0, ["b"]);
    let input = ListObjectsV2Input { max_keys: Some(0), ..Default::default() };
    assert_eq!(bench.list(input).await, (vec![], vec![], None));
}

#[tokio::test]
async fn keys_are_encoded_on_request() {
    let bench = Bench::new(&["a b/ü"]).await;
    let encoding_type = Some(EncodingType::from_static(EncodingType::URL));
    let (keys, ..) = bench.list(ListObjectsV2Input { encoding_type, ..Default::default() }).await;
    assert_eq!(keys, ["a%20b/%C3%BC"]);
}

#[tokio::test]
async fn an_object_comes_back_with_its_md5_as_entity_tag_and_in_ranges() {
    let bench = Bench::new(&[]).await;
    let put = bench.put("k", "hello world").await.unwrap();
    assert_eq!(put.e_tag.unwrap().value(), "5eb63bbbe01eeed093cb22bb8f5acdc3");
    assert_eq!(text(bench.get(|_| ()).await.unwrap()).await, "hello world");
    let ranged =
        bench.get(|input| input.range = Some(Range::Int { first: 6, last: Some(100) })).await.unwrap();
    assert_eq!(ranged.content_range.as_deref(), Some("bytes 6-10/11"));
    assert_eq!(text(ranged).await, "world");
    let suffix = bench.get(|input| input.range = Some(Range::Suffix { length: 3 })).await.unwrap();
    assert_eq!(text(suffix).await, "rld");
    let error =
        bench.get(|input| input.range = Some(Range::Int { first: 11, last: None })).await.unwrap_err();
    assert_eq!(error.code().as_str(), "InvalidRange");
}

#[tokio::test]
async fn conditions_of_reads_and_writes_are_checked() {
    let bench = Bench::new(&["k"]).await;
    let code = |result: S3Result<_>| result.err().map(|error: s3s::S3Error| error.code().as_str().to_owned());
    let e_tag = || ETagCondition::ETag(ETag::Strong("8d777f385d3dfec8815d20f7496026dc".to_owned()));
    let other = || ETagCondition::ETag(ETag::Strong("other".to_owned()));
    let modified = || Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
    assert_eq!(code(bench.get(|input| input.if_match = Some(e_tag())).await), None);
    assert_eq!(code(bench.get(|input| input.if_match = Some(other())).await).unwrap(), "PreconditionFailed");
    assert_eq!(code(bench.get(|input| input.if_none_match = Some(e_tag())).await).unwrap(), "NotModified");
    assert_eq!(
        code(bench.get(|input| input.if_modified_since = Some(modified())).await).unwrap(),
        "NotModified"
    );
    assert_eq!(code(bench.get(|input| input.if_unmodified_since = Some(modified())).await), None);

    let error = bench.put_if("k", "new", Some(ETagCondition::Any)).await.unwrap_err();
    assert_eq!(error.code().as_str(), "PreconditionFailed");
    assert!(bench.put_if("new", "new", Some(ETagCondition::Any)).await.is_ok());
}

#[tokio::test]
async fn a_checksum_that_does_not_match_is_refused() {
    let bench = Bench::new(&[]).await;
    let put = async |edit: fn(&mut PutObjectInput)| {
        let mut input = put_input("k");
        input.body = Some(StreamingBlob::from(s3s::Body::from("hello world".to_owned())));
        edit(&mut input);
        bench.memory.put_object(request(input)).await.map_err(|error| error.code().as_str().to_owned())
    };
    assert!(put(|input| input.checksum_crc32 = Some("DUoRhQ==".to_owned())).await.is_ok());
    assert_eq!(
        put(|input| input.checksum_crc32 = Some("AAAAAA==".to_owned())).await.unwrap_err(),
        "BadDigest"
    );
    assert_eq!(
        put(|input| input.content_md5 = Some("AAAAAAAAAAAAAAAAAAAAAA==".to_owned())).await.unwrap_err(),
        "BadDigest"
    );
    assert_eq!(put(|input| input.content_md5 = Some("x".to_owned())).await.unwrap_err(), "InvalidDigest");
}

#[tokio::test]
async fn the_encoding_of_the_upload_is_not_stored() {
    let bench = Bench::new(&[]).await;
    for (sent, stored) in [("aws-chunked", None), ("gzip, aws-chunked", Some("gzip")), ("gzip", Some("gzip"))]
    {
        let mut input = put_input("k");
        input.content_encoding = Some(sent.to_owned());
        bench.memory.put_object(request(input)).await.unwrap();
        assert_eq!(bench.get(|_| ()).await.unwrap().content_encoding.as_deref(), stored);
    }
}

#[tokio::test]
async fn a_multipart_upload_is_joined_in_order_under_a_composed_entity_tag() {
    let bench = Bench::new(&[]).await;
    let (upload_id, parts) = bench.upload(&[(1, &"x".repeat(5 * 1024 * 1024)), (3, "end")]).await;
    let complete = async |parts| {
        let output = bench.complete(&upload_id, parts).await;
        output.map(|output| output.e_tag.unwrap()).map_err(|error| error.code().as_str().to_owned())
    };
    let reversed = parts.iter().rev().cloned().collect();
    assert_eq!(complete(reversed).await.unwrap_err(), "InvalidPartOrder");
    let missing = CompletedPart { part_number: Some(2), ..parts[0].clone() };
    assert_eq!(complete(vec![missing]).await.unwrap_err(), "InvalidPart");
    let e_tag = complete(parts.clone()).await.unwrap();
    assert!(e_tag.value().ends_with("-2"), "{e_tag:?}");
    assert_eq!(complete(parts).await.unwrap_err(), "NoSuchUpload");
    let object = bench.get(|_| ()).await.unwrap();
    assert_eq!(object.content_length, Some(5 * 1024 * 1024 + 3));
    assert!(text(object).await.ends_with("xend"));
}

#[tokio::test]
async fn a_copy_keeps_or_replaces_metadata_and_refuses_to_change_nothing() {
    let bench = Bench::new(&[]).await;
    let mut input = put_input("k");
    input.content_type = Some("text/plain".to_owned());
    input.metadata = Some([("a".to_owned(), "1".to_owned())].into());
    bench.memory.put_object(request(input)).await.unwrap();
    let copy = async |key: &str, edit: fn(&mut CopyObjectInput)| {
        let source = CopySource::Bucket { bucket: "b".into(), key: "k".into(), version_id: None };
        let mut input = CopyObjectInput::builder()
            .bucket("b".to_owned())
            .key(key.to_owned())
            .copy_source(source)
            .build()
            .unwrap();
        edit(&mut input);
        bench.memory.copy_object(request(input)).await.map_err(|error| error.code().as_str().to_owned())
    };
    assert_eq!(copy("k", |_| ()).await.unwrap_err(), "InvalidRequest");
    copy("kept", |_| ()).await.unwrap();
    let kept = bench.get(|input| input.key = "kept".to_owned()).await.unwrap();
    assert_eq!(kept.content_type.as_deref(), Some("text/plain"));
    assert_eq!(kept.metadata.unwrap()["a"], "1");
    copy("replaced", |input| {
        input.metadata_directive = Some(MetadataDirective::from_static(MetadataDirective::REPLACE));
    })
    .await
    .unwrap();
    let replaced = bench.get(|input| input.key = "replaced".to_owned()).await.unwrap();
    assert_eq!(replaced.metadata, None);
}

#[tokio::test]
async fn a_copy_of_an_object_in_parts_has_the_md5_of_its_bytes() {
    let bench = Bench::new(&[]).await;
    let (upload_id, parts) = bench.upload(&[(1, "hello world")]).await;
    let joined = bench.complete(&upload_id, parts).await.unwrap().e_tag.unwrap();
    assert!(joined.value().ends_with("-1"), "{joined:?}");
    let source = CopySource::Bucket { bucket: "b".into(), key: "k".into(), version_id: None };
    let input = CopyObjectInput::builder().bucket("b".to_owned()).key("copy".to_owned()).copy_source(source);
    let copied = bench.memory.copy_object(request(input.build().unwrap())).await.unwrap().output;
    let e_tag = copied.copy_object_result.unwrap().e_tag.unwrap();
    assert_eq!(e_tag.value(), "5eb63bbbe01eeed093cb22bb8f5acdc3");
    let head = bench.get(|input| input.key = "copy".to_owned()).await.unwrap();
    assert_eq!(head.e_tag, Some(e_tag));
}

#[tokio::test]
async fn a_bucket_is_deleted_when_it_is_empty() {
    let bench = Bench::new(&["k"]).await;
    let delete = || DeleteBucketInput { bucket: "b".to_owned(), expected_bucket_owner: None };
    let error = bench.memory.delete_bucket(request(delete())).await.unwrap_err();
    assert_eq!(error.code().as_str(), "BucketNotEmpty");
    let input = DeleteObjectInput { bucket: "b".to_owned(), key: "k".to_owned(), ..Default::default() };
    bench.memory.delete_object(request(input)).await.unwrap();
    bench.memory.delete_bucket(request(delete())).await.unwrap();
    assert_eq!(bench.get(|_| ()).await.unwrap_err().code().as_str(), "NoSuchBucket");
}
