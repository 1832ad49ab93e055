//! Configured endpoints: a request goes to the host that the endpoint names, and its URL can be sent; so with a presigned one.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use cumulo_core::Credentials;
use cumulo_core::dynamic::Model;
use cumulo_core::http::Url;
use cumulo_fuzz::{Peer, block_on, everything};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

static MODELS: LazyLock<[Model; 2]> = LazyLock::new(|| [everything("json"), everything("rest-xml")]);

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let endpoint = Url::parse(text);
    for model in &*MODELS {
        let peer = Peer::at(model, text, Credentials::from_keys("AKID", "SECRET"));
        let sent = peer.write(&json!({"Text": "a"}));
        let Ok(endpoint) = &endpoint else {
            assert!(sent.is_err(), "{text}");
            continue;
        };
        let sent = sent.expect("it is sent to any URL that can be read");
        assert_eq!(sent.url.authority, endpoint.authority);
        assert!(sent.headers.contains_key("authorization"));
        let request = peer.client().request("Write", &json!({"Text": "a"})).expect("the same parameters");
        let presigned = block_on(request.presign(Duration::from_secs(60))).expect("the same request");
        let again = Url::parse(&presigned.url).expect("what is presigned can be read");
        assert_eq!(again.authority, endpoint.authority);
    }
});
