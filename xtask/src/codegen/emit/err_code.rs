//! `err_code.rs`: a constant for each error code.

use super::super::api::Api;
use super::super::names;
use super::super::writer::Writer;
use super::{title, writer};

pub(super) fn file(api: &Api) -> Writer {
    let mut writer = writer(api);
    writer.line(format_args!(
        "//! The error codes of {}, as they stand on the wire and in `Error::code()`.",
        title(api)
    ));
    for code in &api.error_codes {
        let fields = code.shape.as_ref().map_or_else(String::new, |shape| {
            format!(" Its fields: [`{0}`](crate::types::{0}).", names::type_name(shape))
        });
        writer.blank().doc(format_args!("`{}`.{fields}", code.code));
        writer.line(format_args!("pub const {}: &str = {:?};", code.constant, code.code));
    }
    writer
}
