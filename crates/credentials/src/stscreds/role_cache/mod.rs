//! Credentials of roles in files that processes share, as the AWS CLI does.

mod document;
mod key;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cumulo_core::Error;
use cumulo_core::clock::Clock;
use cumulo_shared_config::{Env, FileLock, FileSystem, RealFiles};
use cumulo_sts::operation::{AssumeRoleInput, AssumeRoleOutput};
use zeroize::Zeroizing;

use crate::err_code;

/// How often is looked whether another process has done with a role.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How often at most: for two minutes.
const LOOKS: u32 = 1200;

/// A folder where the credentials of roles outlive the process that has got them, a file for each role.
///
/// A role with MFA then costs its user one code an hour, and not one each time a program is started. The files are those of
/// the AWS CLI and of botocore's `JSONFileCache`, in name and content, so that the CLI, Python programs and this SDK spare each
/// other the question. Only their owner can read them; they hold secrets, unencrypted, until the credentials end.
///
/// The name is the SHA-1 of what is asked of STS: role, serial number, external id, session name and duration where they are
/// set, and the rest of [`AssumeRoleProvider`](super::AssumeRoleProvider)'s settings. The credentials that assume the role
/// and the endpoint are no part of it: against a server for tests, use a folder of its own.
///
/// While a process asks for a code, others that need the same role wait for it, at most two minutes. A file that
/// cannot be read, or holds something else, is replaced; one that cannot be written is done without. Both are told in a
/// `tracing` event.
///
/// Handed to [`AssumeRoleProvider::cache`](super::AssumeRoleProvider::cache) or to a session. Source: botocore's
/// `AssumeRoleCredentialFetcher`.
///
/// ```
/// use cumulo_credentials::stscreds::RoleCache;
/// use cumulo_shared_config::Env;
///
/// let of_the_cli = RoleCache::aws_cli(&Env::from_map([("HOME", "/home/me")]))?;
/// assert_eq!(of_the_cli.folder(), "/home/me/.aws/cli/cache");
/// let own = RoleCache::new("/home/me/.cache/my-program");
/// # let _ = own;
/// # Ok::<(), cumulo_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RoleCache {
    folder: PathBuf,
    files: Arc<dyn FileSystem>,
}

impl RoleCache {
    /// A cache in this folder, which is made when it is first needed.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), files: Arc::new(RealFiles) }
    }

    /// The cache of the AWS CLI, `~/.aws/cli/cache`.
    ///
    /// # Errors
    /// `UserHomeNotFound` if the environment has no home directory.
    pub fn aws_cli(env: &Env) -> Result<Self, Error> {
        let home = env.home().ok_or_else(|| {
            Error::new(
                err_code::USER_HOME_NOT_FOUND,
                "the cache of roles lies in the home directory, which is unknown",
            )
        })?;
        Ok(Self::new(home.join(".aws").join("cli").join("cache")))
    }

    /// The same with files that are somewhere else than on the disk.
    #[must_use]
    pub fn files(mut self, files: impl FileSystem + 'static) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of what is asked for with `input`. A session name counts only if it `is_named` by somebody.
    pub(super) fn entry(&self, input: &AssumeRoleInput, is_named: bool) -> Entry {
        let key = key::of(input, is_named);
        Entry {
            file: self.folder.join(format!("{key}.json")),
            lock: self.folder.join(format!("{key}.lock")),
            files: Arc::clone(&self.files),
        }
    }
}

/// The file of one role.
pub(super) struct Entry {
    file: PathBuf,
    lock: PathBuf,
    files: Arc<dyn FileSystem>,
}

impl Entry {
    /// What STS once answered, if the file holds it.
    pub(super) fn read(&self) -> Option<AssumeRoleOutput> {
        let ignored = |why: &dyn std::fmt::Display| {
            tracing::warn!(file = %self.file.display(), %why, "a cached role is ignored");
        };
        let json = match self.files.read(&self.file) {
            Ok(json) => Zeroizing::new(json),
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    ignored(&error);
                }
                return None;
            }
        };
        document::read(&json).map_err(|why| ignored(&why)).ok()
    }

    /// Keeps what STS has answered for others; this process does without, where that fails.
    pub(super) fn write(&self, output: &AssumeRoleOutput) {
        let Some(json) = document::write(output) else { return };
        if let Err(error) = self.files.replace(&self.file, &json) {
            tracing::warn!(file = %self.file.display(), %error, "the role could not be cached");
        }
    }

    /// Waits until no other process asks for this role; none if that takes too long, or cannot be known.
    pub(super) async fn turn(&self, clock: &dyn Clock) -> Option<FileLock> {
        let file = self.lock.display();
        for look in 0..LOOKS {
            match self.files.try_lock(&self.lock) {
                Ok(Some(lock)) => return Some(lock),
                Ok(None) if look == 0 => {
                    tracing::info!(%file, "another process is assuming the role; waiting for it")
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::debug!(%file, %error, "not locked: other processes may ask for the same role");
                    return None;
                }
            }
            clock.sleep(LOOK_AGAIN).await;
        }
        tracing::warn!(%file, "another process has been assuming the role for long; not waiting any more");
        None
    }
}
