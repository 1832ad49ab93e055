//! Where a session's settings and credentials come from, as data.

use std::fmt;
use std::path::PathBuf;

use cumulo_core::Config;
use cumulo_core::http::without_user;
use cumulo_shared_config::{Env, Profile};

use crate::settings::{Facts, SETTINGS, Setting};

/// Where the settings of a [`Session`](super::Session) come from, and which provider its credentials; what
/// [`Session::explain`](super::Session::explain) answers.
///
/// `Display` writes a line for each setting that is not at its default, and for each provider; `{:#}` all settings. Neither
/// it nor any field holds a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The settings, in the order of the table in `docs/SETTINGS.md`.
    pub settings: Vec<ExplainedSetting>,
    /// The providers of credentials in the order in which they are considered. A role that is assumed is followed by what it is
    /// assumed with.
    pub credentials: Vec<ExplainedProvider>,
}

impl Explanation {
    /// The setting called `name` in the table, for example `region`.
    pub fn setting(&self, name: &str) -> Option<&ExplainedSetting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// The provider of the credentials: the first that was chosen.
    pub fn chosen(&self) -> Option<&ExplainedProvider> {
        self.credentials.iter().find(|provider| matches!(provider.outcome, Outcome::Chosen(_)))
    }
}

/// A setting, its value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedSetting {
    /// The setting, as the table calls it.
    pub name: &'static str,
    /// Its value, or the default in words. Of a URL without user name and password.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The code: the session's builder, or what a copy was made with.
    Code,
    /// The environment variable of this name.
    Variable(&'static str),
    /// A key of the profile.
    Profile {
        /// The profile's name.
        profile: String,
        /// The key; for a nested one, both with a dot between.
        key: &'static str,
        /// The file.
        file: PathBuf,
        /// The line, from 1; for a nested key, that of the key it stands under.
        line: usize,
    },
    /// Nothing says otherwise.
    Default,
}

/// A provider of credentials that was considered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedProvider {
    /// The provider, as the error of the chain calls it: `environment`, `web identity`, `profile NAME`, `container`.
    pub name: String,
    /// What it looked at: variables, keys with file and line, endpoints.
    pub looked_at: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It gives the credentials, or those that a role is assumed with; how, in words.
    Chosen(String),
    /// It has none, and why: what the error of the chain says of it.
    Declined(String),
    /// It is not asked, and why.
    NotAsked(String),
}

impl ExplainedProvider {
    pub(crate) fn new(name: &str, looked_at: &[&str], outcome: Outcome) -> Self {
        let looked_at = looked_at.iter().map(|place| (*place).to_owned()).collect();
        Self { name: name.to_owned(), looked_at, outcome }
    }
}

/// A key of a profile with its file and line, for messages.
pub(crate) fn place(profile: Profile<'_>, key: &str) -> String {
    let file = profile.file(key).map(|file| format!(" of {}", file.display())).unwrap_or_default();
    let line = profile.line(key).map(|line| format!(" line {line}")).unwrap_or_default();
    format!("{key} in profile {}{file}{line}", profile.name())
}

/// What was found of a setting when the session was made.
pub(super) struct Found {
    /// What the session's configuration had.
    configured: Option<String>,
    /// What the environment or the file says, as it stands there, where that is not part of the configuration.
    shown: Option<String>,
    origin: Origin,
}

/// Where a session looks.
pub(super) struct Sources<'a> {
    pub(super) code: &'a Config,
    pub(super) facts: &'a Facts,
    pub(super) env: &'a Env,
    pub(super) uses_config_file: bool,
    pub(super) profile: Option<Profile<'a>>,
}

/// Finds each setting of the table. `config` is what the session has in the end.
pub(super) fn find(sources: &Sources<'_>, config: &Config) -> Vec<Found> {
    let found = |setting: &Setting| {
        let configured = (setting.value)(config, sources.facts);
        let (origin, text) = origin(setting, sources);
        let shown = text.map(|text| if setting.is_url { without_user(&text) } else { text });
        Found { configured, shown, origin }
    };
    SETTINGS.iter().map(found).collect()
}

fn origin(setting: &Setting, sources: &Sources<'_>) -> (Origin, Option<String>) {
    if (setting.value)(sources.code, sources.facts).is_some() {
        return (Origin::Code, None);
    }
    let is_read = |name: &&&str| sources.uses_config_file || !name.starts_with("AWS_DEFAULT_");
    let names: Vec<_> = setting.variables.iter().filter(is_read).copied().collect();
    if let Some((name, text)) = super::transport::first_of(sources.env, &names) {
        return (Origin::Variable(name), Some(text));
    }
    let in_profile = || {
        let profile = sources.profile?;
        setting.keys.iter().find_map(|key| {
            let (outer, text) = match key.split_once('.') {
                None => (*key, profile.string(key)?),
                Some((outer, inner)) => (outer, profile.nested(outer)?.string(inner)?),
            };
            let (file, line) = (profile.file(outer)?.to_path_buf(), profile.line(outer)?);
            let profile = profile.name().to_owned();
            Some((Origin::Profile { profile, key, file, line }, Some(text.to_owned())))
        })
    };
    in_profile().unwrap_or((Origin::Default, None))
}

/// The settings of a session that has `config`, found as `found` when it, or the one it is a copy of, was made.
pub(super) fn settings(found: &[Found], config: &Config) -> Vec<ExplainedSetting> {
    let explained = |(setting, found): (&Setting, &Found)| {
        let now = (setting.value)(config, &Facts::default());
        let (value, origin) = if now.is_some() && now != found.configured {
            (now, Origin::Code)
        } else {
            (found.configured.clone().or_else(|| found.shown.clone()), found.origin.clone())
        };
        let value = match value {
            Some(value) if setting.is_url => without_user(&value),
            Some(value) => value,
            None if setting.default.is_empty() => return None,
            None => setting.default.to_owned(),
        };
        Some(ExplainedSetting { name: setting.name, value, origin })
    };
    SETTINGS.iter().zip(found).filter_map(explained).collect()
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for setting in &self.settings {
            if f.alternate() || setting.origin != Origin::Default || setting.name == "region" {
                writeln!(f, "{setting}")?;
            }
        }
        writeln!(f, "credentials:")?;
        for provider in &self.credentials {
            writeln!(f, "  {provider}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ExplainedSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.name, self.value, self.origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code => f.write_str("the code"),
            Self::Variable(name) => f.write_str(name),
            Self::Profile { profile, key, file, line } => {
                write!(f, "{key} in profile {profile} of {} line {line}", file.display())
            }
            Self::Default => f.write_str("the default"),
        }
    }
}

impl fmt::Display for ExplainedProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, why) = match &self.outcome {
            Outcome::Chosen(how) => ("chosen", how),
            Outcome::Declined(why) => ("declined", why),
            Outcome::NotAsked(why) => ("not asked", why),
        };
        write!(f, "{}: {what}: {why}", self.name)?;
        if !self.looked_at.is_empty() {
            write!(f, "; looked at {}", self.looked_at.join(", "))?;
        }
        Ok(())
    }
}
