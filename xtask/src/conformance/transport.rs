//! An HTTP client that records the request and answers what it was told to, and a source of tokens that repeats.

use std::sync::{Arc, Mutex, PoisonError};

use cumulo_core::clock::Random;
use cumulo_core::http::{HeaderMap, HttpClient, HttpRequest, HttpResponse, Method, Url};
use cumulo_core::{BoxFuture, Error, Timeouts};

/// A request as it would have gone out.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What every request is answered with.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(super) struct Recorder {
    answer: Answer,
    sent: Arc<Mutex<Option<Sent>>>,
}

impl Recorder {
    pub(super) fn new(answer: Answer) -> Self {
        Self { answer, sent: Arc::default() }
    }

    /// The last request.
    pub(super) fn sent(&self) -> Option<Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl HttpClient for Recorder {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        Box::pin(async move {
            let HttpRequest { method, url, headers, body } = request;
            let body = body.collect().await?.to_vec();
            *self.sent.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(Sent { method, url, headers, body });
            let Answer { status, headers, body } = self.answer.clone();
            let mut response = HttpResponse::new(status, body);
            response.headers = headers;
            Ok(response)
        })
    }
}

/// The token of the cases that have an idempotency token filled in.
#[derive(Debug)]
pub(super) struct FixedRandom;

impl Random for FixedRandom {
    fn fraction(&self) -> f64 {
        0.5
    }

    fn uuid(&self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }
}
