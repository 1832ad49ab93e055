//! The programs that `live` runs, in pinned versions, installed once into the cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::python;

/// The newest version that the Rust release of this workspace compiles.
const S3S_FS_VERSION: &str = "0.14.1";

/// Where the programs and scripts lie.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) python: PathBuf,
    pub(super) moto: PathBuf,
    pub(super) ministack: PathBuf,
    pub(super) s3s_fs: PathBuf,
    /// Has the official S3 encryption client, which does not go together with the emulators.
    pub(super) s3ec_python: PathBuf,
    scripts: PathBuf,
}

impl Programs {
    /// Installs what is missing. Needs the network the first time.
    pub(super) fn install(root: &Path, cache: &Path) -> Result<Self> {
        let scripts = root.join("xtask/live");
        let python = install_python(&scripts.join("requirements.txt"), &cache.join("venv"))?;
        let s3ec_python = install_python(&scripts.join("s3ec-requirements.txt"), &cache.join("venv-s3ec"))?;
        let s3s_fs = install_s3s_fs(cache)?;
        Ok(Self {
            moto: python.with_file_name("moto_server"),
            ministack: python.with_file_name("ministack"),
            python,
            s3s_fs,
            s3ec_python,
            scripts,
        })
    }

    /// A Python script of `xtask/live`, ready for its arguments.
    pub(super) fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(self.scripts.join(name));
        command
    }

    /// The script that takes orders for the S3 encryption client.
    pub(super) fn s3ec_script(&self) -> PathBuf {
        self.scripts.join("s3ec.py")
    }

    /// The same command, but ended with its whole process group when its standard input closes.
    pub(super) fn kept(&self, command: &Command) -> Command {
        let mut kept = self.script("keeper.py");
        kept.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => kept.env(name, value),
                None => kept.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            kept.current_dir(folder);
        }
        kept
    }
}

/// Makes the environment hold `requirements`; a copy of the file beside it tells the next run that it does.
fn install_python(requirements: &Path, folder: &Path) -> Result<PathBuf> {
    let python = python::virtual_environment(folder)?;
    let wanted =
        fs::read_to_string(requirements).with_context(|| format!("read {}", requirements.display()))?;
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        println!("installing {} into {}", requirements.display(), folder.display());
        python::run(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
                .arg(requirements),
        )
        .with_context(|| format!("install {}", requirements.display()))?;
        fs::write(&installed, wanted)?;
    }
    Ok(python)
}

/// Builds `s3s-fs` with the dependencies of its own lock file, without optimisation: building takes a minute less.
fn install_s3s_fs(cache: &Path) -> Result<PathBuf> {
    let folder = cache.join(format!("s3s-fs-{S3S_FS_VERSION}"));
    let program = folder.join("bin/s3s-fs");
    if !program.exists() {
        println!("installing s3s-fs {S3S_FS_VERSION} into {}", folder.display());
        python::run(
            Command::new("cargo")
                .args(["install", "s3s-fs", "--quiet", "--locked", "--debug", "--features", "binary"])
                .args(["--version", S3S_FS_VERSION, "--root"])
                .arg(&folder)
                .env_remove("CARGO_TARGET_DIR"),
        )
        .context("install s3s-fs")?;
    }
    Ok(program)
}
