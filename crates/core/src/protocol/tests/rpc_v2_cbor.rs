//! Requests and answers of `smithy-rpc-v2-cbor`.

use super::shapes::{FREE, Free, NOTHING, Nothing};
use super::*;
use crate::err_code;
use crate::http::header;
use crate::protocol::RPC_V2_CBOR;

static DO_NOTHING: Operation = operation::<Nothing, Nothing>("POST", "/", &NOTHING, &NOTHING);
static TAKE_NOTHING: Operation =
    operation::<Nothing, Nothing>("POST", "/", &NOTHING, &NOTHING).without_input();
static PUT_FREE: Operation = operation::<Free, Free>("POST", "/", &FREE, &FREE);

fn bytes_of(request: &Request) -> &[u8] {
    request.http_request.body.bytes().unwrap()
}

async fn read_body(body: &[u8]) -> Result<Everything, Error> {
    read(&RPC_V2_CBOR, &MAKE_THING, response(200, &[], body)).await
}

#[test]
fn the_path_names_the_service_and_the_operation() {
    let request = built(&RPC_V2_CBOR, &MAKE_THING, everything());
    let http = &request.http_request;
    assert_eq!(
        (http.method.as_str(), &*http.url.path),
        ("POST", "/base/service/Things_2020/operation/MakeThing")
    );
    assert_eq!(http.headers["smithy-protocol"], "rpc-v2-cbor");
    assert_eq!(http.headers[header::ACCEPT], "application/cbor");
    assert_eq!(http.headers[header::CONTENT_TYPE], "application/cbor");
    assert!(!http.headers.contains_key("x-amz-target") && !http.headers.contains_key("x-amzn-query-mode"));
}

#[test]
fn a_service_that_spoke_query_is_asked_for_its_old_codes() {
    for protocol in [&RPC_V2_CBOR as &dyn Protocol, &JSON_1_0] {
        let mut request = request_of(&QUERY_COMPATIBLE, &DO_NOTHING, Nothing::default());
        protocol.build(&mut request);
        assert_eq!(request.http_request.headers["x-amzn-query-mode"], "true");
    }
}

#[test]
fn an_empty_input_is_an_empty_map_and_no_input_no_body() {
    assert_eq!(bytes_of(&built(&RPC_V2_CBOR, &DO_NOTHING, Nothing::default())), [0xa0]);
    let request = built(&RPC_V2_CBOR, &TAKE_NOTHING, Nothing::default());
    assert!(request.http_request.body.is_empty());
    assert!(!request.http_request.headers.contains_key(header::CONTENT_TYPE));
}

#[test]
fn values_are_written_in_their_shortest_form_and_times_as_tagged_seconds() {
    let params = Everything {
        count: Some(-1),
        size: Some(1 << 32),
        ratio: Some(1.5),
        data: Some(Blob::from("hi")),
        when: Some(DateTime::from_unix_seconds_f64(1.0625).unwrap()),
        names: Some(vec!["a".to_owned()]),
        counts: Some(BTreeMap::from([("k".to_owned(), 500)])),
        token: Some(String::new()),
        ..Everything::default()
    };
    let mut expected = vec![0xa8];
    expected.extend(b"\x65Count\x20\x64Size\x1b\0\0\0\x01\0\0\0\0");
    expected.extend(b"\x65Ratio\xfb\x3f\xf8\0\0\0\0\0\0\x64Data\x42hi");
    expected.extend(b"\x64When\xc1\xfb");
    expected.extend(1.062f64.to_be_bytes());
    expected.extend(b"\x65Names\x81\x61a\x66Counts\xa1\x61k\x19\x01\xf4\x65Token\x60");
    assert_eq!(bytes_of(&built(&RPC_V2_CBOR, &MAKE_THING, params)), expected);
}

#[tokio::test]
async fn what_is_written_reads_back() {
    let document = bytes_of(&built(&RPC_V2_CBOR, &MAKE_THING, everything())).to_vec();
    assert_eq!(format!("{:?}", read_body(&document).await.unwrap()), format!("{:?}", everything()));
}

#[test]
fn any_json_value_is_nothing_that_cbor_can_carry() {
    let mut request = request_of(&SERVICE, &PUT_FREE, Free { value: Some(true.into()) });
    RPC_V2_CBOR.build(&mut request);
    assert_eq!(request.error.unwrap().message(), "the value of Value is not what CBOR can carry");
}

#[tokio::test]
async fn lengths_may_be_indefinite_and_strings_in_chunks() {
    let body = b"\xbf\x64Text\x7f\x61a\x60\x62bc\xff\x64Data\x5f\x41x\x41y\xff\x65Names\x9f\x61n\xff\
        \x66Counts\xbf\x7f\x61k\xff\x01\xff\x65Inner\xbf\x64Name\x61i\xff\xff";
    let output = read_body(body).await.unwrap();
    assert_eq!((output.text.as_deref(), output.data.as_deref()), (Some("abc"), Some(&b"xy"[..])));
    assert_eq!((output.names.unwrap(), output.counts.unwrap()["k"]), (vec!["n".to_owned()], 1));
    assert_eq!(output.nested.unwrap().name.as_deref(), Some("i"));
}

#[tokio::test]
async fn numbers_of_every_size_are_read_into_each_other() {
    let numbers: [(&[u8], f64); 8] = [
        (b"\x18\x2a", 42.0),
        (b"\x39\x01\x00", -257.0),
        (b"\xf9\x51\x40", 42.0),
        (b"\xfa\x42\x28\0\0", 42.0),
        (b"\xfb\x40\x45\0\0\0\0\0\0", 42.0),
        (b"\x1a\x7f\xff\xff\xff", 2_147_483_647.0),
        (b"\xf9\x3e\x00", 1.5),
        (b"\x62\x34\x32", 42.0),
    ];
    for (number, expected) in numbers {
        let members = [&b"\x65Count"[..], b"\x64Size", b"\x65Ratio", b"\x64When\xc1"];
        let body: Vec<u8> =
            [0xa4].into_iter().chain(members.iter().flat_map(|name| [*name, number].concat())).collect();
        let output = read_body(&body).await.unwrap();
        assert_eq!((output.count, output.size), (Some(expected as i32), Some(expected as i64)));
        assert_eq!(output.ratio, Some(expected));
        assert_eq!(output.when.map(DateTime::unix_seconds_f64), Some(expected));
    }
}

#[tokio::test]
async fn null_is_unset_and_unknown_members_are_passed_over() {
    let body = b"\xa6\x64Text\xf6\x65Inner\xf7\x65Other\x82\xa1\x01\x02\x9f\xc0\x60\xff\
        \x65Names\x83\xf6\x61x\xf7\x66Counts\xa2\x61a\xf6\x61b\x01\x64Flag\xf5";
    let output = read_body(body).await.unwrap();
    assert!(output.text.is_none() && output.nested.is_none());
    assert_eq!((output.names.unwrap(), output.flag), (vec!["x".to_owned()], Some(true)));
    assert_eq!(output.counts.unwrap().into_iter().collect::<Vec<_>>(), [("b".to_owned(), 1)]);
}

#[tokio::test]
async fn a_value_of_another_kind_is_an_error_that_names_the_member_and_hides_the_value() {
    let values: [(&[u8], &str); 9] = [
        (b"\x65Count\x67hunter2", "Count"),
        (b"\x65Count\xf5", "Count"),
        (b"\x65Count\x1a\xff\xff\xff\xff", "Count"),
        (b"\x64Size\x1b\xff\xff\xff\xff\xff\xff\xff\xff", "Size"),
        (b"\x64Data\x67hunter2", "Data"),
        (b"\x65Names\x67hunter2", "Names"),
        (b"\x65Names\xa0", "Names"),
        (b"\x65Inner\x81\x67hunter2", "Nested"),
        (b"\x64Text\xe0", "Text"),
    ];
    for (value, member) in values {
        let error = read_body(&[b"\xa1", value].concat()).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(200)));
        assert!(error.message().contains(member) && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_broken_document_is_an_error_and_none_at_all_sets_nothing() {
    let bodies: [&[u8]; 9] = [
        b"\xa1",
        b"\xa0\xa0",
        b"\x80",
        b"\xf6",
        b"\x01",
        b"\xff",
        b"\xa1\x01\x02",
        b"\xbf\x61x\xff",
        b"<html>",
    ];
    for body in bodies {
        let error = read_body(body).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(200)), "{body:x?}");
        assert!(!error.is_retryable(), "{error}");
    }
    assert!(read_body(b"").await.unwrap().text.is_none());
}

#[tokio::test]
async fn a_length_that_is_only_declared_is_an_error_and_takes_no_memory() {
    for length in [
        &b"\x1a\x40\0\0\0"[..],
        b"\x1b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        // Bytes, text, an array and a map, as a known member and as an unknown one.
        for (major, name) in [
            (0x40, "Data"),
            (0x60, "Text"),
            (0x80, "Names"),
            (0xa0, "Counts"),
            (0x80, "Other"),
            (0x40, "Other"),
        ] {
            let mut body = vec![0xa1, 0x60 | name.len() as u8];
            body.extend(name.as_bytes());
            body.push(major | (length[0] & 0x1f));
            body.extend(&length[1..]);
            body.extend(b"\x61x");
            assert_eq!(read_body(&body).await.unwrap_err().code(), err_code::SERIALIZATION_ERROR);
        }
    }
}

#[tokio::test]
async fn a_modelled_error_has_its_fields_and_a_query_code_goes_first() {
    let body = b"\xa3\x66__type\x76a.b#ThingNotThere:http\x67Message\x70It is not there.\x64Name\x65thing";
    let error = read_error(&RPC_V2_CBOR, &SERVICE, response(404, &[], body)).await;
    assert_eq!(
        (error.code(), error.message(), error.status()),
        ("Things.NotThere", "It is not there.", Some(404))
    );
    let fields: &Fault = error.fields_as().unwrap();
    assert_eq!(
        (fields.name.as_deref(), fields.message.as_deref()),
        (Some("thing"), Some("It is not there."))
    );

    let headers = [("x-amzn-query-error", "Things.Old;Sender")];
    let error = read_error(&RPC_V2_CBOR, &QUERY_COMPATIBLE, response(404, &headers, body)).await;
    assert_eq!((error.code(), error.fields().is_some()), ("Things.Old", true));
    let error = read_error(&RPC_V2_CBOR, &SERVICE, response(503, &[], b"")).await;
    assert_eq!(error.code(), "ServiceUnavailable");
}
