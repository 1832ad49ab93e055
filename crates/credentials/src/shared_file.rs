//! Static credentials in the shared credentials file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Error};
use cumulo_shared_config::{
    Env, Error as FileError, FileSystem, Locations, RealFiles, SharedConfig, StaticCredentials,
};

use crate::err_code;

/// Takes static credentials from one profile of the shared credentials file, and looks nowhere else: not into the config
/// file, and at no role.
///
/// The file is `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`; the profile is `AWS_PROFILE`, else `default`.
/// They do not expire, so the file is read once. Same meaning as Go's `credentials.SharedCredentialsProvider`.
///
/// ```
/// use cumulo_credentials::SharedFileProvider;
/// use cumulo_shared_config::{Env, MemoryFiles};
///
/// let text = "[dev]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";
/// let provider = SharedFileProvider::new(Env::from_map([("HOME", "/home/me")]))
///     .files(MemoryFiles::from_map([("/home/me/.aws/credentials", text)]))
///     .profile("dev");
/// assert_eq!(provider.value()?.access_key_id, "AKIDEXAMPLE");
/// # Ok::<(), cumulo_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SharedFileProvider {
    env: Env,
    files: Arc<dyn FileSystem>,
    file: Option<PathBuf>,
    profile: Option<String>,
}

impl SharedFileProvider {
    /// A provider that finds its file and profile by this environment and reads the disk.
    pub fn new(env: Env) -> Self {
        Self { env, files: Arc::new(RealFiles), file: None, profile: None }
    }

    /// The same, reading these files instead of the disk.
    #[must_use]
    pub fn files(mut self, files: impl FileSystem + 'static) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// The same with another file.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// The same with another profile.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// The credentials, read now.
    ///
    /// # Errors
    /// `UserHomeNotFound` if the file's place is unknown, `SharedCredsLoad` if the file cannot be read or lacks the
    /// profile, `SharedCredsAccessKey` or `SharedCredsSecret` if the profile lacks that half.
    pub fn value(&self) -> Result<Value, Error> {
        let path = self.path()?;
        let profile = self.profile.clone().or_else(|| self.env.profile_name(false));
        let profile = profile.as_deref().unwrap_or("default");
        let locations = Locations { config: None, credentials: Some(path.clone()) };
        let config = SharedConfig::load_credentials_only(&locations, &*self.files).map_err(not_loaded)?;
        let section = config.require_profile(profile).map_err(not_loaded)?;
        match section.credentials() {
            Ok(Some(keys)) => Ok(Self::value_of(&keys)),
            Err(FileError::PartialCredentials { missing: "aws_secret_access_key", .. }) => {
                Err(lacks(err_code::SHARED_CREDS_SECRET, profile, &path, "aws_secret_access_key"))
            }
            Ok(None) | Err(_) => {
                Err(lacks(err_code::SHARED_CREDS_ACCESS_KEY, profile, &path, "aws_access_key_id"))
            }
        }
    }

    /// The static keys of a profile as credentials that name their file. Also called by sessions.
    pub fn value_of(keys: &StaticCredentials) -> Value {
        let mut value = Value::new(keys.access_key_id.as_str(), keys.secret_access_key.expose())
            .provider_name(format!("SharedConfigCredentials: {}", keys.file.display()));
        value.session_token = keys.session_token.as_ref().map(|token| token.expose().into());
        value.account_id.clone_from(&keys.account_id);
        value
    }

    fn path(&self) -> Result<PathBuf, Error> {
        self.file
            .clone()
            .or_else(|| Locations::from_env(&self.env).credentials)
            .ok_or_else(|| Error::new(err_code::USER_HOME_NOT_FOUND, "user home directory not found"))
    }
}

impl Provider for SharedFileProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(std::future::ready(self.value()))
    }
}

fn not_loaded(error: FileError) -> Error {
    Error::new(err_code::SHARED_CREDS_LOAD, format!("{error}")).with_source(error)
}

fn lacks(code: &'static str, profile: &str, path: &Path, key: &str) -> Error {
    Error::new(code, format!("shared credentials {profile} in {} did not contain {key}", path.display()))
}

#[cfg(test)]
mod tests {
    use cumulo_shared_config::MemoryFiles;

    use super::*;

    const TEXT: &str = "\
[default]\naws_access_key_id = id\naws_secret_access_key = key\n\
[token]\naws_access_key_id = id2\naws_secret_access_key = key2\naws_session_token = token2\n\
[no-secret]\naws_access_key_id = id3\n\
[no-id]\naws_secret_access_key = key4\n\
[neither]\nregion = r\n";

    fn provider(variables: &[(&str, &str)]) -> SharedFileProvider {
        SharedFileProvider::new(Env::from_map(variables.iter().copied()))
            .files(MemoryFiles::from_map([("/h/.aws/credentials", TEXT), ("/x", TEXT)]))
    }

    fn error_of(profile: &str) -> String {
        provider(&[("HOME", "/h")]).profile(profile).value().unwrap_err().to_string()
    }

    #[test]
    fn the_default_profile_is_read_from_the_home_directory() {
        let value = provider(&[("HOME", "/h")]).value().unwrap();
        let name = "SharedConfigCredentials: /h/.aws/credentials";
        assert_eq!(value, Value::new("id", "key").provider_name(name));
    }

    #[test]
    fn environment_and_code_name_file_and_profile_in_that_order() {
        let found = provider(&[("AWS_SHARED_CREDENTIALS_FILE", "/x"), ("AWS_PROFILE", "token")]);
        let value = found.value().unwrap();
        assert_eq!(value.session_token.as_deref(), Some("token2"));
        assert_eq!(value.provider_name, "SharedConfigCredentials: /x");
        assert_eq!(found.profile("default").value().unwrap().access_key_id, "id");
        assert_eq!(provider(&[]).file("/x").value().unwrap().access_key_id, "id");
    }

    #[test]
    fn each_failure_has_its_own_code() {
        assert_eq!(provider(&[]).value().unwrap_err().code(), "UserHomeNotFound");
        assert_eq!(error_of("none"), "SharedCredsLoad: failed to get profile, none");
        let key = "did not contain aws_access_key_id";
        for profile in ["no-id", "neither"] {
            let line =
                format!("SharedCredsAccessKey: shared credentials {profile} in /h/.aws/credentials {key}");
            assert_eq!(error_of(profile), line);
        }
        assert_eq!(
            error_of("no-secret"),
            "SharedCredsSecret: shared credentials no-secret in /h/.aws/credentials did not contain aws_secret_access_key"
        );
        let broken = provider(&[]).files(MemoryFiles::from_map([("/x", "[broken")])).file("/x");
        assert_eq!(broken.value().unwrap_err().code(), "SharedCredsLoad");
    }
}
