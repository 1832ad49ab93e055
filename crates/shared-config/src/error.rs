//! What can be wrong with the files or a value in them.

use std::io;
use std::path::PathBuf;

/// Why the shared configuration could not be read. Its [`code`](Error::code) is what an SDK error carries.
///
/// No variant repeats a line of a file: any line may hold a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file exists but could not be read.
    #[error("failed to load config file, {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A file breaks the grammar.
    #[error("failed to load config file, {} line {line}: {expected}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was expected there.
        expected: &'static str,
    },

    /// No file has the profile.
    #[error("failed to get profile, {name}")]
    ProfileNotExists {
        /// The profile's name.
        name: String,
    },

    /// A profile names a services section that no file has.
    #[error("profile {profile} has services = {name}, but there is no section [services {name}]")]
    ServicesNotExist {
        /// The profile's name.
        profile: String,
        /// The section's name.
        name: String,
    },

    /// A property has a value that it cannot have.
    #[error("{} line {line}, [{section}] {key}: found {found:?}, expected {expected}", file.display())]
    Value {
        /// The file.
        file: PathBuf,
        /// The line, from 1; for a nested property, that of the key it stands under.
        line: usize,
        /// The profile (or the session, or the services section).
        section: String,
        /// The property; for a nested one, both names with a dot between.
        key: String,
        /// The value. Only properties with a closed set of values are checked, and none of those is a secret.
        found: String,
        /// The values it can have.
        expected: &'static str,
    },

    /// Static credentials lack one half.
    #[error("{} [{section}]: {present} is set but {missing} is not", file.display())]
    PartialCredentials {
        /// The file.
        file: PathBuf,
        /// The profile.
        section: String,
        /// The property that is there.
        present: &'static str,
        /// The property that is not.
        missing: &'static str,
    },

    /// An environment variable has a value that it cannot have.
    #[error("environment variable {name}: found {found:?}, expected {expected}")]
    Variable {
        /// The variable.
        name: String,
        /// The value. Only variables with a closed set of values are checked.
        found: String,
        /// The values it can have.
        expected: &'static str,
    },
}

impl Error {
    /// The error code: `SharedConfigLoadError`, `SharedConfigProfileNotExistsError`, `SharedConfigErr` or
    /// `EnvConfigErr`.
    ///
    /// Source: Go's `session.SharedConfigLoadError`, `session.SharedConfigProfileNotExistsError`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } | Self::Syntax { .. } => "SharedConfigLoadError",
            Self::ProfileNotExists { .. } => "SharedConfigProfileNotExistsError",
            Self::Value { .. } | Self::PartialCredentials { .. } | Self::ServicesNotExist { .. } => {
                "SharedConfigErr"
            }
            Self::Variable { .. } => "EnvConfigErr",
        }
    }
}
