//! Error answers of every protocol: always an error with a code, a status and a message of one line.
//!
//! The first byte chooses the protocol, the second the status; then headers up to an empty line, then the body.
#![no_main]

use std::sync::LazyLock;

use cumulo_core::http::{HeaderName, HeaderValue, HttpResponse};
use cumulo_fuzz::{Peer, everything};
use libfuzzer_sys::fuzz_target;

const PROTOCOLS: [&str; 6] = ["rest-xml", "query", "ec2", "json", "rest-json", "smithy-rpc-v2-cbor"];
const HEADERS: [&str; 6] = [
    "x-amzn-errortype",
    "x-amzn-query-error",
    "x-amzn-requestid",
    "x-amz-id-2",
    "content-type",
    "x-amzn-errormessage",
];

static PEERS: LazyLock<Vec<Peer>> =
    LazyLock::new(|| PROTOCOLS.iter().map(|protocol| Peer::new(&everything(protocol))).collect());

fuzz_target!(|data: &[u8]| {
    let [protocol, status, rest @ ..] = data else { return };
    let end = rest.windows(2).position(|pair| pair == b"\n\n").unwrap_or(rest.len());
    let (head, body) = rest.split_at(end);
    let status = [400, 404, 429, 500, 503, 301][usize::from(*status) % 6];
    let mut response = HttpResponse::new(status, body.get(2..).unwrap_or_default().to_vec());
    for (name, value) in HEADERS.iter().zip(head.split(|byte| *byte == b'\n')) {
        if let Ok(value) = HeaderValue::from_bytes(value)
            && !value.is_empty()
        {
            response.headers.insert(HeaderName::from_static(name), value);
        }
    }
    let error = PEERS[usize::from(*protocol) % PEERS.len()]
        .read(response)
        .expect_err("the status is that of an error");
    assert!(!error.code().is_empty());
    assert_eq!(error.status(), Some(status));
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
    assert_eq!(error.attempts(), 1);
});
