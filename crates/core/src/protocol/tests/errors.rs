//! Error answers of every protocol.

use super::*;
use crate::err_code;
use crate::protocol::{JSON_1_0, QUERY, REST_XML};

const BARE: &[u8] = b"<?xml version='1.0'?><Error><Name>thing</Name><Code>Things.NotThere</Code>
    <Message>It is\nnot there.</Message><RequestId>body-id</RequestId><HostId>host</HostId></Error>";
const WRAPPED: &[u8] = b"<ErrorResponse xmlns='u'><Error><Type>Sender</Type><Code>Things.NotThere</Code>
    <Message>It is\nnot there.</Message><Name>thing</Name></Error><RequestId>body-id</RequestId></ErrorResponse>";

fn assert_is_modelled(error: &Error) {
    assert_eq!((error.code(), error.message()), ("Things.NotThere", "It is\nnot there."));
    assert!(error.to_string().starts_with("Things.NotThere: It is not there."), "{error}");
    let fields: &Fault = error.fields_as().unwrap();
    assert_eq!(fields.name.as_deref(), Some("thing"));
    assert_eq!(fields.message.as_deref(), Some("It is\nnot there."));
}

#[tokio::test]
async fn a_modelled_error_in_xml_has_its_fields_wrapped_or_bare() {
    for protocol in [&REST_XML as &dyn Protocol, &QUERY] {
        for body in [BARE, WRAPPED] {
            let error = read_error(protocol, &SERVICE, response(404, &[], body)).await;
            assert_is_modelled(&error);
            assert_eq!((error.status(), error.request_id()), (Some(404), Some("body-id")));
        }
    }
    let error = read_error(&REST_XML, &SERVICE, response(404, &[], BARE)).await;
    assert_eq!(error.extended_request_id(), Some("host"));
}

#[tokio::test]
async fn ids_in_headers_are_told_when_the_body_has_none() {
    let headers = [("x-amz-request-id", "head-id"), ("x-amz-id-2", "host-2")];
    let answer = response(403, &headers, b"<Error><Code>AccessDenied</Code></Error>");
    let error = read_error(&REST_XML, &SERVICE, answer).await;
    assert_eq!((error.request_id(), error.extended_request_id()), (Some("head-id"), Some("host-2")));
    assert_eq!(error.code(), "AccessDenied");
    assert!(error.fields().is_none());
}

#[tokio::test]
async fn an_error_without_a_body_is_named_after_its_status() {
    for (status, code) in [
        (301, "MovedPermanently"),
        (304, "NotModified"),
        (400, "BadRequest"),
        (403, "Forbidden"),
        (404, "NotFound"),
        (412, "PreconditionFailed"),
        (503, "ServiceUnavailable"),
        (599, err_code::UNKNOWN_ERROR),
    ] {
        for protocol in [&REST_XML as &dyn Protocol, &QUERY, &JSON_1_0] {
            let error = read_error(protocol, &SERVICE, response(status, &[], b"")).await;
            assert_eq!((error.code(), error.status()), (code, Some(status)));
        }
    }
}

#[tokio::test]
async fn a_page_of_a_proxy_is_retried_from_status_500_on_and_unreadable_below() {
    let page = b"<!DOCTYPE html><html><body>hunter2<br></body></html>";
    for protocol in [&REST_XML as &dyn Protocol, &QUERY, &JSON_1_0] {
        let error = read_error(protocol, &SERVICE, response(502, &[], page)).await;
        assert_eq!((error.code(), error.is_retryable()), ("BadGateway", true));
        for status in [302, 404] {
            let error = read_error(protocol, &SERVICE, response(status, &[], page)).await;
            assert_eq!((error.code(), error.status()), (err_code::SERIALIZATION_ERROR, Some(status)));
            assert!(error.message().starts_with("failed to read the error answer"), "{error}");
            assert!(!error.is_retryable() && !error.to_string().contains("hunter2"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_overloaded_front_end_may_answer_with_its_own_root() {
    let answer = response(503, &[], b"<ServiceUnavailableException xmlns='u'/>");
    let error = read_error(&QUERY, &SERVICE, answer).await;
    assert_eq!((error.code(), error.is_retryable()), ("ServiceUnavailableException", true));
    let answer = response(404, &[], b"<UnknownOperationException/>");
    let error = read_error(&QUERY, &SERVICE, answer).await;
    assert_eq!((error.code(), error.message()), ("UnknownOperationException", ""));
}

#[tokio::test]
async fn an_error_that_the_model_describes_may_be_the_root_itself() {
    let body =
        b"<ThingNotThere xmlns='u'><Message>It is\nnot there.</Message><Name>thing</Name></ThingNotThere>";
    assert_is_modelled(&read_error(&REST_XML, &SERVICE, response(404, &[], body)).await);
}

#[tokio::test]
async fn of_an_error_with_a_member_that_cannot_be_read_no_member_is_made_up() {
    let body = br#"{"__type":"ThingNotThere","message":"gone","Message":"other","Name":[]}"#;
    let error = read_error(&JSON_1_0, &SERVICE, response(404, &[], body)).await;
    let fields: &Fault = error.fields_as().unwrap();
    assert_eq!((error.message(), fields.message.as_deref()), ("gone", Some("gone")));
    assert_eq!(fields.name, None);
}

#[tokio::test]
async fn a_json_error_is_found_by_its_type_with_and_without_namespace_and_address() {
    for kind in
        ["ThingNotThere", "aws.things#ThingNotThere", "ThingNotThere:http://internal/", "Things.NotThere"]
    {
        for name in ["__type", "code", "Code"] {
            let body =
                format!("{{\"{name}\":\"{kind}\",\"Message\":\"It is\\nnot there.\",\"Name\":\"thing\"}}");
            let error = read_error(&JSON_1_0, &SERVICE, response(400, &[], body.as_bytes())).await;
            assert_is_modelled(&error);
        }
    }
    let headers = [("x-amzn-errortype", "aws.things#ThingNotThere:http://internal/")];
    let body = br#"{"errorMessage":"It is\nnot there.","Name":"thing"}"#;
    assert_is_modelled(&read_error(&JSON_1_0, &SERVICE, response(400, &headers, body)).await);
}

#[tokio::test]
async fn a_service_that_spoke_query_keeps_its_old_codes_in_json() {
    let headers = [("x-amzn-query-error", "Things.Old;Sender")];
    let body = br#"{"__type":"aws.things#ThingNotThere","message":"m","Name":"thing"}"#;
    let error = read_error(&JSON_1_0, &QUERY_COMPATIBLE, response(400, &headers, body)).await;
    assert_eq!(error.code(), "Things.Old");
    assert_eq!(error.fields_as::<Fault>().unwrap().name.as_deref(), Some("thing"));
    let error = read_error(&JSON_1_0, &SERVICE, response(400, &headers, body)).await;
    assert_eq!(error.code(), "Things.NotThere");
    for header in ["Things.Old", ";Sender", "Things.Old;Sender;More"] {
        let answer = response(400, &[("x-amzn-query-error", header)], body);
        assert_eq!(
            read_error(&JSON_1_0, &QUERY_COMPATIBLE, answer).await.code(),
            "Things.NotThere",
            "{header}"
        );
    }
}

#[tokio::test]
async fn the_code_in_a_header_suffices_when_the_json_is_broken() {
    let answer = response(400, &[("x-amzn-errortype", "Odd")], b"{");
    assert_eq!(read_error(&JSON_1_0, &SERVICE, answer).await.code(), "Odd");
}

#[tokio::test]
async fn json_that_is_no_object_says_nothing() {
    for body in ["null", "[]", "7", r#"{"__type":7}"#] {
        let error = read_error(&JSON_1_0, &SERVICE, response(403, &[], body.as_bytes())).await;
        assert_eq!(error.code(), "Forbidden", "{body}");
    }
    let marked = "\u{feff}{\"__type\":\"Odd\",\"message\":\"\\ud83d\"}";
    let error = read_error(&JSON_1_0, &SERVICE, response(403, &[], marked.as_bytes())).await;
    assert_eq!((error.code(), error.message()), ("Odd", "\u{fffd}"));
}

#[tokio::test]
async fn an_error_answer_without_an_end_is_not_read_for_ever() {
    struct Endless;
    impl futures_core::Stream for Endless {
        type Item = Result<bytes::Bytes, crate::BoxError>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(Some(Ok(bytes::Bytes::from_static(&[b' '; 1 << 20]))))
        }
    }
    for len in [None, Some(u64::MAX)] {
        let endless = HttpResponse::new(502, crate::Body::received(Box::pin(Endless), len));
        let error = read_error(&JSON_1_0, &SERVICE, endless).await;
        assert_eq!((error.code(), error.status()), ("BadGateway", Some(502)));
    }
}
