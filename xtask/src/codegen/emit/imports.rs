//! The `use` lines of a file: found by looking which of the known names its text holds.

use std::collections::{BTreeMap, BTreeSet};

use super::super::api::Api;
use super::super::names;
use super::super::writer::Writer;

/// Where the names that generated code may use come from.
const CORE: &[(&str, &str)] = &[
    ("BTreeMap", "std::collections"),
    ("fmt", "std"),
    ("BaseClient", "cumulo_core::client"),
    ("Blob", "cumulo_core"),
    ("Body", "cumulo_core"),
    ("Call", "cumulo_core"),
    ("Config", "cumulo_core"),
    ("ConfigProvider", "cumulo_core"),
    ("DateTime", "cumulo_core"),
    ("Document", "cumulo_core"),
    ("EventStream", "cumulo_core"),
    ("Handlers", "cumulo_core"),
    ("Items", "cumulo_core"),
    ("OperationRequest", "cumulo_core"),
    ("Pages", "cumulo_core"),
    ("SecretBlob", "cumulo_core"),
    ("SecretString", "cumulo_core"),
    ("Waiter", "cumulo_core"),
    ("SchemeName", "cumulo_core::auth_scheme"),
    ("Operation", "cumulo_core::operation"),
    ("EndpointParam", "cumulo_core::operation"),
    ("ParamSource", "cumulo_core::operation"),
    ("ErrorType", "cumulo_core::operation"),
    ("HttpChecksum", "cumulo_core::operation"),
    ("Pagination", "cumulo_core::operation"),
    ("ShapeType", "cumulo_core::operation"),
    ("ListSchema", "cumulo_core::schema"),
    ("MapSchema", "cumulo_core::schema"),
    ("Member", "cumulo_core::schema"),
    ("Schema", "cumulo_core::schema"),
    ("Target", "cumulo_core::schema"),
    ("TimestampFormat", "cumulo_core::schema"),
    ("Traits", "cumulo_core::schema"),
    ("XmlNamespace", "cumulo_core::schema"),
    ("Mut", "cumulo_core::shape"),
    ("Ref", "cumulo_core::shape"),
    ("Shape", "cumulo_core::shape"),
    ("get", "cumulo_core::shape"),
    ("get_mut", "cumulo_core::shape"),
    ("Acceptor", "cumulo_core::waiter"),
    ("Expected", "cumulo_core::waiter"),
    ("Matcher", "cumulo_core::waiter"),
    ("WaiterModel", "cumulo_core::waiter"),
];

/// A file's head, its imports, and its body.
pub(super) fn with_imports(api: &Api, mut head: Writer, body: Writer, own_module: &str) -> Writer {
    let body = body.finish();
    let words: BTreeSet<&str> = words(&body).collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (name, module) in known(api) {
        let is_own = module == own_module;
        if words.contains(name.as_str()) && taken.insert(name.clone()) && !is_own {
            uses.entry(module).or_default().insert(name);
        }
    }
    for block in ["std", "cumulo_core", "crate"] {
        let mut uses = uses.iter().filter(|(module, _)| module.split("::").next() == Some(block)).peekable();
        if uses.peek().is_some() {
            head.blank();
        }
        for (module, names) in uses {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            head.line(format_args!("use {module}::{{{}}};", names.join(", ")));
        }
    }
    head.blank().line(body.trim_end());
    head
}

/// Every name with its module. The service's own come first, so that a structure may be called as one of core's.
fn known(api: &Api) -> Vec<(String, String)> {
    let mut known = Vec::new();
    let mut add = |name: String, module: &str| known.push((name, module.to_owned()));
    for structure in api.structures.values() {
        let module = super::structure::module(api, structure);
        add(names::type_name(&structure.name), &module);
        add(super::schema::structure_static(&structure.name), &module);
    }
    for name in api.lists.keys().chain(api.maps.keys()) {
        add(super::schema::collection_static(name), "crate::generated::types");
    }
    for name in api.enums.keys() {
        add(names::type_name(name), "crate::generated::enums");
    }
    for operation in &api.operations {
        let module = format!("crate::generated::operation::{}", operation.module);
        add(super::operation::table_name(operation), &module);
        add(super::operation::request_name(operation), &module);
    }
    add("Client".into(), "crate::generated::client");
    add("SERVICE".into(), "crate::generated::service");
    known.extend(CORE.iter().map(|(name, module)| ((*name).to_owned(), (*module).to_owned())));
    known
}

/// The identifiers of the text, without those of comments and string literals and those behind a path or a dot.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("///"));
    code.flat_map(|line| line.split('"').step_by(2)).flat_map(|code| {
        code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(move |word| {
            let before = &code[..word.as_ptr() as usize - code.as_ptr() as usize];
            !word.is_empty() && !before.ends_with('.') && !before.ends_with("::")
        })
    })
}
