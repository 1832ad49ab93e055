//! The commands of this workspace: `cargo xtask <command>`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line program")]

mod bench;
mod codegen;
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

  bench [--quick]     measure what the SDK costs and print it beside the budgets
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
        Some("bench") => bench::run(args),
        Some("codegen") => codegen::run(args),
        Some("models") => models::run(args),
        _ => bail!("no such command: {}\n\n{USAGE}", command.display()),
    }
}
