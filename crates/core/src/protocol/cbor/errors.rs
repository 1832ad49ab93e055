//! Error answers in CBOR.

use minicbor::data::Type;

use super::reader::Reader;
use crate::error::Error;
use crate::http::HttpResponse;
use crate::protocol::errors::{self, Fault};

/// Reads the code from `__type`, and the message.
pub(in crate::protocol) fn parse(
    response: &HttpResponse,
    body: &[u8],
    is_query_compatible: bool,
) -> Result<Fault, Error> {
    let mut fault =
        Fault { code_override: errors::query_code(response, is_query_compatible), ..Fault::default() };
    if body.is_empty() {
        return Ok(fault);
    }
    let mut reader = Reader::new(body);
    let mut left = reader.map()?;
    while reader.has_more(&mut left)? {
        let name = reader.text()?;
        let is_text = matches!(reader.next_type()?, Type::String | Type::StringIndef);
        if is_text && name == "__type" {
            fault.code = errors::bare_code(&reader.text()?);
        } else if is_text && name.eq_ignore_ascii_case("message") {
            fault.message = Some(reader.text()?.into_owned());
        } else {
            reader.skip()?;
        }
    }
    reader.finish()?;
    Ok(fault)
}
