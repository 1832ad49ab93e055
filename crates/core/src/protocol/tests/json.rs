//! Documents of the `json` protocols.

use super::*;
use crate::err_code;
use crate::http::header;
use crate::protocol::{JSON_1_0, JSON_1_1};

const DOCUMENT: &str = concat!(
    r#"{"Text":"a <b> & \"c\"\n","Flag":true,"Count":-1,"Size":1099511627776,"Ratio":"Infinity","Data":"aGVsbG8=","#,
    r#""When":1440938160.25,"HttpDate":"Sun, 30 Aug 2015 12:36:00 GMT","Names":["one","two"],"#,
    r#""Tag":[{"xsi:type":"kind","Name":"first"},{"xsi:type":"kind","Name":"second"}],"#,
    r#""Counts":{"a":1,"b":2},"Label":{"k":"v"},"#,
    r#""Inner":{"xsi:type":"kind","Name":"inner","Children":[{"xsi:type":"kind","Name":"leaf"}]},"Token":"token"}"#,
);

async fn read_body(body: &str) -> Result<Everything, Error> {
    read(&JSON_1_0, &MAKE_THING, response(200, &[], body.as_bytes())).await
}

#[test]
fn every_kind_of_value_is_written() {
    let request = built(&JSON_1_1, &MAKE_THING, everything());
    assert_eq!(body_of(&request), DOCUMENT);
    let headers = &request.http_request.headers;
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-amz-json-1.1");
    assert_eq!(headers["x-amz-target"], "Things_2020.MakeThing");
}

#[test]
fn a_request_without_parameters_carries_an_empty_object() {
    let request = built(&JSON_1_0, &MAKE_THING, Item::default());
    assert_eq!(body_of(&request), "{}");
    assert_eq!(request.http_request.headers[header::CONTENT_TYPE], "application/x-amz-json-1.0");
}

#[tokio::test]
async fn numbers_are_read_as_the_nearest_double() {
    for ratio in ["2e-286", "1.0000000000000001e-278", "1e-278", "5e-324", "9007199254740993.0"] {
        let thing = read_body(&format!(r#"{{"Ratio":{ratio}}}"#)).await.unwrap();
        assert_eq!(thing.ratio, ratio.parse().ok(), "{ratio}");
    }
}

#[test]
fn whole_seconds_are_written_without_a_fraction() {
    let time = DateTime::from_unix_seconds(-7);
    let params = Everything { when: Some(time), token: Some(String::new()), ..Everything::default() };
    assert_eq!(body_of(&built(&JSON_1_0, &MAKE_THING, params)), r#"{"When":-7,"Token":""}"#);
}

#[tokio::test]
async fn what_is_written_reads_back() {
    let output = read_body(DOCUMENT).await.unwrap();
    assert_eq!(format!("{output:?}"), format!("{:?}", everything()));
}

#[tokio::test]
async fn null_is_unset_and_unknown_members_are_passed_over() {
    let body = r#"{"Text":null,"Other":{"a":[1,{"Text":"no"}]},"Names":[null,"x"],"Counts":{"a":null,"b":1},"Inner":null}"#;
    let output = read_body(body).await.unwrap();
    assert!(output.text.is_none() && output.nested.is_none());
    assert_eq!(output.names.unwrap(), ["x"]);
    assert_eq!(output.counts.unwrap().into_iter().collect::<Vec<_>>(), [("b".to_owned(), 1)]);
}

#[tokio::test]
async fn numbers_are_read_from_fractions_strings_and_each_other() {
    let body = r#"{"Count":7.9,"Size":"8","Ratio":1,"When":"2015-08-30T12:36:00Z","HttpDate":1440938160,"Text":12.5}"#;
    let output = read_body(body).await.unwrap();
    assert_eq!((output.count, output.size, output.ratio), (Some(7), Some(8), Some(1.0)));
    assert_eq!(output.when, output.http_date);
    assert_eq!(output.text.as_deref(), Some("12.5"));
    assert!(read_body(r#"{"Ratio":"NaN"}"#).await.unwrap().ratio.unwrap().is_nan());
}

#[tokio::test]
async fn a_value_of_another_kind_is_an_error_that_names_the_member_and_hides_the_value() {
    for value in [
        r#""Count":"hunter2""#,
        r#""Count":{"hunter2":1}"#,
        r#""Count":["hunter2"]"#,
        r#""Count":true"#,
        r#""Count":3000000000"#,
        r#""Size":1e30"#,
        r#""When":1e300"#,
        r#""Names":"hunter2""#,
        r#""Names":{"hunter2":1}"#,
        r#""Counts":["hunter2"]"#,
        r#""Inner":"hunter2""#,
        r#""Inner":[1]"#,
        r#""Data":"hunter2!""#,
        r#""Flag":5"#,
    ] {
        let error = read_body(&format!("{{{value}}}")).await.unwrap_err();
        let member = value.split('"').nth(1).unwrap().replace("Inner", "Nested");
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR);
        assert!(error.message().contains(&*member) && error.message().contains("line 1"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_broken_document_is_an_error_and_none_at_all_sets_nothing() {
    for body in ["{", "{}x", "{} {}", "[]", "null", "7", "\"hunter2\"", "{\"Text\":\"\u{1}\"}", "<html>"] {
        let error = read_body(body).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(200)), "{body}");
        assert!(!error.is_retryable() && !error.to_string().contains("hunter2"), "{error}");
    }
    assert!(read_body(" \n").await.unwrap().text.is_none());
}
