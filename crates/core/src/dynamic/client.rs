//! A client whose operations are called by name.

use serde_json::Value as Json;

use super::json::fill_input;
use super::{DynamicShape, Model, to_json};
use crate::body::Body;
use crate::client::BaseClient;
use crate::config::{Config, ConfigProvider};
use crate::err_code;
use crate::error::Error;
use crate::handlers::Handlers;
use crate::operation::Operation;
use crate::paginator::Pages;
use crate::request::OperationRequest;
use crate::schema::Target;
use crate::shape::{Mut, Shape};
use crate::waiter::Waiter;

/// A client of a service whose model was loaded at run time. Cheap to clone.
///
/// Made from a session or a bare [`Config`], like every client; same handlers, retries and signatures.
#[derive(Debug, Clone)]
pub struct Client {
    model: Model,
    base: BaseClient,
}

impl Client {
    /// A client with the configuration that `provider`, mostly a session, has for the service.
    ///
    /// Never fails: what is wrong with the configuration is answered to each call.
    pub fn new(model: &Model, provider: &dyn ConfigProvider) -> Self {
        Self::with_config(model, provider, &Config::default())
    }

    /// The same with `overrides` on top.
    pub fn with_config(model: &Model, provider: &dyn ConfigProvider, overrides: &Config) -> Self {
        Self::customized(model, provider, overrides, |_| {})
    }

    /// The same with a change to the handlers of the service, as service crates have in their `customizations`.
    pub fn customized(
        model: &Model,
        provider: &dyn ConfigProvider,
        overrides: &Config,
        customize: fn(&mut Handlers),
    ) -> Self {
        Self { model: *model, base: BaseClient::new(model.service(), provider, overrides, customize) }
    }

    /// Calls an operation. `params` and the answer are objects by the member names of the model; the [module](super) says
    /// how values are written in them. A body and a stream of events are read whole into memory;
    /// for one that is not to be, use [`request`](Self::request).
    ///
    /// # Errors
    /// `InvalidParameter` if there is no such operation or `params` do not fit it; any failure of the call.
    ///
    /// # Cancel safety
    /// As [`OperationRequest::send`].
    pub async fn call(&self, operation: &str, params: &Json) -> Result<Json, Error> {
        let request = self.request(operation, params)?;
        let (name, mut output) = (request.operation().name, request.send().await?);
        read_bodies(&mut output).await.map_err(|error| error.in_call(name, 1))?;
        Ok(to_json(&output))
    }

    /// A request whose handlers can be edited, and which can be presigned.
    ///
    /// # Errors
    /// `InvalidParameter` if there is no such operation or `params` do not fit it.
    pub fn request(&self, operation: &str, params: &Json) -> Result<OperationRequest<DynamicShape>, Error> {
        let operation = self.model.operation(operation)?;
        Ok(self.base.request(operation, self.params(operation, params)?))
    }

    /// The pages of an operation's answer. Where a page's items stand says
    /// [`Operation::pagination`](crate::operation::Operation).
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub fn pages(&self, operation: &str, params: &Json) -> Result<Pages<DynamicShape>, Error> {
        let operation = self.model.operation(operation)?;
        Ok(Pages::new(&self.base, operation, self.params(operation, params)?))
    }

    /// A wait for what the waiter called `waiter` waits for, for example `TableExists`.
    ///
    /// # Errors
    /// `InvalidParameter` if the model was loaded without such a waiter or `params` do not fit its operation.
    pub fn wait_until(&self, waiter: &str, params: &Json) -> Result<Waiter, Error> {
        let model = self.model.waiter(waiter).ok_or_else(|| {
            let message = format!("{} has no waiter {waiter}", self.model.service().id);
            Error::new(err_code::INVALID_PARAMETER, message)
        })?;
        Ok(Waiter::new(&self.base, model, self.params(model.operation, params)?))
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What all clients are made of.
    pub fn base(&self) -> &BaseClient {
        &self.base
    }

    /// The handlers that each new request starts with, to edit.
    pub fn handlers_mut(&mut self) -> &mut Handlers {
        self.base.handlers_mut()
    }

    fn params(&self, operation: &'static Operation, json: &Json) -> Result<DynamicShape, Error> {
        let mut params = DynamicShape::new(operation.input.schema);
        fill_input(operation, &mut params, json)?;
        Ok(params)
    }
}

/// Reads the streamed members of an answer into memory, so that [`to_json`] shows them. [`Client::call`] does so; programs that send
/// a request by themselves call it. Takes dynamic and generated structures alike.
///
/// # Errors
/// `ReadError` and others of [`Body::collect`].
///
/// # Cancel safety
/// What has been read of a body is lost with the future.
pub async fn read_bodies(output: &mut dyn Shape) -> Result<(), Error> {
    for (index, member) in output.schema().members().iter().enumerate() {
        let is_stream = member.is_stream() || matches!(member.target, Target::EventStream(_));
        if !is_stream || output.member(index).is_none() {
            continue;
        }
        match output.member_mut(index) {
            Some(Mut::Stream(place)) => {
                let bytes = std::mem::take(place).collect().await?;
                if let Some(Mut::Stream(place)) = output.member_mut(index) {
                    *place = Body::from(bytes);
                }
            }
            Some(Mut::Events(place)) => {
                let mut stream = place.take();
                while let Some(event) = stream.recv().await? {
                    if let Some(Mut::Events(place)) = output.member_mut(index) {
                        place.push(Ok(event));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}
