//! `cargo xtask architecture`: the invariants of `docs/ARCHITECTURE.md` that a program can check.

mod dependencies;
mod rules;
mod sources;

use std::path::Path;

use anyhow::{Result, bail};

use crate::workspace;

pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    if let Some(arg) = args.next()? {
        return Err(arg.unexpected().into());
    }
    check(workspace::root())
}

/// Checks everything, and lists every fault rather than the first.
pub(crate) fn check(root: &Path) -> Result<()> {
    let sources = sources::read(root)?;
    let mut faults = dependencies::check(root)?;
    faults.extend(rules::check(&sources));
    if !faults.is_empty() {
        bail!("against docs/ARCHITECTURE.md:\n  {}", faults.join("\n  "));
    }
    println!("architecture: {} files keep the rules", sources.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_workspace_keeps_its_architecture() {
        super::check(crate::workspace::root()).unwrap();
    }
}
