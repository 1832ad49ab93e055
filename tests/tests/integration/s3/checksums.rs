//! Checksums: every algorithm before and behind a body, signed in chunks and not, in parts, and compared when read.

use cumulo::core::checksum::{self, Algorithm};
use cumulo::core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo::core::hyper_client::HyperClient;
use cumulo::s3::types::{CompletedMultipartUpload, CompletedPart};
use cumulo::s3::{self, Client, PutObjectInput, enums};
use cumulo::{Body, BoxFuture, Config, Error, Request, Shape, Timeouts};
use cumulo_tests::Server;

use super::Bucket;

/// Those that S3 has had since they were called flexible.
const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme, Algorithm::Sha1, Algorithm::Sha256];

/// More than three chunks, the last of them not full.
fn content() -> Vec<u8> {
    (0..200_000u32).map(|i| (i % 253) as u8).collect()
}

/// A stream that can be read once.
fn stream() -> Body {
    let content = content();
    let len = content.len() as u64;
    Body::stream(Body::from(content), len)
}

fn of(shape: &dyn Shape, algorithm: Algorithm) -> Option<&str> {
    shape.text(&format!("Checksum{}", algorithm.name()))
}

impl Bucket {
    fn upload(&self, key: &str, algorithm: Algorithm, body: Body) -> s3::PutObjectRequest {
        let input = PutObjectInput::new().bucket(&*self.name).key(key).body(body);
        self.client.put_object_request(input.checksum_algorithm(algorithm.name()))
    }

    /// Reads an object with its checksum, which must be right if the server tells it, and says which it told.
    async fn validated(&self, key: &str, algorithm: Algorithm) -> bool {
        let input = self.get(key).checksum_mode(enums::ChecksumMode::ENABLED);
        let object = self.client.get_object(input).await.unwrap();
        let told = of(&object, algorithm).map(str::to_owned);
        // s3s-fs keeps the encoding of the upload as one of the object.
        let kept = (self.world.target.server == Server::S3s).then_some("aws-chunked");
        let encoding = object.content_encoding.as_deref();
        assert!(encoding.is_none() || encoding == kept, "{algorithm:?}: {encoding:?}");
        assert_eq!(object.body.unwrap().collect().await.unwrap(), content(), "{algorithm:?}");
        if let Some(told) = &told {
            assert_eq!(*told, checksum::of(algorithm, &content()));
        }
        told.is_some()
    }
}

#[tokio::test]
async fn every_algorithm_goes_before_the_body_and_comes_back_with_it() {
    let bucket = Bucket::make().await;
    for algorithm in ALGORITHMS {
        let put = bucket.upload("header", algorithm, Body::from(content())).send().await.unwrap();
        if let Some(answered) = of(&put, algorithm) {
            assert_eq!(answered, checksum::of(algorithm, &content()));
        }
        let is_told = bucket.validated("header", algorithm).await;
        assert_eq!(is_told, bucket.tells(algorithm), "{algorithm:?}");
    }
}

#[tokio::test]
async fn every_algorithm_follows_a_stream_whose_chunks_are_signed() {
    let bucket = Bucket::make().await;
    for algorithm in ALGORITHMS {
        bucket.upload("signed", algorithm, stream()).send().await.unwrap();
        let is_told = bucket.validated("signed", algorithm).await;
        assert_eq!(is_told, bucket.tells(algorithm), "{algorithm:?}");
    }
}

#[tokio::test]
async fn every_algorithm_follows_a_stream_whose_chunks_are_not_signed() {
    let bucket = Bucket::make().await;
    for algorithm in ALGORITHMS {
        let mut request = bucket.upload("unsigned", algorithm, stream());
        // What is done over TLS without it.
        request.handlers.build.push_front(|request: &mut Request| {
            let unsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER".parse().unwrap();
            request.http_request.headers.insert("x-amz-content-sha256", unsigned);
        });
        request.send().await.unwrap();
        let is_told = bucket.validated("unsigned", algorithm).await;
        assert_eq!(is_told, bucket.tells(algorithm), "{algorithm:?}");
    }
}

#[tokio::test]
async fn a_stream_that_cannot_be_rewound_is_signed_in_chunks_without_a_checksum() {
    let bucket = Bucket::make().await;
    bucket.put("stream", stream()).await;
    assert_eq!(bucket.content("stream").await, content());
    bucket.put("none", Body::stream(Body::empty(), 0)).await;
    assert!(bucket.content("none").await.is_empty());
}

#[tokio::test]
async fn a_wrong_checksum_is_refused_where_checksums_are_compared() {
    let bucket = Bucket::make().await;
    let input = PutObjectInput::new().bucket(&*bucket.name).key("wrong").body("data");
    let answer = bucket.client.put_object(input.checksum_crc32("AAAAAA==")).await;
    if bucket.world.target.capabilities().compares_checksums {
        assert_eq!(answer.unwrap_err().code(), "BadDigest");
    } else {
        answer.unwrap();
    }
}

#[tokio::test]
async fn parts_carry_checksums_before_and_behind_them() {
    let bucket = Bucket::make().await;
    for algorithm in [Algorithm::Crc32, Algorithm::Sha256] {
        let start = s3::CreateMultipartUploadInput::new()
            .bucket(&*bucket.name)
            .key("parts")
            .checksum_algorithm(algorithm.name());
        let upload = bucket.client.create_multipart_upload(start).await.unwrap().upload_id.unwrap();
        let first = vec![b'a'; 5 << 20];
        let bodies = [Body::from(first.clone()), stream()];
        let checksums = [checksum::of(algorithm, &first), checksum::of(algorithm, &content())];
        let mut done = Vec::new();
        for ((number, body), checksum) in (1..).zip(bodies).zip(checksums) {
            let input = s3::UploadPartInput::new().bucket(&*bucket.name).key("parts").upload_id(&*upload);
            let input = input.part_number(number).checksum_algorithm(algorithm.name()).body(body);
            let sent = bucket.client.upload_part(input).await.unwrap();
            let part = CompletedPart::new().part_number(number).e_tag(sent.e_tag.unwrap());
            done.push(match algorithm {
                Algorithm::Crc32 => part.checksum_crc32(checksum),
                _ => part.checksum_sha256(checksum),
            });
        }
        let complete = s3::CompleteMultipartUploadInput::new()
            .bucket(&*bucket.name)
            .key("parts")
            .upload_id(&*upload)
            .multipart_upload(CompletedMultipartUpload::new().parts(done));
        bucket.client.complete_multipart_upload(complete).await.unwrap();
        // Made of the parts' checksums, the object's is not one of its bytes, and reading it must not fail for that.
        let input = bucket.get("parts").checksum_mode(enums::ChecksumMode::ENABLED);
        let object = bucket.client.get_object(input).await.unwrap();
        if let Some(composite) = of(&object, algorithm) {
            assert!(composite.ends_with("-2"), "{composite}");
        }
        let read = object.body.unwrap().collect().await.unwrap();
        assert_eq!(read, [first, content()].concat());
    }
}

#[tokio::test]
async fn an_answer_that_changed_on_its_way_is_not_taken_for_the_object() {
    let bucket = Bucket::make().await;
    if !bucket.tells(Algorithm::Crc32) {
        return;
    }
    bucket.upload("changed", Algorithm::Crc32, Body::from(content())).send().await.unwrap();
    let config = Config::new().http_client(Flipping(HyperClient::new()));
    let client = Client::with_config(&bucket.world.config(), &config);
    let input = || bucket.get("changed").checksum_mode(enums::ChecksumMode::ENABLED);
    let object = client.get_object(input()).await.unwrap();
    let error = object.body.unwrap().collect().await.unwrap_err();
    assert_eq!((error.code(), error.operation()), ("ChecksumMismatch", Some("GetObject")));
    let right = checksum::of(Algorithm::Crc32, &content());
    assert!(error.message().contains("CRC32") && error.message().contains(&right), "{error}");
    // A part of it is what it is.
    let range = client.get_object(input().range("bytes=0-9")).await.unwrap();
    assert_eq!(range.body.unwrap().collect().await.unwrap().len(), 10);
}

/// Changes one bit of every answer's body.
#[derive(Debug)]
struct Flipping(HyperClient);

impl HttpClient for Flipping {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        Box::pin(async move {
            let mut response = self.0.send(request, timeouts).await?;
            let mut body = std::mem::take(&mut response.body).collect().await?.to_vec();
            if let Some(byte) = body.last_mut() {
                *byte ^= 1;
            }
            response.body = body.into();
            Ok(response)
        })
    }
}
