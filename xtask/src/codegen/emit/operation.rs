//! `operation/<name>.rs`: one operation with its input and output.

use cumulo_core::endpoints::rules::RuleSet;

use super::super::api::{Api, Auth, Operation};
use super::super::names;
use super::super::writer::Writer;
use super::{endpoint_params, imports, paginators, reference, schema, structure, writer};

/// The name of an operation's table. It is a constant, since the crate of a service would compile the code for all structures
/// that its statics lead to.
pub(super) fn table_name(operation: &Operation) -> String {
    names::constant(&operation.name)
}

/// The name of an operation's request type.
pub(super) fn request_name(operation: &Operation) -> String {
    format!("{}Request", names::type_name(&operation.name))
}

pub(super) fn file(api: &Api, operation: &Operation, rules: &RuleSet) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! {}.", operation.name));
    let mut body = Writer::default();
    table(&mut body, api, operation, rules);
    request(&mut body, operation);
    let name = &operation.name;
    let input = format!("The input of [`{name}`]({}).", reference(api, name));
    structure::structure(&mut body, api, &api.structures[&operation.input], &input);
    let output = format!("The output of [`{name}`]({}).", reference(api, name));
    structure::structure(&mut body, api, &api.structures[&operation.output], &output);
    imports::with_imports(api, head, body, &format!("crate::generated::operation::{}", operation.module))
}

fn request(body: &mut Writer, operation: &Operation) {
    let output = names::type_name(&operation.output);
    body.blank();
    body.doc(format_args!(
        "A request of {} that can be looked at and changed before it is sent.",
        operation.name
    ));
    body.line(format_args!("pub type {} = OperationRequest<{output}>;", request_name(operation)));
}

fn table(body: &mut Writer, api: &Api, operation: &Operation, rules: &RuleSet) {
    let shape = |name: &str| {
        format!("ShapeType::of::<{}>(&{})", names::type_name(name), schema::structure_static(name))
    };
    body.line(format_args!("pub(crate) const {}: &Operation = &Operation::new(", table_name(operation)));
    body.line(format_args!("{:?}, {:?}, {:?},", operation.name, operation.http_method, operation.http_path));
    body.line(format_args!("{}, {},", shape(&operation.input), shape(&operation.output)));
    let mut traits = String::from(")");
    if !operation.has_input {
        traits += ".without_input()";
    }
    if let Some(root) = &operation.input_root {
        let namespace = root.namespace.as_ref().map(schema::namespace);
        let namespace = namespace.map_or_else(|| "None".into(), |namespace| format!("Some({namespace})"));
        traits += &format!(".input_root({:?}, {namespace})", root.name);
    }
    if let Some(wrapper) = &operation.result_wrapper {
        traits += &format!(".result_wrapper({wrapper:?})");
    }
    match &operation.auth {
        Auth::SigV4 => {}
        Auth::None => traits += ".anonymous()",
        Auth::AnyOf(schemes) => {
            let schemes: Vec<_> = schemes.iter().map(|scheme| format!("SchemeName::{scheme}")).collect();
            traits += &format!(".any_auth_of(&[{}])", schemes.join(", "));
        }
    }
    traits += &endpoint_params::traits(api, operation, rules);
    traits += &checksum(operation);
    if operation.unsigned_payload {
        traits += ".unsigned_payload()";
    }
    if operation.compression.iter().any(|encoding| encoding == "gzip") {
        traits += ".request_compression()";
    }
    let pagination = paginators::of(api).into_iter().find(|(paged, _)| paged.name == operation.name);
    if let Some((_, paginator)) = pagination {
        traits += &format!(".pagination(&{})", paginators::table(paginator));
    }
    if [&operation.input, &operation.output]
        .iter()
        .any(|shape| schema::events(&api.structures[*shape]).is_some())
    {
        traits += ".event_stream(cumulo_core::stages::event_stream::add_handlers)";
    }
    body.line(format_args!("{traits};"));
}

/// How its bodies are checked.
fn checksum(operation: &Operation) -> String {
    if operation.checksum.is_none() && !operation.checksum_required {
        return String::new();
    }
    let mut value = String::from("HttpChecksum::NONE");
    if operation.checksum_required {
        value += ".required()";
    }
    if let Some(checksum) = &operation.checksum {
        if let Some(member) = &checksum.request_algorithm_member {
            value += &format!(".algorithm_member({member:?})");
        }
        if let Some(member) = &checksum.request_validation_mode_member {
            value += &format!(".validated({member:?}, &{:?})", checksum.response_algorithms);
        }
    }
    format!(".checksum({value})")
}

/// `operation/mod.rs`.
pub(super) fn list(api: &Api) -> Writer {
    let mut writer = writer(api);
    writer.line("//! One module for each operation, and the table of them all.").blank();
    writer.line("use cumulo_core::operation::Operations;").blank();
    for operation in &api.operations {
        writer.line(format_args!("pub(crate) mod {};", operation.module));
    }
    writer.blank();
    for operation in &api.operations {
        let (input, output) = (names::type_name(&operation.input), names::type_name(&operation.output));
        let (module, request) = (&operation.module, request_name(operation));
        writer.line(format_args!("pub use {module}::{{{input}, {output}, {request}}};"));
    }
    writer.blank().doc("Every operation, found by name.");
    writer.line("pub const OPERATIONS: Operations = Operations::new(&[");
    for operation in &api.operations {
        writer.line(format_args!("{}::{},", operation.module, table_name(operation)));
    }
    writer.line("]);");
    writer
}
