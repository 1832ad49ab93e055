//! The record of what arrived, for tests that ask how a request went out.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// How many requests are remembered.
const KEPT: usize = 10_000;

/// A request as it arrived, but for its body. Its Debug shows neither signatures nor tokens nor the query.
#[derive(Clone)]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// Path and query as sent.
    pub uri: Uri,
    /// Every header as sent, none added, those of the framing (`Content-Length`, `Transfer-Encoding`) included.
    pub headers: HeaderMap,
    /// The signing name of the service that it was taken for, empty if for none.
    pub service: &'static str,
}

impl RecordedRequest {
    /// The first value of a header, or `None` when it was not sent or is not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The path as sent, without the query.
    pub fn path(&self) -> &str {
        self.uri.path()
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("service", &self.service)
            .field("method", &self.method)
            .field("path", &self.path())
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<VecDeque<RecordedRequest>>);

impl RequestLog {
    pub(crate) fn record<B>(&self, service: &'static str, request: &Request<B>) {
        let mut headers = copied(request.headers());
        for name in ["authorization", "x-amz-security-token", "x-amz-s3session-token"] {
            if let Some(value) = headers.get_mut(name) {
                value.set_sensitive(true);
            }
        }
        let (method, uri) = (request.method().clone(), request.uri().to_string().parse().unwrap_or_default());
        let mut log = self.lock();
        if log.len() == KEPT {
            log.pop_front();
        }
        log.push_back(RecordedRequest { method, uri, headers, service });
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<RecordedRequest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In memory of their own. As they arrived, headers are slices of what the connection has read, body and all, which would
/// be kept with them.
fn copied(headers: &HeaderMap) -> HeaderMap {
    let copied = headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    copied.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_no_more_than_it_shows() {
        let read = bytes::Bytes::from(vec![b'x'; 100_000]);
        let mut request = Request::new(());
        *request.uri_mut() = Uri::from_maybe_shared(bytes::Bytes::from_static(b"/a?b")).unwrap();
        let name = HeaderName::from_static("x-amz-meta-a");
        request.headers_mut().append(&name, HeaderValue::from_maybe_shared(read.slice(..3)).unwrap());
        request.headers_mut().append(&name, HeaderValue::from_static("second"));
        let log = RequestLog::default();
        log.record("s3", &request);
        drop(request);
        let recorded = log.all().remove(0);
        assert!(read.is_unique(), "the buffer is free for the next request");
        assert_eq!(recorded.uri, "/a?b");
        assert_eq!(recorded.headers.get_all(&name).iter().collect::<Vec<_>>(), ["xxx", "second"]);
    }

    #[test]
    fn a_record_keeps_headers_and_shows_no_secret() {
        let log = RequestLog::default();
        let request = Request::builder()
            .uri("/bucket/key?X-Amz-Security-Token=QUERY")
            .header("authorization", "SIGNATURE")
            .header("x-amz-security-token", "TOKEN")
            .header("content-length", "0")
            .body(())
            .unwrap();
        log.record("s3", &request);
        let recorded = log.all().remove(0);
        assert_eq!(recorded.header("content-length"), Some("0"));
        assert_eq!(recorded.header("authorization"), Some("SIGNATURE"));
        let debug = format!("{recorded:?}");
        for secret in ["QUERY", "SIGNATURE", "TOKEN"] {
            assert!(!debug.contains(secret), "{debug}");
        }
    }
}
