//! What the handlers of S3 make of requests and answers, seen through a client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cumulo_core::checksum::{self, Algorithm};
use cumulo_core::clock::Clock;
use cumulo_core::http::HttpResponse;
use cumulo_core::{BoxFuture, Config, Credentials, DateTime, Request};

use crate::types::{CreateBucketConfiguration, Delete, ObjectIdentifier};
use crate::{
    Client, CopyObjectInput, CreateBucketInput, DeleteObjectsInput, GetObjectInput, PutObjectInput, err_code,
};

/// Stands still and waits for nothing.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(1_767_225_600)
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A client whose requests are answered by `answer`, and what `note` makes of each of them.
fn client<T: Send + 'static>(
    region: &str,
    note: impl Fn(&Request) -> T + Send + Sync + 'static,
    answer: impl Fn(usize) -> HttpResponse + Send + Sync + 'static,
) -> (Client, Arc<Mutex<Vec<T>>>) {
    let credentials = Credentials::from_keys("AKID", "SECRET");
    let mut client = Client::new(&Config::new().region(region).credentials(credentials).clock(Still));
    let noted: Arc<Mutex<Vec<T>>> = Arc::default();
    let notes = Arc::clone(&noted);
    client.handlers_mut().send.push_front(move |request| {
        let mut notes = notes.lock().unwrap();
        request.http_response = Some(answer(notes.len()));
        notes.push(note(request));
    });
    (client, noted)
}

fn body(request: &Request) -> String {
    String::from_utf8(request.http_request.body.bytes().unwrap().to_vec()).unwrap()
}

fn empty(_: usize) -> HttpResponse {
    HttpResponse::new(200, "")
}

#[tokio::test]
async fn a_bucket_is_made_in_the_clients_region_unless_the_caller_names_another() {
    let (elsewhere, sent) = client("eu-west-1", body, empty);
    elsewhere.create_bucket(CreateBucketInput::new().bucket("b-1")).await.unwrap();
    let other = CreateBucketConfiguration::new().location_constraint("EU");
    let input = CreateBucketInput::new().bucket("b-1").create_bucket_configuration(other);
    elsewhere.create_bucket(input).await.unwrap();
    let sent = std::mem::take(&mut *sent.lock().unwrap());
    assert!(sent[0].contains("<LocationConstraint>eu-west-1</LocationConstraint>"), "{}", sent[0]);
    assert!(sent[1].contains("<LocationConstraint>EU</LocationConstraint>"), "{}", sent[1]);

    let (default, sent) = client("us-east-1", body, empty);
    default.create_bucket(CreateBucketInput::new().bucket("b-1")).await.unwrap();
    assert_eq!(*sent.lock().unwrap(), [""]);
}

#[tokio::test]
async fn delete_objects_sends_a_checksum_of_its_body() {
    let sent = |request: &Request| (body(request), request.http_request.headers.clone());
    let (client, sent) = client("eu-west-1", sent, empty);
    let delete = Delete::new().objects([ObjectIdentifier::new().key("k")]);
    let _ = client.delete_objects(DeleteObjectsInput::new().bucket("b-1").delete(delete)).await;
    let (body, headers) = sent.lock().unwrap().pop().unwrap();
    assert!(body.contains("<Key>k</Key>"), "{body}");
    assert_eq!(headers["x-amz-checksum-crc32"], checksum::of(Algorithm::Crc32, body.as_bytes()));
    assert_eq!(headers["x-amz-sdk-checksum-algorithm"], "CRC32");
    assert!(!headers.contains_key("content-md5"));
}

#[tokio::test]
async fn an_error_inside_a_200_is_an_error_and_retried_like_any_other() {
    let answer = |call| {
        HttpResponse::new(
            200,
            match call {
                0 => "<?xml version='1.0'?>\n<Error><Code>InternalError</Code><Message>m</Message></Error>",
                1 => "",
                _ => "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>",
            },
        )
    };
    let (client, sent) = client("eu-west-1", |_| (), answer);
    let input = || CopyObjectInput::new().bucket("b-1").key("k").copy_source("b-2/k");
    let copied = client.copy_object(input()).await.unwrap();
    assert_eq!(copied.copy_object_result.unwrap().e_tag.as_deref(), Some("e"));
    assert_eq!(sent.lock().unwrap().len(), 3);

    let refused = |_| HttpResponse::new(200, "<Error><Code>AccessDenied</Code><Message>m</Message></Error>");
    let (client, sent) = self::client("eu-west-1", |_| (), refused);
    let error = client.copy_object(input()).await.unwrap_err();
    assert_eq!((error.code(), error.status(), error.attempts()), ("AccessDenied", Some(200), 1));
    assert_eq!(sent.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_bucket_of_another_region_is_an_error_that_names_it_with_both_ids() {
    let moved = |_| {
        let mut moved = HttpResponse::new(301, "<Error><Code>PermanentRedirect</Code></Error>");
        for (name, value) in [
            ("x-amz-bucket-region", "eu-central-1"),
            ("x-amz-request-id", "ID1"),
            ("x-amz-id-2", "ID2"),
            ("location", "http://elsewhere"),
        ] {
            moved.headers.insert(name, value.parse().unwrap());
        }
        moved
    };
    let (client, sent) = client("eu-west-1", |_| (), moved);
    let error = client.get_object(GetObjectInput::new().bucket("b-1").key("k")).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (err_code::BUCKET_REGION_ERROR, Some(301)));
    assert!(error.message().ends_with("bucket is in 'eu-central-1' region"), "{error}");
    assert_eq!((error.request_id(), error.extended_request_id()), (Some("ID1"), Some("ID2")));
    assert_eq!(sent.lock().unwrap().len(), 1, "never followed, never retried");
}

#[tokio::test]
async fn debug_of_a_signed_request_shows_no_customer_key() {
    let (client, sent) =
        client("eu-west-1", |request| format!("{request:?} {:?}", request.http_request), empty);
    let input = PutObjectInput::new().bucket("b-1").key("k").body("data").sse_customer_key("aHVzaA==");
    client.put_object(input).await.unwrap();
    let shown = sent.lock().unwrap().pop().unwrap();
    assert!(shown.contains("x-amz-server-side-encryption-customer-key"), "{shown}");
    assert!(!shown.contains("aHVzaA==") && !shown.contains("Signature="), "{shown}");
}
