//! `iface.rs`: the trait of the operations.

use super::super::api::Api;
use super::super::names;
use super::super::writer::Writer;
use super::{client, imports, title, writer};

/// The trait's name, such as `S3Api`.
pub(super) fn trait_name(api: &Api) -> String {
    format!("{}Api", names::type_name(&api.service.name))
}

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! The operations of {} as a trait.", title(api)));
    let mut body = Writer::default();
    body.line("cumulo_core::service_api! {");
    body.doc(format_args!(
        "The operations of {}, so that code under test can take any implementation.\n\n\
         [`Client`](crate::Client) implements it. Every method has a body that answers `NotImplemented`, so that a fake \
         writes only the methods it needs, with `#[async_trait]` or by hand; a wrapper hands on those that it does not \
         change one by one. `&T`, `Box<T>` and `Arc<T>` implement it where `T` does, `dyn` included.",
        title(api)
    ));
    body.line(format_args!("trait {} for crate::Client {{", trait_name(api)));
    for item in &api.operations {
        let (method, name) = (&item.method, &item.name);
        let (input, output) = (names::type_name(&item.input), names::type_name(&item.output));
        body.doc(format_args!("Calls {name}."));
        let request = client::request_method(method);
        body.line(format_args!("{method} / {request} ({input}) -> {output} = {name:?};"));
    }
    body.line("}\n}");
    imports::with_imports(api, head, body, "crate::generated::iface")
}
