//! Forms and answers of `ec2`.

use super::shapes::{CASED, Cased};
use super::*;
use crate::err_code;
use crate::http::header;
use crate::protocol::EC2;

static CASE: Operation = operation::<Cased, Cased>("POST", "/", &CASED, &CASED);

#[test]
fn names_are_those_of_the_query_or_begin_with_a_capital() {
    let params = Cased {
        lower: Some("a".into()),
        named: Some("b".into()),
        asked: Some("c".into()),
        nested: Some(Box::new(item("d"))),
        other: Some("e".into()),
        ..Cased::default()
    };
    let request = built(&EC2, &CASE, params);
    let expected = "Action=MakeThing&Version=2020-01-08&Lower=a&TheName=b&queryName=c\
        &Nested.Xsi%3Atype=kind&Nested.Name=d&%C3%A9crit=e";
    assert_eq!(body_of(&request), expected);
    let http = &request.http_request;
    assert_eq!(http.headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded; charset=utf-8");
    assert_eq!(http.method.as_str(), "POST");
}

#[test]
fn lists_are_never_wrapped_whatever_the_model_says_of_their_elements() {
    let params = Cased {
        items: Some(vec!["a".into(), "b".into()]),
        nested: Some(Box::new(Item {
            children: Some(vec![Item { name: Some("c".into()), ..Item::default() }]),
            ..Item::default()
        })),
        flat: Some(vec![Item { name: Some("d".into()), ..Item::default() }]),
        map: Some(BTreeMap::from([("k".to_owned(), 1)])),
        ..Cased::default()
    };
    let expected = "Action=MakeThing&Version=2020-01-08&ItemSet.1=a&ItemSet.2=b&Nested.Children.1.Name=c\
        &Flat.1.Name=d&Map.entry.1.key=k&Map.entry.1.value=1";
    assert_eq!(body_of(&built(&EC2, &CASE, params)), expected);
}

#[test]
fn empty_lists_are_not_told() {
    let params = Cased { items: Some(Vec::new()), flat: Some(Vec::new()), ..Cased::default() };
    assert_eq!(body_of(&built(&EC2, &CASE, params)), "Action=MakeThing&Version=2020-01-08");
}

#[tokio::test]
async fn the_members_of_an_answer_stand_in_its_root() {
    let body = b"<CaseResponse xmlns='u'><requestId>id</requestId><lower>a</lower><theName>b</theName>
        <theOther>c</theOther><itemSet><item>d</item><item>e</item></itemSet></CaseResponse>";
    let output: Cased = read(&EC2, &CASE, response(200, &[], body)).await.unwrap();
    let texts = [output.lower, output.named, output.asked].map(Option::unwrap);
    assert_eq!(
        (texts, output.items.unwrap()),
        (["a", "b", "c"].map(str::to_owned), vec!["d".into(), "e".into()])
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_an_error() {
    for body in ["", "<CaseResponse><lower>a</lower>", "{}", "<a/><b/>"] {
        let error = read::<Cased>(&EC2, &CASE, response(200, &[], body.as_bytes())).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(200)), "{body}");
    }
}

#[tokio::test]
async fn the_first_of_several_errors_counts() {
    let body = b"<?xml version='1.0'?><Response><Errors>
        <Error><Code>Things.NotThere</Code><Message>It is not there.</Message><Name>thing</Name></Error>
        <Error><Code>Other</Code><Message>Other.</Message></Error>
        </Errors><RequestID>body-id</RequestID></Response>";
    let error = read_error(&EC2, &SERVICE, response(400, &[], body)).await;
    assert_eq!((error.code(), error.message()), ("Things.NotThere", "It is not there."));
    assert_eq!((error.status(), error.request_id()), (Some(400), Some("body-id")));
    assert_eq!(error.fields_as::<Fault>().unwrap().name.as_deref(), Some("thing"));
}
