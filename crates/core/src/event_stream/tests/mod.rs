//! Event streams from the bytes of the wire up: frames, answers that are read as events, events that are sent.

mod answers;
mod conversation;
mod frames;
mod requests;

use serde_json::{Value, json};

use super::{Decoder, FrameError, Message};
use crate::dynamic::{Client, Model};
use crate::testing::{CountingClock, Server, config};

/// A service with one operation, `Talk`, whose input and output both have a member `Name` and a stream `Events`.
fn model(protocol: &str) -> Model {
    let is_rest = protocol.starts_with("rest");
    let mut side = json!({
        "type": "structure", "members": {"Events": {"shape": "Stream"}, "Name": {"shape": "Text"}}
    });
    if is_rest {
        side["payload"] = json!("Events");
        side["members"]["Name"] = json!({"shape": "Text", "location": "header", "locationName": "x-name"});
    }
    let model = json!({
        "metadata": {
            "apiVersion": "2020-01-01", "endpointPrefix": "talk", "protocol": protocol, "serviceId": "Talk",
            "jsonVersion": "1.1", "targetPrefix": "Talk", "signatureVersion": "v4"
        },
        "operations": {"Talk": {
            "name": "Talk", "http": {"method": "POST", "requestUri": "/talk"},
            "input": {"shape": "Side"}, "output": {"shape": "Side"}
        }},
        "shapes": {
            "Side": side,
            "Stream": {"type": "structure", "eventstream": true, "members": {
                "Bytes": {"shape": "BytesEvent"}, "Text": {"shape": "TextEvent"}, "Details": {"shape": "DetailsEvent"},
                "Headers": {"shape": "HeadersEvent"}, "Whole": {"shape": "WholeEvent"}, "Nothing": {"shape": "NoEvent"},
                "tooMuch": {"shape": "TooMuchException"}
            }},
            "BytesEvent": {"type": "structure", "event": true, "members": {
                "Payload": {"shape": "Blob", "eventpayload": true}
            }},
            "TextEvent": {"type": "structure", "event": true, "members": {
                "Payload": {"shape": "Text", "eventpayload": true}
            }},
            "DetailsEvent": {"type": "structure", "event": true, "members": {
                "Details": {"shape": "Details", "eventpayload": true}
            }},
            "HeadersEvent": {"type": "structure", "event": true, "members": {
                "Details": {"shape": "Details", "eventpayload": true},
                "Boolean": {"shape": "Boolean", "eventheader": true},
                "Integer": {"shape": "Integer", "eventheader": true},
                "Long": {"shape": "Long", "eventheader": true},
                "Blob": {"shape": "Blob", "eventheader": true},
                "String": {"shape": "Text", "eventheader": true},
                "Timestamp": {"shape": "Timestamp", "eventheader": true}
            }},
            "WholeEvent": {"type": "structure", "event": true, "members": {
                "Header": {"shape": "Text", "eventheader": true},
                "StringField": {"shape": "Text"}, "IntegerField": {"shape": "Integer"}, "Secret": {"shape": "Secret"}
            }},
            "NoEvent": {"type": "structure", "event": true, "members": {}},
            "TooMuchException": {"type": "structure", "exception": true, "error": {"httpStatusCode": 429}, "members": {
                "message": {"shape": "Text"}, "limit": {"shape": "Integer"}
            }},
            "Details": {"type": "structure", "members": {
                "StringField": {"shape": "Text"}, "IntegerField": {"shape": "Integer"}
            }},
            "Text": {"type": "string"}, "Integer": {"type": "integer"}, "Long": {"type": "long"},
            "Boolean": {"type": "boolean"}, "Timestamp": {"type": "timestamp"}, "Blob": {"type": "blob"},
            "Secret": {"type": "string", "sensitive": true}
        }
    });
    Model::from_json(model.to_string()).unwrap()
}

fn client(protocol: &str, server: &Server) -> Client {
    Client::new(&model(protocol), &config(server, &CountingClock::new()))
}

/// One event of each kind, all of whose members are set.
fn every_event() -> Value {
    let details = json!({"StringField": "some <text>", "IntegerField": 123});
    json!([
        {"Bytes": {"Payload": {"$bytes": "some bytes"}}},
        {"Text": {"Payload": "some text"}},
        {"Details": {"Details": details}},
        {"Headers": {
            "Details": details, "Boolean": true, "Integer": -7, "Long": 1_u64 << 40, "Blob": {"$bytes": "blob"}, "String": "text",
            "Timestamp": {"$time": "2015-01-25T08:00:00.5Z"}
        }},
        {"Whole": {"Header": "h", "StringField": "s", "IntegerField": 1, "Secret": "hunter2"}},
        {"Nothing": {}}
    ])
}

fn event(kind: &str, payload: &'static str) -> Message {
    Message::new(payload).header(":message-type", "event").header(":event-type", kind)
}

fn encode(messages: impl IntoIterator<Item = Message>) -> Vec<u8> {
    messages.into_iter().flat_map(|message| message.encode().unwrap()).collect()
}

/// Every message in `bytes`, which are pushed in chunks of `size`.
fn decode(bytes: &[u8], size: usize) -> Result<Vec<Message>, FrameError> {
    let mut decoder = Decoder::new();
    let mut messages = Vec::new();
    for chunk in bytes.chunks(size) {
        decoder.push(chunk);
        while let Some(message) = decoder.next_message()? {
            messages.push(message);
        }
    }
    decoder.finish()?;
    Ok(messages)
}
