//! The files of protocol cases: groups of cases that share the shapes of a small model.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use cumulo_core::Error;
use cumulo_core::dynamic::Model;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Cases that share a model.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) description: String,
    pub(super) metadata: Value,
    pub(super) shapes: Value,
    /// The endpoint that the client is configured with.
    pub(super) client_endpoint: Option<String>,
    pub(super) cases: Vec<Case>,
}

/// One case: an input with the request that it makes, or an answer with what is read from it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Case {
    pub(super) id: String,
    /// The operation.
    pub(super) given: Value,
    #[serde(default)]
    pub(super) params: Value,
    pub(super) serialized: Option<Serialized>,
    pub(super) response: Option<Response>,
    pub(super) result: Option<Value>,
    pub(super) error: Option<Value>,
    pub(super) error_code: Option<String>,
    pub(super) error_message: Option<String>,
}

/// The request that is expected.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Serialized {
    pub(super) method: String,
    pub(super) uri: String,
    pub(super) host: Option<String>,
    pub(super) body: Option<String>,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    #[serde(default)]
    pub(super) forbid_headers: Vec<String>,
    #[serde(default)]
    pub(super) require_headers: Vec<String>,
}

/// The answer that is given.
#[derive(Debug, Deserialize)]
pub(super) struct Response {
    pub(super) status_code: u16,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    pub(super) body: Option<String>,
}

impl Group {
    /// Reads a file of groups.
    pub(super) fn read(path: &Path) -> Result<Vec<Self>> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("parse {}", path.display()))
    }

    /// The protocol that the model names.
    pub(super) fn protocol(&self) -> &str {
        self.metadata["protocol"].as_str().unwrap_or_default()
    }

    /// The model with the operation of `case`. The cases of the `query` protocol leave out the element that wraps each
    /// answer, as the release's own runner knows it from the operation's name.
    pub(super) fn model(&self, case: &Case) -> Result<Model, Error> {
        let name = case.operation();
        let mut operation = case.given.clone();
        if self.protocol() == "query"
            && let Some(output) = operation.get_mut("output")
        {
            let shape = output["shape"].as_str().unwrap_or_default();
            if self.shapes[shape]["members"].as_object().is_some_and(|members| !members.is_empty()) {
                output["resultWrapper"] = format!("{name}Result").into();
            }
        }
        let model = json!({
            "metadata": self.metadata,
            "shapes": self.shapes,
            "operations": {name: operation},
        });
        Model::from_json(model.to_string())
    }
}

impl Case {
    pub(super) fn operation(&self) -> &str {
        self.given["name"].as_str().unwrap_or("OperationName")
    }
}
