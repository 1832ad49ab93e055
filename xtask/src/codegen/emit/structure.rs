//! A structure: its fields, setters, `Debug`, lens and table.

use super::super::api::{Api, Location, Member, Role, Structure, Target};
use super::super::names;
use super::super::writer::Writer;
use super::{reference, rust_type, schema};

/// The module in which a structure is generated.
pub(super) fn module(api: &Api, structure: &Structure) -> String {
    let is_its = |operation: &&super::super::api::Operation| {
        operation.input == structure.name || operation.output == structure.name
    };
    match structure.role {
        Role::Input | Role::Output => api.operations.iter().find(is_its).map_or_else(
            || "crate::generated::types".into(),
            |operation| format!("crate::generated::operation::{}", operation.module),
        ),
        Role::Nested | Role::Error => "crate::generated::types".into(),
    }
}

/// Everything about one structure. `summary` is the first line of its documentation.
pub(super) fn structure(writer: &mut Writer, api: &Api, structure: &Structure, summary: &str) {
    let name = names::type_name(&structure.name);
    writer.blank().doc(summary);
    if structure.union {
        writer.doc("\nAt most one field may be set.");
    } else if structure.event_stream {
        writer.doc("\nOne field is set, which says what kind of event it is.");
    }
    let derives = if structure.has_stream { "Default" } else { "Clone, Default, PartialEq" };
    writer.line(format_args!("#[derive({derives})]\n#[non_exhaustive]\npub struct {name} {{"));
    for (_, member) in fields(api, structure) {
        writer.doc(describe(api, member));
        let value = rust_type::value(api, member);
        writer.line(format_args!("pub {}: Option<{value}>,", member.field));
    }
    writer.line("}");
    setters(writer, api, structure, &name);
    lens(writer, api, structure, &name);
    writer.blank().line(format_args!("impl fmt::Debug for {name} {{"));
    writer.inline("fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {");
    writer.line("cumulo_core::shape::debug(self, f)").line("}").line("}");
    writer.blank();
    schema::structure(writer, api, structure);
}

/// The members that have a field, with their indices in the table: all but the exceptions among the events of a stream, which
/// end it as errors.
fn fields<'a>(api: &'a Api, structure: &'a Structure) -> impl Iterator<Item = (usize, &'a Member)> {
    let is_exception = |member: &Member| match &member.target {
        Target::Structure(shape) => api.structures[shape].error.is_some(),
        _ => false,
    };
    let members = structure.members.iter().enumerate();
    members.filter(move |(_, member)| !(structure.event_stream && is_exception(member)))
}

fn setters(writer: &mut Writer, api: &Api, structure: &Structure, name: &str) {
    writer.blank().line(format_args!("impl {name} {{"));
    writer
        .doc("One with no field set.")
        .line("#[must_use]")
        .inline("pub fn new() -> Self { Self::default() }");
    for (_, member) in fields(api, structure) {
        let (takes, becomes) = rust_type::setter(api, member);
        let field = &member.field;
        let link = field.trim_start_matches("r#");
        writer.blank().doc(format_args!("Sets [`{link}`](Self#structfield.{link})."));
        writer.line("#[must_use]");
        let head = format!("pub fn {field}(mut self, value: {takes}) -> Self {{");
        // What takes any type that converts is compiled with its caller anyway.
        if takes.starts_with("impl ") {
            writer.line(head)
        } else {
            writer.inline(head)
        };
        writer.line(format_args!("self.{field} = Some({becomes});\nself\n}}"));
    }
    writer.line("}");
}

fn lens(writer: &mut Writer, api: &Api, structure: &Structure, name: &str) {
    let table = schema::structure_static(&structure.name);
    let is_empty = fields(api, structure).next().is_none();
    let index = if is_empty { "_index" } else { "index" };
    writer.blank().line(format_args!("impl Shape for {name} {{"));
    writer.inline(format_args!("fn schema(&self) -> &'static Schema {{ &{table} }}"));
    writer.inline(format_args!("fn member(&self, {index}: usize) -> Option<Ref<'_>> {{"));
    match_members(writer, api, structure, "get(&self");
    writer.line("}").inline(format_args!("fn member_mut(&mut self, {index}: usize) -> Option<Mut<'_>> {{"));
    match_members(writer, api, structure, "get_mut(&mut self");
    writer.line("}\n}");
}

fn match_members(writer: &mut Writer, api: &Api, structure: &Structure, call: &str) {
    if fields(api, structure).next().is_none() {
        writer.line("None");
        return;
    }
    writer.line("match index {");
    for (index, member) in fields(api, structure) {
        writer.line(format_args!("{index} => {call}.{}),", member.field));
    }
    writer.line("_ => None,\n}");
}

/// The facts that the model states of a member, in one line.
fn describe(api: &Api, member: &Member) -> String {
    let mut text = format!("`{}`: {}", member.name, kind(api, member));
    let wire = member.location_name.as_deref().unwrap_or(&member.name);
    match member.location {
        Location::Header => text += &format!(", in the header `{wire}`"),
        Location::Headers => text += &format!(", in the headers that start with `{wire}`"),
        Location::Query => text += &format!(", in the query as `{wire}`"),
        Location::Uri => text += ", in the path",
        Location::StatusCode => text += ", from the status",
        Location::Body => {}
    }
    text += ".";
    if member.required {
        text += " Required.";
    }
    if let Some(range) = range(member) {
        text += &range;
    }
    if member.idempotency_token {
        text += " Filled with a random UUID if unset.";
    }
    if member.sensitive {
        text += " Sensitive: never shown by `Debug`.";
    }
    if let Some(deprecated) = &member.deprecated {
        text += &deprecated.since.as_ref().map_or_else(
            || " Deprecated by the service.".into(),
            |since| format!(" Deprecated by the service since {since}."),
        );
    }
    text
}

fn kind(api: &Api, member: &Member) -> &'static str {
    match &member.target {
        _ if member.streaming => "a body",
        Target::EventStream(_) => "a stream of events",
        Target::Blob => "bytes",
        Target::Boolean => "a boolean",
        Target::Document => "any JSON value",
        Target::Double | Target::Float => "a number",
        Target::Enum(_) => "one of a set of names",
        Target::Integer | Target::Long => "an integer",
        Target::List(shape) if matches!(api.lists[shape].element.target, Target::Structure(_)) => {
            "a list of structures"
        }
        Target::List(_) => "a list",
        Target::Map(_) => "a map",
        Target::String => "text",
        Target::Structure(_) => "a structure",
        Target::Timestamp => "a point in time",
    }
}

fn range(member: &Member) -> Option<String> {
    let what = match member.target {
        Target::Integer | Target::Long | Target::Float | Target::Double => "Value",
        _ => "Length",
    };
    match (&member.min, &member.max) {
        (Some(min), Some(max)) if min == max => Some(format!(" {what}: {min}.")),
        (Some(min), Some(max)) => Some(format!(" {what}: {min} to {max}.")),
        (Some(min), None) => Some(format!(" {what}: at least {min}.")),
        (None, Some(max)) => Some(format!(" {what}: at most {max}.")),
        (None, None) => None,
    }
}

/// The first line of the documentation of a structure that belongs to no single operation.
pub(super) fn summary(api: &Api, structure: &Structure) -> String {
    let link = format!("[API reference]({})", reference(api, &structure.name));
    match &structure.error {
        Some(error) => {
            let status = error.status.map_or_else(String::new, |status| format!(", status {status}"));
            format!("The fields of the error `{}`{status}. {link}", error.code)
        }
        None if structure.event_stream => format!("The events of the stream `{}`. {link}", structure.name),
        None => format!("The structure `{}`. {link}", structure.name),
    }
}
