//! Keys on the wire, seen through a client whose requests go nowhere.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo_core::http::{HeaderMap, HttpResponse};
use cumulo_core::{Config, Credentials, err_code};

use crate::{Client, CopyObjectInput, GetObjectInput, PutObjectInput};

const KEY: &str = "0123456789abcdef0123456789abcdef";

const KEY_HEADER: &str = "x-amz-server-side-encryption-customer-key";
const MD5_HEADER: &str = "x-amz-server-side-encryption-customer-key-md5";

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

fn md5(bytes: impl AsRef<[u8]>) -> String {
    encoded(cumulo_core::checksum::md5(bytes.as_ref()))
}

/// A client, and the headers of the latest request that it would have sent.
fn client(endpoint: Option<&str>) -> (Client, Arc<Mutex<HeaderMap>>) {
    let mut config = Config::new().region("eu-west-1").credentials(Credentials::from_keys("AKID", "SECRET"));
    if let Some(endpoint) = endpoint {
        config = config.endpoint(endpoint);
    }
    let mut client = Client::new(&config);
    let sent: Arc<Mutex<HeaderMap>> = Arc::default();
    let headers = Arc::clone(&sent);
    client.handlers_mut().send.push_front(move |request| {
        *headers.lock().unwrap() = request.http_request.headers.clone();
        request.http_response = Some(HttpResponse::new(200, "<CopyObjectResult/>"));
    });
    (client, sent)
}

async fn sent_of(input: PutObjectInput) -> (String, String) {
    let (client, sent) = client(None);
    client.put_object(input.bucket("b-1").key("k")).await.unwrap();
    let sent = sent.lock().unwrap();
    assert!(sent[KEY_HEADER].is_sensitive());
    [KEY_HEADER, MD5_HEADER].map(|name| sent[name].to_str().unwrap().to_owned()).into()
}

#[tokio::test]
async fn a_key_of_text_or_of_any_bytes_is_sent_encoded_with_its_md5() {
    let text = PutObjectInput::new().sse_customer_key(KEY);
    assert_eq!(sent_of(text).await, (encoded(KEY), md5(KEY)));
    let bytes: [u8; 32] = std::array::from_fn(|index| 0xff - index as u8);
    let input = PutObjectInput::new().sse_customer_key(&bytes);
    assert_eq!(sent_of(input).await, (encoded(bytes), md5(bytes)));
    let short = PutObjectInput::new().sse_customer_key("bar");
    assert_eq!(sent_of(short).await, ("YmFy".into(), md5("bar")), "for S3 to refuse");
}

#[tokio::test]
async fn a_key_that_is_encoded_already_is_not_encoded_again() {
    let input = PutObjectInput::new().sse_customer_key(&*encoded(KEY));
    assert_eq!(sent_of(input).await, (encoded(KEY), md5(KEY)));
    let with_md5 = PutObjectInput::new().sse_customer_key(&*encoded(KEY)).sse_customer_key_md5(md5(KEY));
    assert_eq!(sent_of(with_md5).await, (encoded(KEY), md5(KEY)));
}

#[tokio::test]
async fn the_callers_md5_is_kept() {
    let right = PutObjectInput::new().sse_customer_key(KEY).sse_customer_key_md5(md5(KEY));
    assert_eq!(sent_of(right).await, (encoded(KEY), md5(KEY)));
    let other = PutObjectInput::new().sse_customer_key(KEY).sse_customer_key_md5("own");
    assert_eq!(sent_of(other).await, (encoded(KEY), "own".into()));
}

#[tokio::test]
async fn the_key_of_a_copys_source_is_sent_beside_the_objects_own() {
    let (client, sent) = client(None);
    let input = CopyObjectInput::new().bucket("b-1").key("k").copy_source("b-1/s");
    let other = "fedcba9876543210fedcba9876543210";
    client.copy_object(input.sse_customer_key(KEY).copy_source_sse_customer_key(other)).await.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!([KEY_HEADER, MD5_HEADER].map(|name| &sent[name]), [&*encoded(KEY), &*md5(KEY)]);
    let of_source =
        ["", "-md5"].map(|end| &sent[format!("x-amz-copy-source-server-side-encryption-customer-key{end}")]);
    assert_eq!(of_source, [&*encoded(other), &*md5(other)]);
}

#[tokio::test]
async fn a_key_is_not_sent_in_the_clear() {
    let (client, sent) = client(Some("http://minio.example.com"));
    let input = || GetObjectInput::new().bucket("b-1").key("k");
    let refused = client.get_object(input().sse_customer_key(KEY)).await.unwrap_err();
    assert_eq!((refused.code(), refused.attempts()), (err_code::CONFIG_ERROR, 0));
    assert_eq!(refused.message(), "cannot send SSE keys over HTTP.");
    assert!(sent.lock().unwrap().is_empty());
    client.get_object(input()).await.unwrap();
}

#[tokio::test]
async fn whoever_uses_a_presigned_url_must_send_the_key_with_it() {
    let (client, _) = client(None);
    let input = GetObjectInput::new().bucket("b-1").key("k").sse_customer_key(KEY);
    let presigned =
        client.get_object_request(input).presign(std::time::Duration::from_secs(60)).await.unwrap();
    assert_eq!(presigned.headers[KEY_HEADER], *encoded(KEY));
    assert!(!presigned.url.contains(&encoded(KEY)[..20]));
}

#[test]
fn every_key_of_the_model_is_found_by_its_header() {
    let members = crate::operation::OPERATIONS.iter().flat_map(|operation| operation.input.schema.members());
    let mut keys = members.filter(|member| member.name.ends_with("SSECustomerKey")).peekable();
    assert!(keys.peek().is_some());
    assert!(keys.all(super::is_key));
}
