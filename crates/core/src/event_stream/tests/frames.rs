//! Frames: published ones in any chunking, and those that are wrong.

use super::super::{FrameError, FrameFault, HeaderValue, MAX_HEADERS, MAX_PAYLOAD};
use super::*;

/// Published frames with the messages in them.
fn published() -> Vec<(&'static [u8], Message)> {
    let json = "{'foo':'bar'}";
    vec![
        (b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff", Message::default()),
        (b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96", Message::new(json)),
        (
            b"\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1",
            Message::new(json).header("content-type", "application/json"),
        ),
        (
            b"\x00\x00\x00\x17\x00\x00\x00\x07)\x86\x01X\x04byte\x02\xff\xc2\xf8i\xdc",
            Message::default().header("byte", -1_i8),
        ),
        (
            b"\x00\x00\x00\x19\x00\x00\x00\tq\x0e\x92>\x05short\x03\xff\xff\xb2|\xb6\xcc",
            Message::default().header("short", -1_i16),
        ),
        (
            b"\x00\x00\x00\x1d\x00\x00\x00\r\x83\xe3\xf0\xe7\x07integer\x04\xff\xff\xff\xff\x8b\x8e\x12\xeb",
            Message::default().header("integer", -1_i32),
        ),
        (
            b"\x00\x00\x00\x1e\x00\x00\x00\x0e]J\xdb\x8d\x04long\x05\xff\xff\xff\xff\xff\xff\xff\xffK\xc22\xda",
            Message::default().header("long", -1_i64),
        ),
        (
            b"\x00\x00\x00\x62\x00\x00\x00\x52\x03\xb5\xcb\x9c\x010\x00\x011\x01\x012\x02\x02\x013\x03\x00\x03\
              \x014\x04\x00\x00\x00\x04\x015\x05\x00\x00\x00\x00\x00\x00\x00\x05\x016\x06\x00\x05bytes\
              \x017\x07\x00\x04utf8\x018\x08\x00\x00\x00\x00\x00\x00\x00\x08\x019\x090123456789abcdef\x63\x35\x36\x71",
            Message::default()
                .header("0", true)
                .header("1", false)
                .header("2", 2_i8)
                .header("3", 3_i16)
                .header("4", 4)
                .header("5", 5_i64)
                .header("6", b"bytes".to_vec())
                .header("7", "utf8")
                .header("8", HeaderValue::Timestamp(8))
                .header("9", *b"0123456789abcdef"),
        ),
    ]
}

/// The prelude of a frame, with its checksum.
fn prelude(total: u32, headers: u32) -> Vec<u8> {
    let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

/// A frame with these bytes for headers and right checksums.
fn with_headers(headers: &[u8]) -> Vec<u8> {
    let mut frame = prelude(16 + headers.len() as u32, headers.len() as u32);
    frame.extend_from_slice(headers);
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame
}

fn fault(bytes: &[u8]) -> FrameError {
    decode(bytes, bytes.len()).unwrap_err()
}

#[test]
fn published_frames_are_read_and_written_byte_for_byte() {
    for (frame, message) in published() {
        assert_eq!(decode(frame, frame.len()).unwrap(), std::slice::from_ref(&message));
        assert_eq!(message.encode().unwrap(), frame);
    }
}

#[test]
fn the_chunks_in_which_frames_arrive_do_not_matter() {
    let (frames, messages): (Vec<_>, Vec<_>) = published().into_iter().unzip();
    let stream = frames.concat();
    for size in [1, 2, 3, 7, 11, 12, 13, 64, stream.len()] {
        assert_eq!(decode(&stream, size).unwrap(), messages, "chunks of {size}");
    }
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    let frame = Message::new("payload").header("name", "value").encode().unwrap();
    for at in 0..frame.len() * 8 {
        let mut damaged = frame.clone();
        damaged[at / 8] ^= 1 << (at % 8);
        assert!(decode(&damaged, damaged.len()).is_err(), "bit {at}");
    }
}

#[test]
fn wrong_checksums_are_errors_that_say_where_and_what_was_expected() {
    let good = Message::new("payload").encode().unwrap();
    let mut frames = good.clone();
    frames.extend_from_slice(&good);
    frames[good.len() + 14] ^= 1;
    let error = fault(&frames);
    assert_eq!(error.offset, 2 * good.len() as u64 - 4);
    assert!(matches!(error.fault, FrameFault::MessageChecksum { .. }));
    frames[good.len()] ^= 1;
    let error = fault(&frames);
    assert_eq!(error.offset, good.len() as u64 + 8);
    let FrameFault::PreludeChecksum { found, computed } = error.fault else { panic!("{error}") };
    let line = format!(
        "at byte 31 of the event stream: expected {computed:08x} as the checksum of the prelude, not {found:08x}"
    );
    assert_eq!(error.to_string(), line);
}

#[test]
fn an_error_is_answered_again_as_the_next_frame_cannot_be_found() {
    let mut decoder = Decoder::new();
    decoder.push(&prelude(15, 0));
    let error = decoder.next_message().unwrap_err();
    decoder.push(&Message::default().encode().unwrap());
    assert_eq!(decoder.next_message().unwrap_err(), error);
}

#[test]
fn lengths_beyond_the_limits_are_refused_before_anything_is_kept_for_them() {
    let limit = MAX_HEADERS as u64;
    for (total, headers, expected) in [
        (0, 0, FrameFault::FrameTooShort { length: 0 }),
        (15, 0, FrameFault::FrameTooShort { length: 15 }),
        (20, 5, FrameFault::HeadersTooLong { length: 5, limit: 4 }),
        (1 << 20, 131_073, FrameFault::HeadersTooLong { length: 131_073, limit }),
        (u32::MAX, u32::MAX, FrameFault::HeadersTooLong { length: u32::MAX.into(), limit }),
        (1 << 30, 0, FrameFault::PayloadTooLong { length: (1 << 30) - 16, limit: MAX_PAYLOAD as u64 }),
    ] {
        let mut decoder = Decoder::new();
        decoder.push(&prelude(total, headers));
        assert_eq!(decoder.next_message().unwrap_err().fault, expected);
        // A sender that does not stop fills nothing.
        decoder.push(&[0; 4096]);
        assert_eq!(decoder.buffer_len(), 0);
    }
    let mut decoder = Decoder::new();
    decoder.push(&prelude(MAX_PAYLOAD as u32 + 16, 0));
    assert_eq!(decoder.next_message(), Ok(None));
    assert_eq!(decoder.buffer_len(), 12, "nothing but what has arrived is kept");
}

#[test]
fn a_stream_that_ends_within_a_frame_is_an_error_wherever_it_ends() {
    let frame = Message::new("payload").header("name", "value").encode().unwrap();
    for length in 1..frame.len() {
        let error = fault(&frame[..length]);
        assert_eq!(error.offset, length as u64);
        let missing = if length < 12 { 16 - length } else { frame.len() - length } as u64;
        assert_eq!(error.fault, FrameFault::Truncated { missing });
        assert_eq!(crate::Error::from(error).code(), crate::err_code::READ_ERROR);
    }
}

#[test]
fn headers_that_are_none_are_errors_at_their_place() {
    for (headers, offset) in [
        (&b"\x00\x00"[..], 13),
        (b"\x05nam", 13),
        (b"\x02\xff\xff\x00", 13),
        (b"\x01a", 14),
        (b"\x01a\x0a", 15),
        (b"\x01a\x05\x00\x00", 15),
        (b"\x01a\x07\x00", 15),
        (b"\x01a\x07\x00\x09text", 17),
        (b"\x01a\x07\x00\x02\xff\xff", 17),
        (b"\x01a\x06\xff\xff", 17),
        (b"\x01a\x09short", 15),
    ] {
        let error = fault(&with_headers(headers));
        assert!(matches!(error.fault, FrameFault::Header { .. }), "{headers:?}: {error}");
        assert_eq!(error.offset, offset, "{headers:?}: {error}");
    }
    assert_eq!(fault(&with_headers(b"\x01a\x00\x01b\x00\x01a\x01")).fault, FrameFault::DuplicateHeader);
}

#[test]
fn what_no_frame_may_hold_is_not_written() {
    let long = "x".repeat(32_768);
    for message in [
        Message::default().header("", true),
        Message::default().header(long[..256].to_owned(), true),
        Message::default().header("a", &*long),
        Message::default().header("a", true).header("a", 1),
        Message::new(vec![0; MAX_PAYLOAD + 1]),
        (0..5).fold(Message::default(), |message, at| message.header(at.to_string(), &long[1..])),
    ] {
        assert!(message.encode().is_err(), "{message:?}");
    }
    let largest = Message::new(vec![7; MAX_PAYLOAD]).header("a", &long[1..]);
    assert_eq!(decode(&largest.encode().unwrap(), 1 << 20).unwrap(), [largest]);
}

#[test]
fn random_bytes_do_not_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..2000 {
        let length = random.usize(0..64);
        let headers: Vec<u8> = (0..length).map(|_| random.u8(0..12)).collect();
        let frame = with_headers(&headers);
        if let Ok(messages) = decode(&frame, random.usize(1..20)) {
            assert_eq!(messages[0].encode().unwrap(), frame, "what is read is written as it was");
        }
    }
}

#[test]
fn debug_shows_neither_values_nor_the_payload() {
    let message = Message::new("hunter2").header("x-secret", "hunter2");
    assert_eq!(format!("{message:?}"), r#"Message { headers: ["x-secret"], payload: <7 bytes> }"#);
}
