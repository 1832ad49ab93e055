//! The protocol cases: every file in `protocols/input` and `protocols/output`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use cumulo_core::dynamic::{Client, Model};
use cumulo_core::{Config, Credentials};

use super::case::{Case, Group};
use super::exclusions::Exclusions;
use super::report::{self, Failure, Report, Suite};
use super::transport::{FixedRandom, Recorder};
use super::{input, output};

pub(super) fn run(folder: &Path, is_wanted: impl Fn(&str) -> bool, report: &mut Report) -> Result<()> {
    let exclusions = Exclusions::read(&folder.join("protocol-tests-ignore-list.json"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    for direction in ["input", "output"] {
        for file in files(&folder.join(direction))? {
            let name = format!("{direction}/{file}");
            if !is_wanted(&name) {
                continue;
            }
            let mut suite = Suite { name, cases: Vec::new() };
            for group in Group::read(&folder.join(direction).join(format!("{file}.json")))? {
                for case in &group.cases {
                    suite.cases.push(report::Case {
                        name: case.id.clone(),
                        is_excluded: exclusions.has(&file, direction, &group.description, &case.id),
                        outcome: runtime.block_on(run_case(&group, case)),
                    });
                }
            }
            report.add(suite);
        }
    }
    Ok(())
}

/// The names of the files, without their extension, in alphabetical order.
fn files(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        if let Some(name) = entry?.file_name().to_string_lossy().strip_suffix(".json") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

async fn run_case(group: &Group, case: &Case) -> Result<(), Failure> {
    let model = match group.model(case) {
        Ok(model) => model,
        Err(error) if error.message().ends_with("is not supported") => return Err(Failure::Unsupported),
        Err(error) => return Err(error.to_string().into()),
    };
    if let Some(expected) = &case.serialized {
        input::run(&model, group, case, expected).await?;
    }
    if let Some(response) = &case.response {
        output::run(&model, group, case, response).await?;
    }
    Ok(())
}

/// A client whose requests go to `recorder`.
pub(super) fn client(model: &Model, endpoint: Option<&str>, recorder: &Recorder) -> Client {
    let config = Config::new()
        .region("us-east-1")
        .endpoint(endpoint.unwrap_or("https://service.us-east-1.amazonaws.com"))
        .credentials(Credentials::from_keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
        .http_client(recorder.clone())
        .random(FixedRandom)
        .max_attempts(1);
    Client::new(model, &config)
}
