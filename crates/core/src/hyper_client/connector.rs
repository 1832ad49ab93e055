//! How connections are made: TCP, then TLS where the URL asks for it, both within one time limit.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use crate::error::BoxError;
use crate::future::BoxFuture;
use crate::hyper_client::error;
use crate::hyper_client::tls::{Roots, Tls};
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
    tcp: HttpConnector,
    tls: Arc<Tls>,
}

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

impl Connector {
    pub(super) fn new(tcp: HttpConnector, roots: Roots) -> Self {
        Self { tcp, tls: Arc::new(Tls::new(roots)) }
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let limit = CALL.try_with(|call| call.limit).unwrap_or_else(|_| Timeouts::default().connect);
        let mut tcp = self.tcp.clone();
        // Shared out over a host's addresses, so that a dead one leaves time for the next.
        tcp.set_connect_timeout(limit);
        let connect = connect(tcp, Arc::clone(&self.tls), uri);
        let Some(limit) = limit else { return Connecting(Box::pin(connect)) };
        Connecting(Box::pin(async move {
            timeout(limit, connect).await.unwrap_or_else(|_| Err(error::no_connection(limit).into()))
        }))
    }
}

async fn connect(mut tcp: HttpConnector, tls: Arc<Tls>, uri: Uri) -> Result<Stream, BoxError> {
    if uri.scheme() == Some(&Scheme::HTTPS) {
        let config = tls.config().await?;
        HttpsConnector::from((tcp, config)).call(uri).await
    } else {
        Ok(MaybeHttpsStream::Http(tcp.call(uri).await?))
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
