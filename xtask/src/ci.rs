//! `cargo xtask ci`: every check that a change must pass, one after the other, with the time each takes.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::{architecture, python, workspace};

/// One check.
struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

static STEPS: [Step; 7] = [
    Step { name: "fmt", run: || cargo("fmt --all --check", &[]) },
    Step { name: "architecture", run: || architecture::check(workspace::root()) },
    Step { name: "codegen", run: || cargo("run --quiet --package xtask -- codegen --check", &[]) },
    Step { name: "clippy", run: || cargo("clippy --workspace --all-targets --quiet -- -D warnings", &[]) },
    Step { name: "features", run: || cargo(LEAN, &[]) },
    Step { name: "test", run: || cargo("test --workspace --quiet", &[]) },
    Step {
        name: "doc",
        run: || cargo("doc --workspace --no-deps --quiet", &[("RUSTDOCFLAGS", "-D warnings")]),
    },
];

/// The facade without what a workspace's build turns on for others: on ring alone, without dynamic clients.
const LEAN: &str = "clippy --package cumulo --no-default-features --features ring,credentials,s3crypto,sqs,ecs --quiet \
                    -- -D warnings";

/// Runs every step, also after one that fails.
///
/// # Errors
///
/// If a step fails; the message names each that did.
pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    if let Some(arg) = args.next()? {
        return Err(arg.unexpected().into());
    }
    let mut failed = Vec::new();
    let mut lines = Vec::new();
    for step in &STEPS {
        println!("== {}", step.name);
        let start = Instant::now();
        let result = (step.run)();
        let word = if result.is_ok() { "ok" } else { "failed" };
        let line = format!("{:<14}{word:<8}{:>7.1} s", step.name, start.elapsed().as_secs_f64());
        if let Err(error) = result {
            eprintln!("error: {error:#}");
            failed.push(step.name);
        }
        println!("{line}\n");
        lines.push(line);
    }

    println!("{}", lines.join("\n"));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn cargo(args: &str, variables: &[(&str, &str)]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(args.split(' ')).envs(variables.iter().copied()).current_dir(workspace::root());
    python::run(&mut command)
}
