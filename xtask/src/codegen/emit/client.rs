//! `client.rs`: the client, with two methods for each operation.

use super::super::api::Api;
use super::super::names;
use super::super::writer::Writer;
use super::{imports, operation, reference, title, writer};

const STRUCT: &str = r#"
#[derive(Debug, Clone)]
pub struct Client {
pub(crate) base: BaseClient,
}

impl Client {
/// A client with the configuration of `provider`: a session, or a bare [`Config`].
///
/// Never fails: what is wrong with the configuration is answered to each call.
pub fn new(provider: &dyn ConfigProvider) -> Self {
Self { base: BaseClient::provided(&SERVICE, provider, crate::customizations::client_handlers) }
}

/// A client with the configuration of `provider` and that of `overrides` on top.
pub fn with_config(provider: &dyn ConfigProvider, overrides: &Config) -> Self {
Self { base: BaseClient::new(&SERVICE, provider, overrides, crate::customizations::client_handlers) }
}

/// The part that all clients share: settings, and requests by the name of their operation.
pub fn base(&self) -> &BaseClient {
&self.base
}

/// The handlers that each new request of this client starts with.
pub fn handlers(&self) -> &Handlers {
self.base.handlers()
}

/// The handlers, to edit; requests and clones made before keep theirs.
pub fn handlers_mut(&mut self) -> &mut Handlers {
self.base.handlers_mut()
}
"#;

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! The client of {}.", title(api)));
    let mut body = Writer::default();
    body.doc(format_args!(
        "A client of {}. Cheap to clone; clones share connections, signing keys and retry quota.",
        title(api)
    ));
    body.line(STRUCT.trim());
    for item in &api.operations {
        let (name, method, constant) = (&item.name, &item.method, operation::table_name(item));
        let request_method = request_method(method);
        let (input, output) = (names::type_name(&item.input), names::type_name(&item.output));
        body.blank().doc(format_args!("Calls [`{name}`]({}).", reference(api, name)));
        if let Some(deprecated) = &item.deprecated {
            let since = deprecated.since.as_ref().map_or_else(String::new, |since| format!(" since {since}"));
            body.doc(format_args!("\nDeprecated by the service{since}."));
        }
        body.doc(format_args!(
            "\n# Errors\nAny failure of the call; see [`err_code`](crate::err_code).\n\n# Cancel safety\n\
             Dropping the call gives it up."
        ));
        body.inline(format_args!("pub fn {method}(&self, input: {input}) -> Call<{output}> {{"));
        body.line(format_args!("self.{request_method}(input).send()\n}}"));
        body.blank();
        body.doc(format_args!("A request of {name}, to change its handlers, presign it, or send it."));
        body.inline(format_args!(
            "pub fn {request_method}(&self, input: {input}) -> {} {{",
            operation::request_name(item)
        ));
        body.line(format_args!("self.base.request({constant}, input)\n}}"));
    }
    body.line("}");
    imports::with_imports(api, head, body, "crate::generated::client")
}

/// The name of the method that makes a request.
pub(super) fn request_method(method: &str) -> String {
    format!("{}_request", method.trim_start_matches("r#"))
}
