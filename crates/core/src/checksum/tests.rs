//! Published check values, and bodies that are validated while they are read.

use bytes::Bytes;

use super::*;
use crate::body::Body;
use crate::err_code;
use crate::error::{BoxError, Error};

#[test]
fn every_algorithm_gives_its_published_check_value() {
    // The CRCs' values are those of the catalogue of parametrised CRC algorithms, the hashes' those of `123456789`.
    for (algorithm, expected) in [
        (Algorithm::Crc32, "y/Q5Jg=="),
        (Algorithm::Crc32c, "4waSgw=="),
        (Algorithm::Crc64Nvme, "rosUhgp5mIg="),
        (Algorithm::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE="),
        (Algorithm::Sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
        (Algorithm::Md5, "JfnnlDI7RTiF9RgfG2JNCw=="),
    ] {
        assert_eq!(of(algorithm, b"123456789"), expected, "{algorithm:?}");
    }
    assert!(of(Algorithm::Sha512, b"abc").starts_with("3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV"));
}

#[test]
fn names_headers_and_lengths_belong_together() {
    for algorithm in Algorithm::ALL {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(b"1234");
        hasher.update(b"");
        hasher.update(b"56789");
        let checksum = hasher.finish();
        assert_eq!(checksum, of(algorithm, b"123456789"));
        assert_eq!(checksum.len(), algorithm.encoded_len());
        assert_eq!(Algorithm::from_name(&algorithm.name().to_lowercase()), Some(algorithm));
        let header = algorithm.header();
        assert_eq!(header.as_str().strip_prefix("x-amz-checksum-"), Some(&*algorithm.name().to_lowercase()));
    }
    assert_eq!(Algorithm::from_name("XXHASH3"), None);
}

fn received(chunks: &[&'static str], len: Option<u64>) -> Body {
    let chunks: Vec<Bytes> = chunks.iter().map(|chunk| Bytes::from_static(chunk.as_bytes())).collect();
    let mut chunks = chunks.into_iter();
    let next =
        move |_: &mut std::task::Context<'_>| std::task::Poll::Ready(chunks.next().map(Ok::<_, BoxError>));
    Body::received(Box::pin(FromFn(next)), len)
}

struct FromFn<F>(F);

impl<F, T> futures_core::Stream for FromFn<F>
where
    F: FnMut(&mut std::task::Context<'_>) -> std::task::Poll<Option<T>> + Unpin,
{
    type Item = T;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<T>> {
        (self.0)(context)
    }
}

fn expecting(checksum: &str) -> Expected {
    Expected {
        algorithm: Algorithm::Crc32,
        checksum: checksum.to_owned(),
        operation: "GetObject",
        request_id: Some("ID".to_owned()),
    }
}

async fn read(body: Body) -> (String, Result<(), Error>) {
    let mut body = body;
    let mut read = String::new();
    loop {
        match body.next_chunk().await {
            Ok(Some(chunk)) => read.push_str(std::str::from_utf8(&chunk).unwrap()),
            Ok(None) => return (read, Ok(())),
            Err(error) => return (read, Err(error)),
        }
    }
}

#[tokio::test]
async fn a_body_with_the_right_checksum_is_read_as_it_is() {
    for len in [Some(9), None] {
        let body = validated(received(&["1234", "56789"], len), expecting("y/Q5Jg=="));
        assert_eq!(body.len(), len);
        let (read, end) = read(body).await;
        assert_eq!(read, "123456789");
        end.unwrap();
    }
    let empty = validated(received(&[], Some(0)), expecting("AAAAAA=="));
    assert!(empty.collect().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_last_bytes_of_a_wrong_body_are_never_handed_out() {
    for len in [Some(9), None] {
        let (read, end) = read(validated(received(&["1234", "56780"], len), expecting("y/Q5Jg=="))).await;
        assert_eq!(read, "1234", "{len:?}");
        let error = end.unwrap_err();
        assert_eq!(error.code(), err_code::CHECKSUM_MISMATCH);
        assert_eq!((error.operation(), error.request_id()), (Some("GetObject"), Some("ID")));
        assert!(error.message().contains("CRC32") && error.message().contains("y/Q5Jg=="), "{error}");
    }
    let empty = validated(received(&[], Some(0)), expecting("y/Q5Jg=="));
    assert_eq!(empty.collect().await.unwrap_err().code(), err_code::CHECKSUM_MISMATCH);
}

#[tokio::test]
async fn a_body_in_memory_is_validated_when_it_is_read() {
    let good = validated(Body::from("123456789"), expecting("y/Q5Jg=="));
    assert_eq!(good.collect().await.unwrap(), "123456789");
    let bad = validated(Body::from("12345678"), expecting("y/Q5Jg=="));
    assert_eq!(bad.collect().await.unwrap_err().code(), err_code::CHECKSUM_MISMATCH);
}

#[tokio::test]
async fn a_body_that_breaks_off_says_so_rather_than_that_its_checksum_is_wrong() {
    let short = validated(received(&["1234"], Some(9)), expecting("y/Q5Jg=="));
    assert_eq!(short.collect().await.unwrap_err().code(), err_code::READ_ERROR);
}
