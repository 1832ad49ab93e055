//! A property with the place it was read from.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::Secret;
use crate::syntax::property as split_property;

/// The properties of one section, by lower-case key.
pub(crate) type Properties = BTreeMap<String, Property>;

/// A value, which may be a secret and so is kept as one, and its place.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) value: Secret,
    /// The nested properties by lower-case key; empty for an ordinary value.
    pub(crate) nested: BTreeMap<String, Secret>,
    pub(crate) file: Arc<Path>,
    /// The line, from 1.
    pub(crate) line: usize,
}

impl Property {
    /// Takes a value apart: one that begins with a line feed holds nested properties.
    pub(crate) fn new(value: Secret, file: Arc<Path>, line: usize) -> Self {
        let nested = match value.expose().strip_prefix('\n') {
            None => BTreeMap::new(),
            Some(lines) => lines
                .split('\n')
                .filter_map(split_property)
                .map(|(key, value)| (key.to_ascii_lowercase(), Secret::from(value)))
                .collect(),
        };
        Self { value, nested, file, line }
    }
}
