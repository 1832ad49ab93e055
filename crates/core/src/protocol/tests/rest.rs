//! Members all over an HTTP message.

use std::collections::BTreeMap;

use super::shapes::{LOCATED, Located, NOTHING, Nothing, STREAMED, Streamed};
use super::*;
use crate::body::Body;
use crate::err_code;
use crate::http::header;
use crate::protocol::{REST_JSON, REST_XML};

static LOCATE: Operation =
    operation::<Located, Located>("GET", "/{Bucket}/{Key+}?list-type=2&acl", &LOCATED, &LOCATED);
static STREAM: Operation = operation::<Streamed, Streamed>("PUT", "/", &STREAMED, &STREAMED);
static DO_NOTHING: Operation = operation::<Nothing, Nothing>("GET", "/", &NOTHING, &NOTHING);

fn located(bucket: &str, key: &str) -> Located {
    Located { bucket: Some(bucket.to_owned()), key: Some(key.to_owned()), ..Located::default() }
}

fn text_map<const N: usize>(entries: [(&str, &str); N]) -> Option<BTreeMap<String, String>> {
    Some(entries.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
}

#[test]
fn a_key_is_escaped_but_never_normalised() {
    for (key, path) in [
        ("a/b c", "/base/b/a/b%20c"),
        ("/a//../b/", "/base/b//a//../b/"),
        ("é+%2F?#", "/base/b/%C3%A9%2B%252F%3F%23"),
    ] {
        assert_eq!(built(&REST_XML, &LOCATE, located("b", key)).http_request.url.path, path);
    }
    assert_eq!(built(&REST_XML, &LOCATE, located("a/b", "k")).http_request.url.path, "/base/a%2Fb/k");
}

#[test]
fn an_empty_label_is_refused() {
    for params in [located("b", ""), located("", "k"), Located::default()] {
        let mut request = request_of(&SERVICE, &LOCATE, params);
        REST_XML.build(&mut request);
        assert_eq!(request.error.unwrap().code(), err_code::INVALID_PARAMETER);
    }
}

#[test]
fn a_template_that_a_handler_has_changed_is_the_one_that_is_filled() {
    for (template, path, query) in
        [("/{Key+}", "/base/k", ""), ("?acl", "/base/", "acl"), ("/", "/base/", ""), ("{Key", "/base/k", "")]
    {
        let mut request = request_of(&SERVICE, &LOCATE, located("b", "k"));
        request.http_path = template.into();
        REST_XML.build(&mut request);
        let url = &request.http_request.url;
        assert_eq!((&*url.path, &*url.query), (path, query), "{template}");
    }
}

#[test]
fn query_parameters_follow_those_of_the_template() {
    let mut params = located("b", "k");
    params.filter = Some(vec!["x y".to_owned(), String::new()]);
    params.until = Some(DateTime::from_unix_seconds(0));
    params.extra = text_map([("filter", "hidden"), ("ü", "1&2")]);
    let request = built(&REST_XML, &LOCATE, params);
    let expected = "list-type=2&acl&filter=x%20y&filter=&until=1970-01-01T00%3A00%3A00Z&%C3%BC=1%262";
    assert_eq!(request.http_request.url.query, expected);
}

#[test]
fn header_members_become_headers_and_a_request_without_body_has_no_content_type() {
    let mut params = located("b", "k");
    params.id = Some(" id ".to_owned());
    params.length = Some(7);
    params.modified = Some(DateTime::from_unix_seconds(1_440_938_160));
    params.parts = Some(["a", "b,c", "d\"e"].map(str::to_owned).into());
    params.meta = text_map([("Colour", "red"), ("size", "")]);
    params.json = Some("{}".to_owned());
    let request = built(&REST_XML, &LOCATE, params);
    let headers = &request.http_request.headers;
    for (name, value) in [
        ("x-id", "id"),
        ("x-length", "7"),
        ("last-modified", "Sun, 30 Aug 2015 12:36:00 GMT"),
        ("x-parts", "a, \"b,c\", \"d\\\"e\""),
        ("x-meta-colour", "red"),
        ("x-meta-size", ""),
        ("x-json", "e30="),
    ] {
        assert_eq!(headers.get(name).map(|value| value.to_str().unwrap()), Some(value), "{name}");
    }
    assert!(!headers.contains_key(header::CONTENT_TYPE) && request.http_request.body.is_empty());
}

#[test]
fn what_a_header_cannot_carry_is_an_error_that_does_not_show_it() {
    for params in [
        Located { id: Some("a\r\nHost: evil".to_owned()), ..located("b", "k") },
        Located { meta: text_map([("a\nb", "evil")]), ..located("b", "k") },
    ] {
        let mut request = request_of(&SERVICE, &LOCATE, params);
        REST_XML.build(&mut request);
        let error = request.error.unwrap();
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR);
        assert!(!error.to_string().contains("evil"), "{error}");
    }
}

#[test]
fn a_streamed_body_moves_into_the_request_and_its_type_stays_as_given() {
    let params = Streamed { content_type: None, body: Some(Body::from("data")) };
    let request = built(&REST_XML, &STREAM, params);
    assert_eq!(body_of(&request), "data");
    assert_eq!(request.http_request.headers[header::CONTENT_TYPE], "application/octet-stream");

    let params = Streamed { content_type: Some("text/csv".to_owned()), body: Some(Body::from("a,b")) };
    assert_eq!(built(&REST_XML, &STREAM, params).http_request.headers[header::CONTENT_TYPE], "text/csv");

    let request = built(&REST_XML, &STREAM, Streamed { content_type: None, body: Some(Body::empty()) });
    assert!(request.http_request.headers.is_empty() && request.http_request.body.is_empty());
}

#[tokio::test]
async fn the_head_of_an_answer_is_read_before_its_body_is_handed_over() {
    let answer = response(200, &[("content-type", "text/csv")], b"a,b");
    let output: Streamed = read(&REST_XML, &STREAM, answer).await.unwrap();
    assert_eq!(output.content_type.as_deref(), Some("text/csv"));
    assert_eq!(output.body.unwrap().collect().await.unwrap(), "a,b");
}

#[tokio::test]
async fn headers_of_an_answer_become_members() {
    let headers = [
        ("x-id", "first"),
        ("x-id", "second"),
        ("x-length", "12"),
        ("last-modified", "Sun, 30 Aug 2015 12:36:00 GMT"),
        ("x-parts", "a, \"b,\\\"c\" ,d"),
        ("x-parts", "e"),
        ("x-dates", "Sun, 30 Aug 2015 12:36:00 GMT, Sun, 30 Aug 2015 12:36:01 GMT"),
        ("x-meta-colour", "red"),
        ("expires", "never"),
        ("x-json", "e30="),
    ];
    let output: Located = read(&REST_XML, &LOCATE, response(206, &headers, b"")).await.unwrap();
    assert_eq!(output.id.as_deref(), Some("first"));
    assert_eq!((output.length, output.status), (Some(12), Some(206)));
    assert_eq!(output.modified, Some(DateTime::from_unix_seconds(1_440_938_160)));
    assert_eq!(output.parts.unwrap(), ["a", "b,\"c", "d", "e"]);
    assert_eq!(output.dates.unwrap().len(), 2);
    assert_eq!(output.meta, text_map([("colour", "red")]));
    assert_eq!(output.json.as_deref(), Some("{}"));
    assert_eq!(output.expires, None, "an invalid date in Expires means the past, not a broken answer");
}

#[tokio::test]
async fn an_answer_has_members_in_its_body_that_a_request_has_in_its_path_and_query() {
    let bodies: [(&dyn Protocol, &[u8]); 2] = [
        (&REST_XML, b"<R><Key>k</Key><filter><member>f</member></filter><X-Id>no</X-Id></R>"),
        (&REST_JSON, br#"{"Key":"k","filter":["f"],"X-Id":"no"}"#),
    ];
    for (protocol, body) in bodies {
        let output: Located = read(protocol, &LOCATE, response(200, &[], body)).await.unwrap();
        assert_eq!(
            (output.key.as_deref(), output.filter, output.id),
            (Some("k"), Some(vec!["f".into()]), None)
        );
    }
}

#[tokio::test]
async fn a_header_that_does_not_parse_is_an_error_that_names_the_member() {
    let answer = response(200, &[("x-length", "many")], b"");
    let error = read::<Located>(&REST_XML, &LOCATE, answer).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(200)));
    assert_eq!(error.message(), "the value of Length is not a 64-bit integer");
}

#[tokio::test]
async fn the_body_of_an_answer_without_members_is_read_and_dropped() {
    read::<Nothing>(&REST_XML, &DO_NOTHING, response(200, &[], b"<<<")).await.unwrap();
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_read_error() {
    let mut answer = response(200, &[], b"");
    let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    answer.body = Body::stream(OneError(Some(broken())), 10);
    let error = read::<Everything>(&REST_XML, &MAKE_THING, answer).await.unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), (err_code::READ_ERROR, true));
}

struct OneError(Option<std::io::Error>);

impl futures_core::Stream for OneError {
    type Item = Result<bytes::Bytes, std::io::Error>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Err))
    }
}

#[tokio::test]
async fn the_request_id_is_read_from_either_header() {
    for name in ["x-amzn-requestid", "x-amz-request-id"] {
        let mut request = request_of(&SERVICE, &DO_NOTHING, Nothing::default());
        request.http_response = Some(response(200, &[(name, "id-1")], b""));
        REST_XML.unmarshal_meta(&mut request);
        assert_eq!(request.request_id.as_deref(), Some("id-1"));
    }
}
