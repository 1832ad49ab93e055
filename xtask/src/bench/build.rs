//! What a user's program costs to build: CPU time, crates, and the size of the binary.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Options;
use super::compared::Compared;
use super::cpu;
use super::crates::Crates;
use super::table::{Budget, Table, Unit};
use super::template::Template;

const BUILD: Budget = Budget {
    what: "clean release build: s3, sts, kms, sqs and the default credential chain, with aws-lc-rs",
    unit: Unit::CpuSeconds,
    at_most: Some(120.0),
};
const BUILD_RING: Budget =
    Budget { what: "the same with `ring`", unit: Unit::CpuSeconds, at_most: Some(80.0) };
const CRATES: Budget = Budget {
    what: "crates that program depends on (Linux, normal dependencies)",
    unit: Unit::Count,
    at_most: Some(100.0),
};
const DUPLICATES: Budget =
    Budget { what: "of these in more than one version", unit: Unit::Count, at_most: Some(0.0) };
const SIZE: Budget =
    Budget { what: "that program's stripped binary", unit: Unit::Megabytes, at_most: Some(5e6) };
const SIZE_RING: Budget = Budget { what: "the same with `ring`", unit: Unit::Megabytes, at_most: Some(5e6) };

/// The features of the two builds; the first are a user's defaults.
const AWS_LC: &[&str] = &[];
const RING: &[&str] = &["--no-default-features", "--features", "ring"];

/// Adds the rows; with `quick`, those that need a build are left out.
pub(super) fn measure(cache: &Path, options: Options, table: &mut Table) {
    let programs = Compared::prepare("program", options.official, |name| Template::copy(name, cache));
    let builds = (!options.quick).then(|| Builds::of(&programs));
    let crates = programs.measure(Crates::of);

    match &builds {
        Some(builds) => {
            table.add(&BUILD, builds.aws_lc.measure(|built| Ok(built.seconds)));
            table.add(&BUILD_RING, builds.ring.measure(|built| Ok(built.seconds)));
        }
        None => [BUILD, BUILD_RING].iter().for_each(|budget| table.leave_out(budget)),
    }
    table.add(&CRATES, crates.measure(|crates| Ok(crates.count() as f64)));
    table.add(&DUPLICATES, crates.measure(|crates| Ok(crates.repeated().len() as f64)));
    if let Some(builds) = &builds {
        table.add(&SIZE, builds.aws_lc.measure(|built| Ok(built.bytes)));
        table.add(&SIZE_RING, builds.ring.measure(|built| Ok(built.bytes)));
    }
    add_notes(&programs, &crates, table);
}

fn add_notes(programs: &Compared<Template>, crates: &Compared<Crates>, table: &mut Table) {
    let repeated = crates.ours.as_ref().map_or_else(|_| Vec::new(), Crates::repeated);
    if !repeated.is_empty() {
        table.note(format!("In more than one version: {}.", repeated.join("; ")));
    }
    if let Some(Ok(named)) = programs.measure(Crates::named_by).official {
        let named = named.beginning("aws-").join(", ");
        table.note(format!("The official SDK, with the features that it has by default: {named}."));
    }
    table.note(
        "Built with Cargo's default release profile and `strip = true`, every crate from nothing, downloads not \
         counted; CPU seconds of Cargo and all it starts, in user and kernel mode.",
    );
}

/// The builds of the programs; what the official SDK has by default is AWS-LC.
struct Builds {
    aws_lc: Compared<Built>,
    ring: Compared<Built>,
}

impl Builds {
    fn of(programs: &Compared<Template>) -> Self {
        Self {
            aws_lc: programs.measure(|program| build(program, AWS_LC)),
            ring: programs.measure_ours(|program| build(program, RING)),
        }
    }
}

/// What a clean build took, and what came out of it.
struct Built {
    seconds: f64,
    bytes: f64,
}

/// Builds into an empty folder.
fn build(program: &Template, features: &[&str]) -> Result<Built> {
    let target = program.path("target");
    if target.exists() {
        fs::remove_dir_all(&target).context("empty the target folder")?;
    }
    let mut command = program.cargo(&["build", "--quiet", "--release", "--offline"]);
    let seconds = cpu::seconds_of(command.args(features))?;
    let binary = program.binary();
    let bytes = fs::metadata(&binary).with_context(|| format!("find {}", binary.display()))?.len();
    Ok(Built { seconds, bytes: bytes as f64 })
}
