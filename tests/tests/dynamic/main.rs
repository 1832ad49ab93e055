//! Generated clients and clients of the same models, loaded at run time, send the same bytes: for every operation of every
//! shipped service, with every member of its input set.

mod endpoint_rules;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cumulo::core::client::BaseClient;
use cumulo::core::clock::{Clock, Random};
use cumulo::core::dynamic::{Client, Model, fill};
use cumulo::core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo::core::operation::{Operations, Service};
use cumulo::core::schema::{Location, Member, Schema, Target, Traits};
use cumulo::core::{BoxFuture, Config, Credentials, DateTime, Error, Timeouts};
use cumulo::{ecs, kms, s3, sqs, sts};
use serde_json::{Map, Value, json};

#[tokio::test]
async fn typed_and_dynamic_clients_of_s3_send_the_same_bytes() -> Outcome {
    compare("s3", &s3::SERVICE, &s3::OPERATIONS).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_sts_send_the_same_bytes() -> Outcome {
    compare("sts", &sts::SERVICE, &sts::OPERATIONS).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_kms_send_the_same_bytes() -> Outcome {
    compare("kms", &kms::SERVICE, &kms::OPERATIONS).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_sqs_send_the_same_bytes() -> Outcome {
    compare("sqs", &sqs::SERVICE, &sqs::OPERATIONS).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_ecs_send_the_same_bytes() -> Outcome {
    compare("ecs", &ecs::SERVICE, &ecs::OPERATIONS).await
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The service's own handlers are left out on both sides: a loaded model has none.
async fn compare(name: &str, service: &'static Service, operations: &'static Operations) -> Outcome {
    let model =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/models").join(name).join("service-2.json");
    let model = Model::from_json(fs::read(model)?)?;
    let recorder = Recorder::default();
    let config = Config::new()
        .region("eu-central-1")
        .endpoint("https://service.example.com")
        .credentials(Credentials::from_keys("AKID", "SECRET"))
        .http_client(recorder.clone())
        .clock(Standing)
        .random(Standing)
        .max_attempts(1)
        .validate_parameters(false);
    let typed = BaseClient::new(service, &config, &Config::new(), |_| {});
    let dynamic = Client::new(&model, &config);

    assert_eq!(operations.iter().len(), model.operations().iter().len());
    for operation in operations.iter() {
        let params = sample(operation.input.schema, 0);
        let mut input = operation.input.make();
        fill(&mut *input, &params)?;
        // The answer is empty, and not every operation takes that for an answer; what was sent is compared.
        let _ = typed.erased_request(operation, input).send().await;
        let typed = recorder.take(operation.name);
        let _ = dynamic.call(operation.name, &params).await;
        assert_eq!(typed, recorder.take(operation.name), "{}", operation.name);
    }
    Ok(())
}

/// A value for every member; structures that hold themselves end after a while.
fn sample(schema: &'static Schema, depth: usize) -> Value {
    let members = schema.members().iter().take(if schema.is_union { 1 } else { usize::MAX });
    let mut object = Map::new();
    for member in members {
        let is_in_body = member.location == Location::Body;
        object.insert(member.name.to_owned(), sample_of(member, is_in_body, depth));
    }
    Value::Object(object)
}

/// Only bodies carry every character.
fn sample_of(member: &'static Member, is_in_body: bool, depth: usize) -> Value {
    match member.target {
        _ if depth > 6 => Value::Null,
        _ if member.is_stream() => json!("a body"),
        Target::Boolean => json!(true),
        Target::Integer => json!(-7),
        Target::Long => json!(1_u64 << 40),
        Target::Float => json!(0.1),
        Target::Double => json!("-Infinity"),
        Target::String if member.has(Traits::HOST_LABEL) => json!("a-b"),
        Target::String if is_in_body => json!("a <b> & \"c\" é\n"),
        Target::String => json!("a b/c"),
        Target::Blob => json!({"$b64": "/w=="}),
        Target::Timestamp => json!(1_440_938_160.25),
        Target::Document => json!({"any": [1, null]}),
        Target::Structure(schema) | Target::EventStream(schema) => sample(schema, depth + 1),
        Target::List(list) => json!([sample_of(&list.element, is_in_body, depth + 1)]),
        Target::Map(map) => {
            let value = sample_of(&map.value, is_in_body, depth + 1);
            // Generated maps are sorted by key, loaded ones keep the order of the caller.
            json!({"a": value, "z": value})
        }
    }
}

/// Keeps the last request in the form in which it would have gone out.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Option<String>>>);

impl Recorder {
    fn take(&self, operation: &str) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .unwrap_or_else(|| panic!("{operation} sent nothing"))
    }
}

impl HttpClient for Recorder {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        Box::pin(async move {
            let HttpRequest { method, url, headers, body } = request;
            let body = body.collect().await?;
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (name, value.as_bytes().to_vec())).collect();
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(format!("{method} {url} {headers:?}\n\n{body:?}"));
            Ok(HttpResponse::new(200, ""))
        })
    }
}

/// A time that stands still, and a token that repeats.
#[derive(Debug)]
struct Standing;

impl Clock for Standing {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(1_440_938_160)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Random for Standing {
    fn fraction(&self) -> f64 {
        0.5
    }

    fn uuid(&self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }
}
