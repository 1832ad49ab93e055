//! `xtask/overrides/<service>.toml`: what the model of a service does not say, or says in a way that cannot be used.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::api::Api;
use super::model::Retryable;

/// The oddities of one service, as data.
///
/// All but `shapes` go by the names that shapes have after the passes: `PutObjectInput`, not `PutObjectRequest`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Overrides {
    /// The constant of `cumulo_endpoints::service_endpoint`, if the service's endpoints depart from the rule.
    pub(crate) endpoint_constant: Option<String>,
    /// New names of shapes, by their names in the model.
    pub(crate) shapes: BTreeMap<String, String>,
    /// Fields of members, by shape and member.
    pub(crate) fields: BTreeMap<String, BTreeMap<String, String>>,
    /// Constants of enum values, by shape and value.
    pub(crate) constants: BTreeMap<String, BTreeMap<String, String>>,
    /// Shapes that hold secrets although the model does not mark them.
    pub(crate) sensitive: Vec<String>,
    /// What the model does not say about its errors, by shape.
    pub(crate) errors: BTreeMap<String, ErrorOverride>,
    /// Error codes that the service's documentation names and its model does not.
    pub(crate) error_codes: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorOverride {
    /// The code on the wire.
    pub(crate) code: String,
    /// The HTTP status.
    pub(crate) status: Option<u16>,
    /// Why a request that met it may be repeated, where the model should say that it may.
    pub(crate) retryable: Option<Retryable>,
}

impl Overrides {
    /// Reads the overrides of a service; most have none.
    pub(crate) fn read(root: &Path, service: &str) -> Result<Self> {
        let path = root.join(format!("xtask/overrides/{service}.toml"));
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("parse {}", path.display()))
    }

    /// Checks that each entry is about something that the service has, so that none outlives its reason unseen.
    pub(crate) fn check(&self, api: &Api) -> Result<()> {
        for (shape, fields) in &self.fields {
            let members = api.structures.get(shape).map(|structure| &structure.members);
            for name in fields.keys() {
                let exists = members.is_some_and(|members| members.iter().any(|member| member.name == *name));
                ensure!(exists, "fields: there is no member {shape}.{name}");
            }
        }
        for (shape, constants) in &self.constants {
            let values = api.enums.get(shape).map(|shape| &shape.values);
            for name in constants.keys() {
                let exists = values.is_some_and(|values| values.iter().any(|value| value.value == *name));
                ensure!(exists, "constants: there is no value {name:?} of {shape}");
            }
        }
        let members = || api.structures.values().flat_map(|structure| &structure.members);
        for shape in &self.sensitive {
            ensure!(members().any(|member| member.shape == *shape), "sensitive: no member is a {shape}");
        }
        for shape in self.errors.keys() {
            let exists = api.structures.get(shape).is_some_and(|structure| structure.error.is_some());
            ensure!(exists, "errors: there is no error {shape}");
        }
        Ok(())
    }
}
