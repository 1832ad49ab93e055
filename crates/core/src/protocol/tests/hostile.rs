//! Bytes that no service would send: never a panic, and no deeper than the limit.

use super::*;
use crate::err_code;
use crate::protocol::json_rpc::JsonRpc;
use crate::protocol::{JSON_1_0, QUERY, REST_XML};

const XML: &str = "<?xml version=\"1.0\"?><!-- c --><R xmlns:x='u'><Text>a&amp;&#233;é</Text><Tag x:type=\"k\"><Name/></Tag>\
    <Counts><entry><key>a</key><value>1</value></entry></Counts><Inner><Children><Child a = 'b>'/></Children></Inner>\
    <Text><![CDATA[x]]></Text><Code>c</Code></R>";
const JSON: &str = r#"{"Text":"a\u00e9\n","Tag":[{"Name":"n"}],"Counts":{"a":1.5e3},"Inner":{"Children":[{}]},"When":1.5,"x":[null,true]}"#;

async fn feed(protocol: &dyn Protocol, body: &[u8]) {
    let outcome = read::<Everything>(protocol, &MAKE_THING, response(200, &[], body)).await;
    if let Err(error) = outcome {
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR);
        assert!(!error.to_string().contains('\n'));
    }
    read_error(protocol, &SERVICE, response(400, &[], body)).await;
}

async fn feed_all(body: &[u8]) {
    for protocol in [&REST_XML as &dyn Protocol, &QUERY, &JSON_1_0] {
        feed(protocol, body).await;
    }
}

#[tokio::test]
async fn documents_cut_anywhere_are_errors_and_not_panics() {
    let xml = XML.replace("<R ", "<Error ").replace("</R>", "</Error>");
    for document in [XML, &*xml, JSON] {
        for end in 0..document.len() {
            feed_all(&document.as_bytes()[..end]).await;
        }
    }
    for end in 40..XML.len() {
        let cut = response(200, &[], &XML.as_bytes()[..end]);
        assert!(read::<Everything>(&REST_XML, &MAKE_THING, cut).await.is_err(), "cut at {end}");
    }
    for end in 1..JSON.len() {
        let cut = response(200, &[], &JSON.as_bytes()[..end]);
        assert!(read::<Everything>(&JSON_1_0, &MAKE_THING, cut).await.is_err(), "cut at {end}");
    }
}

#[tokio::test]
async fn documents_with_bytes_replaced_at_random_do_not_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    let interesting = b"<>&;/!?-[]\"'= \n:{}\\,0e\x00\xff\xc3";
    for document in [XML, JSON] {
        for _ in 0..1500 {
            let mut bytes = document.as_bytes().to_vec();
            for _ in 0..random.usize(1..6) {
                let at = random.usize(..bytes.len());
                match random.u8(..3) {
                    0 => bytes[at] = random.u8(..),
                    1 => bytes[at] = interesting[random.usize(..interesting.len())],
                    _ => drop(bytes.drain(at..(at + random.usize(..9)).min(bytes.len()))),
                }
                if bytes.is_empty() {
                    break;
                }
            }
            feed_all(&bytes).await;
        }
    }
}

#[tokio::test]
async fn deep_nesting_is_refused_in_every_format() {
    let xml = format!(
        "<R>{}{}</R>",
        "<Inner><Children><Child>".repeat(5000),
        "</Child></Children></Inner>".repeat(5000)
    );
    let unknown = format!("<R>{}{}</R>", "<x>".repeat(10_000), "</x>".repeat(10_000));
    for body in [xml, unknown] {
        let error = read::<Everything>(&REST_XML, &MAKE_THING, response(200, &[], body.as_bytes()))
            .await
            .unwrap_err();
        assert!(error.message().contains("128 levels"), "{error}");
    }
    let json = format!("{{\"Inner\":{}{}}}", "{\"Children\":[".repeat(5000), "]}".repeat(5000));
    let error =
        read::<Everything>(&JSON_1_0, &MAKE_THING, response(200, &[], json.as_bytes())).await.unwrap_err();
    assert!(error.message().contains("recursion limit"), "{error}");
    let unknown = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    feed(&JSON_1_0, unknown.as_bytes()).await;
}

#[test]
fn parameters_that_are_nested_too_deep_are_refused_too() {
    let protocols: [&dyn Protocol; 3] = [&REST_XML, &QUERY, &JsonRpc::V1_1];
    for protocol in protocols {
        let deep =
            (0..400).fold(item("leaf"), |inner, _| Item { children: Some(vec![inner]), ..Item::default() });
        let params = Everything { nested: Some(Box::new(deep)), ..Everything::default() };
        let mut request = request_of(&SERVICE, &MAKE_THING, params);
        protocol.build(&mut request);
        let error = request.error.unwrap();
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR);
        assert!(error.message().contains("128 levels"), "{error}");
    }
}
