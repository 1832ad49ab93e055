//! The line that is printed.

use std::io::{self, Write};

use cumulo::Error;
use cumulo::core::dynamic::to_json;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::transport::Sent;

/// What became of a line.
pub(crate) struct Answer<'a> {
    /// The id of the line, if it could be read.
    pub(crate) id: Option<&'a RawValue>,
    /// The request, if there came to be one.
    pub(crate) request: Option<Sent>,
    /// What was read from the answer.
    pub(crate) outcome: Result<Value, Error>,
}

#[derive(Serialize)]
struct Printed<'a> {
    id: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Sent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<PrintedError<'a>>,
}

#[derive(Serialize)]
struct PrintedError<'a> {
    code: &'a str,
    message: &'a str,
    status: Option<u16>,
    request_id: Option<&'a str>,
    fields: Value,
}

impl<'a> Answer<'a> {
    /// The answer to a line that asks for nothing that can be done.
    pub(crate) fn refused(id: Option<&'a RawValue>, error: Error) -> Self {
        Self { id, request: None, outcome: Err(error) }
    }

    /// Writes the line, with its end.
    pub(crate) fn write(&self, output: &mut impl Write) -> io::Result<()> {
        let printed = Printed {
            id: self.id,
            request: self.request.as_ref(),
            result: self.outcome.as_ref().ok(),
            error: self.outcome.as_ref().err().map(PrintedError::of),
        };
        serde_json::to_writer(&mut *output, &printed)?;
        output.write_all(b"\n")
    }
}

impl<'a> PrintedError<'a> {
    fn of(error: &'a Error) -> Self {
        let mut fields = error.fields().map_or_else(|| Value::Object(Map::new()), to_json);
        fields.sort_all_objects();
        Self {
            code: error.code(),
            message: error.message(),
            status: error.status(),
            request_id: error.request_id(),
            fields,
        }
    }
}
