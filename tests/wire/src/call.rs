//! One call: from the parts of a line to what was sent and what became of it.

use cumulo::Config;
use cumulo::Error;
use cumulo::core::client::BaseClient;
use cumulo::core::dynamic::{Client, Model, ModelBuilder, input, read_bodies, to_json};
use cumulo::core::err_code::INVALID_PARAMETER;
use cumulo::core::operation::Operation;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::config::ConfigFields;
use crate::line::{ClientKind, Fields, fault};
use crate::response;
use crate::services::{self, Shipped};
use crate::transport::{Recorder, Sent};

/// Makes the call that a line asks for.
pub(crate) async fn answer<'a>(fields: &Fields<'a>) -> Answer<'a> {
    let mut sent = None;
    let outcome = call(fields, &mut sent).await;
    Answer { id: fields.id, request: sent, outcome }
}

async fn call(fields: &Fields<'_>, sent: &mut Option<Sent>) -> Result<Value, Error> {
    let target = Target::of(fields)?;
    let name: String = required("operation", Fields::part("operation", fields.operation)?)?;
    let settings = ConfigFields::read(fields.config)?;
    let recorder = Recorder::new(response::read(fields.response)?);
    let mut params = fields.params()?;
    if target.is_shipped() {
        // Generated types sort maps by their keys, so both kinds of clients of a service are given them so.
        params.sort_all_objects();
    }
    let (client, operation) = target.client(&name, &settings.config(recorder.clone())?)?;

    let input = input(operation, &params)?;
    let mut request = client.erased_request(operation, input);
    if let Some(expires) = settings.presign()? {
        *sent = Some(Sent::presigned(&request.presign(expires).await?));
        return Ok(Value::Object(Map::new()));
    }
    let outcome = request.send().await;
    *sent = recorder.take();
    let mut output = outcome?;
    read_bodies(&mut *output).await?;
    let mut result = to_json(&*output);
    result.sort_all_objects();
    Ok(result)
}

/// Whom a line calls, and through which structures.
enum Target {
    Model(Model),
    Dynamic(&'static Shipped),
    Typed(&'static Shipped),
}

impl Target {
    fn of(fields: &Fields<'_>) -> Result<Self, Error> {
        let kind: ClientKind = Fields::part("client", fields.client)?.unwrap_or_default();
        let service: Option<String> = Fields::part("service", fields.service)?;
        match (fields.model, service, kind) {
            (Some(_), Some(_), _) => Err(fault("model: the line names a service too")),
            (Some(_), None, ClientKind::Typed) => {
                Err(fault("client: a model has no generated types; name a service, or call it `dynamic`"))
            }
            (Some(model), None, ClientKind::Dynamic) => {
                let model = Model::builder(model.get());
                let rules = fields.endpoint_rules.map(RawValue::get);
                Ok(Self::Model(rules.into_iter().fold(model, ModelBuilder::endpoint_rules).load()?))
            }
            (None, Some(name), ClientKind::Dynamic) => Ok(Self::Dynamic(services::find(&name)?)),
            (None, Some(name), ClientKind::Typed) => Ok(Self::Typed(services::find(&name)?)),
            (None, None, _) => Err(fault("service: the line names none, and has no model")),
        }
    }

    fn is_shipped(&self) -> bool {
        !matches!(self, Self::Model(_))
    }

    fn client(&self, operation: &str, config: &Config) -> Result<(BaseClient, &'static Operation), Error> {
        match self {
            Self::Model(model) => {
                Ok((Client::new(model, config).base().clone(), model.operation(operation)?))
            }
            Self::Dynamic(service) => {
                let model = Model::builder(service.model).endpoint_rules(service.endpoint_rules).load()?;
                let client = Client::customized(&model, config, &Config::new(), service.customize);
                Ok((client.base().clone(), model.operation(operation)?))
            }
            Self::Typed(service) => {
                let client = (service.client)(config);
                let found = service.operations.get(operation).ok_or_else(|| {
                    let message = format!("{} has no operation {operation}", client.settings().service.id);
                    Error::new(INVALID_PARAMETER, message)
                })?;
                Ok((client, found))
            }
        }
    }
}

fn required<T>(name: &str, part: Option<T>) -> Result<T, Error> {
    part.ok_or_else(|| fault(format!("{name}: the line has none")))
}
