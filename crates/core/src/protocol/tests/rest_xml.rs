//! Documents of `rest-xml`.

use super::shapes::{DOCUMENT, Document, TEXT, Text};
use super::*;
use crate::err_code;
use crate::http::header;
use crate::protocol::REST_XML;
use crate::schema::XmlNamespace;

static MAKE_NAMED: Operation =
    operation::<Everything, Everything>("POST", "/", &shapes::EVERYTHING, &shapes::EVERYTHING)
        .input_root("MakeThingRequest", Some(XmlNamespace::new("http://example.com/doc")));
static PUT_DOCUMENT: Operation = operation::<Document, Document>("PUT", "/", &DOCUMENT, &DOCUMENT);
static PUT_TEXT: Operation = operation::<Text, Text>("PUT", "/", &TEXT, &TEXT);

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

fn document() -> String {
    format!(
        concat!(
            "<MakeThingRequest xmlns=\"http://example.com/doc\">",
            "<Text>a &lt;b&gt; &amp; &quot;c&quot;&#xA;</Text><Flag>true</Flag><Count>-1</Count>",
            "<Size>1099511627776</Size><Ratio>Infinity</Ratio><Data>aGVsbG8=</Data>",
            "<When>2015-08-30T12:36:00.25Z</When><HttpDate>Sun, 30 Aug 2015 12:36:00 GMT</HttpDate>",
            "<Names><member>one</member><member>two</member></Names>",
            "<Tag xsi:type=\"kind\"><Name>first</Name></Tag><Tag xsi:type=\"kind\"><Name>second</Name></Tag>",
            "<Counts><entry><key>a</key><value>1</value></entry><entry><key>b</key><value>2</value></entry></Counts>",
            "<Label><K>k</K><V>v</V></Label>",
            "<Inner xsi:type=\"kind\"><Name>inner</Name><Children>",
            "<Child xmlns:xsi=\"{}\" xsi:type=\"kind\"><Name>leaf</Name></Child></Children></Inner>",
            "<Token>token</Token></MakeThingRequest>",
        ),
        XSI
    )
}

#[test]
fn every_kind_of_value_is_written_in_the_order_of_the_schema() {
    let request = built(&REST_XML, &MAKE_NAMED, everything());
    assert_eq!(body_of(&request), document());
    assert_eq!(request.http_request.headers[header::CONTENT_TYPE], "application/xml");
}

#[tokio::test]
async fn what_is_written_reads_back() {
    let answer = response(200, &[], document().as_bytes());
    let output: Everything = read(&REST_XML, &MAKE_THING, answer).await.unwrap();
    assert_eq!(format!("{output:?}"), format!("{:?}", everything()));
}

#[test]
fn an_unset_token_is_filled_and_makes_a_body_by_itself() {
    let request = built(&REST_XML, &MAKE_THING, Everything::default());
    let uuid = "00000000-0000-4000-8000-000000000000";
    assert_eq!(body_of(&request), format!("<Everything><Token>{uuid}</Token></Everything>"));
}

#[test]
fn empty_collections_are_written_unless_they_are_flattened() {
    let params = Everything {
        names: Some(Vec::new()),
        tags: Some(Vec::new()),
        counts: Some(BTreeMap::new()),
        labels: Some(BTreeMap::new()),
        token: Some(String::new()),
        ..Everything::default()
    };
    let request = built(&REST_XML, &MAKE_THING, params);
    let expected = "<Everything><Names></Names><Counts></Counts><Token></Token></Everything>";
    assert_eq!(body_of(&request), expected);
}

#[test]
fn a_payload_structure_has_a_root_and_a_namespace_of_its_own() {
    let params = Document { id: Some("1".to_owned()), item: Some(Box::new(item("x"))) };
    let request = built(&REST_XML, &PUT_DOCUMENT, params);
    let expected = "<ItemRoot xmlns=\"http://example.com/ns\" xsi:type=\"kind\"><Name>x</Name></ItemRoot>";
    assert_eq!(body_of(&request), expected);

    let request = built(&REST_XML, &PUT_DOCUMENT, Document::default());
    assert!(request.http_request.body.is_empty() && request.http_request.headers.is_empty());
}

#[tokio::test]
async fn a_payload_structure_is_read_from_whatever_root_it_has() {
    let answer =
        response(200, &[("x-id", "7")], b"<ns:Any xmlns:ns='u' xsi:type='k&amp;'><Name>n</Name></ns:Any>");
    let output: Document = read(&REST_XML, &PUT_DOCUMENT, answer).await.unwrap();
    let item = output.item.unwrap();
    assert_eq!((output.id.as_deref(), item.name.as_deref()), (Some("7"), Some("n")));
    assert_eq!(item.kind.as_deref(), Some("k&"));
}

#[tokio::test]
async fn a_payload_text_travels_raw() {
    let request = built(&REST_XML, &PUT_TEXT, Text { policy: Some("{\"a\":1}".to_owned()) });
    assert_eq!(body_of(&request), "{\"a\":1}");
    assert_eq!(request.http_request.headers[header::CONTENT_TYPE], "text/plain");
    let output: Text = read(&REST_XML, &PUT_TEXT, response(200, &[], b"raw <text>")).await.unwrap();
    assert_eq!(output.policy.as_deref(), Some("raw <text>"));
    assert!(read::<Text>(&REST_XML, &PUT_TEXT, response(200, &[], b"\xff")).await.is_err());
}

#[tokio::test]
async fn unknown_elements_odd_order_and_prefixes_do_not_matter() {
    let body = br#"<?xml version="1.0"?><!-- c --><r:Root xmlns:r="u">
        <Other><Text>no</Text></Other> <r:Count> 5 </r:Count><Text>a<!-- b --><![CDATA[<c>]]>d<e>x</e></Text>
        <Names><odd>o</odd><member/></Names><Flag>TRUE</Flag></r:Root> <!-- end -->"#;
    let output: Everything = read(&REST_XML, &MAKE_THING, response(200, &[], body)).await.unwrap();
    assert_eq!((output.count, output.flag), (Some(5), Some(true)));
    assert_eq!(output.text.as_deref(), Some("a<c>d"));
    assert_eq!(output.names.unwrap(), ["o", ""]);
}

#[tokio::test]
async fn an_entry_of_a_map_may_have_any_name_and_its_value_before_its_key() {
    let body = b"<R><Counts><entry><value>1</value><key>a</key></entry><odd><key>b</key><value>2</value></odd></Counts>
        <Label><V>v</V><K>k</K></Label><Text>t\r\nu&#13;</Text><Flag>1</Flag></R>";
    let output: Everything = read(&REST_XML, &MAKE_THING, response(200, &[], body)).await.unwrap();
    assert_eq!(output.counts.unwrap(), BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    assert_eq!(output.labels.unwrap(), BTreeMap::from([("k".to_owned(), "v".to_owned())]));
    assert_eq!((output.text.as_deref(), output.flag), (Some("t\nu\r"), Some(true)));
}

#[tokio::test]
async fn an_empty_body_sets_nothing_and_empty_elements_set_empty_values() {
    for body in ["", " \n"] {
        let output: Everything =
            read(&REST_XML, &MAKE_THING, response(200, &[], body.as_bytes())).await.unwrap();
        assert!(output.text.is_none());
    }
    let body = b"<R><Text/><Names/><Counts></Counts><Inner/><Data/><Count/><Flag></Flag><When></When></R>";
    let output: Everything = read(&REST_XML, &MAKE_THING, response(200, &[], body)).await.unwrap();
    assert_eq!((output.count, output.flag, output.when), (None, None, None));
    assert_eq!((output.text.as_deref(), output.names.map(|names| names.len())), (Some(""), Some(0)));
    assert!(output.counts.unwrap().is_empty() && output.nested.is_some() && output.data.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_an_error_that_is_not_retried() {
    let bodies: [&[u8]; 4] = [
        b"<R><Count>x7</Count></R>",
        b"<R><Text>x7</R>",
        b"<R><Text>x7",
        b"<R><Counts><entry><value>7</value></entry></Counts></R>",
    ];
    for body in bodies {
        let error = read::<Everything>(&REST_XML, &MAKE_THING, response(200, &[], body)).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(200)));
        assert!(!error.is_retryable() && !error.message().contains("x7"), "{error}");
    }
}
