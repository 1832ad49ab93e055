//! The files that the rules speak of, and what of them is code.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The folders of the workspace that hold sources.
const FOLDERS: [&str; 4] = ["crates", "examples", "tests", "xtask"];

/// A file, by its path from the workspace's root with slashes.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

/// Reads every Rust file and every manifest, in the order of their paths.
pub(super) fn read(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in FOLDERS {
        collect(root, &root.join(folder), &mut sources)
            .with_context(|| format!("read the files of {folder}"))?;
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                collect(root, &path, sources)?;
            }
        } else if path.extension().is_some_and(|ext| ext == "rs") || path.ends_with("Cargo.toml") {
            let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
            let parts = path.strip_prefix(root)?.iter().map(|part| part.to_string_lossy());
            sources.push(Source { path: parts.collect::<Vec<_>>().join("/"), text });
        }
    }
    Ok(())
}

impl Source {
    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(super) fn is_generated(&self) -> bool {
        self.path.contains("/generated/")
    }

    /// The code of a library: in a `src` folder, and no file of tests.
    pub(super) fn is_library(&self) -> bool {
        self.path.contains("/src/") && !self.path.contains("/tests/") && !self.path.ends_with("/tests.rs")
    }

    /// The lines of code with their numbers: without comments, and up to the module of tests.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Whether `line` holds `word` with no letter, digit or underscore on either side.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(is_name)
            && !line[at + word.len()..].chars().next().is_some_and(is_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn rust_files_and_manifests_are_read_but_nothing_that_was_built() {
        let root = Scratch::new();
        for path in
            ["crates/a/src/lib.rs", "crates/a/Cargo.toml", "crates/a/notes.md", "crates/a/target/x.rs"]
        {
            root.write(path, "text");
        }
        let paths: Vec<_> = read(root.path()).unwrap().into_iter().map(|source| source.path).collect();
        assert_eq!(paths, ["crates/a/Cargo.toml", "crates/a/src/lib.rs"]);
    }

    #[test]
    fn comments_and_tests_are_no_code() {
        let text = "//! Doc.\nuse a;\n    // why\n#[cfg(test)]\nmod scratch;\nrun();\n#[cfg(test)]\nmod tests {\n    x();\n}\n";
        let source = Source { path: "crates/a/src/lib.rs".into(), text: text.into() };
        let code: Vec<_> = source.code().collect();
        assert_eq!(code, [(2, "use a;"), (4, "#[cfg(test)]"), (5, "mod scratch;"), (6, "run();")]);
    }

    #[test]
    fn a_word_ends_where_a_name_ends() {
        assert!(has_word("use hyper::Client;", "hyper"));
        assert!(has_word("hyper", "hyper"));
        assert!(!has_word("mod hyper_client;", "hyper"));
        assert!(!has_word("let old_hyper = 1;", "hyper"));
        assert!(!has_word("eprintln!(x)", "println!("));
    }
}
