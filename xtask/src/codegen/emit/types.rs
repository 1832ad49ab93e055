//! `types.rs`: nested structures, errors, and the tables of lists and maps.

use super::super::api::{Api, Role};
use super::super::writer::Writer;
use super::{imports, schema, structure, writer};

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line("//! The structures inside inputs and outputs, and the fields of errors.");
    let mut body = Writer::default();
    for item in api.structures.values() {
        if matches!(item.role, Role::Nested | Role::Error) {
            structure::structure(&mut body, api, item, &structure::summary(api, item));
        }
    }
    schema::collections(&mut body, api);
    imports::with_imports(api, head, body, "crate::generated::types")
}
