//! What a user's program costs to build: CPU time, crates, and the size of the binary.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use super::cpu;
use super::table::{Budget, Table, Unit};
use super::template::Template;

const BUILD: Budget = Budget {
    what: "clean release build: s3, sts, kms, sqs and the default credential chain, with aws-lc-rs",
    unit: Unit::CpuSeconds,
    at_most: Some(120.0),
    official: Some(474.0),
};
const BUILD_RING: Budget =
    Budget { what: "the same with `ring`", unit: Unit::CpuSeconds, at_most: Some(80.0), official: None };
const CRATES: Budget = Budget {
    what: "crates that program depends on (Linux, normal dependencies)",
    unit: Unit::Count,
    at_most: Some(100.0),
    official: Some(192.0),
};
const DUPLICATES: Budget = Budget {
    what: "of these in more than one version",
    unit: Unit::Count,
    at_most: Some(0.0),
    official: None,
};
const SIZE: Budget = Budget {
    what: "that program's stripped binary",
    unit: Unit::Megabytes,
    at_most: Some(5e6),
    official: Some(16.7e6),
};
const SIZE_RING: Budget =
    Budget { what: "the same with `ring`", unit: Unit::Megabytes, at_most: Some(5e6), official: None };

/// The features of the two builds; the first are a user's defaults.
const AWS_LC: &[&str] = &[];
const RING: &[&str] = &["--no-default-features", "--features", "ring"];

/// Adds the rows; with `quick`, those that need a build are left out.
pub(crate) fn measure(cache: &Path, quick: bool, table: &mut Table) {
    let program = Template::copy("program", cache);
    let build = |features| match &program {
        Ok(program) => build(program, features),
        Err(error) => Err(anyhow!("{error:#}")),
    };
    let mut sizes = Vec::new();
    for (budget, size, features) in [(&BUILD, &SIZE, AWS_LC), (&BUILD_RING, &SIZE_RING, RING)] {
        if quick {
            table.leave_out(budget);
        } else {
            let (seconds, bytes) = split(build(features));
            table.add(budget, seconds);
            sizes.push((size, bytes));
        }
    }
    match &program {
        Ok(program) => add_crates(program, table),
        Err(error) => table.add(&CRATES, Err(anyhow!("{error:#}"))),
    }
    for (size, bytes) in sizes {
        table.add(size, bytes);
    }
    table.note(
        "Built with Cargo's default release profile and `strip = true`, every crate from nothing, downloads not \
         counted; CPU seconds of Cargo and all it starts, in user and kernel mode.",
    );
}

/// Builds into an empty folder; returns the CPU seconds and the size of the binary.
fn build(program: &Template, features: &[&str]) -> Result<(f64, f64)> {
    let target = program.path("target");
    if target.exists() {
        fs::remove_dir_all(&target).context("empty the target folder")?;
    }
    let mut command = program.cargo(&["build", "--quiet", "--release", "--offline"]);
    let seconds = cpu::seconds_of(command.args(features))?;
    let binary = target.join("release").join(format!("bench-program{}", std::env::consts::EXE_SUFFIX));
    let bytes = fs::metadata(&binary).with_context(|| format!("find {}", binary.display()))?.len();
    Ok((seconds, bytes as f64))
}

fn split(measured: Result<(f64, f64)>) -> (Result<f64>, Result<f64>) {
    match measured {
        Ok((seconds, bytes)) => (Ok(seconds), Ok(bytes)),
        Err(error) => {
            let again = anyhow!("{error:#}");
            (Err(error), Err(again))
        }
    }
}

fn add_crates(program: &Template, table: &mut Table) {
    let arguments = ["tree", "--edges=normal", "--target=x86_64-unknown-linux-gnu", "--prefix=none"];
    match program.output(&arguments) {
        Ok(tree) => {
            let crates = versions(&tree);
            let count: usize = crates.values().map(BTreeSet::len).sum();
            let twice = crates.iter().filter(|(_, versions)| versions.len() > 1);
            let twice: Vec<String> = twice.map(|(name, versions)| name_all(name, versions)).collect();
            table.add(&CRATES, Ok(count as f64));
            table.add(&DUPLICATES, Ok(twice.len() as f64));
            if !twice.is_empty() {
                table.note(format!("In more than one version: {}.", twice.join("; ")));
            }
        }
        Err(error) => table.add(&CRATES, Err(error)),
    }
}

fn name_all(name: &str, versions: &BTreeSet<&str>) -> String {
    let versions: Vec<&str> = versions.iter().copied().collect();
    format!("{name} {}", versions.join(" and "))
}

/// The versions of each crate in what `cargo tree` printed, but for the program itself, which stands first.
fn versions(tree: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut crates = BTreeMap::<_, BTreeSet<_>>::new();
    for line in tree.lines().skip(1) {
        let mut words = line.split(' ');
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            crates.entry(name).or_default().insert(version);
        }
    }
    crates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_for_each_of_its_versions_and_the_program_not_at_all() {
        let tree =
            "program v0.0.0 (/p)\nours v0.1.0 (/o)\nsyn v2.0.1\nsyn v3.0.0 (proc-macro)\nsyn v2.0.1 (*)\n";
        let crates = versions(tree);
        assert_eq!(crates.keys().copied().collect::<Vec<_>>(), ["ours", "syn"]);
        assert_eq!(name_all("syn", &crates["syn"]), "syn v2.0.1 and v3.0.0");
    }
}
