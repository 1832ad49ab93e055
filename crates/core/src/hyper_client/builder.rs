//! The settings of a client: its pool, its sockets, its proxies, its certificate and those that it trusts.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::error::Error;
use crate::hyper_client::connector::Connector;
use crate::hyper_client::expect;
use crate::hyper_client::proxy::{Proxies, Rules};
use crate::hyper_client::tls::{Identity, Roots, Tls};
use crate::hyper_client::{HyperClient, Proxied};

/// Settings for a [`HyperClient`]; made by [`HyperClient::builder`].
#[derive(Debug, Clone)]
pub struct HyperClientBuilder {
    roots: Roots,
    identity: Option<Identity>,
    proxies: Proxies,
    idle_timeout: Option<Duration>,
    max_idle_per_host: usize,
    tcp_nodelay: bool,
    tcp_keepalive: Option<Duration>,
    continue_timeout: Duration,
}

impl Default for HyperClientBuilder {
    fn default() -> Self {
        Self {
            roots: Roots::default(),
            identity: None,
            proxies: Proxies::default(),
            idle_timeout: Some(Duration::from_secs(15)),
            max_idle_per_host: usize::MAX,
            tcp_nodelay: true,
            tcp_keepalive: Some(Duration::from_secs(60)),
            continue_timeout: expect::DEFAULT_WAIT,
        }
    }
}

impl HyperClientBuilder {
    /// Trusts the certificates of the PEM bundle `pem` and no others; what `AWS_CA_BUNDLE` asks for.
    ///
    /// # Errors
    /// `ConfigError` if the bundle holds no certificate, or one that cannot be read.
    ///
    /// ```no_run
    /// use cumulo_core::hyper_client::HyperClient;
    ///
    /// let bundle = std::fs::read("/etc/ssl/company.pem")?;
    /// let client = HyperClient::builder().only_root_certificates(&bundle)?.build();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn only_root_certificates(mut self, pem: &[u8]) -> Result<Self, Error> {
        self.roots = Roots::only(pem)?;
        Ok(self)
    }

    /// Trusts the certificates of the PEM bundle `pem` as well.
    ///
    /// # Errors
    /// `ConfigError` if the bundle holds no certificate, or one that cannot be read.
    pub fn extra_root_certificates(mut self, pem: &[u8]) -> Result<Self, Error> {
        self.roots.add(pem)?;
        Ok(self)
    }

    /// Shows this certificate to servers that ask for one. Both are PEM; the certificate is the first of `certificates`, and
    /// those between it and its authority follow. Same role as Go's `Options.ClientTLSCert` and `ClientTLSKey`.
    ///
    /// # Errors
    /// `ConfigError` if either cannot be read, or they do not belong together.
    pub fn client_certificate(mut self, certificates: &[u8], key: &[u8]) -> Result<Self, Error> {
        self.identity = Some(Identity::of(certificates, key)?);
        Ok(self)
    }

    /// Sends requests through these proxies. Defaults to none: the environment is not read here, but by sessions.
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// How long a connection is kept without use; `None` for as long as the server keeps it. Defaults to 15 s.
    #[must_use]
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = limit.into();
        self
    }

    /// How many unused connections to one host are kept; 0 keeps none. Defaults to no limit.
    #[must_use]
    pub fn max_idle_per_host(mut self, count: usize) -> Self {
        self.max_idle_per_host = count;
        self
    }

    /// Whether small writes go out at once (`TCP_NODELAY`). Defaults to true.
    #[must_use]
    pub fn tcp_nodelay(mut self, is_on: bool) -> Self {
        self.tcp_nodelay = is_on;
        self
    }

    /// After how much silence the operating system probes a connection; `None` for never. Defaults to 60 s.
    #[must_use]
    pub fn tcp_keepalive(mut self, silence: impl Into<Option<Duration>>) -> Self {
        self.tcp_keepalive = silence.into();
        self
    }

    /// How long the body of a request with `Expect: 100-continue` waits for a server that does not ask for it. Defaults
    /// to 1 s. Which requests have the header is not said here: see
    /// [`Config::s3_expect_continue_from`](crate::Config::s3_expect_continue_from).
    #[must_use]
    pub fn continue_timeout(mut self, wait: Duration) -> Self {
        self.continue_timeout = wait;
        self
    }

    /// The client. It connects to nothing and reads no certificate of the system yet.
    #[must_use]
    pub fn build(self) -> HyperClient {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(self.tcp_nodelay);
        tcp.set_keepalive(self.tcp_keepalive);
        let tls = Tls::new(self.roots.clone(), self.identity.clone());
        let proxies = Rules::of(&self.proxies).map(Arc::new);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(self.max_idle_per_host)
            .pool_timer(TokioTimer::new())
            .build(Connector::new(tcp, tls, proxies.clone()));
        let continue_timeout = self.continue_timeout;
        let proxied = proxies.map(|rules| Arc::new(Proxied { rules, builder: self }));
        HyperClient { client, continue_timeout, proxied }
    }
}
