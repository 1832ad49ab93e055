//! How connections are made: TCP, a proxy's tunnel if there is one on the way, TLS where the URL asks for it, all within
//! one time limit.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use crate::error::BoxError;
use crate::future::BoxFuture;
use crate::hyper_client::error;
use crate::hyper_client::proxy::Rules;
use crate::hyper_client::stream::{Hop, Stream};
use crate::hyper_client::tls::Tls;
use crate::timeouts::Timeouts;

tokio::task_local! {
    static CALL: Call;
}

/// What a call tells the connector, and what it learns from it.
struct Call {
    limit: Option<Duration>,
    is_connecting: Cell<bool>,
}

/// Polls a call of the pooled client, and tells whether it now waits for a connection to be made.
///
/// The pool's connector knows only where to connect to. But it is polled as a part of the call that needs the
/// connection, so that call's limit reaches it through a task-local. A connection that is finished in the background,
/// because another became free meanwhile, took its limit along when it started.
pub(super) fn with_limit<T>(limit: Option<Duration>, poll: impl FnOnce() -> Poll<T>) -> (Poll<T>, bool) {
    let call = Call { limit, is_connecting: Cell::new(false) };
    CALL.sync_scope(call, || {
        let polled = poll();
        (polled, CALL.with(|call| call.is_connecting.get()))
    })
}

/// Makes connections for the pool.
#[derive(Clone)]
pub(super) struct Connector {
    hops: Hops,
    proxies: Option<Arc<Rules>>,
}

impl Connector {
    pub(super) fn new(tcp: HttpConnector, tls: Tls, proxies: Option<Arc<Rules>>) -> Self {
        Self { hops: Hops { tcp, tls: Arc::new(tls), is_to_proxy: false }, proxies }
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.hops.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let limit = CALL.try_with(|call| call.limit).unwrap_or_else(|_| Timeouts::default().connect);
        let mut hops = self.hops.clone();
        // Shared out over a host's addresses, so that a dead one leaves time for the next.
        hops.tcp.set_connect_timeout(limit);
        let proxy = self.proxies.as_ref().and_then(|rules| rules.on_the_way_to(&uri));
        let connect = connect(hops, proxy, uri);
        let Some(limit) = limit else { return Connecting(Box::pin(connect)) };
        Connecting(Box::pin(async move {
            timeout(limit, connect).await.unwrap_or_else(|_| Err(error::no_connection(limit).into()))
        }))
    }
}

async fn connect(mut hops: Hops, proxy: Option<Intercept>, uri: Uri) -> Result<Stream, BoxError> {
    let Some(proxy) = proxy else { return hops.call(uri).await.map(Stream::Direct) };
    hops.is_to_proxy = true;
    let at = proxy.uri().clone();
    let through_proxy = |error: BoxError| error::in_proxy(&at, &*error);
    if uri.scheme() != Some(&Scheme::HTTPS) {
        return Ok(Stream::Forwarded(hops.call(at.clone()).await.map_err(through_proxy)?));
    }
    let tls = Arc::clone(&hops.tls);
    let mut tunnel = Tunnel::new(at.clone(), hops);
    if let Some(authorization) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(authorization.clone());
    }
    let hop = tunnel.call(uri.clone()).await.map_err(|error| through_proxy(error.into()))?;
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let server = ServerName::try_from(host)?.to_owned();
    let tls = TlsConnector::from(tls.config().await?).connect(server, TokioIo::new(hop)).await?;
    Ok(Stream::Tunneled(Box::new(tls.into())))
}

/// Makes connections to the next host, be it the server or a proxy.
#[derive(Clone)]
struct Hops {
    tcp: HttpConnector,
    tls: Arc<Tls>,
    is_to_proxy: bool,
}

impl Service<Uri> for Hops {
    type Response = Hop;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Hop, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { mut tcp, tls, is_to_proxy } = self.clone();
        Box::pin(async move {
            if uri.scheme() != Some(&Scheme::HTTPS) {
                return Ok(MaybeHttpsStream::Http(tcp.call(uri).await?));
            }
            let mut config = tls.config().await?;
            if is_to_proxy {
                // A request for a tunnel is HTTP/1.
                Arc::make_mut(&mut config).alpn_protocols.clear();
            }
            HttpsConnector::from((tcp, config)).call(uri).await
        })
    }
}

/// A connection that is being made.
pub(super) struct Connecting(BoxFuture<'static, Result<Stream, BoxError>>);

impl Future for Connecting {
    type Output = Result<Stream, BoxError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.0.as_mut().poll(context);
        if polled.is_pending() {
            // Fails in the background, where no call waits for it.
            let _ = CALL.try_with(|call| call.is_connecting.set(true));
        }
        polled
    }
}
