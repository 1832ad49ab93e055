//! `cargo xtask bench`: measures what the SDK costs, and prints it beside the budgets as a table for `docs/PERFORMANCE.md`.
//!
//! Two programs under `xtask/bench/` stand for a user's: `program`, whose clean build is weighed, and `calls`, whose calls
//! are counted by callgrind against a canned server in this process. `official-program` and `official-calls` do the same
//! with the official SDK and are measured by the same functions. All are built from copies in the cache folder, so that a
//! measurement changes nothing in the repository.

mod answers;
mod build;
mod calls;
mod compared;
mod cpu;
mod crates;
mod encryption;
mod server;
mod table;
mod template;

use anyhow::{Result, bail};
use lexopt::Arg;

use crate::workspace;
use table::Table;

const HELP: &str = "\
Usage: cargo xtask bench [--quick] [--official] [--check]

  --quick     skip the clean builds
  --official  measure the official SDK in the same way, in columns of its own; pinned by the lock files in xtask/bench
  --check     fail if a figure is over its budget or could not be taken
";

/// What was asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Options {
    quick: bool,
    official: bool,
    check: bool,
}

/// Measures everything and prints the table.
///
/// # Errors
///
/// With `--check`, if a budget is exceeded or a figure is missing. Without, only if the command itself cannot work.
pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("quick") => options.quick = true,
            Arg::Long("official") => options.official = true,
            Arg::Long("check") => options.check = true,
            Arg::Long("help") | Arg::Short('h') => {
                print!("{HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }

    let cache = workspace::cache().join("bench");
    let mut table = Table::default();
    build::measure(&cache, options, &mut table);
    calls::measure(&cache, options, &mut table);
    encryption::measure(&mut table);
    print!("{table}");

    let missed = table.missed();
    if options.check && !missed.is_empty() {
        bail!("over budget or not measured:\n  {}", missed.join("\n  "));
    }
    Ok(())
}
