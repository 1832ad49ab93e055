//! `cargo xtask models`: takes the API models out of the pinned botocore release into `xtask/models`.
//!
//! What is written holds facts alone (shapes, names, locations, constraints, errors, paginators, waiters, endpoint
//! rules, partitions); every sentence of documentation is left out. The bytes depend on nothing but the release.

mod strip;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use flate2::read::GzDecoder;
use lexopt::Arg;
use serde_json::Value;

use crate::output::Output;
use crate::source::Release;
use crate::{services, workspace};

/// The files of a service, and whether each service must have one.
const FILES: [(&str, bool); 4] =
    [("service-2", true), ("endpoint-rule-set-1", true), ("paginators-1", false), ("waiters-2", false)];

/// The files that all services share.
const SHARED: [&str; 2] = ["endpoints", "partitions"];

pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    let mut check = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("check") => check = true,
            other => return Err(other.unexpected().into()),
        }
    }

    let root = workspace::root();
    let release = Release::pinned(root)?;
    let data = release.folder(&workspace::cache())?.join("botocore/data");
    println!("botocore {}", release.version());

    let mut output = Output::new(root, check);
    output.own("xtask/models");
    output.keep("xtask/models/SOURCES.toml");
    for service in services::read(root)? {
        let folder = data.join(&service.botocore).join(&service.api_version);
        for (file, required) in FILES {
            match read_merged(&folder, file)? {
                Some(mut model) => {
                    strip::strip(&mut model);
                    output.ensure(format!("xtask/models/{}/{file}.json", service.name), &text(&model)?)?;
                }
                None if required => bail!("{} has no {file}.json", folder.display()),
                None => {}
            }
        }
    }
    for file in SHARED {
        let model = read(&data, file)?.with_context(|| format!("{} has no {file}.json", data.display()))?;
        output.ensure(format!("xtask/models/{file}.json"), &text(&model)?)?;
    }
    output.finish("cargo xtask models")
}

/// Reads `<file>.json` with its `<file>.sdk-extras.json` merged into it, as botocore's loader does.
fn read_merged(folder: &Path, file: &str) -> Result<Option<Value>> {
    let Some(mut model) = read(folder, file)? else { return Ok(None) };
    if let Some(mut extras) = read(folder, &format!("{file}.sdk-extras"))?
        && let Some(merge) = extras.get_mut("merge")
    {
        deep_merge(&mut model, merge.take());
    }
    Ok(Some(model))
}

/// Reads `<file>.json`, or `<file>.json.gz` as older releases have it.
pub(crate) fn read(folder: &Path, file: &str) -> Result<Option<Value>> {
    let plain = folder.join(format!("{file}.json"));
    let packed = folder.join(format!("{file}.json.gz"));
    let (path, text) = if plain.exists() {
        (&plain, fs::read_to_string(&plain))
    } else if packed.exists() {
        (&packed, gunzip(&packed))
    } else {
        return Ok(None);
    };
    let text = text.with_context(|| format!("read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("parse {}", path.display()))
}

fn gunzip(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    GzDecoder::new(File::open(path)?).read_to_string(&mut text)?;
    Ok(text)
}

/// Objects are merged key by key; anything else in `extra` replaces what `base` has.
fn deep_merge(base: &mut Value, extra: Value) {
    match (base, extra) {
        (Value::Object(base), Value::Object(extra)) => {
            for (key, value) in extra {
                deep_merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, extra) => *base = extra,
    }
}

/// The text of a model: members in the model's own order, indented by two spaces.
fn text(model: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(model)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use serde_json::json;

    #[test]
    fn extras_are_merged_into_objects_and_replace_anything_else() {
        let folder = Scratch::new();
        folder.write("paginators-1.json", r#"{"pagination": {"B": {"x": 1}, "A": {"list": [1, 2]}}}"#);
        folder.write(
            "paginators-1.sdk-extras.json",
            r#"{"version": 1, "merge": {"pagination": {"A": {"list": [3]}, "B": {"y": 2}}}}"#,
        );
        let merged = read_merged(folder.path(), "paginators-1").unwrap().unwrap();
        assert_eq!(merged, json!({"pagination": {"B": {"x": 1, "y": 2}, "A": {"list": [3]}}}));
    }

    #[test]
    fn the_order_of_the_model_is_kept() {
        let folder = Scratch::new();
        folder.write("service-2.json", r#"{"b": 1, "a": {"d": 2, "c": 3}}"#);
        let model = read(folder.path(), "service-2").unwrap().unwrap();
        let expected = "{\n  \"b\": 1,\n  \"a\": {\n    \"d\": 2,\n    \"c\": 3\n  }\n}\n";
        assert_eq!(text(&model).unwrap(), expected);
    }

    #[test]
    fn the_notice_names_the_pinned_release() {
        let root = workspace::root();
        let notice = fs::read_to_string(root.join("NOTICE")).unwrap();
        let release = Release::pinned(root).unwrap();
        assert!(notice.contains(&format!("botocore {},", release.version())), "{notice}");
    }

    #[test]
    fn a_file_that_does_not_exist_is_no_model() {
        let folder = Scratch::new();
        assert_eq!(read_merged(folder.path(), "waiters-2").unwrap(), None);
    }
}
