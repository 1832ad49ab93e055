//! The mocks crate: one mockall mock for each service trait.

use super::super::api::Api;
use super::super::names;
use super::super::writer::Writer;
use super::{iface, title, writer};

pub(super) fn file(api: &Api) -> Writer {
    let crate_name = format!("cumulo_{}", api.service.name);
    let name = iface::trait_name(api);
    let mut writer = writer(api);
    writer.line(format_args!("//! The mock of {}.", title(api)));
    writer.line("#![allow(missing_docs, reason = \"mockall writes the methods\")]");
    writer.blank().line(format_args!("use cumulo_core::Error;\nuse {crate_name}::operation::*;"));
    writer.blank().line("mockall::mock! {");
    writer.doc(format_args!("A mock of [`{name}`]({crate_name}::{name})."));
    writer.line("#[derive(Debug)]");
    writer.line(format_args!("pub {name} {{}}"));
    writer.blank().line("#[async_trait::async_trait]");
    writer.line(format_args!("impl {crate_name}::{name} for {name} {{"));
    for item in &api.operations {
        let (input, output) = (names::type_name(&item.input), names::type_name(&item.output));
        writer.line(format_args!(
            "async fn {}(&self, input: {input}) -> Result<{output}, Error>;",
            item.method
        ));
    }
    writer.line("}\n}");
    writer
}

pub(super) fn list(apis: &[Api]) -> Writer {
    let mut writer = Writer::new("cargo xtask codegen", "xtask/services.toml");
    let mut apis: Vec<&Api> = apis.iter().collect();
    apis.sort_by_key(|api| &api.service.name);
    writer.blank();
    for api in &apis {
        let name = &api.service.name;
        writer.line(format_args!("#[cfg(feature = {name:?})]\nmod {name};"));
    }
    writer.blank();
    for api in &apis {
        let name = &api.service.name;
        writer.line(format_args!(
            "#[cfg(feature = {name:?})]\npub use {name}::Mock{};",
            iface::trait_name(api)
        ));
    }
    writer
}
