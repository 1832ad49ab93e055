//! Checks that no two names of a service become the same name in Rust.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use crate::codegen::api::Api;
use crate::codegen::names;

pub(super) fn check(api: &mut Api) -> Result<()> {
    unique("operation modules", api.operations.iter().map(|o| (o.module.clone(), o.name.as_str())))?;
    unique("operation methods", api.operations.iter().map(|o| (o.method.clone(), o.name.as_str())))?;
    let types = api.structures.keys().chain(api.enums.keys());
    unique("types", types.map(|name| (names::type_name(name), name.as_str())))?;
    let tables = api.structures.keys().chain(api.lists.keys()).chain(api.maps.keys());
    unique("tables", tables.map(|name| (names::constant(name), name.as_str())))?;
    unique("error codes", api.error_codes.iter().map(|e| (e.constant.clone(), e.code.as_str())))?;
    for structure in api.structures.values() {
        let fields = structure.members.iter().map(|member| (member.field.clone(), member.name.as_str()));
        unique(&format!("fields of {}", structure.name), fields)?;
    }
    for shape in api.enums.values() {
        let constants = shape.values.iter().map(|value| (value.constant.clone(), value.value.as_str()));
        unique(&format!("constants of {}", shape.name), constants)?;
    }
    Ok(())
}

fn unique<'a>(what: &str, names: impl Iterator<Item = (String, &'a str)>) -> Result<()> {
    let mut seen = BTreeMap::new();
    for (rust, name) in names {
        if let Some(other) = seen.get(&rust) {
            ensure!(false, "{what}: {other:?} and {name:?} both become {rust}; name one in the overrides");
        }
        seen.insert(rust, name);
    }
    Ok(())
}
