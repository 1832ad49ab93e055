//! What the files hold: a tree of sections, properties and nested properties, each with the place it was read from.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::Secret;
use crate::syntax::property as split_property;

/// Sections by name, or the properties of one, or those nested under a property by lower-case key.
pub(crate) type Properties = BTreeMap<String, Property>;

/// A value, which may be a secret and so is kept as one, and its place. A section is one without a value.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) value: Secret,
    /// What stands under it; nothing for an ordinary value.
    pub(crate) nested: Properties,
    pub(crate) file: Arc<Path>,
    /// The line, from 1; for a nested property, that of the key it stands under. Not known of a section.
    pub(crate) line: usize,
}

impl Property {
    /// Takes a value apart: one that begins with a line feed holds nested properties.
    pub(crate) fn new(value: Secret, file: &Arc<Path>, line: usize) -> Self {
        let mut nested = Properties::new();
        if let Some(lines) = value.expose().strip_prefix('\n') {
            for (key, value) in lines.split('\n').filter_map(split_property) {
                nested.insert(key.to_ascii_lowercase(), Self::plain(value.into(), file, line));
            }
        }
        Self { nested, ..Self::plain(value, file, line) }
    }

    /// A section without properties yet.
    pub(crate) fn section(file: &Arc<Path>) -> Self {
        Self::plain(Secret::from(""), file, 0)
    }

    fn plain(value: Secret, file: &Arc<Path>, line: usize) -> Self {
        Self { value, nested: Properties::new(), file: Arc::clone(file), line }
    }
}
