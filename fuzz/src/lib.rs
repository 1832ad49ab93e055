//! What the fuzz targets share: clients of a model with every kind of value, whose requests are kept and whose answers come
//! from the fuzzer.

mod model;
mod peer;

pub use model::{everything, headers};
pub use peer::{Peer, Sent, block_on, normal};

use cumulo_core::http::HttpResponse;

/// Reads `data` as an answer; what has been read is sent, and what has been sent is read again as the same.
pub fn round_trip(peer: &Peer, data: &[u8]) {
    let Ok(first) = peer.read(HttpResponse::new(200, data.to_vec())) else { return };
    let sent = match peer.write(&first) {
        Ok(sent) => sent,
        // What stands in no document of the protocol can be said in base64 or by a character reference of an answer.
        Err(error) => {
            return assert_eq!(error.code(), "SerializationError", "{first} cannot be sent: {error}");
        }
    };
    let second = match peer.read(HttpResponse::new(200, sent.body.clone())) {
        Ok(second) => second,
        Err(error) => panic!("{} cannot be read: {error}", String::from_utf8_lossy(&sent.body)),
    };
    assert_eq!(normal(first), normal(second), "{}", String::from_utf8_lossy(&sent.body));
}
