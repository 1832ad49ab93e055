//! The cases that the release lists as not to be run.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// `protocol-tests-ignore-list.json`: for all protocols, and for each.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exclusions {
    #[serde(default)]
    general: Directions,
    #[serde(default)]
    protocols: HashMap<String, Directions>,
}

/// By direction: `input` and `output`.
type Directions = HashMap<String, Names>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    /// Descriptions of groups of cases.
    #[serde(default)]
    suites: Vec<String>,
    /// Ids of cases.
    #[serde(default)]
    cases: Vec<String>,
}

impl Exclusions {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("parse {}", path.display()))
    }

    /// Whether a case is excluded: `file` is the name of its file without the extension, `group` the description of the cases
    /// around it.
    pub(super) fn has(&self, file: &str, direction: &str, group: &str, id: &str) -> bool {
        [Some(&self.general), self.protocols.get(file)]
            .into_iter()
            .flatten()
            .filter_map(|directions| directions.get(direction))
            .any(|names| {
                names.suites.iter().any(|name| name == group) || names.cases.iter().any(|name| name == id)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_excluded_by_its_group_for_all_protocols_or_by_its_id_for_one() {
        let text = r#"{"general": {"input": {"suites": ["G"]}}, "protocols": {"query": {"output": {"cases": ["C"]}}}}"#;
        let exclusions: Exclusions = serde_json::from_str(text).unwrap();
        assert!(exclusions.has("json", "input", "G", "any"));
        assert!(exclusions.has("query", "output", "any", "C"));
        assert!(!exclusions.has("query", "output", "G", "any"));
        assert!(!exclusions.has("json", "output", "any", "C"));
    }
}
