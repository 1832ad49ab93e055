//! Bodies of every kind: read whole, in chunks, again, and with a length that is wrong.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncReadExt as _;

use super::*;

/// A stream of chunks; `None` stands for a pause that never ends.
struct Chunks(Vec<Option<Result<Bytes, BoxError>>>);

impl Chunks {
    fn of(chunks: &[&'static str]) -> Self {
        Self(chunks.iter().rev().map(|chunk| Some(Ok(Bytes::from_static(chunk.as_bytes())))).collect())
    }

    fn then_nothing_ever(mut self) -> Self {
        self.0.insert(0, None);
        self
    }

    fn then_failing(mut self) -> Self {
        self.0.insert(0, Some(Err("the disk is on fire".into())));
        self
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.pop() {
            None => Poll::Ready(None),
            Some(Some(chunk)) => Poll::Ready(Some(chunk)),
            Some(None) => {
                self.0.push(None);
                Poll::Pending
            }
        }
    }
}

/// A file of the test's own, removed when dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn with(content: &[u8]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("cumulo-body-{}-{number}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn assert_read_error(result: Result<Bytes, Error>, message: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.message()), (err_code::READ_ERROR, message));
}

#[tokio::test]
async fn a_file_is_read_whole_twice_and_from_an_offset() {
    let content: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    let file = TempFile::with(&content);

    let body = Body::file(&file.0).await.unwrap();
    assert_eq!(body.len(), Some(200_000));
    let again = body.try_clone().unwrap();
    assert_eq!(body.collect().await.unwrap(), content);
    assert_eq!(again.collect().await.unwrap(), content);

    let part = Body::file_range(&file.0, 100_001, 70_000);
    assert_eq!(part.collect().await.unwrap(), content[100_001..170_001]);
}

#[tokio::test]
async fn a_file_that_shrank_or_grew_is_an_error_and_not_retried() {
    let file = TempFile::with(b"0123456789");
    let body = Body::file(&file.0).await.unwrap();
    let again = body.try_clone().unwrap();
    std::fs::write(&file.0, b"0123").unwrap();
    let error = body.collect().await.unwrap_err();
    assert_eq!(error.message(), "the body ended after 4 of 10 bytes");
    assert!(!error.is_retryable());

    std::fs::OpenOptions::new().append(true).open(&file.0).unwrap().write_all(b"456789x").unwrap();
    assert_read_error(again.collect().await, "the body is longer than its length of 10 bytes");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let path = std::env::temp_dir().join("cumulo-body-no-such-file");
    for error in
        [Body::file(&path).await.unwrap_err(), Body::file_range(&path, 0, 1).collect().await.unwrap_err()]
    {
        assert_eq!(error.code(), err_code::READ_ERROR);
        assert!(error.message().contains("cumulo-body-no-such-file"), "{error}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_folder_is_no_file() {
    let error = Body::file(std::env::temp_dir()).await.unwrap_err();
    assert_eq!(error.code(), err_code::READ_ERROR);
    assert!(error.message().ends_with("cannot be read: is a directory"), "{error}");
}

#[tokio::test]
async fn chunks_are_joined_and_empty_ones_skipped() {
    let body = Body::stream(Chunks::of(&["one ", "", "two ", "three"]), 13);
    assert_eq!(body.collect().await.unwrap(), "one two three");
    let body = Body::received(Box::pin(Chunks::of(&["no ", "length"])), None);
    assert_eq!(body.collect().await.unwrap(), "no length");
}

#[tokio::test]
async fn a_wrong_length_is_an_error_in_either_direction() {
    let stream = |len| Body::stream(Chunks::of(&["12345", "67890"]), len);
    assert_read_error(stream(9).collect().await, "the body is longer than its length of 9 bytes");
    assert_read_error(stream(5).collect().await, "the body is longer than its length of 5 bytes");
    assert_read_error(stream(0).collect().await, "the body is longer than its length of 0 bytes");
    assert_read_error(stream(11).collect().await, "the body ended after 10 of 11 bytes");
    let huge = stream(u64::MAX);
    assert_read_error(huge.collect().await, &format!("the body ended after 10 of {} bytes", u64::MAX));
}

#[tokio::test]
async fn the_last_chunk_of_a_body_that_is_too_long_is_not_given_out() {
    let mut body = Body::stream(Chunks::of(&["12345", "67890"]), 5);
    assert!(body.next_chunk().await.is_err());
    assert_eq!(body.next_chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_stream_that_stays_open_is_not_waited_for_beyond_its_length() {
    let body = Body::stream(Chunks::of(&["12345", "67890"]).then_nothing_ever(), 10);
    assert_eq!(body.collect().await.unwrap(), "1234567890");
    let body = Body::stream(Chunks::of(&[]).then_nothing_ever(), 0);
    assert_eq!(body.collect().await.unwrap(), "");
}

#[tokio::test]
async fn a_failing_stream_is_a_read_error_with_its_cause() {
    let error = Body::stream(Chunks::of(&["12345"]).then_failing(), 10).collect().await.unwrap_err();
    assert_eq!(error.code(), err_code::READ_ERROR);
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "the disk is on fire");
}

#[tokio::test]
async fn a_truncated_answer_may_be_asked_for_again() {
    let error = Body::received(Box::pin(Chunks::of(&["12345"])), Some(10)).collect().await.unwrap_err();
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_reader_is_read_to_its_end_and_checked() {
    let content: Vec<u8> = (0..150_000_u32).map(|n| (n / 7) as u8).collect();
    let reader = std::io::Cursor::new(content.clone());
    assert_eq!(Body::reader(reader.clone(), 150_000).collect().await.unwrap(), content);
    assert_read_error(
        Body::reader(reader, 150_001).collect().await,
        "the body ended after 150000 of 150001 bytes",
    );
}

#[tokio::test]
async fn only_what_can_be_read_again_is_rewindable() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let body = Body::rewindable_stream(
        move || {
            count.fetch_add(1, Ordering::Relaxed);
            Chunks::of(&["again"])
        },
        5,
    );
    assert!(body.is_rewindable());
    let copy = body.try_clone().unwrap();
    assert!(copy.is_rewindable());
    assert_eq!(opened.load(Ordering::Relaxed), 0, "it is opened when it is read");
    assert_eq!(body.collect().await.unwrap(), "again");
    assert_eq!(copy.collect().await.unwrap(), "again");
    assert_eq!(opened.load(Ordering::Relaxed), 2);

    let once = Body::stream(Chunks::of(&["once"]), 4);
    assert!(!once.is_rewindable());
    assert!(once.try_clone().is_none());
    assert!(Body::from("bytes").is_rewindable() && Body::empty().is_rewindable());
}

#[tokio::test]
async fn a_body_is_an_async_read_of_any_granularity() {
    let mut reader = Body::stream(Chunks::of(&["abc", "defg", "h"]), 8).into_async_read();
    let mut start = [0; 5];
    assert_eq!(reader.read(&mut []).await.unwrap(), 0);
    reader.read_exact(&mut start).await.unwrap();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).await.unwrap();
    assert_eq!((&start, rest.as_str()), (b"abcde", "fgh"));

    let mut broken = Body::stream(Chunks::of(&["abc"]), 8).into_async_read();
    let error = broken.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "ReadError: the body ended after 3 of 8 bytes");
}

#[tokio::test]
async fn a_body_is_a_stream_of_its_chunks() {
    let mut body = Body::stream(Chunks::of(&["abc", "de"]), 5);
    let mut seen = Vec::new();
    while let Some(chunk) = std::future::poll_fn(|context| Pin::new(&mut body).poll_next(context)).await {
        seen.push(chunk.unwrap());
    }
    assert_eq!(seen, ["abc", "de"]);
}

#[tokio::test]
async fn bytes_are_handed_on_without_a_copy() {
    let content = Bytes::from(vec![7; 100]);
    let collected = Body::from(content.clone()).collect().await.unwrap();
    assert_eq!(collected.as_ptr(), content.as_ptr());
    let chunk = content.clone();
    let received = Body::received(Box::pin(Chunks(vec![Some(Ok(chunk))])), Some(100));
    assert_eq!(received.collect().await.unwrap().as_ptr(), content.as_ptr());
}

#[test]
fn debug_prints_no_content() {
    let shown = |body: &Body| format!("{body:?}");
    assert_eq!(shown(&Body::from("secret")), "<6 bytes>");
    assert_eq!(shown(&Body::empty()), "<no body>");
    assert_eq!(shown(&Body::file_range("/home/secret", 0, 9)), "<9 bytes from a file>");
    assert_eq!(shown(&Body::stream(Chunks::of(&["secret"]), 6)), "<6 bytes from a stream>");
    assert_eq!(shown(&Body::received(Box::pin(Chunks::of(&["secret"])), None)), "<bytes from a stream>");
    assert_eq!(format!("{:?}", Body::from("secret").into_async_read()), "BodyReader(<6 bytes>)");
}

#[test]
fn an_empty_content_is_no_body() {
    for body in [Body::from(""), Body::from(Vec::new()), Body::default()] {
        assert!(body.is_empty());
        assert_eq!(format!("{body:?}"), "<no body>");
    }
}
