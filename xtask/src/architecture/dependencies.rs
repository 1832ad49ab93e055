//! Which package uses which: the manifests against the table in `docs/ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const BEGIN: &str = "<!-- dependencies: begin -->";
const END: &str = "<!-- dependencies: end -->";

/// What a row of the table allows.
#[derive(Debug, PartialEq)]
enum Allowed {
    Anything,
    These(BTreeSet<String>),
}

type Table = BTreeMap<String, Allowed>;

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// None for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

/// Lists what the manifests use against the table, and packages or rows without the other.
pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let path = root.join(DOCUMENT);
    let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let table = table(&text).with_context(|| format!("read the table of {DOCUMENT}"))?;
    Ok(compare(&metadata(root)?, &table))
}

fn metadata(root: &Path) -> Result<Metadata> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("start cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("read what cargo metadata prints")
}

/// Reads rows such as ``| `a` | `b`, `c` |``, ``| `a` | nothing |`` and ``| `a` | anything |``.
fn table(document: &str) -> Result<Table> {
    let (_, rest) = document.split_once(BEGIN).with_context(|| format!("no {BEGIN}"))?;
    let (rows, _) = rest.split_once(END).with_context(|| format!("no {END}"))?;
    let mut table = Table::new();
    for row in rows.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let (Some(name), Some(uses), None) = (cells.next(), cells.next(), cells.next()) else {
            anyhow::bail!("not two cells: {row}");
        };
        let allowed = match uses {
            "anything" => Allowed::Anything,
            "nothing" => Allowed::These(BTreeSet::new()),
            names => {
                Allowed::These(names.split(',').map(|name| name.trim().trim_matches('`').into()).collect())
            }
        };
        table.insert(name.trim_matches('`').into(), allowed);
    }
    Ok(table)
}

fn compare(metadata: &Metadata, table: &Table) -> Vec<String> {
    let ours: BTreeSet<_> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut faults = Vec::new();
    for name in table.keys().filter(|name| !ours.contains(name.as_str())) {
        faults.push(format!("{DOCUMENT} has a row for {name}, which is no package"));
    }
    for package in &metadata.packages {
        let allowed = match table.get(&package.name) {
            Some(Allowed::Anything) => continue,
            Some(Allowed::These(names)) => names,
            None => {
                faults.push(format!("{DOCUMENT} has no row for {}", package.name));
                continue;
            }
        };
        for dependency in &package.dependencies {
            let is_dev = dependency.kind.as_deref() == Some("dev");
            if ours.contains(dependency.name.as_str()) && !is_dev && !allowed.contains(&dependency.name) {
                faults.push(format!("{} may not use {}", package.name, dependency.name));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "text\n<!-- dependencies: begin -->\n\n| package | may use |\n| --- | --- |\n\
        | `core` | nothing |\n| `s3` | `core` |\n| `crypto` | `core`, `s3` |\n| `tests` | anything |\n\
        <!-- dependencies: end -->\n";

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies
            .iter()
            .map(|&(name, kind)| Dependency { name: name.into(), kind: kind.map(Into::into) })
            .collect();
        Package { name: name.into(), dependencies }
    }

    fn faults(packages: Vec<Package>) -> Vec<String> {
        compare(&Metadata { packages }, &table(TABLE).unwrap())
    }

    #[test]
    fn what_the_table_allows_is_no_fault_and_foreign_packages_and_tests_are_free() {
        let found = faults(vec![
            package("core", &[("bytes", None), ("s3", Some("dev"))]),
            package("s3", &[("core", None)]),
            package("crypto", &[("s3", None)]),
            package("tests", &[("core", None), ("crypto", None)]),
        ]);
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn what_the_table_does_not_allow_and_what_it_does_not_know_is_listed() {
        let found = faults(vec![
            package("core", &[("s3", Some("build"))]),
            package("s3", &[("crypto", None)]),
            package("crypto", &[]),
            package("sns", &[]),
        ]);
        assert_eq!(
            found,
            [
                "docs/ARCHITECTURE.md has a row for tests, which is no package",
                "core may not use s3",
                "s3 may not use crypto",
                "docs/ARCHITECTURE.md has no row for sns",
            ]
        );
    }

    #[test]
    fn a_document_without_the_table_is_an_error() {
        assert!(table("# Architecture").is_err());
        assert!(
            table("<!-- dependencies: begin -->\n| `a` | `b` | `c` |\n<!-- dependencies: end -->").is_err()
        );
    }
}
