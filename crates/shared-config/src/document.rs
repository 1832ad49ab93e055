//! One shared file: its sections, sorted into profiles, SSO sessions and services.

use std::path::Path;
use std::sync::Arc;

use crate::Error;
use crate::node::{Node, Nodes};
use crate::syntax::{Entry, SyntaxError, entries, trimmed};

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
    pub(crate) profiles: Nodes,
    pub(crate) sso_sessions: Nodes,
    pub(crate) services: Nodes,
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
        let entries = entries(text).map_err(|SyntaxError { line, expected }| Error::Syntax {
            file: file.to_path_buf(),
            line,
            expected,
        })?;
        let mut document = Self::default();
        let (mut bare_defaults, mut skipped) = (Nodes::new(), Node::section(file));
        let mut section = &mut skipped;
        for entry in entries {
            match entry {
                Entry::Section(name) => {
                    let (sections, name) = match heading(name, kind) {
                        Heading::Profile(name) => (&mut document.profiles, name),
                        Heading::SsoSession(name) => (&mut document.sso_sessions, name),
                        Heading::Services(name) => (&mut document.services, name),
                        Heading::BareDefault => (&mut bare_defaults, DEFAULT),
                        Heading::Unknown => {
                            section = &mut skipped;
                            continue;
                        }
                    };
                    section = sections.entry(name.to_owned()).or_insert_with(|| Node::section(file));
                }
                Entry::Property { key, value, line } if is_identifier(key) => {
                    section.children.insert(key.to_ascii_lowercase(), Node::new(value, file, line));
                }
                Entry::Property { .. } => {}
            }
        }
        for (name, section) in bare_defaults {
            document.profiles.entry(name).or_insert(section);
        }
        Ok(document)
    }
}

/// The profile that is used when none is named.
const DEFAULT: &str = "default";

fn heading(section: &str, kind: Kind) -> Heading<'_> {
    if kind == Kind::Credentials {
        return valid_name(section).map_or(Heading::Unknown, Heading::Profile);
    }
    if section == DEFAULT {
        return Heading::BareDefault;
    }
    let Some((prefix, name)) = section.split_once([' ', '\t']) else { return Heading::Unknown };
    match (prefix, valid_name(trimmed(name))) {
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
    let is_fit = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '%' | '@' | ':' | '+');
    !name.is_empty() && name.chars().all(is_fit)
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
