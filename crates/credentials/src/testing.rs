//! What the tests of the providers share: a clock that waits for nothing, and a server that answers from a list.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cumulo_core::clock::{Clock, Random};
use cumulo_core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo_core::{BoxFuture, Config, DateTime, Error, Timeouts};

/// Starts at 2026-01-01; a sleep is over at once and moves no hand, unless it is told to.
#[derive(Debug, Clone)]
pub(crate) struct StoppedClock {
    now: Arc<Mutex<DateTime>>,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl StoppedClock {
    pub(crate) fn new() -> Self {
        let now = DateTime::parse_iso8601("2026-01-01T00:00:00Z").unwrap();
        Self { now: Arc::new(Mutex::new(now)), slept: Arc::default() }
    }

    pub(crate) fn shared(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }

    pub(crate) fn set(&self, now: DateTime) {
        *self.now.lock().unwrap() = now;
    }

    pub(crate) fn advance(&self, seconds: u64) {
        let mut now = self.now.lock().unwrap();
        *now = now.plus(Duration::from_secs(seconds));
    }

    /// The waits that have ended, in seconds.
    pub(crate) fn slept(&self) -> Vec<f64> {
        self.slept.lock().unwrap().iter().map(Duration::as_secs_f64).collect()
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> DateTime {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let slept = Arc::clone(&self.slept);
        Box::pin(async move { slept.lock().unwrap().push(duration) })
    }
}

/// Half of everything.
#[derive(Debug)]
pub(crate) struct Half;

impl Random for Half {
    fn fraction(&self) -> f64 {
        0.5
    }
    fn uuid(&self) -> String {
        String::new()
    }
}

/// One answer of a [`Server`].
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status, headers and a body.
    Http(u16, &'static [(&'static str, &'static str)], String),
    /// No answer, ever.
    Silence,
    /// A connection that cannot be made.
    Refused,
}

pub(crate) fn ok(body: impl Into<String>) -> Reply {
    Reply::Http(200, &[], body.into())
}

pub(crate) fn status(status: u16, body: impl Into<String>) -> Reply {
    Reply::Http(status, &[], body.into())
}

/// A request as a test looks at it.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// Method and URL.
    pub(crate) line: String,
    pub(crate) headers: cumulo_core::http::HeaderMap,
    pub(crate) body: String,
}

impl Sent {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Answers requests from a list, and the rest with silence; keeps what it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Server {
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let server = Self::default();
        server.then(replies);
        server
    }

    /// More answers, after those it has.
    pub(crate) fn then(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    pub(crate) fn config(&self, clock: &StoppedClock) -> Config {
        Config::new().http_client(self.clone()).clock(clock.clone()).random(Half)
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The methods and URLs so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.sent().into_iter().map(|sent| sent.line).collect()
    }
}

impl HttpClient for Server {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _timeouts: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        let body = request.body.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        self.sent.lock().unwrap().push(Sent {
            line: format!("{} {}", request.method, request.url),
            headers: request.headers,
            body: body.unwrap_or_default(),
        });
        match self.replies.lock().unwrap().pop_front() {
            Some(Reply::Http(status, headers, body)) => {
                let mut response = HttpResponse::new(status, body);
                for (name, value) in headers {
                    response.headers.insert(*name, value.parse().unwrap());
                }
                Box::pin(async { Ok(response) })
            }
            Some(Reply::Refused) => {
                let error = Error::new("RequestError", "could not connect: connection refused");
                Box::pin(async { Err(error) })
            }
            Some(Reply::Silence) | None => Box::pin(std::future::pending()),
        }
    }
}
