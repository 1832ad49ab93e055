//! Errors as the services put them on the wire: XML for the query protocol, JSON for KMS and SQS.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::auth::Rejection;
use crate::body::{Body, full};
use crate::sigv4::Malformed;
use crate::xml;

/// The services that share the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    S3,
    Sts,
    Kms,
    Sqs,
}

impl Service {
    /// The name in a credential's scope.
    pub(crate) fn signing_name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Sts => "sts",
            Self::Kms => "kms",
            Self::Sqs => "sqs",
        }
    }
}

/// An error answer of STS, KMS or SQS.
#[derive(Debug, PartialEq)]
pub(crate) struct ServiceError {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// The code that clients of SQS's older query protocol knew; sent beside `code`.
    pub(crate) query_code: Option<&'static str>,
}

impl ServiceError {
    /// An error that is the caller's fault, with status 400.
    pub(crate) fn sender(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let (code, message) = (code.into(), message.into());
        Self { status: StatusCode::BAD_REQUEST, code, message, query_code: None }
    }

    /// The same with status 403.
    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, ..Self::sender(code, message) }
    }

    /// The code for SQS's `x-amzn-query-error` header.
    pub(crate) fn query_code(mut self, code: &'static str) -> Self {
        self.query_code = Some(code);
        self
    }

    /// A failure to authenticate, with the code that `service`'s protocol has for it.
    pub(crate) fn rejected(service: Service, rejection: &Rejection) -> Self {
        let (query, json) = match rejection {
            Rejection::Malformed(Malformed::Missing) => {
                ("MissingAuthenticationToken", "MissingAuthenticationTokenException")
            }
            Rejection::Malformed(_) => ("IncompleteSignature", "IncompleteSignatureException"),
            Rejection::UnknownKey | Rejection::WrongToken => {
                ("InvalidClientTokenId", "UnrecognizedClientException")
            }
            Rejection::ExpiredToken => ("ExpiredToken", "ExpiredTokenException"),
            Rejection::Signature
            | Rejection::Scope(_)
            | Rejection::UnsignedHeader(_)
            | Rejection::Skewed { .. }
            | Rejection::PresignExpired(_) => ("SignatureDoesNotMatch", "InvalidSignatureException"),
        };
        let message = rejection.to_string();
        match service {
            Service::Kms => Self::sender(json, message),
            Service::Sqs => Self::forbidden(json, message).query_code(query),
            Service::S3 | Service::Sts => Self::forbidden(query, message),
        }
    }

    /// The answer in the protocol of `service`.
    pub(crate) fn into_response(self, service: Service, request_id: &str) -> Response<Body> {
        let status = self.status;
        let mut response = match service {
            Service::S3 => xml_response(self.s3_document(request_id)),
            Service::Sts => xml_response(self.query_document(request_id)),
            Service::Kms => self.json("application/x-amz-json-1.1", ""),
            Service::Sqs => self.json("application/x-amz-json-1.0", "com.amazonaws.sqs#"),
        };
        *response.status_mut() = status;
        response
    }

    fn kind(&self) -> &'static str {
        if self.status.is_server_error() { "Receiver" } else { "Sender" }
    }

    fn query_document(&self, request_id: &str) -> String {
        let error = xml::element("Type", self.kind())
            + &xml::element("Code", &self.code)
            + &xml::element("Message", &self.message);
        let body = xml::wrap("Error", &error) + &xml::element("RequestId", request_id);
        xml::document("ErrorResponse", crate::sts::NAMESPACE, &body)
    }

    fn s3_document(&self, request_id: &str) -> String {
        let body = xml::element("Code", &self.code)
            + &xml::element("Message", &self.message)
            + &xml::element("RequestId", request_id);
        xml::DECLARATION.to_owned() + &xml::wrap("Error", &body)
    }

    fn json(self, content_type: &'static str, namespace: &str) -> Response<Body> {
        let document = json!({ "__type": format!("{namespace}{}", self.code), "message": self.message });
        let mut response = Response::new(full(Bytes::from(document.to_string())));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(code) = self.query_code
            && let Ok(value) = HeaderValue::from_str(&format!("{code};{}", self.kind()))
        {
            headers.insert("x-amzn-query-error", value);
        }
        response
    }
}

/// An XML answer with status 200.
pub(crate) fn xml_response(document: String) -> Response<Body> {
    let mut response = Response::new(full(Bytes::from(document)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    async fn text(response: Response<Body>) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_query_error_is_an_xml_document_with_escaped_text() {
        let error = ServiceError::forbidden("AccessDenied", "a < b & c");
        let response = error.into_response(Service::Sts, "id");
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let text = text(response).await;
        assert!(text.contains("<Error><Type>Sender</Type><Code>AccessDenied</Code>"), "{text}");
        assert!(
            text.contains("<Message>a &lt; b &amp; c</Message></Error><RequestId>id</RequestId>"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn an_sqs_error_carries_its_older_code_in_a_header() {
        let error = ServiceError::sender("QueueDoesNotExist", "gone")
            .query_code("AWS.SimpleQueueService.NonExistentQueue");
        let response = error.into_response(Service::Sqs, "id");
        assert_eq!(
            response.headers()["x-amzn-query-error"],
            "AWS.SimpleQueueService.NonExistentQueue;Sender"
        );
        assert_eq!(
            text(response).await,
            r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}"#
        );
    }

    #[test]
    fn each_protocol_has_its_own_code_for_an_unknown_key() {
        let code = |service| ServiceError::rejected(service, &Rejection::UnknownKey).code;
        assert_eq!(code(Service::Sts), "InvalidClientTokenId");
        assert_eq!(code(Service::Kms), "UnrecognizedClientException");
        assert_eq!(code(Service::Sqs), "UnrecognizedClientException");
    }
}
