//! The endpoints crate's generated files: partitions, what services have where, and a constant for every id.

mod data;
mod partitions;
mod tables;

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::super::file_set::FileSet;
use super::super::writer::Writer;

/// The files, from the texts of `partitions.json` and `endpoints.json`.
///
/// The former is the newer: it has the partitions, their suffixes and their regions. The latter has the services.
pub(in super::super) fn files(partitions_json: &str, endpoints_json: &str) -> Result<FileSet> {
    let partitions = partitions::parse(partitions_json)?;
    let endpoints = data::parse(endpoints_json)?;
    partitions::check(&partitions, &endpoints)?;

    let mut files = FileSet::new("crates/endpoints/src/generated");
    files.add("partitions.rs", partitions::tables(&partitions)?);
    files.add("services.rs", tables::services(&endpoints)?);
    files.add("partition_ids.rs", constants("partitions.json", partitions.ids())?);
    files.add("region_ids.rs", constants("partitions.json", partitions.region_ids())?);
    let ids = endpoints.service_ids().into_iter().map(|id| (id, format!("The service `{id}`.")));
    files.add("service_ids.rs", constants("endpoints.json", ids)?);
    Ok(files)
}

/// A module of constants: the ids, each under its name in capitals, with what it means.
fn constants<'a>(source: &str, ids: impl IntoIterator<Item = (&'a str, String)>) -> Result<Writer> {
    let mut writer = Writer::new("cargo xtask codegen", source);
    writer.blank();
    let mut seen = BTreeSet::new();
    for (id, meaning) in ids {
        let name = constant(id);
        ensure!(seen.insert(name.clone()), "two ids would be the constant {name}");
        writer.doc(meaning).line(format_args!("pub const {name}: &str = {id:?};"));
    }
    Ok(writer)
}

/// `US_WEST_2` for `us-west-2`.
fn constant(id: &str) -> String {
    id.to_ascii_uppercase().replace(['-', '.'], "_")
}
