//! A client whose server is the fuzzer.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use cumulo_core::dynamic::{Client, Model};
use cumulo_core::http::{HeaderMap, HttpClient, HttpRequest, HttpResponse, Url};
use cumulo_core::retryer::NoRetryer;
use cumulo_core::{BoxFuture, Config, Credentials, DateTime, Error, Timeouts};
use serde_json::{Map, Value, json};

/// A request that was sent.
#[derive(Debug)]
pub struct Sent {
    /// Where to.
    pub url: Url,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

/// A client of a model with the operations `Read`, which answers a structure, and `Write`, which takes the same.
pub struct Peer {
    client: Client,
    server: Server,
}

#[derive(Debug, Clone, Default)]
struct Server(Arc<Mutex<(Option<HttpResponse>, Option<Sent>)>>);

impl Peer {
    /// A client of `model` at `endpoint`, with `credentials`.
    pub fn at(model: &Model, endpoint: &str, credentials: Credentials) -> Self {
        let server = Server::default();
        let config = Config::new()
            .region("us-east-1")
            .endpoint(endpoint)
            .credentials(credentials)
            .http_client(server.clone())
            .retryer(NoRetryer)
            .validate_parameters(false);
        Self { client: Client::new(model, &config), server }
    }

    /// A client of `model` that signs nothing.
    pub fn new(model: &Model) -> Self {
        Self::at(model, "https://service.example.com", Credentials::anonymous())
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Calls `Read`, and is given `response`.
    ///
    /// # Errors
    /// If the answer cannot be read, or is an error.
    pub fn read(&self, response: HttpResponse) -> Result<Value, Error> {
        self.send("Read", response)
    }

    /// Calls an operation without parameters, and is given `response`.
    ///
    /// # Errors
    /// If nothing can be sent, or the answer cannot be read or is an error.
    pub fn send(&self, operation: &str, response: HttpResponse) -> Result<Value, Error> {
        self.state(|state| state.0 = Some(response));
        block_on(self.client.call(operation, &json!({})))
    }

    /// Calls `Write` and answers what was sent.
    ///
    /// # Errors
    /// If it cannot be sent.
    pub fn write(&self, params: &Value) -> Result<Sent, Error> {
        self.state(|state| *state = (Some(HttpResponse::new(200, "")), None));
        let outcome = block_on(self.client.call("Write", params));
        match self.state(|state| state.1.take()) {
            Some(sent) => Ok(sent),
            None => Err(outcome.expect_err("an answer comes after a request")),
        }
    }

    fn state<T>(&self, change: impl FnOnce(&mut (Option<HttpResponse>, Option<Sent>)) -> T) -> T {
        change(&mut self.server.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpClient for Server {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        Box::pin(async move {
            let HttpRequest { url, headers, body, .. } = request;
            let body = body.collect().await?.to_vec();
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.1 = Some(Sent { url, headers, body });
            Ok(state.0.take().expect("one answer for one request"))
        })
    }
}

/// Runs a future that waits for nothing.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// A value with its timestamps cut to the millisecond, which is as much as every protocol sends, and its maps sorted.
pub fn normal(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Object(object) => {
            let time = object.get("$time").and_then(Value::as_str).and_then(DateTime::parse_iso8601);
            if let Some(time) = time {
                return json!([time.unix_seconds(), time.subsec_nanos() / 1_000_000]);
            }
            // HTTP dates have no fractions.
            let one = |(key, value): (String, Value)| match &*key {
                "Date" | "Time" | "Times" => (key, whole(normal(value))),
                _ => (key, normal(value)),
            };
            // Without items of their own, flattened lists and maps leave nothing behind in XML.
            let is_kept = |(key, value): &(String, Value)| match &**key {
                "Flat" => value.as_array().is_none_or(|items| !items.is_empty()),
                "FlatMap" => value.as_object().is_none_or(|entries| !entries.is_empty()),
                _ => true,
            };
            let mut entries: Vec<_> = object.into_iter().map(one).filter(is_kept).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(Map::from_iter(entries))
        }
        other => other,
    }
}

/// Timestamps without their fractions.
fn whole(value: Value) -> Value {
    match value.as_array().map(Vec::as_slice) {
        Some([seconds, Value::Number(_)]) => json!([seconds, 0]),
        Some(items) => items.iter().cloned().map(whole).collect(),
        None => value,
    }
}
