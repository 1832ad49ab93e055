//! JSON, through the `json` protocol: what is read from an answer can be sent, and what is sent is read as the same.
#![no_main]

use std::sync::LazyLock;

use cumulo_fuzz::{Peer, everything, round_trip};
use libfuzzer_sys::fuzz_target;

static PEER: LazyLock<Peer> = LazyLock::new(|| Peer::new(&everything("json")));

fuzz_target!(|data: &[u8]| round_trip(&PEER, data));
