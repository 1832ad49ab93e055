//! What the files hold: a tree of sections, properties and nested properties, each with the place it was read from.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::Secret;
use crate::syntax::property as split_property;

/// Nodes by what they are called: sections by name, properties by lower-case key.
pub(crate) type Nodes = BTreeMap<String, Node>;

/// A section, or a property with its value, which may be a secret and so is kept as one.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Empty for a section.
    pub(crate) value: Secret,
    /// The properties of a section, or those nested under a property; none for an ordinary value.
    pub(crate) children: Nodes,
    pub(crate) file: Arc<Path>,
    /// The line, from 1; for a nested property, that of the key it stands under. Not known of a section.
    pub(crate) line: usize,
}

impl Node {
    /// A property, its value taken apart: one that begins with a line feed holds nested properties.
    pub(crate) fn new(value: Secret, file: &Arc<Path>, line: usize) -> Self {
        let mut children = Nodes::new();
        if let Some(lines) = value.expose().strip_prefix('\n') {
            for (key, value) in lines.split('\n').filter_map(split_property) {
                children.insert(key.to_ascii_lowercase(), Self::plain(value.into(), file, line));
            }
        }
        Self { children, ..Self::plain(value, file, line) }
    }

    /// A section without properties yet.
    pub(crate) fn section(file: &Arc<Path>) -> Self {
        Self::plain(Secret::from(""), file, 0)
    }

    fn plain(value: Secret, file: &Arc<Path>, line: usize) -> Self {
        Self { value, children: Nodes::new(), file: Arc::clone(file), line }
    }
}
