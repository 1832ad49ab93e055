//! `crates/endpoints/src/generated/partitions.rs`: the partitions and their regions.

use anyhow::{Context as _, Result, ensure};
use indexmap::IndexMap;
use serde::Deserialize;

use super::super::file_set::FileSet;
use super::super::writer::Writer;

#[derive(Deserialize)]
struct File {
    partitions: Vec<Partition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Partition {
    id: String,
    outputs: Outputs,
    region_regex: String,
    regions: IndexMap<String, Region>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outputs {
    dns_suffix: String,
    dual_stack_dns_suffix: String,
    supports_dual_stack: bool,
    #[serde(rename = "supportsFIPS")]
    supports_fips: bool,
    implicit_global_region: String,
}

#[derive(Deserialize)]
struct Region {
    description: Option<String>,
}

/// The endpoints crate's generated files, from the text of `partitions.json`.
pub(in super::super) fn partitions(json: &str) -> Result<FileSet> {
    let mut file: File = serde_json::from_str(json).context("parse partitions.json")?;
    file.partitions.sort_by(|a, b| a.id.cmp(&b.id));
    let mut writer = Writer::new("cargo xtask codegen", "partitions.json");
    writer.blank().line("use crate::partition::{Partition, Region, RegionPattern};");
    let names: Vec<String> =
        file.partitions.iter().map(|partition| format!("&{}", static_name(partition))).collect();
    writer.blank().doc("Every partition, sorted by id.");
    writer.line(format_args!("pub(crate) static PARTITIONS: &[&Partition] = &[{}];", names.join(", ")));
    for partition in &mut file.partitions {
        partition.regions.sort_keys();
        table(&mut writer, partition).with_context(|| format!("the partition {}", partition.id))?;
    }
    let mut files = FileSet::new("crates/endpoints/src/generated");
    files.add("partitions.rs", writer);
    Ok(files)
}

fn static_name(partition: &Partition) -> String {
    partition.id.to_ascii_uppercase().replace('-', "_")
}

fn table(writer: &mut Writer, partition: &Partition) -> Result<()> {
    let outputs = &partition.outputs;
    writer.blank().doc(format_args!("The partition `{}`.", partition.id));
    writer.line(format_args!("pub(crate) static {}: Partition = Partition {{", static_name(partition)));
    writer.line(format_args!("id: {:?},", partition.id));
    writer.line(format_args!("dns_suffix: {:?},", outputs.dns_suffix));
    writer.line(format_args!("dual_stack_dns_suffix: {:?},", outputs.dual_stack_dns_suffix));
    writer.line(format_args!("supports_fips: {},", outputs.supports_fips));
    writer.line(format_args!("supports_dual_stack: {},", outputs.supports_dual_stack));
    writer.line(format_args!("implicit_global_region: {:?},", outputs.implicit_global_region));
    writer
        .line(format_args!("region_pattern: RegionPattern::new(&{:?}),", prefixes(&partition.region_regex)?));
    writer.line("regions: &[");
    for (id, region) in &partition.regions {
        let description = region.description.as_deref().unwrap_or(id);
        writer.line(format_args!("Region::new({id:?}, {description:?}),"));
    }
    writer.line("],\n};");
    Ok(())
}

/// The prefixes that the pattern of a partition's regions allows: `^(us|eu)\-\w+\-\d+$` gives `us` and `eu`.
fn prefixes(pattern: &str) -> Result<Vec<String>> {
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix(r"\-\w+\-\d+$"));
    let inner = inner.with_context(|| format!(r"the pattern {pattern} does not end in \-\w+\-\d+"))?;
    let mut prefixes = vec![String::new()];
    for part in inner.split(r"\-") {
        let choices = part.strip_prefix('(').and_then(|part| part.strip_suffix(')')).unwrap_or(part);
        let is_plain = choices.chars().all(|c| c.is_ascii_alphanumeric() || c == '|');
        ensure!(is_plain, "the pattern {pattern} is not made of names and choices");
        prefixes = prefixes
            .iter()
            .flat_map(|prefix| {
                choices.split('|').map(move |choice| match prefix.as_str() {
                    "" => choice.to_owned(),
                    prefix => format!("{prefix}-{choice}"),
                })
            })
            .collect();
    }
    prefixes.sort();
    Ok(prefixes)
}
