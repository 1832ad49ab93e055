//! What the handlers of S3 make of requests and answers, seen through a client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cumulo_core::checksum::{self, Algorithm};
use cumulo_core::clock::Clock;
use cumulo_core::http::HttpResponse;
use cumulo_core::{BoxFuture, Config, Credentials, DateTime, Request};

use crate::types::{CreateBucketConfiguration, Delete, ObjectIdentifier};
use crate::{
    Client, CopyObjectInput, CreateBucketInput, DeleteObjectInput, DeleteObjectsInput,
    GetBucketLocationInput, GetBucketNotificationInput, GetBucketPolicyInput, GetObjectInput,
    HeadBucketInput, HeadObjectInput, ListObjectsV2Input, PutObjectInput, bucket_region_of, err_code,
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
async fn an_error_inside_a_200_is_found_by_every_operation_whose_answer_is_no_object() {
    const ERROR: &str = "<Error><Code>AccessDenied</Code><Message>m</Message></Error>";
    let answer = |_| HttpResponse::new(200, ERROR);
    let (client, _) = client("eu-west-1", |_| (), answer);
    let error = client.list_objects_v2(ListObjectsV2Input::new().bucket("b-1")).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("AccessDenied", Some(200)));
    let error = client.delete_object(DeleteObjectInput::new().bucket("b-1").key("k")).await.unwrap_err();
    assert_eq!(error.code(), "AccessDenied");
    let object = client.get_object(GetObjectInput::new().bucket("b-1").key("k")).await.unwrap();
    assert_eq!(object.body.unwrap().collect().await.unwrap(), ERROR);
    let policy = client.get_bucket_policy(GetBucketPolicyInput::new().bucket("b-1")).await.unwrap();
    assert_eq!(policy.policy.as_deref(), Some(ERROR));
}

#[tokio::test]
async fn of_events_that_have_a_member_for_one_and_a_member_for_all_every_one_is_read() {
    let event = |name| format!("<Event>s3:{name}</Event>");
    let body = format!(
        "<NotificationConfiguration><TopicConfiguration>{0}{1}<Topic>t</Topic></TopicConfiguration>\
         <QueueConfiguration>{1}<Queue>q</Queue>{0}</QueueConfiguration></NotificationConfiguration>",
        event("ObjectCreated:Put"),
        event("ObjectRemoved:Delete")
    );
    let (client, _) = client("eu-west-1", |_| (), move |_| HttpResponse::new(200, body.clone()));
    #[allow(deprecated, reason = "the newer operation has lists alone")]
    let found =
        client.get_bucket_notification(GetBucketNotificationInput::new().bucket("b-1")).await.unwrap();
    let (topic, queue) = (found.topic_configuration.unwrap(), found.queue_configuration.unwrap());
    assert_eq!((topic.events.unwrap().len(), queue.events.unwrap().len()), (2, 2));
    assert_eq!((topic.topic.as_deref(), queue.queue.as_deref()), (Some("t"), Some("q")));
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

/// An answer with headers.
fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> HttpResponse {
    let mut answer = HttpResponse::new(status, body);
    for (name, value) in headers {
        answer.headers.insert(*name, value.parse().unwrap());
    }
    answer
}

#[tokio::test]
async fn every_answer_from_the_wrong_region_names_the_right_one() {
    const HEADER: &[(&str, &str)] = &[("x-amz-bucket-region", "eu-central-1")];
    const MALFORMED: &str = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>eu-central-1</Region></Error>";
    const TEMPORARY: &str = "<Error><Code>TemporaryRedirect</Code><Message>m</Message><Endpoint>b-1.s3.eu-central-1.amazonaws.com</Endpoint></Error>";
    const ILLEGAL: &str = "<Error><Code>IllegalLocationConstraintException</Code><Message>The eu-central-1 location constraint is incompatible for the region specific endpoint this request was sent to.</Message></Error>";
    const PERMANENT: &str =
        "<Error><Code>PermanentRedirect</Code><Endpoint>b-1.s3-eu-central-1.amazonaws.com</Endpoint></Error>";
    for (status, headers, body, code) in [
        (301, HEADER, "", err_code::BUCKET_REGION_ERROR),
        (301, &[][..], PERMANENT, err_code::BUCKET_REGION_ERROR),
        (307, &[], TEMPORARY, err_code::TEMPORARY_REDIRECT),
        (400, &[], MALFORMED, err_code::AUTHORIZATION_HEADER_MALFORMED),
        (400, &[], ILLEGAL, err_code::ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION),
        (400, HEADER, "", "BadRequest"),
    ] {
        let (client, sent) = client("eu-west-1", |_| (), move |_| answer(status, headers, body));
        let error = client.get_object(GetObjectInput::new().bucket("b-1").key("k")).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (code, Some(status)));
        assert_eq!(bucket_region_of(&error), Some("eu-central-1"), "{error}");
        assert!(error.message().contains("bucket is in 'eu-central-1' region"), "{error}");
        assert_eq!(error.fields().unwrap().text("Region"), Some("eu-central-1"));
        assert_eq!(sent.lock().unwrap().len(), 1, "not retried");
    }
}

#[tokio::test]
async fn an_error_in_the_right_region_is_not_about_regions() {
    let denied = |_| answer(403, &[("x-amz-bucket-region", "eu-west-1")], "");
    let (client, _) = client("eu-west-1", |_| (), denied);
    let error = client.head_bucket(HeadBucketInput::new().bucket("b-1")).await.unwrap_err();
    assert_eq!((error.code(), error.message()), ("Forbidden", "Forbidden"));
    assert_eq!(bucket_region_of(&error), Some("eu-west-1"), "which it tells all the same");
    let (client, _) = self::client("eu-west-1", |_| (), |_| answer(400, &[], ""));
    let error = client.head_bucket(HeadBucketInput::new().bucket("b-1")).await.unwrap_err();
    assert_eq!((error.message(), bucket_region_of(&error)), ("Bad Request", None));
}

#[tokio::test]
async fn what_is_no_region_of_the_bucket_is_not_told_as_one() {
    const ILLEGAL: &str = "<Error><Code>IllegalLocationConstraintException</Code><Message>The eu-central-1 location constraint is incompatible for the region specific endpoint this request was sent to.</Message></Error>";
    let (client, _) = client("eu-west-1", |_| (), |_| answer(400, &[], ILLEGAL));
    let error = client.create_bucket(CreateBucketInput::new().bucket("b-1")).await.unwrap_err();
    assert_eq!(bucket_region_of(&error), None, "it was asked for");
    for (header, body) in [
        ("EU", ""),
        ("<b>eu-1</b>", ""),
        ("", "<Error><Code>InvalidArgument</Code><Region>eu-central-1</Region></Error>"),
        ("", "<Error><Code>AuthorizationHeaderMalformed</Code><Region>no region</Region></Error>"),
    ] {
        let headers = [("x-amz-bucket-region", header)];
        let headers = if header.is_empty() { Vec::new() } else { headers.to_vec() };
        let (client, _) = self::client("eu-west-1", |_| (), move |_| answer(400, &headers, body));
        let error = client.get_object(GetObjectInput::new().bucket("b-1").key("k")).await.unwrap_err();
        assert_eq!(bucket_region_of(&error), None, "{header} {body}");
        assert!(!error.message().contains("region"), "{error}");
    }
}

#[tokio::test]
async fn answers_without_a_body_are_named_after_their_status() {
    for (status, code) in [
        (304, err_code::NOT_MODIFIED),
        (403, "Forbidden"),
        (404, err_code::NOT_FOUND),
        (405, err_code::METHOD_NOT_ALLOWED),
        (412, err_code::PRECONDITION_FAILED),
    ] {
        let (client, _) = client("eu-west-1", |_| (), move |_| answer(status, &[], ""));
        let error = client.head_object(HeadObjectInput::new().bucket("b-1").key("k")).await.unwrap_err();
        assert_eq!((error.code(), error.status(), error.attempts()), (code, Some(status), 1));
    }
}

#[tokio::test]
async fn the_location_of_a_bucket_is_a_region() {
    for (body, region) in [
        (
            "<LocationConstraint xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>eu-central-1</LocationConstraint>",
            "eu-central-1",
        ),
        ("<?xml version='1.0' encoding='UTF-8'?>\n<LocationConstraint xmlns='u'/>", "us-east-1"),
        ("<LocationConstraint></LocationConstraint>", "us-east-1"),
        ("<LocationConstraint>EU</LocationConstraint>", "eu-west-1"),
        ("<R><LocationConstraint>ap-south-1</LocationConstraint></R>", "ap-south-1"),
        ("", "us-east-1"),
    ] {
        let (client, _) = client("eu-west-1", |_| (), move |_| answer(200, &[], body));
        let input = GetBucketLocationInput::new().bucket("b-1");
        let location = client.get_bucket_location(input).await.unwrap().location_constraint.unwrap();
        assert_eq!(location.as_ref(), region, "{body}");
    }
}

#[tokio::test]
async fn a_large_put_waits_to_be_asked_for_its_body_and_the_signature_does_not_say_so() {
    let header = |request: &Request| {
        let headers = &request.http_request.headers;
        assert!(!headers["authorization"].to_str().unwrap().contains("expect"));
        headers.contains_key("expect")
    };
    const MIB: usize = 1 << 20;
    for (threshold, size, waits) in [
        (None, 2 * MIB, true),
        (None, 2 * MIB - 1, false),
        (Some(10), 10, true),
        (Some(0), 0, false),
        (Some(u64::MAX), 2 * MIB, false),
    ] {
        let busy = |call| HttpResponse::new(if call == 0 { 503 } else { 200 }, "");
        let (client, sent) = client("eu-west-1", header, busy);
        let mut config = Config::new();
        config.s3_expect_continue_from = threshold;
        let mut limited = Client::with_config(&client.base().settings().config, &config);
        *limited.handlers_mut() = client.base().handlers().clone();
        let input = PutObjectInput::new().bucket("b-1").key("k").body(vec![0; size]);
        limited.put_object(input).await.unwrap();
        assert_eq!(*sent.lock().unwrap(), [waits, waits], "{threshold:?} {size}");
    }
}

#[tokio::test]
async fn a_head_that_is_refused_for_its_time_is_sent_again_with_the_right_one() {
    let date = |request: &Request| request.http_request.headers["x-amz-date"].to_str().unwrap().to_owned();
    // The client's clock stands at midnight.
    for (server, dates) in [
        ("Thu, 01 Jan 2026 01:00:00 GMT", &["20260101T000000Z", "20260101T010000Z"][..]),
        ("Thu, 01 Jan 2026 00:00:09 GMT", &["20260101T000000Z"]),
    ] {
        let refused = move |_| answer(403, &[("date", server)], "");
        let (client, sent) = client("eu-west-1", date, refused);
        let error = client.head_object(HeadObjectInput::new().bucket("b-1").key("k")).await.unwrap_err();
        assert_eq!(error.code(), "Forbidden", "which it stays where the time was not the reason");
        assert_eq!(*sent.lock().unwrap(), dates);
    }
}

#[cfg(feature = "aws-lc-rs")]
mod multi_region_access_points {
    use super::*;

    const ARN: &str = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap";
    const HOST: &str = "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com";

    fn header(request: &Request, name: &str) -> String {
        let value = request.http_request.headers.get(name);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn requests_are_signed_with_sigv4a_for_all_regions() {
        let note = |request: &Request| {
            let url = &request.http_request.url;
            let names = ["authorization", "x-amz-region-set", "x-amz-content-sha256"];
            (format!("{}{}", url.authority, url.path), names.map(|name| header(request, name)))
        };
        let (client, sent) = client("eu-west-1", note, empty);
        client.put_object(PutObjectInput::new().bucket(ARN).key("a b/c").body("x")).await.unwrap();
        let stream = cumulo_core::Body::reader(&b"streamed"[..], 8);
        client.put_object(PutObjectInput::new().bucket(ARN).key("k").body(stream)).await.unwrap();

        let sent = sent.lock().unwrap();
        for (_, [authorization, regions, _]) in &*sent {
            let credential =
                "AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/s3/aws4_request, SignedHeaders=";
            assert!(authorization.starts_with(credential), "{authorization}");
            assert!(authorization.contains(";x-amz-region-set;"), "{authorization}");
            assert_eq!(regions, "*");
        }
        assert_eq!(sent[0].0, format!("{HOST}/a%20b/c"));
        assert_eq!(sent[1].1[2], "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    }

    #[tokio::test]
    async fn urls_are_presigned_with_the_regions_in_the_query() {
        let (client, _) = client("eu-west-1", |_| (), empty);
        let request = client.get_object_request(GetObjectInput::new().bucket(ARN).key("k"));
        let url = request.presign(Duration::from_secs(60)).await.unwrap().url;
        assert!(
            url.starts_with(&format!("https://{HOST}/k?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&")),
            "{url}"
        );
        assert!(url.contains("&X-Amz-Region-Set=%2A&X-Amz-SignedHeaders=host&"), "{url}");
    }
}
