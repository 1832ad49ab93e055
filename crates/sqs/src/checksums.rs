//! The MD5 of messages: what SQS has received is what was sent, and what arrives is what SQS holds.
//!
//! | operation | compared |
//! | --- | --- |
//! | `SendMessage` | `MD5OfMessageBody`, `MD5OfMessageAttributes`, `MD5OfMessageSystemAttributes` with the parameters |
//! | `SendMessageBatch` | the same of each entry that was accepted, with the entry of its id |
//! | `ReceiveMessage` | `MD5OfBody` and `MD5OfMessageAttributes` with the message itself |
//!
//! A digest that the answer leaves out is not missed: servers that only look like SQS do not compute all of them.

use cumulo_core::checksum::md5_hex;
use cumulo_core::shape::{List, Map, Ref, Shape};
use cumulo_core::{Error, Request};

use crate::err_code;

/// The body, its attributes and those of the system: the member with the content and that with its digest.
const SENT: [(&str, &str); 3] = [
    ("MessageBody", "MD5OfMessageBody"),
    ("MessageAttributes", "MD5OfMessageAttributes"),
    ("MessageSystemAttributes", "MD5OfMessageSystemAttributes"),
];

const RECEIVED: [(&str, &str); 2] = [("Body", "MD5OfBody"), ("MessageAttributes", "MD5OfMessageAttributes")];

/// Fails the request with `InvalidChecksum`, which is retried, and names the messages. Same meaning as Go's
/// `verifySendMessage`, `verifySendMessageBatch` and `verifyReceiveMessage`, which do not look at attributes.
///
/// A message that is sent again stands in the queue twice. So does one whose answer was lost; in a FIFO queue SQS drops
/// the second.
pub(crate) fn verify(request: &mut Request) {
    let (Some(output), None) = (&request.data, &request.error) else { return };
    let (params, output) = (&*request.params, &**output);
    let faults = match request.operation().name {
        "SendMessage" => of_message(params, output, &SENT),
        "SendMessageBatch" => of_batch(params, output),
        "ReceiveMessage" => each(output, "Messages", |message| of_message(message, message, &RECEIVED)),
        _ => return,
    };
    if !faults.is_empty() {
        let message = format!("the MD5 checksum is not that of the message: {}", faults.join("; "));
        request.fail(Error::new(err_code::INVALID_CHECKSUM, message).with_retryable(true));
    }
}

/// The faults of a batch: of each entry that SQS has accepted.
fn of_batch(params: &dyn Shape, output: &dyn Shape) -> Vec<String> {
    let Some(Ref::List(entries)) = params.named("Entries") else { return Vec::new() };
    each(output, "Successful", |result| {
        let id = result.text("Id");
        match structures(entries).find(|entry| entry.text("Id") == id) {
            Some(entry) => of_message(entry, result, &SENT),
            None => Vec::new(),
        }
    })
}

/// The faults of every structure in a list of the answer.
fn each(output: &dyn Shape, list: &str, faults: impl Fn(&dyn Shape) -> Vec<String>) -> Vec<String> {
    match output.named(list) {
        Some(Ref::List(list)) => structures(list).flat_map(faults).collect(),
        _ => Vec::new(),
    }
}

fn structures(list: &dyn List) -> impl Iterator<Item = &dyn Shape> {
    (0..list.len()).filter_map(|index| match list.item(index)? {
        Ref::Structure(shape) => Some(shape),
        _ => None,
    })
}

/// The faults of one message: its content is in `content`, the digests are in `digests`.
fn of_message(content: &dyn Shape, digests: &dyn Shape, members: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (member, digest) in members {
        let Some(expected) = digests.text(digest) else { continue };
        let computed = match content.named(member) {
            Some(Ref::String(body)) => md5_hex(body.as_bytes()),
            Some(Ref::Map(attributes)) if !attributes.is_empty() => of_attributes(attributes),
            _ => continue,
        };
        if !expected.eq_ignore_ascii_case(&computed) {
            let id = digests.text("MessageId").unwrap_or("without an id");
            faults.push(format!("message {id}, {member}: expected {expected}, found {computed}"));
        }
    }
    faults
}

/// The digest of attributes in the order of their names: name, data type, a byte for the kind of the value, value. Texts
/// and bytes stand behind their lengths.
///
/// Source: "Calculating the MD5 message digest for message attributes" in
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>.
fn of_attributes(attributes: &dyn Map) -> String {
    let mut sorted = Vec::with_capacity(attributes.len());
    let visited = attributes.visit(&mut |name, value| {
        if let Ref::Structure(attribute) = value {
            let mut encoded = Vec::new();
            push(&mut encoded, name.as_bytes());
            push(&mut encoded, attribute.text("DataType").unwrap_or_default().as_bytes());
            push_value(&mut encoded, attribute);
            sorted.push((name.to_owned(), encoded));
        }
        Ok(())
    });
    debug_assert!(visited.is_ok(), "the visitor never fails");
    sorted.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let encoded: Vec<u8> = sorted.into_iter().flat_map(|(_, encoded)| encoded).collect();
    md5_hex(&encoded)
}

/// The value's kind and the value, whichever is set.
fn push_value(encoded: &mut Vec<u8>, attribute: &dyn Shape) {
    for (kind, member) in
        [(1, "StringValue"), (2, "BinaryValue"), (3, "StringListValues"), (4, "BinaryListValues")]
    {
        match attribute.named(member) {
            Some(Ref::List(list)) if !list.is_empty() => {
                encoded.push(kind);
                (0..list.len()).filter_map(|index| list.item(index)).for_each(|item| push_ref(encoded, item));
                return;
            }
            None | Some(Ref::List(_)) => {}
            Some(value) => {
                encoded.push(kind);
                return push_ref(encoded, value);
            }
        }
    }
}

fn push_ref(encoded: &mut Vec<u8>, value: Ref<'_>) {
    match value {
        Ref::String(text) => push(encoded, text.as_bytes()),
        Ref::Blob(bytes) => push(encoded, bytes),
        _ => {}
    }
}

/// Bytes behind their length in four bytes; SQS takes no message that is longer than those can say.
fn push(encoded: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    encoded.extend_from_slice(&length.to_be_bytes());
    encoded.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests;
