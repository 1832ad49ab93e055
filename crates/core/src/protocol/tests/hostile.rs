//! Bytes that no service would send: never a panic, and no deeper than the limit.

use super::*;
use crate::err_code;
use crate::protocol::json_rpc::JsonRpc;
use crate::protocol::{EC2, JSON_1_0, QUERY, REST_JSON, REST_XML, RPC_V2_CBOR};

const XML: &str = "<?xml version=\"1.0\"?><!-- c --><R xmlns:x='u'><Text>a&amp;&#233;é</Text><Tag x:type=\"k\"><Name/></Tag>\
    <Counts><entry><key>a</key><value>1</value></entry></Counts><Inner><Children><Child a = 'b>'/></Children></Inner>\
    <Text><![CDATA[x]]></Text><Code>c</Code></R>";
const JSON: &str = r#"{"Text":"a\u00e9\n","Tag":[{"Name":"n"}],"Counts":{"a":1.5e3},"Inner":{"Children":[{}]},"When":1.5,"x":[null,true]}"#;
/// The same in CBOR, with definite and indefinite lengths and numbers of every size.
const CBOR: &[u8] = b"\xbf\x64Text\x7f\x61a\x63\xe2\x82\xac\xff\x63Tag\x9f\xa1\x64Name\x61n\xff\x66Counts\xa1\x61a\x19\x01\x02\
    \x65Inner\xbf\x68Children\x81\xa0\xff\x64When\xc1\xfb\x41\xd4\x52\xd9\xe8\x20\0\0\x65Ratio\xf9\x3c\0\x64Data\x5f\x41x\xff\
    \x61x\x82\xf6\xf5\x66__type\x61c\xff";

async fn feed(protocol: &dyn Protocol, body: &[u8]) {
    let outcome = read::<Everything>(protocol, &MAKE_THING, response(200, &[], body)).await;
    if let Err(error) = outcome {
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR);
        assert!(!error.to_string().contains('\n'));
    }
    read_error(protocol, &SERVICE, response(400, &[], body)).await;
}

async fn feed_all(body: &[u8]) {
    for protocol in [&REST_XML as &dyn Protocol, &QUERY, &EC2, &JSON_1_0, &REST_JSON, &RPC_V2_CBOR] {
        feed(protocol, body).await;
    }
}

#[tokio::test]
async fn documents_cut_anywhere_are_errors_and_not_panics() {
    let xml = XML.replace("<R ", "<Error ").replace("</R>", "</Error>");
    for document in [XML.as_bytes(), xml.as_bytes(), JSON.as_bytes(), CBOR] {
        for end in 0..document.len() {
            feed_all(&document[..end]).await;
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
    for end in 1..CBOR.len() {
        let cut = response(200, &[], &CBOR[..end]);
        assert!(read::<Everything>(&RPC_V2_CBOR, &MAKE_THING, cut).await.is_err(), "cut at {end}");
    }
    read::<Everything>(&RPC_V2_CBOR, &MAKE_THING, response(200, &[], CBOR)).await.unwrap();
}

#[tokio::test]
async fn documents_with_bytes_replaced_at_random_do_not_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    let interesting = b"<>&;/!?-[]\"'= \n:{}\\,0e\x00\xff\xc3\x7f\x9b\xbf\xf9";
    for document in [XML.as_bytes(), JSON.as_bytes(), CBOR] {
        for _ in 0..1500 {
            let mut bytes = document.to_vec();
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
    let known = [b"\xa1\x65Inner".as_slice(), &b"\xa1\x68Children\x81".repeat(5000), b"\xa0"].concat();
    let indefinite = [b"\xa1\x61x".as_slice(), &b"\x9f".repeat(10_000), &b"\xff".repeat(10_000)].concat();
    let mixed = [b"\xa1\x61x".as_slice(), &b"\xc1\x81\xbf\x61y".repeat(10_000)].concat();
    for body in [known, indefinite, mixed] {
        let answer = response(200, &[], &body);
        let error = read::<Everything>(&RPC_V2_CBOR, &MAKE_THING, answer).await.unwrap_err();
        assert!(error.message().contains("128 levels"), "{error}");
    }
    let tagged = [b"\xa1\x61x".as_slice(), &b"\xc1".repeat(100_000), b"\x01"].concat();
    read::<Everything>(&RPC_V2_CBOR, &MAKE_THING, response(200, &[], &tagged)).await.unwrap();
    let unknown = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    feed(&JSON_1_0, unknown.as_bytes()).await;
}

#[test]
fn parameters_that_are_nested_too_deep_are_refused_too() {
    let protocols: [&dyn Protocol; 6] = [&REST_XML, &QUERY, &EC2, &JsonRpc::V1_1, &REST_JSON, &RPC_V2_CBOR];
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
