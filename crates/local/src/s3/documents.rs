//! What the S3 server crate leaves out of its error documents: a message for every code, and the request's id.

use bytes::Bytes;
use http::{HeaderMap, Response, header};
use http_body_util::BodyExt as _;

use crate::body::{Body, BodyError, full};
use crate::xml;

/// Completes an error document; other answers pass through.
pub(super) async fn complete(
    response: Response<Body>,
    request_id: &str,
) -> Result<Response<Body>, BodyError> {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return Ok(response);
    }
    let (mut head, body) = response.into_parts();
    let bytes = body.collect().await?.to_bytes();
    let bytes = match std::str::from_utf8(&bytes).ok().and_then(|text| completed(text, request_id)) {
        Some(text) => {
            drop_length(&mut head.headers);
            Bytes::from(text)
        }
        None => bytes,
    };
    Ok(Response::from_parts(head, full(bytes)))
}

fn completed(document: &str, request_id: &str) -> Option<String> {
    let start = document.strip_suffix("</Error>")?;
    let code = document.split_once("<Code>")?.1.split_once("</Code>")?.0;
    let message = match message(code) {
        Some(message) if !document.contains("<Message>") => xml::element("Message", message),
        _ => String::new(),
    };
    Some(format!("{start}{message}{}</Error>", xml::element("RequestId", request_id)))
}

/// The wording of AWS for the errors that the server crate raises itself.
fn message(code: &str) -> Option<&'static str> {
    Some(match code {
        "AccessDenied" => "Access Denied",
        "BucketAlreadyExists" => "The requested bucket name is not available.",
        "IncompleteBody" => {
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        }
        "InternalError" => "We encountered an internal error. Please try again.",
        "InvalidBucketName" => "The specified bucket is not valid.",
        "InvalidRange" => "The requested range is not satisfiable",
        "MalformedXML" => {
            "The XML you provided was not well-formed or did not validate against our published schema"
        }
        "NoSuchBucket" => "The specified bucket does not exist",
        "NoSuchKey" => "The specified key does not exist.",
        "NotImplemented" => "A header or query you provided implies functionality that is not implemented",
        "PreconditionFailed" => "At least one of the pre-conditions you specified did not hold",
        "SignatureDoesNotMatch" => {
            "The request signature we calculated does not match the signature you provided. Check your key and signing \
             method."
        }
        _ => return None,
    })
}

fn drop_length(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_without_a_message_gets_one_and_an_id() {
        assert_eq!(
            completed("<Error><Code>NoSuchKey</Code></Error>", "ID").unwrap(),
            "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>\
             <RequestId>ID</RequestId></Error>"
        );
        assert_eq!(
            completed("<Error><Code>NoSuchKey</Code><Message>own</Message></Error>", "ID").unwrap(),
            "<Error><Code>NoSuchKey</Code><Message>own</Message><RequestId>ID</RequestId></Error>"
        );
        assert_eq!(completed("", "ID"), None);
    }
}
