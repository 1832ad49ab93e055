//! One shared file: its text, tokenised as INI and sorted into profiles, SSO sessions and services.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ini::{Ini, ParseOption};
use zeroize::Zeroize;

use crate::property::{Properties, Property};
use crate::syntax::{flatten, show};
use crate::{Error, Secret};

/// Which of the two files a text is: they name their profiles differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `[default]`, `[profile name]`, `[sso-session name]`, `[services name]`.
    Config,
    /// `[name]`.
    Credentials,
}

/// The sections of one file. Sections of one name are merged, the later value of a key winning.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) profiles: BTreeMap<String, Properties>,
    pub(crate) sso_sessions: BTreeMap<String, Properties>,
    pub(crate) services: BTreeMap<String, Properties>,
}

/// What a section's name says.
#[derive(Debug, PartialEq, Eq)]
enum Heading<'a> {
    Profile(&'a str),
    /// `[default]` in the config file, which counts only if there is no `[profile default]`.
    BareDefault,
    SsoSession(&'a str),
    Services(&'a str),
    /// No name that this file can hold. The section is skipped, as every AWS tool does.
    Unknown,
}

impl Document {
    /// Reads one file's text.
    pub(crate) fn parse(text: &str, kind: Kind, file: &Arc<Path>) -> Result<Self, Error> {
        let syntax = |line, expected| Error::Syntax { file: file.to_path_buf(), line, expected };
        let flat = flatten(text).map_err(|error| syntax(error.line, error.expected))?;
        // `flatten` leaves nothing for the parser to refuse.
        let mut ini = Ini::load_from_str_opt(&flat, OPTIONS)
            .map_err(|error| syntax(error.line, "expected a section or a property"))?;

        let mut document = Self::default();
        let mut bare_default = None;
        for (name, properties) in ini.iter_mut() {
            let name = show(name.unwrap_or_default());
            let target = match heading(&name, kind) {
                Heading::Profile(name) => document.profiles.entry(name.to_owned()).or_default(),
                Heading::SsoSession(name) => document.sso_sessions.entry(name.to_owned()).or_default(),
                Heading::Services(name) => document.services.entry(name.to_owned()).or_default(),
                Heading::BareDefault => bare_default.get_or_insert_default(),
                Heading::Unknown => &mut Properties::new(),
            };
            for (key, value) in properties.iter_mut() {
                if let Some((line, key)) = numbered_key(key) {
                    let shown = Secret::from(std::mem::take(&mut *show(value)));
                    target.insert(key, Property::new(shown, Arc::clone(file), line));
                }
                value.zeroize();
            }
        }
        if let Some(properties) = bare_default {
            document.profiles.entry(DEFAULT.to_owned()).or_insert(properties);
        }
        Ok(document)
    }
}

/// The profile that is used when none is named.
const DEFAULT: &str = "default";

/// Quotes and backslashes are ordinary characters in these files, and indentation is dealt with beforehand.
const OPTIONS: ParseOption = ParseOption {
    enabled_quote: false,
    enabled_escape: false,
    enabled_indented_mutiline_value: false,
    enabled_preserve_key_leading_whitespace: false,
};

fn heading(section: &str, kind: Kind) -> Heading<'_> {
    if kind == Kind::Credentials {
        return valid_name(section).map_or(Heading::Unknown, Heading::Profile);
    }
    if section == DEFAULT {
        return Heading::BareDefault;
    }
    let Some((prefix, name)) = section.split_once([' ', '\t']) else { return Heading::Unknown };
    match (prefix, valid_name(name.trim_matches([' ', '\t']))) {
        ("profile", Some(name)) => Heading::Profile(name),
        ("sso-session", Some(name)) => Heading::SsoSession(name),
        ("services", Some(name)) => Heading::Services(name),
        _ => Heading::Unknown,
    }
}

/// A name of letters, digits and some signs; with blanks in it too if it stands in quotes, as the AWS CLI
/// writes it.
fn valid_name(name: &str) -> Option<&str> {
    let quoted = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    match quoted {
        Some(inner) => Some(inner).filter(|inner| !inner.is_empty()),
        None => Some(name).filter(|name| is_identifier(name)),
    }
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_/.%@:+".contains(c))
}

/// Splits `<line> <key>` as `flatten` wrote it; `None` for a key that is no identifier, which is skipped.
fn numbered_key(text: &str) -> Option<(usize, String)> {
    let (line, key) = text.split_once(' ')?;
    let key = show(key).to_ascii_lowercase();
    Some((line.parse().ok()?, key)).filter(|(_, key)| is_identifier(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_the_config_file_have_a_prefix() {
        let cases = [
            ("default", Heading::BareDefault),
            ("profile default", Heading::Profile("default")),
            ("profile \tx", Heading::Profile("x")),
            (
                "profile some-thing:long/the_one%only.foo@bar+",
                Heading::Profile("some-thing:long/the_one%only.foo@bar+"),
            ),
            ("profile \"my profile\"", Heading::Profile("my profile")),
            ("sso-session s", Heading::SsoSession("s")),
            ("services s", Heading::Services("s")),
            ("x", Heading::Unknown),
            ("profilex", Heading::Unknown),
            ("profile", Heading::Unknown),
            ("profile in valid", Heading::Unknown),
            ("profile x!y", Heading::Unknown),
            ("profile a]b", Heading::Unknown),
            ("plugins x", Heading::Unknown),
            ("", Heading::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(heading(text, Kind::Config), expected, "{text}");
        }
    }

    #[test]
    fn headings_of_the_credentials_file_are_the_profiles_name() {
        assert_eq!(heading("x", Kind::Credentials), Heading::Profile("x"));
        assert_eq!(heading("sso-sessionx", Kind::Credentials), Heading::Profile("sso-sessionx"));
        assert_eq!(heading("profile x", Kind::Credentials), Heading::Unknown);
    }
}
