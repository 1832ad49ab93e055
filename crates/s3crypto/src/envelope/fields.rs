//! The fields of an envelope as texts, out of an object's metadata or an instruction file.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cumulo_core::Error;

use crate::envelope::{json, names, rfc2047};
use crate::{err_code, error};

/// Those entries that an envelope may have, by their names in lower case. An empty value counts as absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    /// Takes them out of an object's metadata, whose values S3 may have encoded.
    pub(crate) fn from_metadata(metadata: Option<&BTreeMap<String, String>>) -> Result<Self, Error> {
        let entries = metadata.into_iter().flatten();
        let known = entries.filter_map(|(name, value)| Some((names::known(name)?, rfc2047::decode(value))));
        Self::collect(known)
    }

    /// Takes them out of an instruction file: one JSON object, written by a client and by nobody else, so that a name which
    /// is none of theirs has been changed.
    pub(crate) fn from_instruction_file(file: &[u8]) -> Result<Self, Error> {
        let entries = json::read_loose(file).ok_or_else(|| {
            Error::new(err_code::INSTRUCTION_FILE_ERROR, "the instruction file is no JSON object of texts")
        })?;
        let mut known = Vec::new();
        for (name, value) in entries {
            match names::known(&name) {
                Some(same) if same == name => known.push((same, value)),
                None if names::is_without_use(&name) => {}
                _ => {
                    return Err(Error::new(
                        err_code::INSTRUCTION_FILE_ERROR,
                        "the instruction file has been tampered with: it holds a name that no client writes",
                    ));
                }
            }
        }
        Self::collect(known.into_iter())
    }

    fn collect(entries: impl Iterator<Item = (&'static str, String)>) -> Result<Self, Error> {
        let mut fields = BTreeMap::new();
        for (name, value) in entries.filter(|(_, value)| !value.is_empty()) {
            if fields.insert(name, value).is_some() {
                return Err(error::envelope(format!("{name} is there twice")));
            }
        }
        Ok(Self(fields))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The first of `names` that is there.
    pub(super) fn first_of(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().find(|name| self.has(name)).copied()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Error> {
        self.text(name).ok_or_else(|| error::envelope(format!("{name} is missing")))
    }

    /// Strict base64: padded, canonical, without line breaks.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, Error> {
        BASE64_STANDARD
            .decode(self.required(name)?)
            .map_err(|_| error::envelope(format!("{name} is not base64")))
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        match self.text(name) {
            None => Ok(None),
            Some(text) => match Some(text).filter(digits).and_then(|text| text.parse().ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(error::envelope(format!("{name} is not a number"))),
            },
        }
    }

    /// A map from text to text; empty if it is absent.
    pub(super) fn map(&self, name: &str) -> Result<BTreeMap<String, String>, Error> {
        match self.text(name) {
            None => Ok(BTreeMap::new()),
            Some(text) => json::read(text.as_bytes())
                .ok_or_else(|| error::envelope(format!("{name} is no JSON object of texts"))),
        }
    }
}
