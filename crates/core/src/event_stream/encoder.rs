//! From a message to its frame.

use super::error::{FrameError, FrameFault};
use super::message::{Header, HeaderValue, Message};
use super::{CHECKSUM, MAX_HEADERS, MAX_PAYLOAD, PRELUDE};

/// The longest bytes or text that a header may hold.
const MAX_VALUE: usize = 32_767;

impl Message {
    /// The frame of this message.
    ///
    /// # Errors
    /// A [`FrameError`] if a part is longer than a frame may hold, or two headers have the same name.
    pub fn encode(&self) -> Result<Vec<u8>, FrameError> {
        let payload = self.payload();
        if payload.len() > MAX_PAYLOAD {
            let (length, limit) = (payload.len() as u64, MAX_PAYLOAD as u64);
            return Err(FrameError::new(0, FrameFault::PayloadTooLong { length, limit }));
        }
        let mut frame = Vec::with_capacity(PRELUDE + 128 + payload.len() + CHECKSUM);
        frame.resize(PRELUDE, 0);
        write_headers(&mut frame, self.headers())?;
        let headers = frame.len() - PRELUDE;
        if headers > MAX_HEADERS {
            let fault = FrameFault::HeadersTooLong { length: headers as u64, limit: MAX_HEADERS as u64 };
            return Err(FrameError::new(4, fault));
        }
        frame.extend_from_slice(payload);
        // Both limits are far below what 32 bits hold.
        let total = (frame.len() + CHECKSUM) as u32;
        frame[..4].copy_from_slice(&total.to_be_bytes());
        frame[4..8].copy_from_slice(&(headers as u32).to_be_bytes());
        let checksum = crc32fast::hash(&frame[..8]);
        frame[8..PRELUDE].copy_from_slice(&checksum.to_be_bytes());
        let checksum = crc32fast::hash(&frame);
        frame.extend_from_slice(&checksum.to_be_bytes());
        Ok(frame)
    }
}

/// Appends headers as a frame has them, which is also the form in which they are signed.
pub(super) fn write_headers(frame: &mut Vec<u8>, headers: &[Header]) -> Result<(), FrameError> {
    for (index, header) in headers.iter().enumerate() {
        if headers[..index].iter().any(|other| other.name == header.name) {
            return Err(FrameError::new(frame.len() as u64, FrameFault::DuplicateHeader));
        }
        let expected = "a header's name of 1 to 255 bytes";
        let length = u8::try_from(header.name.len()).ok().filter(|length| *length > 0);
        frame.push(length.ok_or_else(|| unfit(frame, expected))?);
        frame.extend_from_slice(header.name.as_bytes());
        write_value(frame, &header.value)?;
    }
    Ok(())
}

fn write_value(frame: &mut Vec<u8>, value: &HeaderValue) -> Result<(), FrameError> {
    match value {
        HeaderValue::Bool(true) => frame.push(0),
        HeaderValue::Bool(false) => frame.push(1),
        HeaderValue::Byte(number) => write_fixed(frame, 2, &number.to_be_bytes()),
        HeaderValue::Short(number) => write_fixed(frame, 3, &number.to_be_bytes()),
        HeaderValue::Integer(number) => write_fixed(frame, 4, &number.to_be_bytes()),
        HeaderValue::Long(number) => write_fixed(frame, 5, &number.to_be_bytes()),
        HeaderValue::Bytes(bytes) => write_sized(frame, 6, bytes)?,
        HeaderValue::String(text) => write_sized(frame, 7, text.as_bytes())?,
        HeaderValue::Timestamp(millis) => write_fixed(frame, 8, &millis.to_be_bytes()),
        HeaderValue::Uuid(bytes) => write_fixed(frame, 9, bytes),
    }
    Ok(())
}

fn write_fixed(frame: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    frame.push(kind);
    frame.extend_from_slice(bytes);
}

fn write_sized(frame: &mut Vec<u8>, kind: u8, bytes: &[u8]) -> Result<(), FrameError> {
    let length = u16::try_from(bytes.len()).ok().filter(|length| usize::from(*length) <= MAX_VALUE);
    let length = length.ok_or_else(|| unfit(frame, "a header's value of at most 32767 bytes"))?;
    frame.push(kind);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(bytes);
    Ok(())
}

fn unfit(frame: &[u8], expected: &'static str) -> FrameError {
    FrameError::new(frame.len() as u64, FrameFault::Header { expected })
}
