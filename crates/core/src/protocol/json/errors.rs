//! Error answers in JSON.

use serde_json::Value;

use super::text::readable;
use crate::error::Error;
use crate::http::HttpResponse;
use crate::protocol::errors::{self, Fault};
use crate::protocol::steps::is_blank;

/// Reads the code from the header `x-amzn-errortype`, or from `__type`, `code` or `Code` in the body, and the message from
/// `x-amzn-errormessage` or the body.
pub(in crate::protocol) fn parse(
    response: &HttpResponse,
    body: &[u8],
    is_query_compatible: bool,
) -> Result<Fault, Error> {
    let mut fault = Fault {
        code: response.header("x-amzn-errortype").and_then(errors::bare_code),
        code_override: errors::query_code(response, is_query_compatible),
        message: response.header("x-amzn-errormessage").map(str::to_owned),
        ..Fault::default()
    };
    if is_blank(body) {
        return Ok(fault);
    }
    match serde_json::from_slice::<Value>(&readable(body)) {
        Ok(document) => {
            let text = |name: &str| document.get(name).and_then(Value::as_str);
            let code =
                || ["__type", "code", "Code"].into_iter().find_map(|name| errors::bare_code(text(name)?));
            fault.code = fault.code.or_else(code);
            fault.message = fault.message.or_else(|| message(&document));
        }
        // The header alone says which error it is.
        Err(_) if fault.code.is_some() => {}
        Err(error) => return Err(Error::unreadable(format!("the JSON cannot be read: {error}"))),
    }
    Ok(fault)
}

fn message(document: &Value) -> Option<String> {
    let fields = document.as_object()?;
    let named = |name: &str| {
        let in_any_case =
            || fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        fields.get(name).or_else(in_any_case).and_then(Value::as_str)
    };
    named("message").or_else(|| named("errorMessage")).map(str::to_owned)
}
