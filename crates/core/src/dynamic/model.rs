//! A service model, loaded.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use cumulo_endpoints::rules::RuleSet;

use super::node::{Node, invalid};
use super::operations;
use super::schemas::Schemas;
use crate::crypto::Sha256;
use crate::error::Error;
use crate::operation::{Operation, Operations, Service};
use crate::waiter::WaiterModel;

/// A service whose model was loaded at run time. Cheap to copy.
///
/// **A loaded model lives for the rest of the program.** Its tables are of the same kind as the static ones of generated
/// code, so they are made once and never freed; loading the same files again answers the same model and takes no more
/// memory. A program that loads models without bound, each different, grows without bound.
#[derive(Clone, Copy)]
pub struct Model {
    tables: &'static Tables,
}

struct Tables {
    service: Service,
    operations: Operations,
    waiters: Vec<WaiterModel>,
}

/// Every model loaded so far, by the hash of its files.
static LOADED: Mutex<Option<HashMap<[u8; 32], Model>>> = Mutex::new(None);

impl Model {
    /// Loads a model from the text of `service-2.json`.
    ///
    /// Keys and traits that are not known are passed over, so that newer models can be read.
    ///
    /// # Errors
    /// `InvalidModel` if the text is no JSON, if a shape refers to one that the model does not describe, has a type that is not
    /// known or holds itself without a structure in between, or if the service speaks no protocol of this SDK.
    pub fn from_json(service: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::builder(service).load()
    }

    /// The same, step by step: with the files of paginators, waiters and endpoint rules that stand beside the model.
    pub fn builder(service: impl AsRef<[u8]>) -> ModelBuilder {
        ModelBuilder {
            service: service.as_ref().to_vec(),
            paginators: None,
            waiters: None,
            endpoint_rules: None,
        }
    }

    /// The table of the service, with its errors.
    pub fn service(&self) -> &'static Service {
        &self.tables.service
    }

    /// The tables of its operations.
    pub fn operations(&self) -> &'static Operations {
        &self.tables.operations
    }

    /// The operation called `name`.
    ///
    /// # Errors
    /// `InvalidParameter` if the service has none of that name.
    pub fn operation(&self, name: &str) -> Result<&'static Operation, Error> {
        self.operations().get(name).ok_or_else(|| {
            let message = format!("{} has no operation {name}", self.service().id);
            Error::new(crate::err_code::INVALID_PARAMETER, message)
        })
    }

    /// The waiter called `name`, if the model was loaded with one.
    pub fn waiter(&self, name: &str) -> Option<&'static WaiterModel> {
        self.tables.waiters.iter().find(|waiter| waiter.name == name)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("service", &self.service().id).finish_non_exhaustive()
    }
}

/// The files of a model that is about to be loaded. Made by [`Model::builder`].
#[derive(Clone)]
#[must_use = "a model is loaded by `load`"]
pub struct ModelBuilder {
    service: Vec<u8>,
    paginators: Option<Vec<u8>>,
    waiters: Option<Vec<u8>>,
    endpoint_rules: Option<Vec<u8>>,
}

impl ModelBuilder {
    /// With the text of `paginators-1.json`; without it, every operation has one page.
    pub fn paginators(mut self, file: impl AsRef<[u8]>) -> Self {
        self.paginators = Some(file.as_ref().to_vec());
        self
    }

    /// With the text of `waiters-2.json`; without it there are no waiters.
    pub fn waiters(mut self, file: impl AsRef<[u8]>) -> Self {
        self.waiters = Some(file.as_ref().to_vec());
        self
    }

    /// With the text of `endpoint-rule-set-1.json`; without it, the service has the endpoints of its name in the tables of
    /// [`crate::endpoints`], whatever a call's input says.
    pub fn endpoint_rules(mut self, file: impl AsRef<[u8]>) -> Self {
        self.endpoint_rules = Some(file.as_ref().to_vec());
        self
    }

    /// Loads the model, for good.
    ///
    /// # Errors
    /// As [`Model::from_json`]; `InvalidModel` also if a paginator or a waiter cannot be read or names an operation that is
    /// not there, or if the endpoint rules break their language.
    pub fn load(self) -> Result<Model, Error> {
        let hash = self.hash();
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = loaded.get_or_insert_default();
        if let Some(model) = loaded.get(&hash) {
            return Ok(*model);
        }
        let model = Model { tables: Box::leak(Box::new(self.tables()?)) };
        loaded.insert(hash, model);
        Ok(model)
    }

    fn tables(&self) -> Result<Tables, Error> {
        let service = Node::parse(&self.service)?;
        let optional = |file: &Option<Vec<u8>>| file.as_deref().map(Node::parse).transpose();
        let (paginators, waiters) = (optional(&self.paginators)?, optional(&self.waiters)?);
        let shapes = service.get("shapes").unwrap_or(&Node::Null);
        let mut schemas = Schemas::new(shapes)?;
        let rules: Option<&'static RuleSet> = match &self.endpoint_rules {
            Some(file) => Some(Box::leak(Box::new(rules(file)?))),
            None => None,
        };
        let operations = operations::operations(&service, paginators.as_ref(), rules, &mut schemas)?;
        let waiters = match &waiters {
            Some(file) => operations::waiters(file, &operations, &mut schemas)?,
            None => Vec::new(),
        };
        Ok(Tables { service: operations::service(&service, rules, &mut schemas)?, operations, waiters })
    }

    fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let optional = [self.paginators.as_ref(), self.waiters.as_ref(), self.endpoint_rules.as_ref()];
        for file in [Some(&self.service)].into_iter().chain(optional) {
            let length = file.map_or(u64::MAX, |file| file.len() as u64);
            hash.update(&length.to_be_bytes());
            hash.update(file.map(Vec::as_slice).unwrap_or_default());
        }
        hash.finish()
    }
}

fn rules(file: &[u8]) -> Result<RuleSet, Error> {
    let text = std::str::from_utf8(file).map_err(|_| invalid("the endpoint rules are not UTF-8"))?;
    RuleSet::from_json(text).map_err(|error| Error::new(error.code(), error.to_string()))
}

impl fmt::Debug for ModelBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelBuilder").finish_non_exhaustive()
    }
}
