//! Answers of status 200 that hold an error: of operations that answer before their work is done, and of any other when a
//! front end of S3 fails late.

use cumulo_core::operation::Operation;
use cumulo_core::schema::Target;
use cumulo_core::{Body, Error, Request, err_code};

/// Those that answer before their work is done, and always with a document.
const OPERATIONS: &[&str] = &["CompleteMultipartUpload", "CopyObject", "UploadPartCopy"];

/// Reads the whole body before the protocol does, and fails the request if it holds an error or, where there must be
/// something, nothing.
///
/// Go looks at the three operations alone; of the others an error would be read as an answer in which nothing is set.
pub(crate) async fn find_error(request: &mut Request) {
    if request.error.is_some() || !is_document(request.operation()) {
        return;
    }
    let is_expected = OPERATIONS.contains(&request.operation().name);
    let Some(response) = &mut request.http_response else { return };
    if response.status != 200 || (response.body.is_empty() && !is_expected) {
        return;
    }
    let body = match std::mem::take(&mut response.body).collect().await {
        Ok(body) => body,
        Err(error) => return request.fail(error),
    };
    response.body = Body::from(body.clone());
    let status = response.status;
    match root_element(&body) {
        Some(b"Error") => {
            request.fail(
                Error::new(err_code::UNKNOWN_ERROR, "the service answered with an error").with_status(status),
            );
            request.settings().service.protocol.unmarshal_error(request).await;
        }
        None if is_expected => {
            let error = Error::new(err_code::SERIALIZATION_ERROR, "empty response payload");
            request.fail(error.with_status(status).with_retryable(true));
        }
        _ => {}
    }
}

/// Whether the body of an answer is at most a document: an object may be one that looks like an error.
fn is_document(operation: &Operation) -> bool {
    let schema = operation.output.schema;
    let is_raw = |target| matches!(target, Target::Blob | Target::String);
    schema.event_stream.is_none() && !schema.payload_member().is_some_and(|(_, member)| is_raw(member.target))
}

/// The name of the first element, behind a declaration and white space.
fn root_element(body: &[u8]) -> Option<&[u8]> {
    let starts = body.iter().enumerate().filter(|(_, byte)| **byte == b'<').map(|(at, _)| &body[at + 1..]);
    let root = starts.into_iter().find(|rest| rest.first().is_some_and(u8::is_ascii_alphabetic))?;
    let end = root.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(root.len());
    Some(&root[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_behind_a_declaration() {
        let body = b"<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>";
        assert_eq!(root_element(body), Some(&b"Error"[..]));
        assert_eq!(root_element(b"<CopyObjectResult/>"), Some(&b"CopyObjectResult"[..]));
        assert_eq!(root_element(b" \n"), None);
    }
}
