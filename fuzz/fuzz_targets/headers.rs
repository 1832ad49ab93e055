//! Headers: what is read from those of an answer is sent in headers that are read as the same. One line for each header.
#![no_main]

use std::sync::LazyLock;

use cumulo_core::http::{HeaderName, HeaderValue, HttpResponse};
use cumulo_fuzz::{Peer, headers, normal};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 13] = [
    "x-text",
    "x-flag",
    "x-number",
    "x-double",
    "x-time",
    "x-bytes",
    "x-texts",
    "x-times",
    "x-numbers",
    "x-days",
    "x-json",
    "x-more-a",
    "x-more-b",
];

static PEER: LazyLock<Peer> = LazyLock::new(|| Peer::new(&headers()));

fuzz_target!(|data: &[u8]| {
    let mut response = HttpResponse::new(200, "");
    for (name, value) in NAMES.iter().zip(data.split(|byte| *byte == b'\n')) {
        // No HTTP client hands out the space around a value.
        if let Ok(value) = HeaderValue::from_bytes(value.trim_ascii())
            && !value.is_empty()
        {
            response.headers.insert(HeaderName::from_static(name), value);
        }
    }
    let Ok(mut first) = PEER.read(response) else { return };
    // Empty items have no form of their own in a list.
    let object = first.as_object_mut().expect("an output is an object");
    if let Some(texts) = object.get_mut("Texts").and_then(|texts| texts.as_array_mut()) {
        texts.retain(|text| text != "");
        if texts.is_empty() {
            object.remove("Texts");
        }
    }
    // A header that is no ASCII can be read and not sent.
    let Ok(sent) = PEER.write(&first) else { return };
    let mut response = HttpResponse::new(200, "");
    response.headers = sent.headers;
    let second = PEER.read(response).expect("what has been sent can be read");
    assert_eq!(normal(first), normal(second));
});
