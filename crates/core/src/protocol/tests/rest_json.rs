//! Documents of `rest-json`.

use serde_json::json;

use super::shapes::{
    DOCUMENT, Document, EITHER, Either, FREE, Free, LOCATED, Located, NOTHING, Nothing, STREAMED, Streamed,
    TEXT, Text,
};
use super::*;
use crate::body::Body;
use crate::err_code;
use crate::http::header;
use crate::protocol::{JSON_1_1, REST_JSON};

static PUT_DOCUMENT: Operation = operation::<Document, Document>("PUT", "/", &DOCUMENT, &DOCUMENT);
static PUT_FREE: Operation = operation::<Free, Free>("PUT", "/", &FREE, &FREE);
static PUT_EITHER: Operation = operation::<Either, Either>("PUT", "/", &EITHER, &EITHER);
static PUT_TEXT: Operation = operation::<Text, Text>("PUT", "/", &TEXT, &TEXT);
static STREAM: Operation = operation::<Streamed, Streamed>("PUT", "/", &STREAMED, &STREAMED);
static DO_NOTHING: Operation = operation::<Nothing, Nothing>("POST", "/", &NOTHING, &NOTHING);
static LOCATE: Operation = operation::<Located, Located>("GET", "/{Bucket}/{Key+}", &LOCATED, &LOCATED);

fn content_type(request: &Request) -> Option<&str> {
    request.http_request.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap())
}

#[test]
fn the_document_is_that_of_the_json_protocols() {
    let request = built(&REST_JSON, &MAKE_THING, everything());
    assert_eq!(body_of(&request), body_of(&built(&JSON_1_1, &MAKE_THING, everything())));
    assert_eq!(content_type(&request), Some("application/json"));
    assert!(!request.http_request.headers.contains_key("x-amz-target"));
}

#[tokio::test]
async fn what_is_written_reads_back() {
    let document = body_of(&built(&REST_JSON, &MAKE_THING, everything())).to_owned();
    let answer = response(200, &[], document.as_bytes());
    let output: Everything = read(&REST_JSON, &MAKE_THING, answer).await.unwrap();
    assert_eq!(format!("{output:?}"), format!("{:?}", everything()));
}

#[test]
fn a_body_that_the_model_has_is_sent_even_if_nothing_is_in_it() {
    static MAKE_ITEM: Operation = operation::<Item, Item>("POST", "/", &shapes::ITEM, &shapes::ITEM);
    let request = built(&REST_JSON, &MAKE_ITEM, Item::default());
    assert_eq!((body_of(&request), content_type(&request)), ("{}", Some("application/json")));

    let request = built(&REST_JSON, &PUT_DOCUMENT, Document::default());
    assert_eq!((body_of(&request), content_type(&request)), ("{}", Some("application/json")));
}

#[test]
fn a_body_that_the_model_does_not_have_is_not_sent() {
    let located = Located { bucket: Some("b".into()), key: Some("k".into()), ..Located::default() };
    for request in [
        built(&REST_JSON, &DO_NOTHING, Nothing::default()),
        built(&REST_JSON, &LOCATE, located),
        built(&REST_JSON, &PUT_EITHER, Either::default()),
        built(&REST_JSON, &PUT_FREE, Free::default()),
        built(&REST_JSON, &PUT_TEXT, Text::default()),
        built(&REST_JSON, &STREAM, Streamed::default()),
    ] {
        let schema = request.params.schema().name;
        assert!(request.http_request.body.is_empty() && content_type(&request).is_none(), "{schema}");
    }
}

#[tokio::test]
async fn a_payload_structure_is_the_document_itself() {
    let params = Document { id: Some("7".into()), item: Some(Box::new(item("x"))) };
    let request = built(&REST_JSON, &PUT_DOCUMENT, params);
    assert_eq!(body_of(&request), r#"{"xsi:type":"kind","Name":"x"}"#);
    assert_eq!(request.http_request.headers["x-id"], "7");

    let answer = response(200, &[("x-id", "8")], br#"{"Name":"y","Other":[{}]}"#);
    let output: Document = read(&REST_JSON, &PUT_DOCUMENT, answer).await.unwrap();
    assert_eq!((output.id.as_deref(), output.item.unwrap().name.as_deref()), (Some("8"), Some("y")));

    let answer = response(200, &[], b" \n");
    assert!(read::<Document>(&REST_JSON, &PUT_DOCUMENT, answer).await.unwrap().item.is_none());
}

#[tokio::test]
async fn a_payload_of_any_json_value_travels_as_it_is() {
    for value in [json!({"a": [1, null, 2.5]}), json!("text"), json!(7), json!(false), json!([])] {
        let request = built(&REST_JSON, &PUT_FREE, Free { value: Some(value.clone()) });
        assert_eq!(body_of(&request), value.to_string());
        assert_eq!(content_type(&request), Some("application/json"));
        let answer = response(200, &[], value.to_string().as_bytes());
        assert_eq!(read::<Free>(&REST_JSON, &PUT_FREE, answer).await.unwrap().value, Some(value));
    }
    let error = read::<Free>(&REST_JSON, &PUT_FREE, response(200, &[], b"{\"a\":")).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(200)));
}

#[tokio::test]
async fn payloads_of_text_and_streams_travel_raw() {
    let request = built(&REST_JSON, &PUT_TEXT, Text { policy: Some("raw".into()) });
    assert_eq!((body_of(&request), content_type(&request)), ("raw", Some("text/plain")));
    let output: Text = read(&REST_JSON, &PUT_TEXT, response(200, &[], b"\"raw\"")).await.unwrap();
    assert_eq!(output.policy.as_deref(), Some("\"raw\""));

    let params = Streamed { content_type: None, body: Some(Body::from("data")) };
    let request = built(&REST_JSON, &STREAM, params);
    assert_eq!((body_of(&request), content_type(&request)), ("data", Some("application/octet-stream")));
    let output: Streamed = read(&REST_JSON, &STREAM, response(200, &[], b"{}")).await.unwrap();
    assert_eq!(output.body.unwrap().collect().await.unwrap(), "{}");
}

#[tokio::test]
async fn an_error_is_told_by_headers_or_by_the_body() {
    let fields = br#"{"Name":"thing","message":"It is not there."}"#;
    let told = br#"{"code":"a.b#ThingNotThere:http://c/","Name":"thing","Message":"It is not there."}"#;
    for (headers, body) in [
        (&[("x-amzn-errortype", "ThingNotThere:http://c/")][..], &fields[..]),
        (
            &[("x-amzn-errortype", "ThingNotThere"), ("x-amzn-errormessage", "It is not there.")],
            br#"{"Name":"thing"}"#,
        ),
        (&[], told),
    ] {
        let error = read_error(&REST_JSON, &SERVICE, response(404, headers, body)).await;
        assert_eq!((error.code(), error.message()), ("Things.NotThere", "It is not there."));
        assert_eq!(error.fields_as::<Fault>().unwrap().name.as_deref(), Some("thing"));
    }
    let answer = response(500, &[("x-amzn-errortype", "ThingNotThere")], b"");
    assert_eq!(read_error(&REST_JSON, &SERVICE, answer).await.code(), "Things.NotThere");
}
