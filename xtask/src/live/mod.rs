//! `cargo xtask live [TARGET]...`: the integration tests against servers that others wrote.
//!
//! Each target is installed in a pinned version, started on a free port of loopback, given identities, checked with
//! boto3 against what the tests are told about it, and stopped. The tests learn of it from environment variables,
//! which `tests/src/target.rs` reads and describes. The target `wire` is no server: it compares what is sent, and
//! what is read from answers, with what botocore sends and reads. Needs a Unix system and Python 3 with venv.

mod install;
mod report;
mod server;
mod targets;
mod wire;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use lexopt::ValueExt as _;

use crate::workspace;
use install::Programs;
use report::Counts;
use targets::{Identities, REGION, TARGETS, Target};

pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    let (mut chosen, mut compares) = (Vec::new(), false);
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Value(name) if name == wire::NAME => compares = true,
            lexopt::Arg::Value(name) => chosen.push(find(&name.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    if chosen.is_empty() && !compares {
        chosen.extend(&TARGETS);
        compares = true;
    }

    let cache = workspace::cache().join("live");
    fs::create_dir_all(&cache).with_context(|| format!("make {}", cache.display()))?;
    let programs = Programs::install(workspace::root(), &cache)?;

    let mut results = Vec::new();
    for target in chosen {
        let start = Instant::now();
        println!("\n== {}", target.name);
        let counts = test(target, &programs, &cache.join("run").join(target.name)).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Counts { passed: 0, failed: 1 }
        });
        results.push((target.name, counts, start.elapsed()));
    }

    if compares {
        let start = Instant::now();
        println!("\n== {}", wire::NAME);
        results.push((wire::NAME, wire::run(&programs)?, start.elapsed()));
    }

    let mut total = Counts::default();
    println!();
    for (name, counts, time) in results {
        println!("{name:<10} {counts} ({:.1} s)", time.as_secs_f64());
        total += counts;
    }
    println!("{total}");
    ensure!(total.failed == 0, "integration tests failed");
    Ok(())
}

fn find(name: &str) -> Result<&'static Target> {
    TARGETS.iter().find(|target| target.name == name).with_context(|| {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        format!("{name} is none of {}, {}", names.join(", "), wire::NAME)
    })
}

/// Runs the tests against one target; the server is stopped in any case.
fn test(target: &Target, programs: &Programs, folder: &Path) -> Result<Counts> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("delete {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;

    let server = target.start(programs, folder)?;
    println!("{} answers on {}", target.name, server.endpoint());
    let identities = target.identities(programs, &server.endpoint())?;
    let mut variables = variables(target.name, &server.endpoint(), &identities);
    let mut counts =
        cargo_test(&[&["--test", "integration", "--"], target.modules].concat(), programs, &variables)?;
    if target.has_peers {
        let peer = [("PYTHON", &programs.s3ec_python), ("SCRIPT", &programs.s3ec_script())];
        variables.extend(
            peer.map(|(name, path)| (format!("CUMULO_TEST_PEER_{name}"), path.display().to_string())),
        );
        counts += cargo_test(
            &["--test", "peers", "--features", "peers", "--", "--nocapture"],
            programs,
            &variables,
        )?;
    }
    for example in target.examples {
        counts += run_example(example, &server.endpoint())?;
    }
    Ok(counts)
}

/// Runs an example of the facade on a server, and counts it as a test.
fn run_example(name: &str, endpoint: &str) -> Result<Counts> {
    println!("example {name}");
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--package", "cumulo", "--example", name, "--", "--endpoint", endpoint])
        .current_dir(workspace::root())
        .status()
        .context("start cargo run")?;
    let passed = u32::from(status.success());
    Ok(Counts { passed, failed: 1 - passed })
}

/// Runs the test programs and counts what they say; a run that fails without a failed test is an error.
fn cargo_test(args: &[&str], programs: &Programs, variables: &[(String, String)]) -> Result<Counts> {
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "cumulo-tests", "--no-fail-fast"])
        .args(args)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .current_dir(workspace::root());
    let mut process = programs
        .kept(&command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo test")?;
    let output = process.stdout.take().context("cargo test has no standard output")?;
    let keeps_running = process.stdin.take();

    let mut counts = Counts::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(more) = Counts::of_line(&line) {
            counts += more;
        }
    }
    let status = process.wait()?;
    drop(keeps_running);
    ensure!(status.success() || counts.failed > 0, "cargo test: {status}");
    ensure!(counts.passed + counts.failed > 0, "no test ran");
    Ok(counts)
}

/// The variables that `tests/src/target.rs` reads.
fn variables(target: &str, endpoint: &str, identities: &Identities) -> Vec<(String, String)> {
    let facts = [("target", target), ("endpoint", endpoint), ("region", REGION)];
    let identities = identities.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    facts
        .into_iter()
        .chain(identities)
        .map(|(name, value)| (format!("CUMULO_TEST_{}", name.to_uppercase()), value.to_owned()))
        .collect()
}
