//! What core's own tests share: a service with one operation, a protocol that writes nothing, a server that answers from a
//! list, and a clock that only counts.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::body::Body;
use crate::client::BaseClient;
use crate::clock::Clock;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::date_time::DateTime;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::{HttpClient, HttpRequest, HttpResponse};
use crate::operation::{Operation, Service, ShapeType};
use crate::protocol::Protocol;
use crate::request::Request;
use crate::schema::{Member, Schema, Target};
use crate::shape::{Mut, Ref, Shape, get, get_mut};
use crate::timeouts::Timeouts;

/// The input and output of the operation.
#[derive(Default, Debug, Clone, PartialEq)]
pub(crate) struct Thing {
    pub(crate) name: Option<String>,
    pub(crate) size: Option<i32>,
    pub(crate) parts: Option<Vec<Self>>,
}

static THING: Schema = Schema::new(
    "Thing",
    &[
        Member::new("Name", Target::String).required().min(1),
        Member::new("Size", Target::Integer).min(0),
        Member::new("Parts", Target::List(&PARTS)),
    ],
);
static PARTS: crate::schema::ListSchema =
    crate::schema::ListSchema { element: Member::new("member", Target::Structure(&THING)) };

impl Shape for Thing {
    fn schema(&self) -> &'static Schema {
        &THING
    }
    fn member(&self, index: usize) -> Option<Ref<'_>> {
        match index {
            0 => get(&self.name),
            1 => get(&self.size),
            2 => get(&self.parts),
            _ => None,
        }
    }
    fn member_mut(&mut self, index: usize) -> Option<Mut<'_>> {
        match index {
            0 => get_mut(&mut self.name),
            1 => get_mut(&mut self.size),
            2 => get_mut(&mut self.parts),
            _ => None,
        }
    }
}

pub(crate) fn thing(name: &str) -> Thing {
    Thing { name: Some(name.to_owned()), ..Thing::default() }
}

pub(crate) static MAKE_THING: Operation =
    Operation::new("MakeThing", "POST", "/", ShapeType::of::<Thing>(&THING), ShapeType::of::<Thing>(&THING));

pub(crate) static SERVICE: Service = Service {
    id: "Things",
    endpoint: cumulo_endpoints::ServiceEndpoint::new("things", "things"),
    rules: None,
    signing: crate::signer::v4::Options::new(),
    api_version: "2026-01-01",
    target_prefix: None,
    xml_namespace: None,
    protocol: &Plain,
    query_compatible: false,
    errors: &[],
};

/// Sends the name as the body and reads it back; reads an error's code from the body.
#[derive(Debug)]
pub(crate) struct Plain;

impl Protocol for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn build(&self, request: &mut Request) {
        let name = request.params.text("Name").unwrap_or_default().to_owned();
        request.http_request.body = Body::from(name);
    }

    fn unmarshal_meta(&self, request: &mut Request) {
        request.request_id = request.http_response.as_ref().and_then(|r| r.header("x-id")).map(str::to_owned);
    }

    fn unmarshal<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        Box::pin(async {
            match take_body(request).await {
                Ok(text) => request.data = Some(Box::new(thing(&text))),
                Err(error) => request.fail(error),
            }
        })
    }

    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        Box::pin(async {
            let status = request.http_response.as_ref().map_or(0, |response| response.status);
            let code = take_body(request).await.unwrap_or_default();
            request.fail(Error::new(code, "from the service").with_status(status));
        })
    }
}

async fn take_body(request: &mut Request) -> Result<String, Error> {
    let Some(response) = &mut request.http_response else { return Ok(String::new()) };
    let bytes = std::mem::take(&mut response.body).collect().await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Answers each request with the next of a list, and keeps the requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server {
    answers: Arc<Mutex<VecDeque<Result<HttpResponse, Error>>>>,
    pub(crate) requests: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Server {
    pub(crate) fn answering(answers: impl IntoIterator<Item = Result<HttpResponse, Error>>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), ..Self::default() }
    }

    pub(crate) fn header(&self, at: usize, name: &str) -> Option<String> {
        let requests = self.requests.lock().unwrap();
        Some(requests.get(at)?.headers.get(name)?.to_str().unwrap().to_owned())
    }
}

impl HttpClient for Server {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        self.requests.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        match answer {
            Some(answer) => Box::pin(std::future::ready(answer)),
            None => Box::pin(std::future::pending()),
        }
    }
}

/// Starts at 2026-01-01 and moves only when slept on.
#[derive(Debug, Clone)]
pub(crate) struct CountingClock {
    pub(crate) slept: Arc<Mutex<Vec<Duration>>>,
}

pub(crate) const START: i64 = 1_767_225_600;

impl CountingClock {
    pub(crate) fn new() -> Self {
        Self { slept: Arc::default() }
    }
}

impl Clock for CountingClock {
    fn now(&self) -> DateTime {
        let slept: Duration = self.slept.lock().unwrap().iter().sum();
        DateTime::from_unix_seconds(START).plus(slept)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.slept.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

pub(crate) fn config(server: &Server, clock: &CountingClock) -> Config {
    Config::new()
        .region("eu-central-1")
        .credentials(Credentials::from_keys("AKID", "SECRET"))
        .http_client(server.clone())
        .clock(clock.clone())
}

pub(crate) fn client(server: &Server) -> BaseClient {
    BaseClient::new(&SERVICE, &config(server, &CountingClock::new()), &Config::new(), |_| {})
}

pub(crate) fn ok(body: &'static str) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::new(200, body))
}

pub(crate) fn status(status: u16, code: &'static str) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::new(status, code))
}
