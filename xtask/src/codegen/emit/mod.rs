//! The emitters: one for each generated file, each from the prepared service to lines of Rust.

mod client;
mod endpoint_params;
mod endpoints;
mod enums;
mod err_code;
mod iface;
mod imports;
mod mocks;
mod operation;
mod paginators;
mod rules;
mod rust_type;
mod schema;
mod service;
mod structure;
#[cfg(test)]
mod tests;
mod types;
mod waiters;

use std::path::Path;

pub(super) use endpoints::files as endpoint_files;
pub(super) use rules::AllRules;

use super::api::Api;
use super::file_set::FileSet;
use super::writer::Writer;

/// The files of a service crate's `src/generated/`.
pub(super) fn service_files(api: &Api, rules: &AllRules) -> FileSet {
    let mut files = FileSet::new(Path::new(&api.service.crate_folder).join("src/generated"));
    for operation in &api.operations {
        files.add(
            format!("operation/{}.rs", operation.module),
            operation::file(api, operation, rules.of(&api.service.name)),
        );
    }
    files.add("operation/mod.rs", operation::list(api));
    files.add("types.rs", types::file(api));
    files.add("enums.rs", enums::file(api));
    files.add("err_code.rs", err_code::file(api));
    files.add("service.rs", service::file(api));
    files.add("client.rs", client::file(api));
    files.add("endpoint_rules.rs", rules.file(&api.service.name, title(api), writer(api)));
    files.add("iface.rs", iface::file(api));
    if !paginators::of(api).is_empty() {
        files.add("paginators.rs", paginators::file(api));
    }
    if !api.waiters.is_empty() {
        files.add("waiters.rs", waiters::file(api));
    }
    files.add("mod.rs", list(api));
    files
}

/// The files of the mocks crate's `src/generated/`.
pub(super) fn mock_files(apis: &[Api]) -> FileSet {
    let mut files = FileSet::new("crates/mocks/src/generated");
    for api in apis {
        files.add(format!("{}.rs", api.service.name), mocks::file(api));
    }
    files.add("mod.rs", mocks::list(apis));
    files
}

/// `generated/mod.rs`: what there is.
fn list(api: &Api) -> Writer {
    let mut writer = writer(api);
    writer.line("#![allow(clippy::should_implement_trait, reason = \"setters have the names of members\")]");
    writer.blank();
    writer
        .line("mod client;")
        .line("mod endpoint_rules;")
        .line("pub mod enums;")
        .line("pub mod err_code;")
        .line("pub mod iface;");
    writer.line("pub mod operation;");
    if !paginators::of(api).is_empty() {
        writer.line("mod paginators;");
    }
    writer.line("mod service;").line("pub mod types;");
    if !api.waiters.is_empty() {
        writer.line("mod waiters;");
    }
    writer.blank().line("pub use client::Client;").line("pub use endpoint_rules::ENDPOINT_RULES;");
    if !paginators::of(api).is_empty() {
        writer.line(format_args!("pub use paginators::{};", paginators::trait_name(api)));
    }
    writer.line("pub use service::SERVICE;");
    writer
}

/// A file of this service.
fn writer(api: &Api) -> Writer {
    let source = format!("{}/{}", api.service.botocore, api.service.api_version);
    Writer::new(&format!("cargo xtask codegen {}", api.service.name), &source)
}

/// The service's name for people, such as `Amazon S3`.
fn title(api: &Api) -> &str {
    api.metadata.service_abbreviation.as_deref().unwrap_or(&api.metadata.service_full_name)
}

/// A link to an operation's or a structure's page in the API reference.
fn reference(api: &Api, name: &str) -> String {
    let uid = api.metadata.uid.clone();
    let uid = uid.unwrap_or_else(|| format!("{}-{}", api.metadata.endpoint_prefix, api.metadata.api_version));
    format!("https://docs.aws.amazon.com/goto/WebAPI/{uid}/{name}")
}
