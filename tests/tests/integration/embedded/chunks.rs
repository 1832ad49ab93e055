//! Uploads in chunks that change on their way: the embedded endpoint believes none of them.

use bytes::Bytes;
use cumulo::core::AuthScheme;
use cumulo::core::auth_scheme::SchemeName;
use cumulo::core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo::core::hyper_client::HyperClient;
use cumulo::s3::{Client, CreateBucketInput, GetObjectInput, PutObjectInput, err_code};
use cumulo::{Body, BoxFuture, Config, Credentials, Error, Request, Timeouts};

use crate::world::World;

const CONTENT: &str = "a body of one chunk";

/// What happens to a body on its way.
type Change = fn(Vec<u8>) -> Vec<u8>;

/// Sends every body in chunks after a change, which keeps its length: that one is signed with the headers.
#[derive(Debug)]
struct Changing(HyperClient, Change);

impl HttpClient for Changing {
    fn send<'a>(
        &'a self,
        mut request: HttpRequest,
        timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        Box::pin(async move {
            if request.headers.contains_key("x-amz-decoded-content-length") {
                let body = std::mem::take(&mut request.body).collect().await?;
                request.body = (self.1)(body.to_vec()).into();
            }
            self.0.send(request, timeouts).await
        })
    }
}

/// How an upload is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Signed,
    SignedTrailer,
    UnsignedTrailer,
    /// Those of SigV4a.
    Asymmetric,
    AsymmetricTrailer,
}

/// The code that an upload is answered with, none if it is believed.
async fn answer(encoding: Encoding, change: Change) -> Option<String> {
    let world = World::embedded().await;
    let changing = Config::new().http_client(Changing(HyperClient::new(), change)).max_attempts(1);
    let client = Client::with_config(&world.config(), &changing);
    client.create_bucket(CreateBucketInput::new().bucket("bucket")).await.unwrap();
    let body = Body::stream(Body::from(CONTENT), CONTENT.len() as u64);
    let mut input = PutObjectInput::new().bucket("bucket").key("key").body(body);
    if !matches!(encoding, Encoding::Signed | Encoding::Asymmetric) {
        input = input.checksum_algorithm("CRC32C");
    }
    let mut request = client.put_object_request(input);
    if encoding == Encoding::UnsignedTrailer {
        // What is done over TLS without it.
        request.handlers.build.push_front(|request: &mut Request| {
            let unsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER".parse().unwrap();
            request.http_request.headers.insert("x-amz-content-sha256", unsigned);
        });
    }
    let is_asymmetric = matches!(encoding, Encoding::Asymmetric | Encoding::AsymmetricTrailer);
    if is_asymmetric {
        // What multi-region access points ask for, which are behind no configured endpoint.
        request.handlers.build.push_front(|request: &mut Request| {
            request.auth_scheme = AuthScheme::new(SchemeName::SigV4a);
        });
    }
    let code = request.send().await.err().map(|error| error.code().to_owned());
    let put = world.local().requests().pop().unwrap();
    let hash = put.header("x-amz-content-sha256").unwrap();
    assert_eq!(hash.starts_with("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"), is_asymmetric, "{hash}");
    let there = client.get_object(GetObjectInput::new().bucket("bucket").key("key")).await;
    assert_eq!(there.is_ok(), code.is_none(), "{code:?}");
    code
}

fn replaced(body: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}

/// Another byte of the content.
fn flipped(body: Vec<u8>) -> Vec<u8> {
    replaced(body, "one chunk", "two chunk")
}

/// Another checksum behind the content.
fn another_trailer(body: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(body).unwrap();
    let value = text.find("crc32c:").unwrap() + "crc32c:".len();
    let other = if text.as_bytes()[value] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &text[..value], &text[value + 1..]).into_bytes()
}

/// Another trailer than the announced one.
fn other_name(body: Vec<u8>) -> Vec<u8> {
    replaced(body, "x-amz-checksum-crc32c:", "x-amz-checksum-other_:")
}

/// Less content, and a trailer in its place.
fn shortened(body: Vec<u8>) -> Vec<u8> {
    let from = "13\r\na body of one chunk\r\n0\r\n";
    let to = "6\r\na body\r\n0\r\nx:yyyyyyyyyy\r\n";
    assert_eq!(from.len(), to.len());
    replaced(body, from, to)
}

#[tokio::test]
async fn what_arrives_as_it_was_sent_is_believed() {
    for encoding in [
        Encoding::Signed,
        Encoding::SignedTrailer,
        Encoding::UnsignedTrailer,
        Encoding::Asymmetric,
        Encoding::AsymmetricTrailer,
    ] {
        assert_eq!(answer(encoding, |body| body).await, None, "{encoding:?}");
    }
}

#[tokio::test]
async fn a_changed_byte_breaks_the_chunks_signature_or_the_checksum() {
    for (encoding, code) in [
        (Encoding::Signed, err_code::SIGNATURE_DOES_NOT_MATCH),
        (Encoding::SignedTrailer, err_code::SIGNATURE_DOES_NOT_MATCH),
        (Encoding::UnsignedTrailer, "BadDigest"),
        (Encoding::Asymmetric, err_code::SIGNATURE_DOES_NOT_MATCH),
    ] {
        assert_eq!(answer(encoding, flipped).await.as_deref(), Some(code), "{encoding:?}");
    }
}

#[tokio::test]
async fn a_changed_trailer_breaks_its_signature_or_is_another_checksum() {
    for (encoding, code) in [
        (Encoding::SignedTrailer, err_code::SIGNATURE_DOES_NOT_MATCH),
        (Encoding::UnsignedTrailer, "BadDigest"),
        (Encoding::AsymmetricTrailer, err_code::SIGNATURE_DOES_NOT_MATCH),
    ] {
        assert_eq!(answer(encoding, another_trailer).await.as_deref(), Some(code), "{encoding:?}");
    }
}

#[tokio::test]
async fn a_trailer_that_was_announced_must_come_and_so_must_all_of_the_content() {
    let answered = answer(Encoding::UnsignedTrailer, other_name).await;
    assert_eq!(answered.as_deref(), Some("MalformedTrailerError"));
    let answered = answer(Encoding::UnsignedTrailer, shortened).await;
    assert_eq!(answered.as_deref(), Some("IncompleteBody"));
}

#[tokio::test]
async fn a_document_whose_checksum_is_wrong_is_refused() {
    use cumulo::s3::types::{Delete, ObjectIdentifier};
    let world = World::embedded().await;
    let client = Client::new(&world.config());
    client.create_bucket(CreateBucketInput::new().bucket("bucket")).await.unwrap();
    let delete = Delete::new().objects([ObjectIdentifier::new().key("k")]);
    let input = || cumulo::s3::DeleteObjectsInput::new().bucket("bucket").delete(delete.clone());
    let mut request = client.delete_objects_request(input());
    request.handlers.build.push_back(|request: &mut Request| {
        assert!(request.http_request.headers.contains_key("content-md5"));
        let other = "AAAAAAAAAAAAAAAAAAAAAA==".parse().unwrap();
        request.http_request.headers.insert("content-md5", other);
    });
    assert_eq!(request.send().await.unwrap_err().code(), "BadDigest");
    client.delete_objects(input()).await.unwrap();
}

#[tokio::test]
async fn without_credentials_a_stream_is_announced_as_unsigned() {
    let world = World::embedded().await;
    let config = Config::new().credentials(Credentials::anonymous());
    let client = Client::with_config(&world.config(), &config);
    let body = Body::stream(Body::from(Bytes::from_static(b"abc")), 3);
    let input = PutObjectInput::new().bucket("bucket").key("key").checksum_algorithm("CRC32").body(body);
    assert_eq!(client.put_object(input).await.unwrap_err().code(), "AccessDenied");
    let sent = world.local().requests().pop().unwrap();
    assert_eq!(sent.header("x-amz-content-sha256"), Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER"));
}
