//! Error answers in XML.

use crate::error::Error;
use crate::operation::Service;
use crate::protocol::errors::{self, ErrorAnswers, Fault};
use crate::protocol::steps::is_blank;
use crate::protocol::xml::{Reader, Start, line_ends, read_structure};
use crate::shape::Shape;

/// The errors of the protocols whose answers have no members in their heads.
pub(super) static ANSWERS: ErrorAnswers = ErrorAnswers {
    parse: |service, _, body| parse(service, body),
    fill: |_, body, fields| fill(body, fields),
};

/// Reads `<ErrorResponse><Error>…`, the `<Response><Errors><Error>…` of ec2, a bare `<Error>`, and what is named after the
/// error itself: the `<ServiceUnavailableException/>` and `<UnknownOperationException/>` of front ends, and errors that the
/// model describes, such as Route 53's `<InvalidChangeBatch><Messages>…`.
pub(super) fn parse(service: &Service, body: &[u8]) -> Result<Fault, Error> {
    let mut fault = Fault::default();
    if is_blank(body) {
        return Ok(fault);
    }
    let body = line_ends(body);
    let mut reader = Reader::new(&body)?;
    let root = reader.root()?;
    match root.name {
        "Error" => read_error(&mut reader, &mut fault)?,
        "ErrorResponse" | "Response" => read_errors(&mut reader, &mut fault)?,
        name if name.ends_with("Exception") || errors::error_type(service, name).is_some() => {
            read_error(&mut reader, &mut fault)?;
            fault.code = Some(name.to_owned());
            if name == "ServiceUnavailableException" {
                fault.message.get_or_insert_with(|| "the service is unavailable".to_owned());
            }
        }
        _ => return Err(Error::unreadable("expected an XML document of errors")),
    }
    reader.finish()?;
    Ok(fault)
}

/// Reads the members of a modelled error, which stand beside its code.
pub(super) fn fill(body: &[u8], fields: &mut dyn Shape) -> Result<(), Error> {
    if is_blank(body) {
        return Ok(());
    }
    let body = line_ends(body);
    let mut reader = Reader::new(&body)?;
    let root = reader.root()?;
    let mut next: Option<Start<'_>> = Some(root);
    if !matches!(root.name, "Error" | "ErrorResponse" | "Response") {
        return read_structure(&mut reader, &root, fields);
    }
    while let Some(start) = next {
        match start.name {
            "Error" => return read_structure(&mut reader, &start, fields),
            "ErrorResponse" | "Response" | "Errors" => {}
            _ => reader.skip()?,
        }
        next = reader.child()?;
    }
    Ok(())
}

/// Reads the elements around an error, of which the first counts.
fn read_errors(reader: &mut Reader<'_>, fault: &mut Fault) -> Result<(), Error> {
    let mut depth = 1;
    while depth > 0 {
        let Some(child) = reader.child()? else {
            depth -= 1;
            continue;
        };
        match child.name {
            "Errors" => depth += 1,
            "Error" if fault.code.is_none() => read_error(reader, fault)?,
            "RequestId" | "RequestID" => fault.request_id = some_text(reader)?,
            _ => reader.skip()?,
        }
    }
    Ok(())
}

fn read_error(reader: &mut Reader<'_>, fault: &mut Fault) -> Result<(), Error> {
    while let Some(child) = reader.child()? {
        match child.name {
            "Code" => fault.code = some_text(reader)?,
            "Message" | "message" => fault.message = some_text(reader)?,
            "RequestId" | "RequestID" => fault.request_id = some_text(reader)?,
            "HostId" => fault.host_id = some_text(reader)?,
            _ => reader.skip()?,
        }
    }
    Ok(())
}

fn some_text(reader: &mut Reader<'_>) -> Result<Option<String>, Error> {
    let text = reader.text()?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}
