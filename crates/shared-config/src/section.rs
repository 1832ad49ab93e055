//! A section's properties, read by type. Faults name the file, the line, the section and the key.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::Error;
use crate::node::{Node, Nodes};
use crate::values::{UnknownValue, flag, shortened, whole_number};

/// One section of the shared files: a profile, an SSO session or a services section.
///
/// Keys are lower-case and their case in the file does not matter. The typed readers take an empty value for an
/// unset one; [`get`](Self::get) does not.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    kind: &'static str,
    name: &'a str,
    properties: &'a Nodes,
}

impl<'a> Section<'a> {
    pub(crate) const fn new(kind: &'static str, name: &'a str, properties: &'a Nodes) -> Self {
        Self { kind, name, properties }
    }

    /// The name, without the prefix `profile`, `sso-session` or `services`.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The keys that are set, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.properties.keys().map(String::as_str)
    }

    /// A value as it stands in the file, comments and outer blanks taken off. It may be a secret.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.property(key).map(|property| property.value.expose())
    }

    /// A value, unless it is empty.
    pub fn string(&self, key: &str) -> Option<&'a str> {
        self.get(key).filter(|value| !value.is_empty())
    }

    /// A value that is `true` or `false`, in any case.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if it is anything else.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Error> {
        self.parsed(key, flag)
    }

    /// A value that is a whole number, at least one if `positive`.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if it is anything else.
    pub fn integer(&self, key: &str, positive: bool) -> Result<Option<u32>, Error> {
        self.parsed(key, |text| whole_number(text, positive))
    }

    /// A value of a closed set, such as [`RetryMode`](crate::RetryMode).
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if it is none of the set.
    pub fn value<T: FromStr<Err = UnknownValue>>(&self, key: &str) -> Result<Option<T>, Error> {
        self.parsed(key, str::parse)
    }

    /// The properties nested under a key, such as `s3`. `None` if the key is unset or has a value of its own.
    pub fn nested(&self, key: &'a str) -> Option<Nested<'a>> {
        let properties = &self.property(key)?.children;
        Some(Nested { section: *self, key, properties }).filter(|_| !properties.is_empty())
    }

    /// The file a key was read from.
    pub fn file(&self, key: &str) -> Option<&'a Path> {
        self.property(key).map(|property| &*property.file)
    }

    /// The line of that file a key stands on, from 1.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.property(key).map(|property| property.line)
    }

    pub(crate) fn nested_value(&self, key: &str, inner: &str) -> Option<&'a str> {
        let value = self.property(key)?.children.get(inner)?.value.expose();
        Some(value).filter(|value| !value.is_empty())
    }

    // Every reader of a profile ends here: one search is enough for all of them.
    #[inline(never)]
    fn property(&self, key: &str) -> Option<&'a Node> {
        self.properties.get(key)
    }

    fn parsed<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, UnknownValue>,
    ) -> Result<Option<T>, Error> {
        let Some(text) = self.string(key) else { return Ok(None) };
        parse(text).map(Some).map_err(|unknown| self.invalid(key, key.to_owned(), text, unknown))
    }

    /// The error of a value that stands at `key` or is nested under it. Kept apart from the reader of each type, which it would
    /// be compiled with.
    #[cold]
    fn invalid(&self, key: &str, full_key: String, found: &str, unknown: UnknownValue) -> Error {
        Error::Value {
            file: self.file(key).unwrap_or(Path::new("")).to_path_buf(),
            line: self.line(key).unwrap_or_default(),
            section: format!("{} {}", self.kind, self.name),
            key: full_key,
            found: shortened(found),
            expected: unknown.expected,
        }
    }
}

impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.properties.keys().collect::<Vec<_>>();
        f.debug_struct("Section")
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("keys", &keys)
            .finish()
    }
}

/// The properties nested under one key of a section: indented lines after an empty value.
///
/// ```
/// use cumulo_shared_config::SharedConfig;
///
/// let config = SharedConfig::parse("[default]\ns3 =\n  addressing_style = path\n", "")?;
/// let profile = config.require_profile("default")?;
/// let s3 = profile.nested("s3").expect("the key has nested properties");
/// assert_eq!(s3.string("addressing_style"), Some("path"));
/// # Ok::<(), cumulo_shared_config::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Nested<'a> {
    section: Section<'a>,
    key: &'a str,
    properties: &'a Nodes,
}

impl<'a> Nested<'a> {
    /// The keys that are set, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.properties.keys().map(String::as_str)
    }

    /// A value as it stands in the file.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.properties.get(key).map(|property| property.value.expose())
    }

    /// A value, unless it is empty.
    pub fn string(&self, key: &str) -> Option<&'a str> {
        self.get(key).filter(|value| !value.is_empty())
    }

    /// A value that is `true` or `false`, in any case.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if it is anything else.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Error> {
        self.parsed(key, flag)
    }

    /// A value of a closed set, such as [`AddressingStyle`](crate::AddressingStyle).
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if it is none of the set.
    pub fn value<T: FromStr<Err = UnknownValue>>(&self, key: &str) -> Result<Option<T>, Error> {
        self.parsed(key, str::parse)
    }

    fn parsed<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, UnknownValue>,
    ) -> Result<Option<T>, Error> {
        let Some(text) = self.string(key) else { return Ok(None) };
        let invalid = |unknown| self.section.invalid(self.key, format!("{}.{key}", self.key), text, unknown);
        parse(text).map(Some).map_err(invalid)
    }
}

impl fmt::Debug for Nested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.properties.keys().collect::<Vec<_>>();
        f.debug_struct("Nested").field("key", &self.key).field("keys", &keys).finish()
    }
}
