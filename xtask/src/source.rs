//! The pinned botocore release: downloaded once by pip, checked against its sha256, unpacked in the cache folder.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::python;

/// The release named in `xtask/models/SOURCES.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    version: String,
    sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    botocore: Release,
}

impl Release {
    /// Reads which release is pinned.
    pub(crate) fn pinned(root: &Path) -> Result<Self> {
        let path = root.join("xtask/models/SOURCES.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        let sources: Sources = toml::from_str(&text).with_context(|| format!("parse {}", path.display()))?;
        Ok(sources.botocore)
    }

    /// The version, such as `1.44.5`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Returns the folder of the unpacked release, which holds `botocore/data` and `tests`.
    ///
    /// Asks the network only if `cache` does not hold the archive yet.
    pub(crate) fn folder(&self, cache: &Path) -> Result<PathBuf> {
        let name = format!("botocore-{}", self.version);
        let archive = cache.join(format!("{name}.tar.gz"));
        if !archive.exists() {
            self.download(cache)?;
        }
        let found = sha256(&archive)?;
        ensure!(
            found == self.sha256,
            "{}: sha256 is {found}, not the pinned {}",
            archive.display(),
            self.sha256
        );

        let folder = cache.join(&name);
        if !folder.exists() {
            let partial = cache.join(format!("{name}.partial"));
            unpack(&archive, &partial).with_context(|| format!("unpack {}", archive.display()))?;
            fs::rename(partial.join(&name), &folder)
                .with_context(|| format!("find {name} in the archive"))?;
            fs::remove_dir_all(&partial)?;
        }
        Ok(folder)
    }

    fn download(&self, cache: &Path) -> Result<()> {
        fs::create_dir_all(cache)?;
        let python = python::virtual_environment(&cache.join("pip"))?;
        python::run(
            Command::new(python)
                .args(["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:", "--dest"])
                .arg(cache)
                .arg(format!("botocore=={}", self.version)),
        )
        .context("download the source distribution of botocore")
    }
}

fn sha256(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn unpack(archive: &Path, into: &Path) -> io::Result<()> {
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    tar::Archive::new(GzDecoder::new(io::BufReader::new(File::open(archive)?))).unpack(into)
}
