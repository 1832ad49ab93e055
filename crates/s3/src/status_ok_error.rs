//! The operations that answer 200 before their work is done, and put an error that comes later into the body.

use cumulo_core::{Body, Error, Request, err_code};

const OPERATIONS: &[&str] = &["CompleteMultipartUpload", "CopyObject", "UploadPartCopy"];

/// Reads the whole body before the protocol does, and fails the request if it holds an error or nothing.
pub(crate) async fn find_error(request: &mut Request) {
    if request.error.is_some() || !OPERATIONS.contains(&request.operation().name) {
        return;
    }
    let Some(response) = &mut request.http_response else { return };
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
        Some(_) => {}
        None => {
            let error = Error::new(err_code::SERIALIZATION_ERROR, "empty response payload");
            request.fail(error.with_status(status).with_retryable(true));
        }
    }
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
