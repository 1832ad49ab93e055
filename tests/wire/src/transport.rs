//! What takes the place of the network, the clock and chance.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo::core::clock::{Clock, Random};
use cumulo::core::http::{HeaderMap, HeaderValue, HttpClient, HttpRequest, HttpResponse, Method, header};
use cumulo::core::{BoxFuture, PresignedRequest, Timeouts};
use cumulo::{DateTime, Error};
use serde::Serialize;

/// A request as it would stand on the wire.
#[derive(Debug, Serialize)]
pub(crate) struct Sent {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body_b64: String,
}

impl Sent {
    /// A request that somebody else is to send, with a body of theirs.
    pub(crate) fn presigned(request: &PresignedRequest) -> Self {
        Self {
            method: request.method.to_string(),
            url: request.url.clone(),
            headers: pairs(&request.headers),
            body_b64: String::new(),
        }
    }
}

/// Keeps the last request, and answers it once with what the line says.
#[derive(Debug, Clone)]
pub(crate) struct Recorder(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    response: Option<HttpResponse>,
    sent: Option<Sent>,
}

impl Recorder {
    pub(crate) fn new(response: HttpResponse) -> Self {
        Self(Arc::new(Mutex::new(State { response: Some(response), sent: None })))
    }

    /// The last request, if the call got so far.
    pub(crate) fn take(&self) -> Option<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sent.take()
    }
}

impl HttpClient for Recorder {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        Box::pin(async move {
            let HttpRequest { method, url, mut headers, body } = request;
            let body = body.collect().await?;
            complete(&mut headers, &method, &url.authority, body.is_empty());
            let sent = Sent {
                method: method.to_string(),
                url: url.to_string(),
                headers: pairs(&headers),
                body_b64: STANDARD.encode(&body),
            };
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.sent = Some(sent);
            state.response.take().ok_or_else(|| {
                Error::new(
                    cumulo::core::err_code::REQUEST_ERROR,
                    "the line has one answer, and it has been given",
                )
            })
        })
    }
}

/// Adds what the HTTP client of the SDK adds when it sends.
fn complete(headers: &mut HeaderMap, method: &Method, authority: &str, is_empty: bool) {
    if let Ok(host) = HeaderValue::from_str(authority) {
        headers.entry(header::HOST).or_insert(host);
    }
    if is_empty && matches!(*method, Method::PUT | Method::POST | Method::PATCH) {
        headers.entry(header::CONTENT_LENGTH).or_insert(const { HeaderValue::from_static("0") });
    }
}

/// Headers in alphabetical order; bytes that are no UTF-8 are shown as Latin-1.
fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    };
    let mut pairs: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs
}

/// A time that stands still, and a token that repeats.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) time: DateTime,
    pub(crate) token: String,
}

impl Clock for Standing {
    fn now(&self) -> DateTime {
        self.time
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Random for Standing {
    fn fraction(&self) -> f64 {
        0.5
    }

    fn uuid(&self) -> String {
        self.token.clone()
    }
}
