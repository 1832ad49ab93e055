//! The running server: its port, its tasks and its end.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use zeroize::Zeroizing;

use crate::builder::Builder;
use crate::endpoint::Endpoint;
use crate::faults::Faults;
use crate::identity::Identity;
use crate::requests::RecordedRequest;

/// An endpoint on loopback that serves S3, STS, KMS and SQS, for as long as it is kept.
///
/// Dropping it aborts its tasks and closes its port. It runs on the tokio runtime that it was started in.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let local = cumulo_local::Server::start().await?;
/// let (url, key) = (local.endpoint_url(), local.access_key_id());
/// # assert!(url.starts_with("http://127.0.0.1:") && key.starts_with("AKIA"));
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub struct Server {
    address: SocketAddr,
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    endpoint: Arc<Endpoint>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts a server with one made-up user, no roles and everything in memory.
    ///
    /// # Errors
    /// When no port on 127.0.0.1 is free.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Configures a server.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn run(
        listener: TcpListener,
        address: SocketAddr,
        user: Identity,
        endpoint: Arc<Endpoint>,
    ) -> Self {
        let task = tokio::spawn(accept(listener, Arc::clone(&endpoint)));
        let Identity { access_key_id, secret_access_key, .. } = user;
        Self { address, access_key_id, secret_access_key, endpoint, task }
    }

    /// `http://127.0.0.1:<port>`, for all services.
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The access key id of the first identity.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret access key of the first identity.
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// A code that the MFA device with this serial number would show, never one handed out before.
    ///
    /// `None` for an unknown device, and after three codes within half a minute: a device has no more that are valid.
    pub fn mfa_code(&self, serial: &str) -> Option<String> {
        self.endpoint.devices.next_code(serial)
    }

    /// Ends every session that STS and S3 Express issued so far: its credentials are answered `ExpiredToken` from now on.
    pub fn expire_sessions(&self) {
        self.endpoint.identities.expire_sessions();
    }

    /// Moves the server's clock ahead: sessions end, messages show again. By more than five minutes, requests signed by
    /// the system's clock are refused as skewed.
    pub fn advance_clock(&self, by: Duration) {
        self.endpoint.clock.advance(by);
        self.endpoint.sqs.wake();
    }

    /// Sets how many seconds the server's clock is ahead, or behind with a negative number.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.endpoint.clock.set_offset(seconds);
        self.endpoint.sqs.wake();
    }

    /// The requests that arrived so far, oldest first; the latest ten thousand.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.endpoint.log.all()
    }

    /// Forgets the requests recorded so far.
    pub fn clear_requests(&self) {
        self.endpoint.log.clear();
    }

    /// Stops the server and returns once its port is closed. Requests under way are cut off.
    ///
    /// Dropping the future stops the server as well, without waiting.
    pub async fn shutdown(mut self) {
        self.task.abort();
        // The only error is the cancellation just asked for.
        drop((&mut self.task).await);
    }

    /// Waits until the server ends, which it does by itself only when its runtime shuts down.
    pub async fn wait(mut self) {
        drop((&mut self.task).await);
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.endpoint.faults
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// Owns the port and every connection: when it is aborted, they go with it.
async fn accept(listener: TcpListener, endpoint: Arc<Endpoint>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, Arc::clone(&endpoint)));
                }
                // Out of file descriptors, most likely: others will be given back.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, endpoint: Arc<Endpoint>) {
    // Without it small answers wait for acknowledgements; if it cannot be set, they are merely slow.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let endpoint = Arc::clone(&endpoint);
        async move { endpoint.answer(request).await }
    });
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    // Errors are broken connections, which are the client's to notice.
    let _ = connection.await;
}

#[cfg(test)]
mod tests;
