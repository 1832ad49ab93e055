//! The environment as a value: the process's own, or a map in a test.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use crate::values::{UnknownValue, flag, shortened, whole_number};
use crate::{Error, Secret, env};

/// The environment variables that a session and its providers read.
///
/// A variable that is set but empty counts as unset, everywhere. Cheap to clone. `Debug` shows no value.
///
/// ```
/// use cumulo_shared_config::{Env, env};
///
/// let env = Env::from_map([(env::AWS_REGION, "eu-west-1"), (env::AWS_PROFILE, "")]);
/// assert_eq!(env.region(true).as_deref(), Some("eu-west-1"));
/// assert_eq!(env.profile_name(true), None);
/// ```
#[derive(Clone)]
pub struct Env(Source);

#[derive(Clone)]
enum Source {
    Process,
    /// Sorted, each name once.
    Map(Arc<[(String, Secret)]>),
}

impl Env {
    /// The process's environment, read at each call and never written.
    pub const fn real() -> Self {
        Self(Source::Process)
    }

    /// An environment of exactly these variables.
    pub fn from_map<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), Secret::from(value.into())));
        // Of a name that is there twice the last counts.
        let map = variables.collect::<BTreeMap<_, _>>();
        Self(Source::Map(map.into_iter().collect()))
    }

    /// A variable's value. `None` if it is unset, empty or not Unicode.
    pub fn var(&self, name: &str) -> Option<String> {
        match &self.0 {
            Source::Process => std::env::var(name).ok(),
            Source::Map(map) => {
                let found = map.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok();
                found.map(|at| map[at].1.expose().to_owned())
            }
        }
        .filter(|value| !value.is_empty())
    }

    /// The variables whose names begin with `prefix` and go on, by the rest of their names, with their values. Those that
    /// are empty or not Unicode are left out.
    ///
    /// ```
    /// use cumulo_shared_config::{Env, env};
    ///
    /// let env = Env::from_map([("AWS_ENDPOINT_URL_S3", "http://localhost:9000"), (env::AWS_REGION, "eu-west-1")]);
    /// assert_eq!(env.vars_after("AWS_ENDPOINT_URL_"), [("S3".to_owned(), "http://localhost:9000".to_owned())]);
    /// ```
    pub fn vars_after(&self, prefix: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut add = |name: &str| {
            if let Some(rest) = name.strip_prefix(prefix).filter(|rest| !rest.is_empty())
                && let Some(value) = self.var(name)
            {
                found.push((rest.to_owned(), value));
            }
        };
        match &self.0 {
            Source::Process => {
                for (name, _) in std::env::vars_os() {
                    add(name.to_str().unwrap_or_default());
                }
            }
            Source::Map(map) => {
                for (name, _) in map.iter() {
                    add(name);
                }
            }
        }
        found
    }

    /// A variable's value as a path, which need not be Unicode.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        match &self.0 {
            Source::Process => std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from),
            Source::Map(_) => self.var(name).map(PathBuf::from),
        }
    }

    /// A variable that holds a secret, such as [`env::AWS_SECRET_ACCESS_KEY`].
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.var(name).map(Secret::from)
    }

    /// A variable that is `true` or `false`, in any case.
    ///
    /// # Errors
    ///
    /// [`Error::Variable`] if it is anything else.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        self.parsed(name, flag)
    }

    /// A variable that is one of a set of values, such as [`RetryMode`](crate::RetryMode).
    ///
    /// # Errors
    ///
    /// [`Error::Variable`] if it is none of them.
    pub fn value<T: FromStr<Err = UnknownValue>>(&self, name: &str) -> Result<Option<T>, Error> {
        self.parsed(name, str::parse)
    }

    /// A variable that is a whole number, at least one if `positive`. The caller knows its unit.
    ///
    /// # Errors
    ///
    /// [`Error::Variable`] if it is anything else.
    pub fn integer(&self, name: &str, positive: bool) -> Result<Option<u32>, Error> {
        self.parsed(name, |text| whole_number(text, positive))
    }

    /// The home directory: `HOME`, else `USERPROFILE`.
    pub fn home(&self) -> Option<PathBuf> {
        self.path(env::HOME).or_else(|| self.path(env::USERPROFILE))
    }

    /// A path with `~` at its beginning put out as the home directory, if that is known.
    pub fn expand_home(&self, path: PathBuf) -> PathBuf {
        let rest = match path.to_str() {
            Some("~") => Some(""),
            Some(text) => text.strip_prefix("~/").or_else(|| text.strip_prefix("~\\")),
            None => None,
        };
        match (rest, self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => path,
        }
    }

    /// What `AWS_SDK_LOAD_CONFIG` says about shared config.
    ///
    /// `1 t T TRUE true True` give `true`, `0 f F FALSE false False` give `false`. Anything else (`yes`, `on`, a
    /// space) is treated as if the variable were unset.
    ///
    /// Source: Go's `strconv.ParseBool`, by which Go reads this variable.
    pub fn load_config(&self) -> Option<bool> {
        match self.var(env::AWS_SDK_LOAD_CONFIG)?.as_str() {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
            _ => None,
        }
    }

    /// The region: `AWS_REGION`, else, with shared config on, `AWS_DEFAULT_REGION`.
    pub fn region(&self, shared_config: bool) -> Option<String> {
        self.var(env::AWS_REGION).or_else(|| self.var(env::AWS_DEFAULT_REGION).filter(|_| shared_config))
    }

    /// The profile's name: `AWS_PROFILE`, else, with shared config on, `AWS_DEFAULT_PROFILE`.
    pub fn profile_name(&self, shared_config: bool) -> Option<String> {
        self.var(env::AWS_PROFILE).or_else(|| self.var(env::AWS_DEFAULT_PROFILE).filter(|_| shared_config))
    }

    fn parsed<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, UnknownValue>,
    ) -> Result<Option<T>, Error> {
        let Some(found) = self.var(name) else { return Ok(None) };
        parse(&found).map(Some).map_err(|unknown| invalid(name, &found, unknown))
    }
}

/// Kept apart from the reader of each type, which it would be compiled with.
#[cold]
fn invalid(name: &str, found: &str, unknown: UnknownValue) -> Error {
    Error::Variable { name: name.to_owned(), found: shortened(found), expected: unknown.expected }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Process => f.write_str("Env(process)"),
            Source::Map(map) => {
                let names = map.iter().map(|(name, _)| name).collect::<Vec<_>>();
                f.debug_tuple("Env").field(&names).finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RetryMode;

    #[test]
    fn load_config_is_read_as_go_reads_it() {
        let read = |text: &str| Env::from_map([(env::AWS_SDK_LOAD_CONFIG, text)]).load_config();
        for text in ["1", "t", "T", "TRUE", "true", "True"] {
            assert_eq!(read(text), Some(true), "{text}");
        }
        for text in ["0", "f", "F", "FALSE", "false", "False"] {
            assert_eq!(read(text), Some(false), "{text}");
        }
        for text in ["", " ", "yes", "on", "tRUE", "2", "1 "] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_default_variables_need_shared_config() {
        let env = Env::from_map([(env::AWS_DEFAULT_REGION, "r"), (env::AWS_DEFAULT_PROFILE, "p")]);
        assert_eq!((env.region(false), env.profile_name(false)), (None, None));
        assert_eq!((env.region(true).as_deref(), env.profile_name(true).as_deref()), (Some("r"), Some("p")));
    }

    #[test]
    fn home_is_home_then_userprofile() {
        assert_eq!(Env::from_map([("USERPROFILE", "/u")]).home(), Some(PathBuf::from("/u")));
        assert_eq!(Env::from_map([("USERPROFILE", "/u"), ("HOME", "/h")]).home(), Some(PathBuf::from("/h")));
        assert_eq!(Env::from_map([("HOME", "")]).home(), None);
    }

    #[test]
    fn a_bad_value_names_variable_and_expectation() {
        let env = Env::from_map([(env::AWS_USE_FIPS_ENDPOINT, "maybe"), (env::AWS_RETRY_MODE, "fast")]);
        let text = env.flag(env::AWS_USE_FIPS_ENDPOINT).unwrap_err().to_string();
        let expected = "environment variable AWS_USE_FIPS_ENDPOINT: found \"maybe\", expected true or false";
        assert_eq!(text, expected);
        assert_eq!(env.value::<RetryMode>(env::AWS_RETRY_MODE).unwrap_err().code(), "EnvConfigErr");
        assert!(matches!(env.integer(env::AWS_MAX_ATTEMPTS, true), Ok(None)));
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let env = Env::from_map([(env::AWS_SECRET_ACCESS_KEY, "hunter2")]);
        assert_eq!(format!("{env:?}"), "Env([\"AWS_SECRET_ACCESS_KEY\"])");
    }
}
