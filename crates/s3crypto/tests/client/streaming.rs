//! Content that is longer than memory: streams, retries, two passes, uploads in parts, and what goes wrong with them.

use bytes::Bytes;
use cumulo_core::{Body, Error};
use cumulo_s3::{CreateMultipartUploadInput, GetObjectInput, PutObjectInput};
use cumulo_s3crypto::{KmsKeyGenerator, err_code};

use crate::fake_kms::FakeKms;
use crate::fake_s3::{FakeS3, Object, chunks};
use crate::round_trips::{V2, V3, content, kms_key, put, reader, writer};
use crate::vectors::get;

const MIB: usize = 1024 * 1024;

fn stream(content: &[u8]) -> Body {
    Body::stream(chunks(content, 100_001), content.len() as u64)
}

fn retryable() -> Error {
    Error::new("InternalError", "").with_status(500).with_retryable(true)
}

#[tokio::test]
async fn a_long_stream_is_encrypted_while_it_is_sent() {
    for suite in [V3, V2] {
        let s3 = FakeS3::default().chunked(70_001);
        let long = content(9 * MIB + 3);
        put(&writer(&s3, kms_key(), suite), "o", stream(&long)).await;
        let client = reader(&s3, kms_key());
        for client in [
            client.clone(),
            client.clone().buffer_size(MIB as u64),
            client.enable_delayed_authentication_mode(),
        ] {
            assert!(get(&client, "o").await.unwrap() == long);
        }
    }
}

#[tokio::test]
async fn a_stream_that_can_be_read_once_is_sent_once() {
    let (s3, kms) = (FakeS3::default(), FakeKms::default());
    s3.fail("PutObject", retryable());
    let client = writer(&s3, KmsKeyGenerator::new(kms.clone(), "k"), V3);
    let input = PutObjectInput::new().bucket("b").key("o").body(stream(&content(9 * MIB)));
    assert_eq!(client.put_object(input).await.unwrap_err().code(), "InternalError");
    assert_eq!((kms.calls().len(), s3.calls().len()), (1, 1));
}

#[tokio::test]
async fn a_stream_that_can_be_read_again_is_begun_anew_under_a_new_key() {
    let (s3, kms) = (FakeS3::default(), FakeKms::default());
    (0..2).for_each(|_| s3.fail("PutObject", retryable()));
    let long = content(9 * MIB);
    let again = long.clone();
    let body = Body::rewindable_stream(move || chunks(&again, 65_536), long.len() as u64);
    put(&writer(&s3, KmsKeyGenerator::new(kms.clone(), "k"), V3), "o", body).await;
    assert_eq!(kms.calls(), ["GenerateDataKey"; 3]);
    let mut received: Vec<Bytes> = s3.received().iter().map(|body| body.slice(..64)).collect();
    assert_eq!(received.len(), 3);
    received.sort();
    received.dedup();
    assert_eq!(received.len(), 3, "one key, one message");
    assert!(get(&reader(&s3, KmsKeyGenerator::new(kms, "k")), "o").await.unwrap() == long);
}

#[tokio::test]
async fn short_content_reaches_s3_as_bytes_that_a_retry_sends_again() {
    struct Retrying(FakeS3);
    #[async_trait::async_trait]
    impl cumulo_s3::S3Api for Retrying {
        async fn put_object(&self, input: PutObjectInput) -> Result<cumulo_s3::PutObjectOutput, Error> {
            let body = input.body.as_ref().unwrap();
            assert!(body.is_rewindable() && body.bytes().is_some());
            self.0.put_object(input).await
        }
    }
    let s3 = FakeS3::default();
    let builder = cumulo_s3crypto::AesGcmContentCipherBuilder::new(kms_key());
    let client = cumulo_s3crypto::EncryptionClient::new(Retrying(s3.clone()), builder);
    put(&client, "o", stream(&content(MIB))).await;
    put(&client, "p", content(20 * MIB)).await;
}

#[tokio::test]
async fn an_object_that_is_changed_between_the_passes_gives_no_changed_byte() {
    for same_tag in [false, true] {
        let s3 = FakeS3::default().chunked(50_000);
        let long = content(3 * MIB + 5);
        put(&writer(&s3, kms_key(), V3), "o", long.clone()).await;
        let mut object = s3.object("o");
        let mut changed = object.body.to_vec();
        changed[2 * MIB + 7] ^= 1;
        object.body = changed.into();
        s3.change_after_read("o", object, same_tag);

        let client = reader(&s3, kms_key()).buffer_size(0);
        let answer = client.get_object(GetObjectInput::new().bucket("b").key("o")).await;
        if !same_tag {
            assert_eq!(answer.unwrap_err().code(), err_code::CONTENT_CHANGED_ERROR);
            continue;
        }
        let mut body = answer.unwrap().body.unwrap();
        let mut read = Vec::new();
        let error = loop {
            match body.next_chunk().await {
                Ok(Some(chunk)) => read.extend_from_slice(&chunk),
                Ok(None) => panic!("the change went unnoticed"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), err_code::CONTENT_CHANGED_ERROR);
        assert!(read.len() <= 2 * MIB && read == long[..read.len()], "what came out had been verified");
    }
}

#[tokio::test]
async fn delayed_authentication_ends_with_the_error_that_other_modes_begin_with() {
    let s3 = FakeS3::default().chunked(1000);
    put(&writer(&s3, kms_key(), V3), "o", content(5000)).await;
    let mut object = s3.object("o");
    let mut changed = object.body.to_vec();
    changed[10] ^= 1;
    object.body = changed.into();
    s3.insert("o", object);
    let client = reader(&s3, kms_key()).enable_delayed_authentication_mode();
    let mut body = client.get_object(GetObjectInput::new().bucket("b").key("o")).await.unwrap().body.unwrap();
    assert!(body.next_chunk().await.unwrap().is_some());
    let end = loop {
        match body.next_chunk().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert_eq!(end.unwrap_err().code(), err_code::DECRYPTION_ERROR);
}

fn upload_input() -> CreateMultipartUploadInput {
    CreateMultipartUploadInput::new().bucket("b").key("o").metadata([("user", "Meta")])
}

#[tokio::test]
async fn uploads_of_every_length_come_back() {
    for (suite, instruction_file, lens) in
        [(V3, false, [0, 1, 5 * MIB - 16, 11 * MIB]), (V2, true, [16, 17, 5 * MIB - 15, 5 * MIB])]
    {
        for len in lens {
            let s3 = FakeS3::default();
            let mut client = writer(&s3, kms_key(), suite).part_size(5 * MIB).parts_at_once(3);
            if instruction_file {
                client = client.instruction_file();
            }
            client.upload(upload_input(), chunks(&content(len), 300_007)).await.unwrap();
            assert_eq!(s3.object("o").body.len(), len + 16);
            assert_eq!(s3.object("o").metadata["user"], "Meta");
            assert!(get(&reader(&s3, kms_key()), "o").await.unwrap() == content(len), "{len}");
            assert_eq!(s3.open_uploads(), 0);
        }
    }
}

#[tokio::test]
async fn a_failed_part_a_failed_source_or_a_failed_completion_leaves_nothing_behind() {
    for failing in ["UploadPart", "CompleteMultipartUpload", "source"] {
        let s3 = FakeS3::default();
        s3.fail(failing, Error::new("SlowDown", "").with_status(503));
        let client = writer(&s3, kms_key(), V3).instruction_file().part_size(5 * MIB);
        let long = content(12 * MIB);
        let error = if failing == "source" {
            // Says that it has more than it gives.
            let short = Body::stream(chunks(&long, MIB), long.len() as u64 + 1);
            client.upload(upload_input(), short).await.unwrap_err()
        } else {
            client.upload(upload_input(), chunks(&long, MIB)).await.unwrap_err()
        };
        assert_eq!(error.code(), if failing == "source" { "ReadError" } else { "SlowDown" });
        assert_eq!(s3.open_uploads(), 0, "{failing}");
        // The file is there before the object, and written only when all parts are.
        let left: &[&str] = if failing == "CompleteMultipartUpload" { &["o.instruction"] } else { &[] };
        assert_eq!(s3.keys(), left, "{failing}");
    }
}

#[tokio::test]
async fn a_dropped_upload_is_aborted() {
    let s3 = FakeS3::default();
    let client = writer(&s3, kms_key(), V3).part_size(5 * MIB);
    let upload = client.upload(upload_input(), Endless(chunks(&content(11 * MIB), MIB)));
    tokio::select! {
        biased;
        _ = upload => panic!("the source never ends"),
        () = until(|| s3.calls().iter().any(|call| call.starts_with("UploadPart"))) => {}
    }
    assert_eq!(s3.open_uploads(), 1);
    until(|| s3.open_uploads() == 0).await;
    assert_eq!(s3.keys(), Vec::<String>::new());
}

/// S3 that begins uploads only when it is told to.
#[derive(Clone)]
struct SlowToBegin(FakeS3, std::sync::Arc<tokio::sync::Semaphore>);

#[async_trait::async_trait]
impl cumulo_s3::S3Api for SlowToBegin {
    async fn create_multipart_upload(
        &self,
        input: CreateMultipartUploadInput,
    ) -> Result<cumulo_s3::CreateMultipartUploadOutput, Error> {
        let output = self.0.create_multipart_upload(input).await;
        self.1.acquire().await.unwrap().forget();
        output
    }

    async fn abort_multipart_upload(
        &self,
        input: cumulo_s3::AbortMultipartUploadInput,
    ) -> Result<cumulo_s3::AbortMultipartUploadOutput, Error> {
        self.0.abort_multipart_upload(input).await
    }
}

#[tokio::test]
async fn an_upload_that_is_dropped_before_its_id_has_come_is_aborted_too() {
    let (s3, may_begin) = (FakeS3::default(), std::sync::Arc::new(tokio::sync::Semaphore::new(0)));
    let slow = SlowToBegin(s3.clone(), may_begin.clone());
    let builder = cumulo_s3crypto::AesGcmContentCipherBuilder::new(kms_key());
    let client = cumulo_s3crypto::EncryptionClient::new(slow, builder);
    tokio::select! {
        biased;
        _ = client.upload(upload_input(), chunks(b"x", 1)) => panic!("the upload may not begin yet"),
        () = until(|| s3.open_uploads() == 1) => {}
    }
    may_begin.add_permits(1);
    until(|| s3.open_uploads() == 0).await;
}

#[tokio::test]
async fn parts_that_the_caller_makes_become_one_object() {
    for suite in [V3, V2] {
        for last in [0, 1, 6 * MIB + 5] {
            let s3 = FakeS3::default();
            let client = writer(&s3, kms_key(), suite).parts_at_once(2);
            let long = content(11 * MIB + 16 + last);
            let mut upload = client.create_multipart_upload(upload_input()).await.unwrap();
            assert_eq!(upload.upload_id(), Some("upload-0"));
            upload.upload_part(long[..5 * MIB].to_vec()).await.unwrap();
            upload.upload_part(long[5 * MIB..11 * MIB + 16].to_vec()).await.unwrap();
            upload.complete(long[11 * MIB + 16..].to_vec()).await.unwrap();
            assert!(get(&reader(&s3, kms_key()), "o").await.unwrap() == long);
        }
    }
}

#[tokio::test]
async fn an_upload_that_the_caller_aborts_or_forgets_leaves_nothing_behind() {
    let s3 = FakeS3::default();
    let client = writer(&s3, kms_key(), V3);
    for forgets in [false, true] {
        let mut upload = client.create_multipart_upload(upload_input()).await.unwrap();
        upload.upload_part(vec![0; 5 * MIB]).await.unwrap();
        for wrong in [5 * MIB - 16, 5 * MIB + 1] {
            let error = upload.upload_part(vec![0; wrong]).await.unwrap_err();
            assert_eq!(error.code(), err_code::CONTENT_LENGTH_ERROR);
        }
        assert_eq!(s3.open_uploads(), 1);
        if forgets {
            drop(upload);
            until(|| s3.open_uploads() == 0).await;
        } else {
            upload.abort().await.unwrap();
        }
        assert_eq!((s3.open_uploads(), s3.keys().len()), (0, 0));
    }
}

#[tokio::test]
async fn of_all_that_is_ever_sent_no_two_messages_are_under_one_key_and_iv() {
    for suite in [V3, V2] {
        let (s3, client) = (FakeS3::default(), |s3: &FakeS3| writer(s3, kms_key(), suite).part_size(5 * MIB));
        let long = content(11 * MIB);
        for failures in 0..3 {
            for operation in ["PutObject", "UploadPart", "CompleteMultipartUpload"] {
                (0..failures).for_each(|_| s3.fail(operation, retryable()));
                let again = long.clone();
                let rewindable = Body::rewindable_stream(move || chunks(&again, 65_536), long.len() as u64);
                let input = || PutObjectInput::new().bucket("b").key("o");
                match operation {
                    "PutObject" => {
                        let _ = client(&s3).put_object(input().body(rewindable)).await;
                        let _ = client(&s3).put_object(input().body(long.clone())).await;
                        let _ = client(&s3).put_object(input().body(stream(&long))).await;
                    }
                    _ => drop(client(&s3).upload(upload_input(), chunks(&long, MIB)).await),
                }
                s3.forget_failures();
            }
        }
        // Under one key and IV, the same bytes of content would be the same bytes of ciphertext.
        let whole = s3.received_under();
        let mut first_blocks: Vec<_> = whole.iter().map(|(_, body)| body.slice(..16)).collect();
        let messages: std::collections::BTreeSet<_> = whole.iter().map(|(message, _)| message).collect();
        first_blocks.sort();
        first_blocks.dedup();
        assert!(messages.len() > 15, "{}", messages.len());
        assert_eq!(first_blocks.len(), messages.len(), "{suite:?}");
    }
}

/// Lets other tasks run until the condition holds.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

/// Gives what it has and then waits forever.
struct Endless(cumulo_core::body::ByteStream);

impl futures_core::Stream for Endless {
    type Item = Result<Bytes, cumulo_core::BoxError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        match self.0.as_mut().poll_next(context) {
            std::task::Poll::Ready(None) => std::task::Poll::Pending,
            other => other,
        }
    }
}

#[tokio::test]
async fn uploads_refuse_what_cannot_work_before_they_begin() {
    let s3 = FakeS3::default();
    let client = writer(&s3, kms_key(), V3);
    for client in [client.clone().part_size(5 * MIB - 1), client.clone().parts_at_once(0)] {
        let error = client.upload(upload_input(), chunks(b"x", 1)).await.unwrap_err();
        assert_eq!(error.code(), err_code::CLIENT_CONSTRUCTION_ERROR);
    }
    let reserved = upload_input().metadata([("x-amz-3", "AAAA")]);
    assert!(client.upload(reserved, chunks(b"x", 1)).await.is_err());
    assert_eq!(s3.calls(), Vec::<String>::new());
    s3.insert("o", Object::default());
}
