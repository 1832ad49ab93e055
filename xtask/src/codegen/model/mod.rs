//! The models under `xtask/models`, as types: the service (C2J), its paginators and its waiters.
//!
//! A key that these types do not know is an error which names the place where it stands, so that a trait which is
//! new in a release cannot get lost without a word.
#![allow(dead_code, reason = "every key of the models is read, so that a new one cannot be missed")]

mod paginators;
mod service;
mod shape;
mod waiters;
#[cfg(test)]
mod tests;

pub(crate) use paginators::Paginator;
pub(crate) use service::{ContextParam, HttpChecksum, Metadata, Operation, OperationShapeRef, Protocol};
pub(crate) use shape::{Kind, Location, Retryable, Shape, ShapeRef, TimestampFormat, XmlNamespace};
pub(crate) use waiters::{Acceptor, AcceptorState, Matcher, Waiter};

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use indexmap::IndexMap;
use serde::de::DeserializeOwned;

/// Everything that the model of one service says.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) metadata: Metadata,
    /// By name, in the order of the model.
    pub(crate) operations: IndexMap<String, Operation>,
    /// By name, in the order of the model.
    pub(crate) shapes: IndexMap<String, Shape>,
    /// The parameters of endpoint rules that a client is configured with.
    pub(crate) client_context_params: IndexMap<String, ContextParam>,
    /// By operation.
    pub(crate) paginators: IndexMap<String, Paginator>,
    /// By name.
    pub(crate) waiters: IndexMap<String, Waiter>,
}

impl Model {
    /// Reads the files of one service, for example from the folder `xtask/models/s3`.
    ///
    /// # Errors
    ///
    /// An unreadable file, a syntax error or a key that the types here do not know. A service may lack paginators
    /// and waiters.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
        };
        let optional = |name: &str, empty: &str| match folder.join(name).exists() {
            true => read(name),
            false => Ok(empty.to_owned()),
        };
        Self::parse(
            &read("service-2.json")?,
            &optional("paginators-1.json", r#"{"pagination": {}}"#)?,
            &optional("waiters-2.json", r#"{"version": 2, "waiters": {}}"#)?,
        )
        .with_context(|| format!("the model in {}", folder.display()))
    }

    /// Parses the texts of one service's files.
    pub(crate) fn parse(service: &str, paginators: &str, waiters: &str) -> Result<Self> {
        let service: service::File = parse(service).context("service-2.json")?;
        let paginators: paginators::File = parse(paginators).context("paginators-1.json")?;
        let waiters: waiters::File = parse(waiters).context("waiters-2.json")?;
        Ok(Self {
            metadata: service.metadata,
            operations: service.operations,
            shapes: service.shapes,
            client_context_params: service.client_context_params,
            paginators: paginators.pagination,
            waiters: waiters.waiters,
        })
    }
}

/// Parses JSON; an error names the place as a path, such as `shapes.Tag.members.Key.newTrait`.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text))?)
}
