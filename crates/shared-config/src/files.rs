//! Which files are read, and how their bytes are fetched.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Env, Secret, env, replace};

/// Where files are read from, and caches of tokens are written to. Tests use [`MemoryFiles`], sessions [`RealFiles`].
pub trait FileSystem: fmt::Debug + Send + Sync {
    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// Whatever the system says; [`io::ErrorKind::NotFound`] if there is no such file, which readers of shared
    /// config take for an empty one.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Puts `contents` in the place of a whole file, so that a reader sees the old or the new one and nothing between.
    /// Only the file's owner can read it. Folders on the way are made.
    ///
    /// Called by providers that keep tokens where the AWS CLI keeps them, and never for the shared files.
    ///
    /// # Errors
    ///
    /// Whatever the system says; by default [`io::ErrorKind::Unsupported`], with which callers do without the cache.
    fn replace(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        let _ = (path, contents);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Locks `path` against everybody else who locks it, in this process and in others, until the answer is dropped or the
    /// process ends; `None` if somebody has. Makes an empty file of it, and folders on the way.
    ///
    /// Called by providers that would ask a user for what another process is asking for already.
    ///
    /// # Errors
    ///
    /// Whatever the system says; by default, and on the disk without the feature `lock`, [`io::ErrorKind::Unsupported`],
    /// with which callers do without.
    fn try_lock(&self, path: &Path) -> io::Result<Option<FileLock>> {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A lock that [`FileSystem::try_lock`] has taken. Dropping it gives it back.
pub struct FileLock {
    _held: Box<dyn Send + Sync>,
}

impl FileLock {
    /// The lock that is given back when `held` is dropped, for file systems of one's own.
    pub fn new(held: impl Send + Sync + 'static) -> Self {
        Self { _held: Box::new(held) }
    }
}

impl fmt::Debug for FileLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileLock")
    }
}

impl<T: FileSystem + ?Sized> FileSystem for Arc<T> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (**self).read(path)
    }

    fn replace(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        (**self).replace(path, contents)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<FileLock>> {
        (**self).try_lock(path)
    }
}

/// The disk. Files of more than 64 MiB are refused, as those that have no end.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealFiles;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 64 * 1024 * 1024;

impl FileSystem for RealFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        // As long as the file is known to be, so that reading leaves no copies of secrets behind.
        let length = file.metadata()?.len().min(LONGEST);
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
        file.take(LONGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST {
            let message = "the file is larger than 64 MiB";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        Ok(bytes)
    }

    fn replace(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        replace::replace(path, contents)
    }

    #[cfg(feature = "lock")]
    fn try_lock(&self, path: &Path) -> io::Result<Option<FileLock>> {
        replace::try_lock(path)
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
///
/// Clones share their files, so that a test sees what was [replaced](FileSystem::replace).
#[derive(Clone, Default)]
pub struct MemoryFiles(Arc<Mutex<BTreeMap<PathBuf, Secret>>>);

impl MemoryFiles {
    /// Files of these paths and texts.
    pub fn from_map<P: Into<PathBuf>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.into(), Secret::from(text.into())));
        Self(Arc::new(Mutex::new(files.collect())))
    }

    /// Takes a file away.
    pub fn remove(&self, path: impl AsRef<Path>) {
        self.files().remove(path.as_ref());
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FileSystem for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let files = self.files();
        let text = files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(text.expose().as_bytes().to_vec())
    }

    fn replace(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        let text = String::from_utf8(contents.to_vec()).map_err(|_| io::ErrorKind::InvalidData)?;
        self.files().insert(path.to_path_buf(), Secret::from(text));
        Ok(())
    }
}

impl fmt::Debug for MemoryFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.files().keys()).finish()
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
            Some(path) => Some(env.expand_home(path)),
            None => env.home().map(|home| home.join(".aws").join(name)),
        };
        Self {
            config: locate(env::AWS_CONFIG_FILE, "config"),
            credentials: locate(env::AWS_SHARED_CREDENTIALS_FILE, "credentials"),
        }
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
