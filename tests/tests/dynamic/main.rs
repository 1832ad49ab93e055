//! Generated clients and clients of the same models, loaded at run time, send the same bytes: for every operation of every
//! shipped service, with every member of its input set. And they read the same events.

mod select;

mod sample;

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
use cumulo::core::{BoxFuture, Config, Credentials, DateTime, Error, Handlers, Timeouts};
use cumulo::{ecs, kms, s3, sqs, sts};
use sample::params;

#[tokio::test]
async fn typed_and_dynamic_clients_of_s3_send_the_same_bytes() -> Outcome {
    compare("s3", &s3::SERVICE, &s3::OPERATIONS, s3::customizations::client_handlers).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_sts_send_the_same_bytes() -> Outcome {
    compare("sts", &sts::SERVICE, &sts::OPERATIONS, sts::customizations::client_handlers).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_kms_send_the_same_bytes() -> Outcome {
    compare("kms", &kms::SERVICE, &kms::OPERATIONS, kms::customizations::client_handlers).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_sqs_send_the_same_bytes() -> Outcome {
    compare("sqs", &sqs::SERVICE, &sqs::OPERATIONS, sqs::customizations::client_handlers).await
}

#[tokio::test]
async fn typed_and_dynamic_clients_of_ecs_send_the_same_bytes() -> Outcome {
    compare("ecs", &ecs::SERVICE, &ecs::OPERATIONS, ecs::customizations::client_handlers).await
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The service's own handlers are given to both sides: they know no more of a request than its schema does.
async fn compare(
    name: &str,
    service: &'static Service,
    operations: &'static Operations,
    customize: fn(&mut Handlers),
) -> Outcome {
    let model = model(name)?;
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
    let typed = BaseClient::new(service, &config, &Config::new(), customize);
    let dynamic = Client::customized(&model, &config, &Config::new(), customize);

    assert_eq!(operations.iter().len(), model.operations().iter().len());
    for operation in operations.iter() {
        // By the published model, in which some members are strings that the generated types have as bytes.
        let params = params(model.operation(operation.name)?);
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

fn model(name: &str) -> Result<Model, Box<dyn std::error::Error>> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/models");
    let read = |file| fs::read(models.join(name).join(file));
    let rules = read("endpoint-rule-set-1.json")?;
    Ok(Model::builder(read("service-2.json")?).endpoint_rules(rules).load()?)
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
