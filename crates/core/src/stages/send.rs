//! Send: the signed request goes out, the head of the answer comes back.

use crate::body::Body;
use crate::http::{HttpRequest, Method};
use crate::request::Request;

/// Sends the request with the client's HTTP client.
pub const SEND: &str = "core.Send";

pub(super) async fn send(request: &mut Request) {
    if request.error.is_some() || request.http_response.is_some() {
        return;
    }
    let outgoing = HttpRequest {
        method: request.http_request.method.clone(),
        url: request.http_request.url.clone(),
        headers: request.http_request.headers.clone(),
        body: outgoing_body(request),
    };
    let settings = request.shared_settings();
    match settings.http_client.send(outgoing, &settings.timeouts).await {
        Ok(response) => request.http_response = Some(response),
        Err(error) => request.fail(error),
    }
}

/// Takes the body, leaving a fresh one for the next attempt where there can be one. Without a known length, methods that
/// expect no body get none.
fn outgoing_body(request: &mut Request) -> Body {
    let body = std::mem::take(&mut request.http_request.body);
    if body.len().is_none()
        && matches!(request.http_request.method, Method::GET | Method::HEAD | Method::DELETE)
    {
        return Body::empty();
    }
    match body.try_clone() {
        Some(fresh) => request.http_request.body = fresh,
        None => request.is_body_spent = true,
    }
    body
}
