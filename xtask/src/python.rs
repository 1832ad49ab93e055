//! Python, for what only exists as a Python package: one virtual environment per purpose, kept in the cache folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Returns the Python of the virtual environment in `folder`, and makes the environment if there is none yet.
///
/// A virtual environment always brings its own pip, which the system's Python may lack.
pub(crate) fn virtual_environment(folder: &Path) -> Result<PathBuf> {
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))
            .context("make a virtual environment (needs Python 3 with its modules venv and ensurepip)")?;
    }
    Ok(python)
}

/// Runs a command to its end; one that fails is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("start {command:?}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
