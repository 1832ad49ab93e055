//! `cargo xtask codegen`: writes each service's `src/generated/` from its model.
//!
//! In the order of the work: [`model`] reads what is published, [`passes`] make an [`api`](mod@api) of it, emitters write
//! files with [`writer`], and a [`file_set`] formats and compares them. [`names`] decides every name.

mod api;
mod emit;
mod file_set;
mod model;
mod names;
mod overrides;
mod passes;
mod writer;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use lexopt::Arg;

use crate::output::Output;
use crate::services::{self, Service};
use crate::workspace;
use api::Api;
use model::Model;
use overrides::Overrides;

pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    let mut check = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("check") => check = true,
            other => return Err(other.unexpected().into()),
        }
    }

    let root = workspace::root();
    let scratch = workspace::cache().join("unformatted");
    let mut output = Output::new(root, check);
    let mut apis = Vec::new();
    for service in services::read(root)? {
        let api = api(root, service)?;
        println!(
            "{}: {} operations, {} structures, {} enums",
            api.service.name,
            api.operations.len(),
            api.structures.len(),
            api.enums.len()
        );
        emit::service_files(&api).write(root, &scratch, &mut output)?;
        apis.push(api);
    }
    emit::mock_files(&apis).write(root, &scratch, &mut output)?;
    let partitions = fs::read_to_string(root.join("xtask/models/partitions.json"))?;
    let endpoints = fs::read_to_string(root.join("xtask/models/endpoints.json"))?;
    emit::endpoint_files(&partitions, &endpoints)?.write(root, &scratch, &mut output)?;
    output.finish("cargo xtask codegen")
}

/// The service as the emitters read it.
fn api(root: &Path, service: Service) -> Result<Api> {
    let name = service.name.clone();
    let model = Model::read(&root.join("xtask/models").join(&name))?;
    let overrides = Overrides::read(root, &name)?;
    passes::prepare(service, model, &overrides).with_context(|| format!("prepare {name}"))
}
