//! Parameters as JSON: they are shown as they were given, and what is sent of them in a protocol is read as the same.
#![no_main]

use std::sync::LazyLock;

use cumulo_core::dynamic::{input, to_json};
use cumulo_core::http::HttpResponse;
use cumulo_fuzz::{Peer, everything, normal};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const PROTOCOLS: [&str; 4] = ["json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"];

static PEERS: LazyLock<Vec<Peer>> =
    LazyLock::new(|| PROTOCOLS.iter().map(|protocol| Peer::new(&everything(protocol))).collect());
static FORMS: LazyLock<Vec<Peer>> =
    LazyLock::new(|| ["query", "ec2"].iter().map(|protocol| Peer::new(&everything(protocol))).collect());

fuzz_target!(|data: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    for peer in &*FORMS {
        let _ = peer.write(&value);
    }
    for peer in &*PEERS {
        let operation = peer.client().model().operation("Write").expect("it is there");
        let Ok(params) = input(operation, &value) else { continue };
        let shown = to_json(&*params);
        let again = to_json(&*input(operation, &shown).expect("what is shown can be given"));
        assert_eq!(shown, again);
        let Ok(sent) = peer.write(&shown) else { continue };
        let read = peer.read(HttpResponse::new(200, sent.body.clone()));
        let read = read.unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(&sent.body)));
        assert_eq!(normal(shown), normal(read), "{}", String::from_utf8_lossy(&sent.body));
    }
});
