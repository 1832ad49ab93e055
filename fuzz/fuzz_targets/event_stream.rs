//! Frames of event streams: what has been read is written as it stood, whatever the chunks in which it arrives.
//!
//! The first byte says how long chunks are. If it is odd, the rest is read as it is. If it is even, the second byte is a length, so
//! many bytes are headers and the rest is the payload; the frame around them is whole, so that the fuzzer need not guess checksums.
#![no_main]

use cumulo_core::event_stream::Decoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [chunk, rest @ ..] = data else { return };
    let frames = match rest {
        [length, rest @ ..] if chunk % 2 == 0 => {
            let (headers, payload) = rest.split_at(usize::from(*length).min(rest.len()));
            [frame(headers, payload), frame(headers, b"")].concat()
        }
        _ => rest.to_vec(),
    };
    let whole = messages(&frames, frames.len().max(1));
    assert_eq!(whole, messages(&frames, usize::from(*chunk).max(1)));
    let mut written = Vec::new();
    for message in whole.iter().flatten() {
        written.extend(message.encode().expect("what has been read can be written"));
    }
    assert!(frames.starts_with(&written));
});

/// What the frames hold, up to the first that is broken.
fn messages(frames: &[u8], chunk: usize) -> Vec<Result<cumulo_core::event_stream::Message, String>> {
    let (mut decoder, mut found) = (Decoder::new(), Vec::new());
    for chunk in frames.chunks(chunk) {
        decoder.push(chunk);
        loop {
            match decoder.next_message() {
                Ok(None) => break,
                Ok(Some(message)) => found.push(Ok(message)),
                Err(error) => {
                    found.push(Err(error.to_string()));
                    return found;
                }
            }
        }
    }
    found
}

/// A frame with these headers and this payload, and right checksums.
fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).expect("it is short").to_be_bytes();
    let mut frame = [length(16 + headers.len() + payload.len()), length(headers.len())].concat();
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend([headers, payload].concat());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}
