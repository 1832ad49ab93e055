//! A program under `xtask/bench/`, copied to where it can be built.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};

use crate::workspace;

/// How the manifests name the folder of our crates.
const CRATES: &str = "\"../../../crates/";

/// The copy of a program.
#[derive(Debug)]
pub(crate) struct Template {
    name: String,
    folder: PathBuf,
}

impl Template {
    /// Copies `xtask/bench/{name}` below `cache` and downloads what it depends on.
    ///
    /// A lock file of its own binds it. Without, it is built with what the workspace's holds.
    pub(crate) fn copy(name: &str, cache: &Path) -> Result<Self> {
        let (from, folder) = (workspace::root().join("xtask/bench").join(name), cache.join(name));
        fs::create_dir_all(folder.join("src"))?;
        let manifest = fs::read_to_string(from.join("Cargo.toml"))
            .with_context(|| format!("read the manifest of {}", from.display()))?;
        let crates = workspace::root().join("crates");
        let crates = crates.to_str().context("the path of the workspace is not UTF-8")?.replace('\\', "/");
        fs::write(folder.join("Cargo.toml"), manifest.replace(CRATES, &format!("\"{crates}/")))?;
        let own = from.join("Cargo.lock");
        let (lock, fetch): (_, &[&str]) = if own.exists() {
            (own, &["fetch", "--quiet", "--locked"])
        } else {
            (workspace::root().join("Cargo.lock"), &["fetch", "--quiet"])
        };
        fs::copy(lock, folder.join("Cargo.lock"))?;
        for file in fs::read_dir(from.join("src"))? {
            let file = file?;
            fs::copy(file.path(), folder.join("src").join(file.file_name()))?;
        }
        let template = Self { name: name.to_owned(), folder };
        template.output(fetch)?;
        Ok(template)
    }

    /// The file of this name, from the copy's folder on.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }

    /// Where a release build puts the program.
    pub(crate) fn binary(&self) -> PathBuf {
        self.path(&format!("target/release/bench-{}{}", self.name, std::env::consts::EXE_SUFFIX))
    }

    /// Cargo in the copy, without what the environment may say about how to compile.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo());
        command.args(arguments).current_dir(&self.folder);
        command.env("CARGO_TARGET_DIR", self.folder.join("target")).env_remove("RUSTFLAGS");
        for name in std::env::vars_os().map(|(name, _)| name).filter(changes_the_build) {
            command.env_remove(name);
        }
        command
    }

    /// Runs Cargo in the copy and returns what it printed; if it fails, its complaint is the error.
    pub(crate) fn output(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.cargo(arguments);
        let Output { status, stdout, stderr } = command.output().context("start cargo")?;
        let complaint = String::from_utf8_lossy(&stderr);
        let first = complaint.lines().find(|line| line.starts_with("error")).unwrap_or("no message");
        ensure!(status.success(), "cargo {}: {first}", arguments.join(" "));
        Ok(String::from_utf8(stdout)?)
    }
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn changes_the_build(name: &OsString) -> bool {
    let name = name.to_string_lossy();
    ["CARGO_PROFILE_", "CARGO_BUILD_", "CARGO_INCREMENTAL", "CARGO_ENCODED_", "RUSTC_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}
