//! The default HTTP client: hyper's pooled client with rustls. Nothing outside this module names hyper or rustls.

mod answer;
mod builder;
mod connector;
mod error;
mod expect;
mod outgoing;
mod proxy;
mod stream;
mod tls;

pub use builder::HyperClientBuilder;
pub use proxy::Proxies;

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use hyper::body::Incoming;
use hyper_util::client::legacy;

use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::{HttpClient, HttpRequest, HttpResponse};
use crate::timeouts::Timeouts;

use connector::Connector;
use outgoing::{Outgoing, OutgoingBody, Uploaded};
use proxy::Rules;

/// The default HTTP client: HTTP/1.1 over a pool of kept connections, with TLS by rustls.
///
/// The clients of a session share one of these; a client that is made from a bare [`Config`](crate::Config) which names
/// none has its own, so that a program that makes many of those gives them one `http_client`. Connections are made when they
/// are first needed and dropped after 15 s without use, because S3 closes its end after 20. The root certificates are read
/// at the first TLS connection. A clone shares the connections. It uses no proxy unless it is
/// [given one](HyperClientBuilder::proxies); sessions give it those of the environment.
///
/// The body of a request with the header `Expect: 100-continue` is held back until the server asks for it. A server that
/// answers instead, with an error or a redirect, never gets it; the connection is closed then. One that says nothing
/// gets it after a second ([`continue_timeout`](HyperClientBuilder::continue_timeout)).
///
/// Its calls must be made inside a tokio runtime with I/O and time enabled. Use one client in one runtime at a time: a
/// connection ends with the runtime in which it was opened, also while another has a call under way on it.
///
/// ```
/// use std::time::Duration;
///
/// use cumulo_core::Config;
/// use cumulo_core::hyper_client::HyperClient;
///
/// let client = HyperClient::builder().idle_timeout(Duration::from_secs(5)).build();
/// let config = Config::new().http_client(client);
/// ```
#[derive(Clone)]
pub struct HyperClient {
    client: legacy::Client<Connector, OutgoingBody>,
    continue_timeout: Duration,
    proxied: Option<Arc<Proxied>>,
}

/// What a client with proxies keeps of them.
struct Proxied {
    rules: Arc<Rules>,
    /// The settings, for a client without.
    builder: HyperClientBuilder,
}

impl HyperClient {
    /// A client with the defaults and connections of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Starts a client with other settings.
    #[must_use]
    pub fn builder() -> HyperClientBuilder {
        HyperClientBuilder::default()
    }

    async fn exchange(&self, request: HttpRequest, timeouts: &Timeouts) -> Result<HttpResponse, Error> {
        let Outgoing { mut request, uploaded } = outgoing::prepare(request, self.continue_timeout)?;
        if let Some(proxied) = &self.proxied {
            proxied.rules.authorize(&mut request);
        }
        let target = request.uri().authority().cloned();
        let target = target.as_ref().map_or("", |authority| authority.as_str());
        tracing::trace!(method = %request.method(), target, "sending");
        match self.head(request, uploaded, timeouts).await {
            Ok(Ok(response)) => {
                tracing::trace!(target, status = response.status().as_u16(), "answered");
                Ok(answer::received(response, timeouts.read_body).await)
            }
            Ok(Err(error)) => {
                let error = error::describe(error, target);
                tracing::debug!(target, %error, "failed");
                Err(error)
            }
            Err(limit) => {
                tracing::debug!(target, ?limit, "no answer in time");
                Err(error::no_answer(target, limit))
            }
        }
    }

    /// Waits for the head of the answer; `Err` holds the time limit that passed.
    ///
    /// The limit's clock starts when there is a connection and the body is uploaded: making a connection has a limit of
    /// its own, and a slow upload is not a slow server.
    async fn head(
        &self,
        request: hyper::Request<OutgoingBody>,
        mut uploaded: Option<Uploaded>,
        timeouts: &Timeouts,
    ) -> Result<Result<hyper::Response<Incoming>, legacy::Error>, Duration> {
        let mut answer = pin!(self.client.request(request));
        let mut timer = pin!(None);
        poll_fn(|context| {
            let (polled, is_connecting) =
                connector::with_limit(timeouts.connect, || answer.as_mut().poll(context));
            if let Poll::Ready(answer) = polled {
                return Poll::Ready(Ok(answer));
            }
            let Some(limit) = timeouts.read_head else { return Poll::Pending };
            if is_connecting {
                timer.set(None);
                return Poll::Pending;
            }
            if let Some(waiting) = &mut uploaded {
                ready!(waiting.poll(context));
                uploaded = None;
            }
            if timer.is_none() {
                timer.set(Some(tokio::time::sleep(limit)));
            }
            match timer.as_mut().as_pin_mut() {
                Some(timer) => timer.poll(context).map(|()| Err(limit)),
                None => Poll::Pending,
            }
        })
        .await
    }
}

impl HttpClient for HyperClient {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        Box::pin(self.exchange(request, timeouts))
    }

    fn without_proxy(&self) -> Option<Arc<dyn HttpClient>> {
        let settings = &self.proxied.as_ref()?.builder;
        Some(Arc::new(settings.clone().proxies(Proxies::new()).build()))
    }
}

impl Default for HyperClient {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HyperClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperClient")
    }
}

#[cfg(test)]
mod tests;
