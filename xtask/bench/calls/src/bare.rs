//! hyper's pooled client without an SDK around it: what any client on top of it pays at least.

use anyhow::{Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The client, with a pool of kept connections.
pub(crate) struct Bare {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
}

impl Bare {
    /// A client of the object that the SDK's calls get and put.
    pub(crate) fn new(endpoint: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { client, url: format!("{endpoint}/bucket/key") }
    }

    /// Sends one request and reads its answer to the end; returns the length of the answer.
    pub(crate) async fn exchange(&self, method: Method, body: Bytes) -> Result<usize> {
        let request = Request::builder().method(method).uri(&self.url).body(Full::new(body))?;
        let response = self.client.request(request).await?;
        ensure!(response.status().is_success(), "status {}", response.status());
        Ok(response.into_body().collect().await?.to_bytes().len())
    }
}
