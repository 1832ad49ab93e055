//! Forms and answers of `query`.

use super::shapes::{CASED, Cased};
use super::*;
use crate::err_code;
use crate::http::{Method, header};
use crate::protocol::QUERY;
use crate::request::Presigning;

static CASE: Operation = operation::<Cased, Cased>("POST", "/", &CASED, &CASED);

#[test]
fn every_kind_of_value_has_its_place_in_the_form() {
    let request = built(&QUERY, &MAKE_THING, everything());
    let pairs: Vec<&str> = body_of(&request).split('&').collect();
    let expected = [
        "Action=MakeThing",
        "Version=2020-01-08",
        "Text=a%20%3Cb%3E%20%26%20%22c%22%0A",
        "Flag=true",
        "Count=-1",
        "Size=1099511627776",
        "Ratio=Infinity",
        "Data=aGVsbG8%3D",
        "When=2015-08-30T12%3A36%3A00.25Z",
        "HttpDate=Sun%2C%2030%20Aug%202015%2012%3A36%3A00%20GMT",
        "Names.member.1=one",
        "Names.member.2=two",
        "Tag.1.xsi%3Atype=kind",
        "Tag.1.Name=first",
        "Tag.2.xsi%3Atype=kind",
        "Tag.2.Name=second",
        "Counts.entry.1.key=a",
        "Counts.entry.1.value=1",
        "Counts.entry.2.key=b",
        "Counts.entry.2.value=2",
        "Label.1.K=k",
        "Label.1.V=v",
        "Inner.xsi%3Atype=kind",
        "Inner.Name=inner",
        "Inner.Children.Child.1.xsi%3Atype=kind",
        "Inner.Children.Child.1.Name=leaf",
        "Token=token",
    ];
    assert_eq!(pairs, expected);
    let http = &request.http_request;
    assert_eq!(http.headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded; charset=utf-8");
    assert_eq!((http.method.as_str(), &*http.url.path), ("POST", "/base/"));
}

#[test]
fn an_empty_list_is_told_and_an_empty_map_is_not() {
    let params = Everything {
        names: Some(Vec::new()),
        counts: Some(BTreeMap::new()),
        token: Some("t".to_owned()),
        ..Everything::default()
    };
    let request = built(&QUERY, &MAKE_THING, params);
    assert_eq!(body_of(&request), "Action=MakeThing&Version=2020-01-08&Names=&Token=t");
}

#[test]
fn a_flattened_list_goes_by_its_own_name_or_else_by_that_of_its_elements() {
    let params = Cased {
        flat: Some(vec![Item { name: Some("a".into()), ..Item::default() }]),
        flat_named: Some(vec!["b".into()]),
        ..Cased::default()
    };
    let expected = "Action=MakeThing&Version=2020-01-08&Child.1.Name=a&Own.1=b";
    assert_eq!(body_of(&built(&QUERY, &CASE, params)), expected);
}

#[tokio::test]
async fn the_result_is_taken_out_of_its_wrapper() {
    let body = b"<MakeThingResponse xmlns='u'><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>
        <MakeThingResult><Text>t</Text><Names><member>n</member></Names>
        <Counts><entry><key>k</key><value>3</value></entry></Counts></MakeThingResult></MakeThingResponse>";
    let output: Everything = read(&QUERY, &MAKE_THING, response(200, &[], body)).await.unwrap();
    assert_eq!((output.text.as_deref(), output.names.unwrap()), (Some("t"), vec!["n".to_owned()]));
    assert_eq!(output.counts.unwrap()["k"], 3);
}

#[tokio::test]
async fn an_answer_without_the_result_is_an_error() {
    for body in ["", "<html></html>", "<A><MakeThingResult>", "{}"] {
        let answer = response(200, &[], body.as_bytes());
        let error = read::<Everything>(&QUERY, &MAKE_THING, answer).await.unwrap_err();
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR, "{body}");
    }
}

#[test]
fn a_presigned_request_has_its_form_in_the_url() {
    let mut request = request_of(&SERVICE, &MAKE_THING, item("a b"));
    request.presigning = Some(Presigning::new(std::time::Duration::from_secs(60)));
    QUERY.build(&mut request);
    let http = &request.http_request;
    assert_eq!((&http.method, http.body.is_empty()), (&Method::GET, true));
    assert!(http.url.query.starts_with("Action=MakeThing&Version="), "{}", http.url);
    assert!(http.url.query.contains("=a%20b"), "{}", http.url);
    assert!(http.headers.is_empty(), "{:?}", http.headers);
}
