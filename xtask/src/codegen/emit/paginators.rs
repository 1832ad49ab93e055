//! `paginators.rs`: streams of pages and of items.

use super::super::api::{Api, Member, Operation, Structure, Target};
use super::super::model::Paginator;
use super::super::names;
use super::super::writer::Writer;
use super::{iface, imports, operation, rust_type, title, writer};

/// The operations that have pages.
pub(super) fn of(api: &Api) -> Vec<(&Operation, &Paginator)> {
    api.operations.iter().filter_map(|operation| Some((operation, operation.paginator.as_ref()?))).collect()
}

/// The table of one paginator, as an expression.
pub(super) fn table(paginator: &Paginator) -> String {
    format!(
        "Pagination {{ input_tokens: &{:?}, output_tokens: &{:?}, more_results: {:?}, limit_key: {:?}, result_keys: &{:?} }}",
        paginator.input_tokens,
        paginator.output_tokens,
        paginator.more_results,
        paginator.limit_key,
        paginator.result_keys
    )
}

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! The answers of {} that come in pages.", title(api)));
    let mut body = Writer::default();
    body.line("impl Client {");
    methods(api, &mut body, "pub fn", |_, constant| format!("Pages::new(&self.base, {constant}, input)"));
    body.line("}").blank();
    let (api_trait, pages_trait) = (iface::trait_name(api), trait_name(api));
    body.doc(format_args!(
        "The pages of {} through any [`{api_trait}`](crate::{api_trait}) that can be cloned and kept, such as an \
         `Arc<dyn {api_trait}>`: each is a call of the operation. For code under test; [`Client`] has the same methods \
         of its own.",
        title(api)
    ));
    body.line(format_args!("pub trait {pages_trait}: crate::{api_trait} + Clone + 'static {{"));
    methods(api, &mut body, "fn", |method, constant| {
        format!(
            "let api = self.clone();\n\
             Pages::calling({constant}, input, move |input| {{\n\
             let api = api.clone();\n\
             async move {{ api.{method}(input).await }}\n}})"
        )
    });
    body.line("}").blank();
    body.line(format_args!("impl<T: crate::{api_trait} + Clone + 'static> {pages_trait} for T {{}}"));
    imports::with_imports(api, head, body, "crate::generated::paginators")
}

/// The trait's name, such as `S3Pages`.
pub(super) fn trait_name(api: &Api) -> String {
    format!("{}Pages", names::type_name(&api.service.name))
}

/// The methods of a client or of the trait. `pages` makes the pages of the operation with this method and this table.
fn methods(api: &Api, body: &mut Writer, function: &str, pages_of: impl Fn(&str, &str) -> String) {
    for (index, (item, paginator)) in of(api).into_iter().enumerate() {
        if index > 0 {
            body.blank();
        }
        let (name, constant) = (&item.name, operation::table_name(item));
        let (input, output) = (names::type_name(&item.input), names::type_name(&item.output));
        let pages = format!("{}_pages", item.method);
        body.doc(format_args!("The pages of {name}, asked for one by one."));
        body.inline(format_args!("{function} {pages}(&self, input: {input}) -> Pages<{output}> {{"));
        body.line(format_args!("{}\n}}", pages_of(&item.method, &constant)));
        if let Some(items) = items(api, &api.structures[&item.output], paginator) {
            body.blank().doc(format_args!("`{}` of every page of {name}, one by one.", items.key));
            body.inline(format_args!(
                "{function} {}_items(&self, input: {input}) -> Items<{}> {{",
                item.method, items.of
            ));
            body.line(format_args!("self.{pages}(input).items(|page| {})\n}}", items.taken));
        }
    }
}

/// The items of a page: where they stand, their type, and how they are taken out.
struct Taken<'a> {
    key: &'a str,
    of: String,
    taken: String,
}

/// The first of the result keys that is a list or a map.
fn items<'a>(api: &Api, output: &Structure, paginator: &'a Paginator) -> Option<Taken<'a>> {
    paginator.result_keys.iter().find_map(|key| {
        let (member, path) = walk(api, output, key)?;
        let (of, taken) = match &member.target {
            Target::List(shape) => {
                (rust_type::value(api, &api.lists[shape].element), format!("{path}.take()"))
            }
            Target::Map(shape) => {
                let value = rust_type::value(api, &api.maps[shape].value);
                (format!("(String, {value})"), format!("{path}.take().map(|map| map.into_iter().collect())"))
            }
            _ => return None,
        };
        Some(Taken { key, of, taken })
    })
}

/// The member at a path such as `A.B`, and the expression that reaches it from `page`.
fn walk<'a>(api: &'a Api, output: &'a Structure, key: &str) -> Option<(&'a Member, String)> {
    let (mut structure, mut path) = (output, String::from("page"));
    let mut names = key.split('.').peekable();
    while let Some(name) = names.next() {
        let member = structure.members.iter().find(|member| member.name == name)?;
        path += &format!(".{}", member.field);
        if names.peek().is_none() {
            return Some((member, path));
        }
        let Target::Structure(shape) = &member.target else { return None };
        structure = &api.structures[shape];
        path += ".as_mut()?";
    }
    None
}
