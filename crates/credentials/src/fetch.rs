//! Small HTTP exchanges with the servers beside a program: the metadata service of an EC2 instance, the agent of a container.
//!
//! They go straight to the HTTP client and not through the pipeline: there is no service model, nothing is signed, and what
//! is worth a retry differs for each.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cumulo_core::clock::{Clock, Random, SystemClock, SystemRandom};
use cumulo_core::http::{HeaderMap, HeaderName, HttpClient, HttpRequest, Method, Url, header};
use cumulo_core::hyper_client::HyperClient;
use cumulo_core::{BoxFuture, ConfigProvider, Error, SecretBlob, Timeouts, err_code};
use zeroize::Zeroizing;

use crate::limit::within;

/// The longest answer that is read, in bytes. User data of an EC2 instance, the longest of all, has at most 16 KiB.
const LONGEST: usize = 256 * 1024;
/// The longest wait before a retry grows to this.
const MAX_PAUSE: Duration = Duration::from_secs(2);

/// Sends requests with one time limit for each.
#[derive(Clone)]
pub(crate) struct Fetcher {
    http: Arc<dyn HttpClient>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// For the connection, for the head of the answer, and for each piece of its body; twice this for all of them.
    pub(crate) timeout: Duration,
    /// How often a request is sent in all.
    pub(crate) attempts: u32,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: SecretBlob,
}

impl Answer {
    /// Whether the same request may be answered otherwise a little later.
    pub(crate) fn is_passing_failure(&self) -> bool {
        self.status == 429 || self.status >= 500
    }
}

impl Fetcher {
    /// With the HTTP client, the clock and the random numbers of a session or a bare configuration. Proxies are passed by:
    /// they would ask the servers beside themselves.
    pub(crate) fn new(provider: &dyn ConfigProvider, timeout: Duration, attempts: u32) -> Self {
        // What is wrong with a session's other settings is no reason not to ask.
        let (config, _) = provider.client_config("EC2 IMDS").unwrap_or_default();
        let http = config.http_client.clone().unwrap_or_else(|| Arc::new(HyperClient::new()));
        Self {
            http: http.without_proxy().unwrap_or(http),
            clock: config.clock.clone().unwrap_or_else(|| Arc::new(SystemClock)),
            random: config.random.clone().unwrap_or_else(|| Arc::new(SystemRandom)),
            timeout,
            attempts,
        }
    }

    /// One exchange, with these headers and one that `Debug` of the request does not show. Redirects are not followed.
    ///
    /// # Errors
    /// The HTTP client's, `ResponseTimeout` after the time limit, `SerializationError` if a header cannot be sent or the answer
    /// is too long.
    pub(crate) fn send(
        &self,
        method: Method,
        url: &Url,
        headers: &[(HeaderName, &str)],
        secret: Option<(HeaderName, &str)>,
    ) -> BoxFuture<'_, Result<Answer, Error>> {
        let request = request(method, url, headers, secret);
        Box::pin(async {
            let request = request?;
            let host = request.url.authority.clone();
            let limit = self.timeout * 2;
            within(&*self.clock, limit, self.exchange(request)).await.unwrap_or_else(|| {
                let message = format!("{host} has not answered within {limit:?}");
                Err(Error::new(err_code::RESPONSE_TIMEOUT, message))
            })
        })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Answer, Error> {
        let limit = Some(self.timeout);
        let timeouts = Timeouts::default().connect(limit).read_head(limit).read_body(limit);
        let mut response = self.http.send(request, &timeouts).await?;
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.body.next_chunk().await? {
            if body.len() + chunk.len() > LONGEST {
                let message = format!("the answer is longer than {LONGEST} bytes");
                return Err(Error::new(err_code::SERIALIZATION_ERROR, message));
            }
            body.extend_from_slice(&chunk);
        }
        let body = std::mem::take(&mut *body).into();
        Ok(Answer { status: response.status, headers: response.headers, body })
    }

    /// The wait before a request is sent once more, after `failures`: a random part of 200 ms, 400 ms, 800 ms and so on.
    pub(crate) fn pause(&self, failures: u32) -> BoxFuture<'static, ()> {
        let ceiling = Duration::from_millis(100 << failures.min(5)).min(MAX_PAUSE);
        self.clock.sleep(ceiling.mul_f64(self.random.fraction().clamp(0.0, 1.0)))
    }
}

fn request(
    method: Method,
    url: &Url,
    headers: &[(HeaderName, &str)],
    secret: Option<(HeaderName, &str)>,
) -> Result<HttpRequest, Error> {
    let mut request = HttpRequest::new(method, url.clone());
    for (name, value) in headers {
        request.set_header(name.clone(), value)?;
    }
    if let Some((name, value)) = secret {
        request.set_secret_header(name, value)?;
    }
    request.set_header(header::USER_AGENT, concat!("cumulo/", env!("CARGO_PKG_VERSION")))?;
    Ok(request)
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher")
            .field("timeout", &self.timeout)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use cumulo_core::Config;
    use cumulo_core::http::HttpResponse;

    use super::*;

    /// A client whose requests all fail, or its like without proxies, whose requests are all answered.
    #[derive(Debug)]
    struct Client {
        has_proxies: bool,
    }

    impl HttpClient for Client {
        fn send<'a>(&'a self, _: HttpRequest, _: &'a Timeouts) -> BoxFuture<'a, Result<HttpResponse, Error>> {
            Box::pin(async {
                match self.has_proxies {
                    true => Err(Error::new(err_code::REQUEST_ERROR, "there is no such proxy")),
                    false => Ok(HttpResponse::new(200, "hello")),
                }
            })
        }

        fn without_proxy(&self) -> Option<Arc<dyn HttpClient>> {
            self.has_proxies.then(|| Arc::new(Self { has_proxies: false }) as Arc<dyn HttpClient>)
        }
    }

    #[tokio::test]
    async fn servers_beside_the_program_are_asked_past_its_proxies() {
        for has_proxies in [true, false] {
            let config = Config::new().http_client(Arc::new(Client { has_proxies }));
            let fetcher = Fetcher::new(&config, Duration::from_secs(1), 1);
            let url = Url::parse("http://169.254.170.2/").unwrap();
            let answer = fetcher.send(Method::GET, &url, &[], None).await.unwrap();
            assert_eq!(&*answer.body, b"hello");
        }
    }
}
