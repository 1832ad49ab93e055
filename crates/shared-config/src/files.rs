//! Which files are read, and how their bytes are fetched.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Env, Secret, env};

/// Where files are read from. Tests use [`MemoryFiles`], sessions [`RealFiles`].
pub trait FileSystem: fmt::Debug + Send + Sync {
    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// Whatever the system says; [`io::ErrorKind::NotFound`] if there is no such file, which readers of shared
    /// config take for an empty one.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealFiles;

impl FileSystem for RealFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

/// Files held in memory, for tests and for programs that get their configuration from elsewhere.
///
/// ```
/// use cumulo_shared_config::{Env, MemoryFiles, SharedConfig, SharedConfigState};
///
/// let env = Env::from_map([("HOME", "/home/me")]);
/// let files = MemoryFiles::from_map([("/home/me/.aws/config", "[default]\nregion = us-west-2\n")]);
/// let config = SharedConfig::load(&env, &files, SharedConfigState::FromEnv)?;
/// assert_eq!(config.profile("default").and_then(|profile| profile.region()), Some("us-west-2"));
/// # Ok::<(), cumulo_shared_config::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct MemoryFiles(BTreeMap<PathBuf, Secret>);

impl MemoryFiles {
    /// Files of these paths and texts.
    pub fn from_map<P: Into<PathBuf>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.into(), Secret::from(text.into()))).collect())
    }
}

impl FileSystem for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let text = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(text.expose().as_bytes().to_vec())
    }
}

impl fmt::Debug for MemoryFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The paths of the two shared files. `None` means that the file is not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locations {
    /// The config file.
    pub config: Option<PathBuf>,
    /// The credentials file.
    pub credentials: Option<PathBuf>,
}

impl Locations {
    /// These two paths.
    pub fn new(config: impl Into<PathBuf>, credentials: impl Into<PathBuf>) -> Self {
        Self { config: Some(config.into()), credentials: Some(credentials.into()) }
    }

    /// The paths of `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, with `~` expanded; by default
    /// `~/.aws/config` and `~/.aws/credentials`, or none where the home directory is unknown.
    pub fn from_env(env: &Env) -> Self {
        let locate = |variable, name| match env.path(variable) {
            Some(path) => Some(expand_home(path, env)),
            None => env.home().map(|home| home.join(".aws").join(name)),
        };
        Self {
            config: locate(env::AWS_CONFIG_FILE, "config"),
            credentials: locate(env::AWS_SHARED_CREDENTIALS_FILE, "credentials"),
        }
    }
}

fn expand_home(path: PathBuf, env: &Env) -> PathBuf {
    let rest = match path.to_str() {
        Some("~") => Some(""),
        Some(text) => text.strip_prefix("~/").or_else(|| text.strip_prefix("~\\")),
        None => None,
    };
    match (rest, env.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(variables: &[(&str, &str)]) -> Locations {
        Locations::from_env(&Env::from_map(variables.iter().copied()))
    }

    #[test]
    fn the_files_lie_in_the_home_directory_by_default() {
        let found = locate(&[("HOME", "/h")]);
        assert_eq!(found.config, Some(PathBuf::from("/h/.aws/config")));
        assert_eq!(found.credentials, Some(PathBuf::from("/h/.aws/credentials")));
    }

    #[test]
    fn without_a_home_directory_no_file_is_read() {
        assert_eq!(locate(&[]), Locations::default());
    }

    #[test]
    fn the_variables_win_and_a_tilde_is_the_home_directory() {
        let found =
            locate(&[("HOME", "/h"), ("AWS_CONFIG_FILE", "~/c"), ("AWS_SHARED_CREDENTIALS_FILE", "/x/~/k")]);
        assert_eq!(found.config, Some(PathBuf::from("/h/c")));
        assert_eq!(found.credentials, Some(PathBuf::from("/x/~/k")));
    }

    #[test]
    fn a_tilde_that_is_part_of_a_name_stays() {
        assert_eq!(locate(&[("HOME", "/h"), ("AWS_CONFIG_FILE", "~me/c")]).config, Some("~me/c".into()));
    }
}
