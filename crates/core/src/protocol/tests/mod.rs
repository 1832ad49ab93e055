//! Tests of the protocols over hand-written shapes: one that holds every kind of value, and some that are spread over
//! an HTTP message.

mod ec2;
mod errors;
mod hostile;
mod json;
mod query;
mod rest;
mod rest_json;
mod rest_xml;
mod rpc_v2_cbor;
mod shapes;

use std::collections::BTreeMap;

use ::http::HeaderValue;

use crate::client::BaseClient;
use crate::clock::Random;
use crate::config::Config;
use crate::endpoints::ServiceEndpoint;
use crate::error::Error;
use crate::http::HttpResponse;
use crate::operation::{ErrorType, Operation, Service, ShapeType};
use crate::protocol::{JSON_1_0, Protocol};
use crate::request::Request;
use crate::schema::Schema;
use crate::shape::Shape;
use crate::signer::v4;
use crate::value::{Blob, DateTime};
use shapes::{Everything, Fault, Item};

static SERVICE: Service = service(false);
static QUERY_COMPATIBLE: Service = service(true);

const fn service(query_compatible: bool) -> Service {
    Service {
        id: "Things",
        endpoint: ServiceEndpoint::new("things", "things"),
        rules: None,
        signing: v4::Options::new(),
        api_version: "2020-01-08",
        target_prefix: Some("Things_2020"),
        xml_namespace: None,
        protocol: &JSON_1_0,
        query_compatible,
        errors: &ERRORS,
    }
}

static ERRORS: [ErrorType; 1] = [ErrorType {
    code: "Things.NotThere",
    shape_name: "ThingNotThere",
    status: Some(404),
    retryable: None,
    fields: ShapeType::of::<Fault>(&shapes::FAULT),
}];

/// An operation that takes `I` and answers `O`.
const fn operation<I: Shape + Default, O: Shape + Default>(
    method: &'static str,
    path: &'static str,
    input: &'static Schema,
    output: &'static Schema,
) -> Operation {
    Operation::new("MakeThing", method, path, ShapeType::of::<I>(input), ShapeType::of::<O>(output))
        .result_wrapper("MakeThingResult")
}

static MAKE_THING: Operation =
    operation::<Everything, Everything>("POST", "/", &shapes::EVERYTHING, &shapes::EVERYTHING);

#[derive(Debug)]
struct Fixed;

impl Random for Fixed {
    fn fraction(&self) -> f64 {
        0.5
    }
    fn uuid(&self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }
}

fn request_of(service: &'static Service, operation: &'static Operation, params: impl Shape) -> Box<Request> {
    let config = Config::new().region("eu-central-1").endpoint("http://localhost/base/").random(Fixed);
    BaseClient::new(service, &config, &Config::new(), |_| {}).erased_request(operation, Box::new(params))
}

/// The request that `protocol` builds.
fn built(protocol: &dyn Protocol, operation: &'static Operation, params: impl Shape) -> Box<Request> {
    let mut request = request_of(&SERVICE, operation, params);
    protocol.build(&mut request);
    assert!(request.error.is_none(), "{:?}", request.error);
    request
}

fn body_of(request: &Request) -> &str {
    std::str::from_utf8(request.http_request.body.bytes().unwrap()).unwrap()
}

fn response(status: u16, headers: &[(&'static str, &'static str)], body: &[u8]) -> HttpResponse {
    let mut response = HttpResponse::new(status, body.to_vec());
    for (name, value) in headers {
        response.headers.append(*name, HeaderValue::from_static(value));
    }
    response
}

/// What `protocol` reads from a good answer.
async fn read<O: Shape>(
    protocol: &dyn Protocol,
    operation: &'static Operation,
    response: HttpResponse,
) -> Result<O, Error> {
    let mut request = request_of(&SERVICE, operation, Item::default());
    request.http_response = Some(response);
    protocol.unmarshal_meta(&mut request);
    protocol.unmarshal(&mut request).await;
    match request.error.take() {
        Some(error) => Err(error),
        None => Ok(*request.data.take().and_then(|data| data.downcast().map(Some)?).unwrap()),
    }
}

/// What `protocol` reads from an error answer.
async fn read_error(protocol: &dyn Protocol, service: &'static Service, response: HttpResponse) -> Error {
    let mut request = request_of(service, &MAKE_THING, Item::default());
    request.http_response = Some(response);
    request.fail(Error::new("UnknownError", "the service answered with an error"));
    protocol.unmarshal_meta(&mut request);
    protocol.unmarshal_error(&mut request).await;
    request.error.unwrap()
}

/// A value with every member set.
fn everything() -> Everything {
    Everything {
        text: Some("a <b> & \"c\"\n".to_owned()),
        flag: Some(true),
        count: Some(-1),
        size: Some(1 << 40),
        ratio: Some(f64::INFINITY),
        data: Some(Blob::from("hello")),
        when: Some(DateTime::from_unix_seconds_f64(1_440_938_160.25).unwrap()),
        http_date: Some(DateTime::from_unix_seconds(1_440_938_160)),
        names: Some(vec!["one".to_owned(), "two".to_owned()]),
        tags: Some(vec![item("first"), item("second")]),
        counts: Some(BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])),
        labels: Some(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
        nested: Some(Box::new(Item { children: Some(vec![item("leaf")]), ..item("inner") })),
        token: Some("token".to_owned()),
    }
}

fn item(name: &str) -> Item {
    Item { kind: Some("kind".to_owned()), name: Some(name.to_owned()), children: None }
}
