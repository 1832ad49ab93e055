//! The list of services, read from `xtask/services.toml`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// One entry of `services.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// The folder under `xtask/models` and the file name under `xtask/overrides`.
    pub(crate) name: String,
    /// The folder under `botocore/data`.
    pub(crate) botocore: String,
    /// The folder below that.
    pub(crate) api_version: String,
    /// The folder of the crate, from the workspace's root.
    #[serde(rename = "crate")]
    pub(crate) crate_folder: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    service: Vec<Service>,
}

/// Reads every entry, in the order of the file.
pub(crate) fn read(root: &Path) -> Result<Vec<Service>> {
    let path = root.join("xtask/services.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let file: File = toml::from_str(&text).with_context(|| format!("parse {}", path.display()))?;
    Ok(file.service)
}
