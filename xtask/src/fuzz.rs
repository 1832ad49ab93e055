//! `cargo xtask fuzz [--seconds N] [TARGET]...`: runs the fuzz targets in `fuzz`, on stable Rust and without cargo-fuzz.
//!
//! The targets are compiled with the compiler's own coverage counters, which is what cargo-fuzz does on a nightly release. There is
//! no address sanitizer in a stable release; the SDK has no unsafe code for it to watch.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use lexopt::{Arg, ValueExt as _};

use crate::workspace;

/// What makes the compiler count which branches run and which values are compared.
const COVERAGE: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// The longest that one process runs, in seconds: models that are loaded are never freed.
const SLICE: u64 = 100;

/// Runs the targets that are named, or all.
///
/// # Errors
///
/// If a target finds something; the message says where the input lies.
pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    let folder = workspace::root().join("fuzz");
    let (mut seconds, mut wanted) = (30, Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("seconds") => seconds = args.value()?.parse()?,
            Arg::Value(name) => wanted.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let targets = targets(&folder)?;
    if let Some(name) = wanted.iter().find(|name| !targets.contains(name)) {
        bail!("{name} is none of {}", targets.join(", "));
    }
    let programs = build(&folder)?;
    let mut failed = Vec::new();
    for target in targets.iter().filter(|name| wanted.is_empty() || wanted.contains(name)) {
        let outcome = fuzz(target, &programs.join(target), &folder.join("seeds").join(target), seconds)?;
        println!("{outcome}");
        if let Some(found) = outcome.found {
            println!("{found}");
            failed.push(target.as_str());
        }
    }
    ensure!(failed.is_empty(), "found something: {}", failed.join(", "));
    Ok(())
}

/// The names of the targets, in alphabetical order.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("fuzz_targets")).context("read fuzz/fuzz_targets")? {
        if let Some(name) = entry?.path().file_stem() {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Compiles the targets, and answers where they lie.
fn build(folder: &Path) -> Result<PathBuf> {
    let host = host()?;
    let target_folder = workspace::cache().join("fuzz");
    // With a named target, the counters stay out of build scripts.
    let status = Command::new("cargo")
        .args(["build", "--release", "--quiet", "--target", &host, "--target-dir"])
        .arg(&target_folder)
        .env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\x1f"))
        .current_dir(folder)
        .status()
        .context("start cargo")?;
    ensure!(status.success(), "cargo build: {status}");
    Ok(target_folder.join(host).join("release"))
}

fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

/// What a target came to.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    target: String,
    executions: u64,
    /// The branches that ran, as the fuzzer counts them.
    coverage: u64,
    /// The end of what was printed, if the target stopped at an input.
    found: Option<String>,
}

fn fuzz(target: &str, program: &Path, seeds: &Path, seconds: u64) -> Result<Outcome> {
    let folder = workspace::cache().join("fuzz/found").join(target);
    let corpus = folder.join("corpus");
    fs::create_dir_all(&corpus).with_context(|| format!("make {}", corpus.display()))?;
    let mut outcome = Outcome { target: target.to_owned(), ..Outcome::default() };
    let mut left = seconds;
    while left > 0 && outcome.found.is_none() {
        let slice = left.min(SLICE);
        left -= slice;
        let output = Command::new(program)
            .args([&corpus, seeds])
            .arg(format!("-max_total_time={slice}"))
            .args(["-timeout=10", "-rss_limit_mb=3000", "-max_len=4096", "-print_final_stats=1"])
            .arg(format!("-artifact_prefix={}/", folder.display()))
            .output()
            .with_context(|| format!("start {}", program.display()))?;
        outcome.add(&String::from_utf8_lossy(&output.stderr), output.status.success());
    }
    Ok(outcome)
}

impl Outcome {
    /// Adds what the fuzzer printed.
    fn add(&mut self, log: &str, is_good: bool) {
        let number = |text: &str| text.split_whitespace().next().and_then(|word| word.parse().ok());
        for line in log.lines() {
            if let Some(count) = line.strip_prefix("stat::number_of_executed_units:").and_then(number) {
                self.executions += count;
            }
            if let Some(coverage) = line.split_once(" cov: ").and_then(|(_, rest)| number(rest)) {
                self.coverage = coverage;
            }
        }
        if !is_good {
            let lines: Vec<_> = log.lines().filter(|line| !line.starts_with('#')).collect();
            self.found = Some(lines[lines.len().saturating_sub(60)..].join("\n"));
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = if self.found.is_some() { "FOUND" } else { "ok" };
        write!(
            f,
            "{:<12} {:>10} executions, coverage {:>5}: {word}",
            self.target, self.executions, self.coverage
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executions_are_added_up_and_the_last_coverage_counts() {
        let log = "#2\tINITED cov: 7 ft: 8 corp: 1/1b\n#90\tDONE   cov: 12 ft: 20 corp: 3/4b lim: 4\n\
                   stat::number_of_executed_units: 90\n";
        let mut outcome = Outcome::default();
        outcome.add(log, true);
        outcome.add(log, true);
        assert_eq!((outcome.executions, outcome.coverage, outcome.found), (180, 12, None));
    }

    #[test]
    fn an_input_that_was_found_is_shown_with_the_end_of_the_log() {
        let mut outcome = Outcome::default();
        outcome.add("#1\tNEW cov: 3 ft: 3\nthread panicked\nTest unit written to x", false);
        assert_eq!(outcome.found.as_deref(), Some("thread panicked\nTest unit written to x"));
    }

    #[test]
    fn every_target_is_listed_in_the_manifest_and_has_seeds() {
        let folder = workspace::root().join("fuzz");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for target in targets(&folder).unwrap() {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
            assert!(folder.join("seeds").join(&target).is_dir(), "{target}");
        }
    }
}
