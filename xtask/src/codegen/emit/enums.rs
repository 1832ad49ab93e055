//! `enums.rs`: the open enums.

use super::super::api::Api;
use super::super::names;
use super::super::writer::Writer;
use super::writer;

pub(super) fn file(api: &Api) -> Writer {
    let mut writer = writer(api);
    writer.line("//! Names out of a set. A value that this version does not know is kept as it came.");
    for item in api.enums.values() {
        writer.blank().line("cumulo_core::open_enum! {");
        writer.doc(format_args!("A value of `{}`.", item.name));
        writer.line(format_args!("{} {{", names::type_name(&item.name)));
        for value in &item.values {
            writer.line(format_args!("{} = {:?},", value.constant, value.value));
        }
        writer.line("}\n}");
    }
    writer
}
