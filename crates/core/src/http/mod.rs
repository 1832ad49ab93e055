//! HTTP as the pipeline sees it: a request, an answer, and the client that turns one into the other.

mod url;

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
pub(crate) use url::Parts;
pub use url::{Url, without_user};

use std::fmt;
use std::sync::Arc;

use crate::body::Body;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::timeouts::Timeouts;

/// A request as it will be sent.
#[derive(Debug)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// Its headers, without `Host`, which the client derives from the URL.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Body,
}

impl HttpRequest {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Body::empty() }
    }

    /// Sets a header, over what it is set to.
    pub fn insert_header(&mut self, name: HeaderName, value: HeaderValue) {
        insert_header(&mut self.headers, name, value);
    }

    /// Sets a header whose value may not be fit for one.
    ///
    /// # Errors
    /// `SerializationError` naming the header, if the value holds a control character.
    pub fn set_header(&mut self, name: HeaderName, value: &str) -> Result<(), Error> {
        self.set(name, value, false)
    }

    /// The same of a header that `Debug` does not show.
    ///
    /// # Errors
    /// As of [`set_header`](Self::set_header).
    pub fn set_secret_header(&mut self, name: HeaderName, value: &str) -> Result<(), Error> {
        self.set(name, value, true)
    }

    fn set(&mut self, name: HeaderName, value: &str, is_secret: bool) -> Result<(), Error> {
        let Ok(mut value) = HeaderValue::from_str(value) else {
            let message =
                format!("the value of the header {name} holds a character that headers cannot carry");
            return Err(Error::unreadable(message));
        };
        value.set_sensitive(is_secret);
        self.insert_header(name, value);
        Ok(())
    }
}

/// [`HeaderMap::insert`], whose generic code is large, compiled once for all that call it.
#[inline(never)]
pub(crate) fn insert_header(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.insert(name, value);
}

/// An answer whose head has arrived.
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, which may still be arriving.
    pub body: Body,
}

impl HttpResponse {
    /// An answer with this status and body and no headers; what a handler puts in the place of a server's.
    pub fn new(status: u16, body: impl Into<Body>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// The header called `name`, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the status is below 300.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Sends requests. The default is [`HyperClient`](crate::hyper_client::HyperClient); tests and unusual transports bring their own.
///
/// Called by the `core.Send` handler once per attempt. An `Arc` of a client is one too, so that a test keeps hold of it:
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use cumulo_core::http::{HttpClient, HttpRequest, HttpResponse};
/// use cumulo_core::{BoxFuture, Config, Error, Timeouts};
///
/// /// Answers everything with 200, and remembers what it was sent.
/// #[derive(Debug, Default)]
/// struct Recorder(Mutex<Vec<String>>);
///
/// impl HttpClient for Recorder {
///     fn send<'a>(
///         &'a self,
///         request: HttpRequest,
///         _timeouts: &'a Timeouts,
///     ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
///         self.0.lock().unwrap().push(format!("{} {}", request.method, request.url));
///         Box::pin(async { Ok(HttpResponse::new(200, "hello")) })
///     }
/// }
///
/// let recorder = Arc::new(Recorder::default());
/// let config = Config::new().region("eu-central-1").http_client(recorder.clone());
/// // … make calls, then look at what was sent:
/// assert!(recorder.0.lock().unwrap().is_empty());
/// # let _ = config;
/// ```
pub trait HttpClient: fmt::Debug + Send + Sync {
    /// Sends `request` and answers as soon as the answer's head is there.
    ///
    /// # Errors
    /// `RequestError` if the request cannot be sent or the answer's head not be received, `ResponseTimeout` if a limit of
    /// `timeouts` passes, `ReadError` if the request's own body cannot be read or has another length than it announced.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection that was in use.
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>>;

    /// The same client without proxies, for what stands beside the program and must not be asked for through others: the
    /// metadata service of an EC2 instance, the agent of a container. `None`, the default, if this one has no proxies.
    ///
    /// Called once by each provider of credentials that asks such a server. A client that wraps another hands it on.
    fn without_proxy(&self) -> Option<Arc<dyn HttpClient>> {
        None
    }
}

impl<T: HttpClient + ?Sized> HttpClient for Arc<T> {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        (**self).send(request, timeouts)
    }

    fn without_proxy(&self) -> Option<Arc<dyn HttpClient>> {
        (**self).without_proxy()
    }
}
