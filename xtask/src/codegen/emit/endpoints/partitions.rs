//! `partitions.json`: the partitions and their regions, as tables and as constants.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use indexmap::IndexMap;
use serde::Deserialize;

use super::super::super::writer::Writer;
use super::constant;
use super::data;

#[derive(Deserialize)]
pub(super) struct File {
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

impl File {
    /// The partitions' ids, and what to say of them.
    pub(super) fn ids(&self) -> impl Iterator<Item = (&str, String)> {
        self.partitions.iter().map(|partition| {
            let suffix = &partition.outputs.dns_suffix;
            (&*partition.id, format!("The partition `{}`, whose hosts end in `{suffix}`.", partition.id))
        })
    }

    /// The regions' ids, sorted, and what to say of them.
    pub(super) fn region_ids(&self) -> BTreeMap<&str, String> {
        let regions = self.partitions.iter().flat_map(|partition| &partition.regions);
        regions
            .map(|(id, region)| (&**id, format!("{}.", region.description.as_deref().unwrap_or(id))))
            .collect()
    }
}

pub(super) fn parse(json: &str) -> Result<File> {
    let mut file: File = serde_json::from_str(json).context("parse partitions.json")?;
    file.partitions.sort_by(|a, b| a.id.cmp(&b.id));
    for partition in &mut file.partitions {
        partition.regions.sort_keys();
    }
    Ok(file)
}

/// Checks that the two files agree where both speak, so that it does not matter which one is asked.
pub(super) fn check(file: &File, older: &data::File) -> Result<()> {
    let ids = |partitions: &[Partition]| partitions.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    let older_ids: Vec<_> = older.partitions.iter().map(|one| one.id.clone()).collect();
    ensure!(ids(&file.partitions) == older_ids, "the files have other partitions");
    for (new, old) in file.partitions.iter().zip(&older.partitions) {
        let id = &new.id;
        ensure!(new.region_regex == old.region_regex, "the files match the regions of {id} in two ways");
        ensure!(new.outputs.dns_suffix == old.dns_suffix, "the files have two DNS suffixes for {id}");
        for region in old.regions.keys() {
            ensure!(new.regions.contains_key(region), "partitions.json has no region {region} in {id}");
        }
    }
    Ok(())
}

/// `partitions.rs`: the partitions and their regions.
pub(super) fn tables(file: &File) -> Result<Writer> {
    let mut writer = Writer::new("cargo xtask codegen", "partitions.json");
    writer
        .blank()
        .line("use crate::partition::{Partition, RegionPattern};")
        .line("use crate::region::Region;");
    let names: Vec<String> =
        file.partitions.iter().map(|partition| format!("&{}", static_name(partition))).collect();
    writer.blank().doc("Every partition, sorted by id.");
    writer.line(format_args!("pub(crate) static PARTITIONS: &[&Partition] = &[{}];", names.join(", ")));
    for (index, partition) in file.partitions.iter().enumerate() {
        table(&mut writer, partition, index).with_context(|| format!("the partition {}", partition.id))?;
    }
    Ok(writer)
}

fn static_name(partition: &Partition) -> String {
    constant(&partition.id)
}

fn table(writer: &mut Writer, partition: &Partition, index: usize) -> Result<()> {
    let outputs = &partition.outputs;
    writer.blank().doc(format_args!("The partition `{}`.", partition.id));
    writer.line(format_args!("pub(crate) static {}: Partition = Partition {{", static_name(partition)));
    writer.line(format_args!("index: {index},"));
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
        writer.line(format_args!("Region::new({index}, {id:?}, {description:?}),"));
    }
    writer.line("],\n};");
    let function = format!("{}_partition", static_name(partition).to_ascii_lowercase());
    writer.blank().doc(format_args!("The partition `{}`.", partition.id));
    writer.line(format_args!("pub const fn {function}() -> &'static Partition {{"));
    writer.line(format_args!("&{}\n}}", static_name(partition)));
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
