//! The commands of this workspace: `cargo xtask <command>`.

mod architecture;
mod bench;
mod ci;
mod codegen;
mod conformance;
mod fuzz;
mod live;
mod models;
mod output;
mod python;
mod services;
#[cfg(test)]
mod scratch;
mod source;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::Arg;

const USAGE: &str = "\
Usage: cargo xtask <command> [options]

  ci                  every check that a change must pass: format, lints, generated code, architecture, tests, docs
  architecture        check dependencies, file sizes and boundaries against docs/ARCHITECTURE.md
  conformance [SUITE]...
                      run the published cases of the protocols, Signature Version 4 and the endpoint rules
  fuzz [--seconds N] [TARGET]...
                      run the fuzz targets, each for 30 seconds
  live [TARGET]...    run the integration tests against moto, ministack and s3s
  bench [--quick] [--official]
                      measure what the SDK costs and print it beside the budgets, and beside the official SDK
  models [--check]    take the API models out of the pinned release into xtask/models
  codegen [--check]   write the generated code of every service
";

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: lexopt::Parser) -> Result<()> {
    let command = match args.next()? {
        Some(Arg::Value(command)) => command,
        Some(Arg::Long("help") | Arg::Short('h')) => {
            print!("{USAGE}");
            return Ok(());
        }
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("no command\n\n{USAGE}"),
    };
    match command.to_str() {
        Some("architecture") => architecture::run(args),
        Some("bench") => bench::run(args),
        Some("ci") => ci::run(args),
        Some("codegen") => codegen::run(args),
        Some("conformance") => conformance::run(args),
        Some("fuzz") => fuzz::run(args),
        Some("live") => live::run(args),
        Some("models") => models::run(args),
        _ => bail!("no such command: {}\n\n{USAGE}", command.display()),
    }
}
