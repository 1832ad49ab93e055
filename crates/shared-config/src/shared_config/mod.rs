//! The two shared files as one: loading, merging, and access by name.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::document::{Document, Kind};
use crate::node::{Node, Nodes};
use crate::profile::{CREDENTIAL_KEYS, Profile};
use crate::{Env, Error, FileSystem, Locations, Section};

/// Whether the config file, and all of the credentials file, is used.
///
/// Turned off, only the credentials file is read, and in it only static keys, `credential_process` and
/// `web_identity_token_file`: neither region nor role.
///
/// Source: Go's `session.SharedConfigState`. Unlike in Go, shared config is on unless it is turned off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SharedConfigState {
    /// On, unless `AWS_SDK_LOAD_CONFIG` is false (see [`Env::load_config`]). The default.
    #[default]
    FromEnv,
    /// Off, whatever the environment says.
    Disabled,
    /// On, whatever the environment says.
    Enabled,
}

impl SharedConfigState {
    /// Whether shared config is on in this environment.
    ///
    /// ```
    /// use cumulo_shared_config::{Env, SharedConfigState};
    ///
    /// let env = Env::from_map([("AWS_SDK_LOAD_CONFIG", "0")]);
    /// assert!(!SharedConfigState::FromEnv.is_enabled(&env));
    /// assert!(SharedConfigState::Enabled.is_enabled(&env));
    /// ```
    pub fn is_enabled(self, env: &Env) -> bool {
        match self {
            Self::FromEnv => env.load_config().unwrap_or(true),
            Self::Disabled => false,
            Self::Enabled => true,
        }
    }
}

/// The config and credentials files, merged. Read-only, cheap to clone, and free of secrets in `Debug`.
#[derive(Clone, Default)]
pub struct SharedConfig(Arc<Document>);

impl SharedConfig {
    /// Finds the files by the environment and reads them. Sessions call it once.
    ///
    /// A file that does not exist counts as empty.
    ///
    /// ```no_run
    /// use cumulo_shared_config::{Env, RealFiles, SharedConfig, SharedConfigState};
    ///
    /// let env = Env::real();
    /// let config = SharedConfig::load(&env, &RealFiles, SharedConfigState::FromEnv)?;
    /// let name = env.profile_name(true).unwrap_or_else(|| "default".to_owned());
    /// let region = config.profile(&name).and_then(|profile| profile.region().map(str::to_owned));
    /// # Ok::<(), cumulo_shared_config::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if a file exists but cannot be read, [`Error::Syntax`] if it breaks the grammar.
    pub fn load(env: &Env, files: &dyn FileSystem, state: SharedConfigState) -> Result<Self, Error> {
        let locations = Locations::from_env(env);
        if state.is_enabled(env) {
            Self::load_from(&locations, files)
        } else {
            Self::load_credentials_only(&locations, files)
        }
    }

    /// Reads files at given places, with shared config on.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_from(locations: &Locations, files: &dyn FileSystem) -> Result<Self, Error> {
        let config = read(locations.config.as_deref(), Kind::Config, files)?;
        let credentials = read(locations.credentials.as_deref(), Kind::Credentials, files)?;
        Ok(Self::merge(config, credentials))
    }

    /// Reads what is in force with shared config off: see [`SharedConfigState`].
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_credentials_only(locations: &Locations, files: &dyn FileSystem) -> Result<Self, Error> {
        let credentials = read(locations.credentials.as_deref(), Kind::Credentials, files)?;
        let is_in_force = |key: &str| {
            is_credential_key(key) || key == "credential_process" || key == "web_identity_token_file"
        };
        let mut document = Document::default();
        for (name, section) in credentials.profiles {
            let mut kept = Node::section(&section.file);
            add(&mut kept.children, section.children, &is_in_force);
            document.profiles.insert(name, kept);
        }
        Ok(Self(Arc::new(document)))
    }

    /// Reads the two files from texts, with shared config on. Errors call them `config` and `credentials`.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] if a text breaks the grammar.
    pub fn parse(config: &str, credentials: &str) -> Result<Self, Error> {
        let config = Document::parse(config, Kind::Config, &Path::new("config").into())?;
        let credentials = Document::parse(credentials, Kind::Credentials, &Path::new("credentials").into())?;
        Ok(Self::merge(config, credentials))
    }

    /// The profile of this name.
    pub fn profile(&self, name: &str) -> Option<Profile<'_>> {
        section("profile", &self.0.profiles, name).map(|section| Profile::new(self, section))
    }

    /// The profile of this name, for callers that cannot go on without it.
    ///
    /// # Errors
    ///
    /// [`Error::ProfileNotExists`] if no file has it.
    pub fn require_profile(&self, name: &str) -> Result<Profile<'_>, Error> {
        self.profile(name).ok_or_else(|| Error::ProfileNotExists { name: name.to_owned() })
    }

    /// Every profile, sorted by name.
    pub fn profiles(&self) -> impl Iterator<Item = Profile<'_>> {
        self.0.profiles.keys().filter_map(|name| self.profile(name))
    }

    /// The section `[sso-session name]` of the config file.
    pub fn sso_session(&self, name: &str) -> Option<Section<'_>> {
        section("sso-session", &self.0.sso_sessions, name)
    }

    /// The section `[services name]` of the config file.
    pub fn services(&self, name: &str) -> Option<Section<'_>> {
        section("services", &self.0.services, name)
    }

    /// Lays the credentials file over the config file, key by key; static credentials move as a whole.
    fn merge(mut config: Document, credentials: Document) -> Self {
        for (name, over) in credentials.profiles {
            let under = config.profiles.entry(name).or_insert_with(|| Node::section(&over.file));
            under.children = merged(std::mem::take(&mut under.children), over.children);
        }
        Self(Arc::new(config))
    }
}

fn section<'a>(kind: &'static str, sections: &'a Nodes, name: &str) -> Option<Section<'a>> {
    let (name, section) = sections.get_key_value(name)?;
    Some(Section::new(kind, name, &section.children))
}

/// The properties of both, those of the credentials file, `over`, before those of the config file.
fn merged(under: Nodes, over: Nodes) -> Nodes {
    // A half pair in the credentials file must not tear apart a whole one in the config file.
    let config_keeps = !holds_key_pair(&over) && (holds_key_pair(&under) || !has_credential_key(&over));
    let mut merged = Nodes::new();
    add(&mut merged, under, &|key| config_keeps || !is_credential_key(key));
    add(&mut merged, over, &|key| !config_keeps || !is_credential_key(key));
    merged
}

/// Moves the properties that are wanted, over those of the same keys.
fn add(to: &mut Nodes, from: Nodes, is_wanted: &dyn Fn(&str) -> bool) {
    for (key, property) in from {
        if is_wanted(&key) {
            to.insert(key, property);
        }
    }
}

/// Whether a section has both halves of a static key pair, so that no key of another file may mix with it.
fn holds_key_pair(properties: &Nodes) -> bool {
    let is_set = |key| properties.get(key).is_some_and(|property| !property.value.expose().is_empty());
    is_set(CREDENTIAL_KEYS[0]) && is_set(CREDENTIAL_KEYS[1])
}

fn has_credential_key(properties: &Nodes) -> bool {
    properties.keys().any(|key| is_credential_key(key))
}

fn is_credential_key(key: &str) -> bool {
    CREDENTIAL_KEYS.contains(&key)
}

fn read(path: Option<&Path>, kind: Kind, files: &dyn FileSystem) -> Result<Document, Error> {
    let Some(path) = path else { return Ok(Document::default()) };
    let bytes = match files.read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Document::default());
        }
        Err(source) => return Err(Error::Read { file: path.to_path_buf(), source }),
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| Error::Syntax {
        file: path.to_path_buf(),
        line: bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1,
        expected: "expected UTF-8 text",
    })?;
    Document::parse(text, kind, &path.into())
}

impl fmt::Debug for SharedConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedConfig")
            .field("profiles", &self.0.profiles.keys())
            .field("sso_sessions", &self.0.sso_sessions.keys())
            .field("services", &self.0.services.keys())
            .finish()
    }
}

#[cfg(test)]
mod tests;
