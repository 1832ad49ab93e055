//! The crates that a program depends on, as Cargo resolves them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::template::Template;

/// Every version of each crate, by its name.
#[derive(Debug)]
pub(crate) struct Crates(BTreeMap<String, BTreeSet<String>>);

impl Crates {
    /// What the program is linked from on Linux, but for itself.
    pub(crate) fn of(program: &Template) -> Result<Self> {
        Self::listed(program, &[])
    }

    /// What its manifest names.
    pub(crate) fn named_by(program: &Template) -> Result<Self> {
        Self::listed(program, &["--depth=1"])
    }

    fn listed(program: &Template, more: &[&str]) -> Result<Self> {
        let all =
            ["tree", "--edges=normal", "--target=x86_64-unknown-linux-gnu", "--prefix=none", "--offline"];
        Ok(Self::parse(&program.output(&[&all, more].concat())?))
    }

    /// Reads what `cargo tree` printed. The program itself stands first.
    fn parse(tree: &str) -> Self {
        let mut crates = BTreeMap::<_, BTreeSet<_>>::new();
        for line in tree.lines().skip(1) {
            let mut words = line.split(' ');
            if let (Some(name), Some(version)) = (words.next(), words.next()) {
                crates.entry(name.to_owned()).or_default().insert(version.to_owned());
            }
        }
        Self(crates)
    }

    /// How many there are; each version counts.
    pub(crate) fn count(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// Those of more than one version, each with its versions.
    pub(crate) fn repeated(&self) -> Vec<String> {
        let repeated = self.0.iter().filter(|(_, versions)| versions.len() > 1);
        repeated.map(|(name, versions)| described(name, versions)).collect()
    }

    /// Those whose name begins so, each with its version.
    pub(crate) fn beginning(&self, with: &str) -> Vec<String> {
        let ones = self.0.iter().filter(|(name, _)| name.starts_with(with));
        ones.map(|(name, versions)| described(name, versions)).collect()
    }
}

fn described(name: &str, versions: &BTreeSet<String>) -> String {
    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    format!("{name} {}", versions.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_for_each_of_its_versions_and_the_program_not_at_all() {
        let crates = Crates::parse(
            "program v0.0.0 (/p)\nours v0.1.0 (/o)\nsyn v2.0.1\nsyn v3.0.0 (proc-macro)\nsyn v2.0.1 (*)\n",
        );
        assert_eq!(crates.count(), 3);
        assert_eq!(crates.repeated(), ["syn v2.0.1 and v3.0.0"]);
        assert_eq!(crates.beginning("our"), ["ours v0.1.0"]);
    }
}
