//! Models: one that is loaded can be called; its operations take what they show, and send to the host of the endpoint.
//!
//! A model is kept for good, so the fuzzer is started anew before its memory ends.
#![no_main]

use cumulo_core::Credentials;
use cumulo_core::dynamic::{Model, input, to_json};
use cumulo_core::http::HttpResponse;
use cumulo_fuzz::{Peer, block_on};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::json;

fuzz_target!(|data: &[u8]| -> Corpus {
    let model = match Model::from_json(data) {
        Ok(model) => model,
        Err(error) => {
            assert_eq!(error.code(), "InvalidModel");
            return Corpus::Keep;
        }
    };
    let peer = Peer::at(&model, "https://service.example.com", Credentials::anonymous());
    for operation in model.operations().iter().take(4) {
        assert!(std::ptr::eq(model.operation(operation.name).expect("it is listed"), operation));
        let empty = input(operation, &json!({})).expect("no member is needed to fill a structure");
        assert_eq!(to_json(&*empty), json!({}));
        let _ = peer.send(operation.name, HttpResponse::new(200, "{\"a\": [{}]}"));
        let _ = peer.send(operation.name, HttpResponse::new(400, "<a><Code>b</Code></a>"));
        let _ = format!("{:?}", operation.input.schema);
    }
    let _ = block_on(peer.client().call("Nothing", &json!({})));
    Corpus::Keep
});
