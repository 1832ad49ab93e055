//! `endpoints.json` as it is: what is said of each endpoint, and what is left to defaults.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use indexmap::IndexMap;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    pub(super) partitions: Vec<Partition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Partition {
    #[serde(rename = "partition")]
    pub(super) id: String,
    pub(super) dns_suffix: String,
    pub(super) region_regex: String,
    pub(super) regions: IndexMap<String, serde::de::IgnoredAny>,
    pub(super) defaults: Properties,
    pub(super) services: IndexMap<String, Service>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Service {
    #[serde(default)]
    pub(super) defaults: Properties,
    pub(super) endpoints: IndexMap<String, Properties>,
    pub(super) is_regionalized: Option<bool>,
    pub(super) partition_endpoint: Option<String>,
}

/// What may be said of an endpoint, for it alone or as a default.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Properties {
    pub(super) hostname: Option<String>,
    pub(super) dns_suffix: Option<String>,
    pub(super) protocols: Vec<String>,
    pub(super) signature_versions: Vec<String>,
    pub(super) credential_scope: Scope,
    pub(super) variants: Vec<Variant>,
    pub(super) deprecated: bool,
    #[serde(rename = "sslCommonName")]
    _ssl_common_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scope {
    pub(super) region: Option<String>,
    pub(super) service: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Variant {
    pub(super) hostname: Option<String>,
    pub(super) dns_suffix: Option<String>,
    pub(super) tags: BTreeSet<String>,
}

pub(super) fn parse(json: &str) -> Result<File> {
    let mut file: File = serde_json::from_str(json).context("parse endpoints.json")?;
    file.partitions.sort_by(|a, b| a.id.cmp(&b.id));
    for partition in &mut file.partitions {
        partition.services.sort_keys();
        partition.services.values_mut().for_each(|service| service.endpoints.sort_keys());
    }
    Ok(file)
}

impl File {
    /// The ids of every service, sorted.
    pub(super) fn service_ids(&self) -> BTreeSet<&str> {
        self.partitions.iter().flat_map(|partition| partition.services.keys()).map(String::as_str).collect()
    }
}

/// A host name with the partition's DNS suffix in it, or none if there is no such variant.
///
/// Of each property the nearest value counts: the endpoint's own, else the service's, else the partition's.
pub(super) fn hostname(
    partition: &Partition,
    chain: [&Properties; 3],
    tags: &[&str],
) -> Result<Option<String>> {
    let variants: Vec<&Variant> = chain
        .iter()
        .filter_map(|of| of.variants.iter().find(|variant| variant.tags.iter().eq(tags.iter())))
        .collect();
    let (host, suffix) = if tags.is_empty() {
        (chain.iter().find_map(|of| of.hostname.as_ref()), None)
    } else if variants.is_empty() {
        return Ok(None);
    } else {
        let own = variants.iter().find_map(|variant| variant.hostname.as_ref());
        (own, variants.iter().find_map(|variant| variant.dns_suffix.as_ref()))
    };
    let suffix = suffix.or_else(|| chain.iter().find_map(|of| of.dns_suffix.as_ref()));
    let host = host.with_context(|| format!("no host name for the variant {tags:?}"))?;
    Ok(Some(host.replace("{dnsSuffix}", suffix.unwrap_or(&partition.dns_suffix))))
}
