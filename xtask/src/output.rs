//! The files that a command writes, or with `--check` compares.
//!
//! Every generator ends here, so that "up to date" means the same for all of them: the same bytes, and no file in
//! a generated folder that the generator would not write.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The output of one command.
#[derive(Debug)]
pub(crate) struct Output {
    root: PathBuf,
    check: bool,
    ensured: BTreeSet<PathBuf>,
    owned: Vec<PathBuf>,
    stale: Vec<String>,
    changed: usize,
}

impl Output {
    /// No file yet. Paths are taken from `root`; with `check` nothing is written or deleted.
    pub(crate) fn new(root: &Path, check: bool) -> Self {
        Self {
            root: root.into(),
            check,
            ensured: BTreeSet::new(),
            owned: Vec::new(),
            stale: Vec::new(),
            changed: 0,
        }
    }

    /// Makes the file hold `text`, or with `check` notes that it does not.
    pub(crate) fn ensure(&mut self, path: impl AsRef<Path>, text: &str) -> Result<()> {
        let path = path.as_ref();
        let full = self.root.join(path);
        self.ensured.insert(full.clone());
        let old = fs::read(&full).ok();
        if old.as_deref() == Some(text.as_bytes()) {
            return Ok(());
        }
        if self.check {
            let what = if old.is_some() { "stale" } else { "missing" };
            self.stale.push(format!("{what}: {}", path.display()));
            return Ok(());
        }
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).with_context(|| format!("make {}", parent.display()))?;
        }
        fs::write(&full, text).with_context(|| format!("write {}", full.display()))?;
        self.changed += 1;
        Ok(())
    }

    /// Leaves a file alone that was written by hand into an owned folder.
    pub(crate) fn keep(&mut self, path: impl AsRef<Path>) {
        self.ensured.insert(self.root.join(path));
    }

    /// Declares that `folder` holds only what is ensured: any other file below it is stale.
    pub(crate) fn own(&mut self, folder: impl AsRef<Path>) {
        self.owned.push(self.root.join(folder));
    }

    /// Deletes stale files of the owned folders, and reports.
    ///
    /// # Errors
    ///
    /// With `check`, if any file differs, is missing or is stale; the message lists them and names `command`.
    pub(crate) fn finish(mut self, command: &str) -> Result<()> {
        for folder in std::mem::take(&mut self.owned) {
            self.sweep(&folder)?;
        }
        if !self.stale.is_empty() {
            bail!("not up to date, run `{command}`:\n  {}", self.stale.join("\n  "));
        }
        println!("{command}: {} files, {} changed", self.ensured.len(), self.changed);
        Ok(())
    }

    /// Deletes what is not ensured, and then the folder if nothing is left in it.
    fn sweep(&mut self, folder: &Path) -> Result<()> {
        if !folder.exists() {
            return Ok(());
        }
        let mut paths: Vec<_> = fs::read_dir(folder)?.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.sweep(&path)?;
            } else if !self.ensured.contains(&path) {
                let shown = path.strip_prefix(&self.root).unwrap_or(&path).display();
                if self.check {
                    self.stale.push(format!("stale file, delete: {shown}"));
                } else {
                    fs::remove_file(&path).with_context(|| format!("delete {shown}"))?;
                    self.changed += 1;
                }
            }
        }
        if !self.check && fs::read_dir(folder)?.next().is_none() {
            fs::remove_dir(folder)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn what_was_written_passes_the_check() {
        let root = Scratch::new();
        for check in [false, true] {
            let mut output = Output::new(root.path(), check);
            output.own("out");
            output.ensure("out/deep/a.rs", "a\n").unwrap();
            output.finish("make").unwrap();
        }
        assert_eq!(root.read("out/deep/a.rs"), "a\n");
    }

    #[test]
    fn check_lists_changed_missing_and_left_over_files_and_touches_none() {
        let root = Scratch::new();
        root.write("out/changed.rs", "old\n");
        root.write("out/deep/left_over.rs", "old\n");

        let mut output = Output::new(root.path(), true);
        output.own("out");
        output.ensure("out/changed.rs", "new\n").unwrap();
        output.ensure("out/missing.rs", "new\n").unwrap();
        let message = output.finish("make").unwrap_err().to_string();

        assert_eq!(
            message,
            "not up to date, run `make`:\n  stale: out/changed.rs\n  missing: out/missing.rs\n  \
             stale file, delete: out/deep/left_over.rs"
        );
        assert_eq!(root.read("out/changed.rs"), "old\n");
        assert!(!root.path().join("out/missing.rs").exists());
        assert!(root.path().join("out/deep/left_over.rs").exists());
    }

    #[test]
    fn left_over_files_and_their_empty_folders_are_deleted_but_kept_files_stay() {
        let root = Scratch::new();
        root.write("out/deep/left_over.rs", "old\n");
        root.write("out/by_hand.toml", "hand\n");

        let mut output = Output::new(root.path(), false);
        output.own("out");
        output.keep("out/by_hand.toml");
        output.ensure("out/new.rs", "new\n").unwrap();
        output.finish("make").unwrap();

        assert!(!root.path().join("out/deep").exists());
        assert_eq!(root.read("out/by_hand.toml"), "hand\n");
        assert_eq!(root.read("out/new.rs"), "new\n");
    }
}
