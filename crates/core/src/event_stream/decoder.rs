//! From bytes as they arrive to messages.

use std::fmt;

use bytes::{Buf as _, Bytes, BytesMut};

use super::error::{FrameError, FrameFault};
use super::message::{Header, HeaderValue, Message};
use super::{CHECKSUM, MAX_HEADERS, MAX_PAYLOAD, PRELUDE};

/// Reads frames out of chunks of any size.
///
/// Called by the streams of answers; by users in tests. Lengths are checked against [`MAX_HEADERS`] and [`MAX_PAYLOAD`]
/// before anything is kept for them, and no more is kept than has been pushed, so a frame that lies about its length costs
/// nothing. After an error the decoder answers that error again: where the next frame begins is not known.
///
/// ```
/// use cumulo_core::event_stream::{Decoder, Message};
///
/// let frame = Message::new("payload").encode()?;
/// let mut decoder = Decoder::new();
/// decoder.push(&frame[..10]);
/// assert_eq!(decoder.next_message()?, None);
/// decoder.push(&frame[10..]);
/// assert_eq!(decoder.next_message()?, Some(Message::new("payload")));
/// decoder.finish()?;
/// # Ok::<(), cumulo_core::event_stream::FrameError>(())
/// ```
#[derive(Default)]
pub struct Decoder {
    buffer: BytesMut,
    /// The head of the frame at the start of the buffer, once it has been checked.
    prelude: Option<Prelude>,
    /// How many bytes of the stream stood before the buffer.
    offset: u64,
    failed: Option<FrameError>,
}

/// The lengths of a frame, within their limits.
#[derive(Debug, Clone, Copy)]
struct Prelude {
    total: usize,
    headers: usize,
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.failed.is_none() {
            self.buffer.extend_from_slice(chunk);
        }
    }

    /// The next message, or `None` if its frame has not arrived in whole.
    ///
    /// # Errors
    /// A [`FrameError`] that says where the frame is wrong and what was expected.
    pub fn next_message(&mut self) -> Result<Option<Message>, FrameError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.try_next().inspect_err(|error| {
            self.buffer = BytesMut::new();
            self.failed = Some(error.clone());
        })
    }

    /// Says that the stream has ended.
    ///
    /// # Errors
    /// [`FrameFault::Truncated`] if it ended within a frame.
    pub fn finish(&self) -> Result<(), FrameError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let whole = self.prelude.map_or(PRELUDE + CHECKSUM, |prelude| prelude.total);
        let held = self.buffer.len();
        let missing = whole.saturating_sub(held).max(1) as u64;
        Err(FrameError::new(self.offset + held as u64, FrameFault::Truncated { missing }))
    }

    /// How much is kept.
    #[cfg(test)]
    pub(super) fn buffer_len(&self) -> usize {
        self.buffer.len()
    }

    fn try_next(&mut self) -> Result<Option<Message>, FrameError> {
        let prelude = match self.prelude {
            Some(prelude) => prelude,
            None if self.buffer.len() < PRELUDE => return Ok(None),
            None => *self.prelude.insert(read_prelude(&self.buffer, self.offset)?),
        };
        if self.buffer.len() < prelude.total {
            return Ok(None);
        }
        self.prelude = None;
        let frame = self.buffer.split_to(prelude.total).freeze();
        let start = self.offset;
        self.offset += prelude.total as u64;
        let end = prelude.total - CHECKSUM;
        check(&frame[..end], number(&frame[end..]), start + end as u64, |found, computed| {
            FrameFault::MessageChecksum { found, computed }
        })?;
        let payload = frame.slice(PRELUDE + prelude.headers..end);
        let headers = frame.slice(PRELUDE..PRELUDE + prelude.headers);
        let headers =
            Headers { start: start + PRELUDE as u64, whole: headers.len(), rest: headers }.read()?;
        Ok(Some(Message::from_parts(headers, payload)))
    }
}

impl fmt::Debug for Decoder {
    /// Without the bytes of the frame that is being read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("offset", &self.offset).finish_non_exhaustive()
    }
}

/// Reads the head of the frame that starts at `offset` of the stream.
fn read_prelude(buffer: &[u8], offset: u64) -> Result<Prelude, FrameError> {
    let (total, headers) = (number(buffer), number(&buffer[4..]));
    check(&buffer[..8], number(&buffer[8..]), offset + 8, |found, computed| FrameFault::PreludeChecksum {
        found,
        computed,
    })?;
    let Some(rest) = (total as usize).checked_sub(PRELUDE + CHECKSUM) else {
        return Err(FrameError::new(offset, FrameFault::FrameTooShort { length: total }));
    };
    let (total, headers) = (total as usize, headers as usize);
    let limit = MAX_HEADERS.min(rest);
    if headers > limit {
        let fault = FrameFault::HeadersTooLong { length: headers as u64, limit: limit as u64 };
        return Err(FrameError::new(offset + 4, fault));
    }
    if rest - headers > MAX_PAYLOAD {
        let length = (rest - headers) as u64;
        let fault = FrameFault::PayloadTooLong { length, limit: MAX_PAYLOAD as u64 };
        return Err(FrameError::new(offset, fault));
    }
    Ok(Prelude { total, headers })
}

fn check(
    bytes: &[u8],
    found: u32,
    offset: u64,
    fault: impl FnOnce(u32, u32) -> FrameFault,
) -> Result<(), FrameError> {
    let computed = crc32fast::hash(bytes);
    if found == computed { Ok(()) } else { Err(FrameError::new(offset, fault(found, computed))) }
}

/// The number in the first four bytes, of which there are four.
fn number(mut bytes: &[u8]) -> u32 {
    bytes.try_get_u32().unwrap_or_default()
}

/// The headers of one frame, being read.
struct Headers {
    /// Where in the stream they begin.
    start: u64,
    whole: usize,
    rest: Bytes,
}

impl Headers {
    fn read(mut self) -> Result<Vec<Header>, FrameError> {
        let mut headers = Vec::new();
        while !self.rest.is_empty() {
            let name = self.name()?;
            headers.push(Header { name, value: self.value()? });
        }
        let mut names: Vec<&str> = headers.iter().map(|header: &Header| header.name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(FrameError::new(self.start, FrameFault::DuplicateHeader));
        }
        Ok(headers)
    }

    fn name(&mut self) -> Result<String, FrameError> {
        const EXPECTED: &str = "a header's name: 1 to 255 bytes of UTF-8, after their number";
        let length = self.bytes::<1>(EXPECTED)?[0];
        if length == 0 {
            return Err(self.expected(EXPECTED));
        }
        self.text(length.into(), EXPECTED)
    }

    fn value(&mut self) -> Result<HeaderValue, FrameError> {
        const TYPE: &str = "the type of a header, 0 to 9";
        const LENGTH: &str = "the length of a header's value, and as many bytes";
        Ok(match self.bytes::<1>(TYPE)?[0] {
            0 => HeaderValue::Bool(true),
            1 => HeaderValue::Bool(false),
            2 => HeaderValue::Byte(i8::from_be_bytes(self.bytes("a header of 1 byte")?)),
            3 => HeaderValue::Short(i16::from_be_bytes(self.bytes("a header of 2 bytes")?)),
            4 => HeaderValue::Integer(i32::from_be_bytes(self.bytes("a header of 4 bytes")?)),
            5 => HeaderValue::Long(i64::from_be_bytes(self.bytes("a header of 8 bytes")?)),
            6 => {
                let length = u16::from_be_bytes(self.bytes(LENGTH)?);
                HeaderValue::Bytes(self.take(length.into(), LENGTH)?)
            }
            7 => {
                let length = u16::from_be_bytes(self.bytes(LENGTH)?);
                HeaderValue::String(self.text(length.into(), "a header's text: UTF-8, after its length")?)
            }
            8 => HeaderValue::Timestamp(i64::from_be_bytes(self.bytes("a timestamp of 8 bytes")?)),
            9 => HeaderValue::Uuid(self.bytes("a UUID of 16 bytes")?),
            _ => return Err(self.expected(TYPE)),
        })
    }

    fn text(&mut self, length: usize, expected: &'static str) -> Result<String, FrameError> {
        let error = self.expected(expected);
        let bytes = self.take(length, expected)?;
        std::str::from_utf8(&bytes).map(str::to_owned).map_err(|_| error)
    }

    fn bytes<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], FrameError> {
        let bytes = self.rest.first_chunk().copied().ok_or_else(|| self.expected(expected))?;
        self.rest.advance(N);
        Ok(bytes)
    }

    fn take(&mut self, length: usize, expected: &'static str) -> Result<Bytes, FrameError> {
        if length > self.rest.len() {
            return Err(self.expected(expected));
        }
        Ok(self.rest.split_to(length))
    }

    fn expected(&self, expected: &'static str) -> FrameError {
        let offset = self.start + (self.whole - self.rest.len()) as u64;
        FrameError::new(offset, FrameFault::Header { expected })
    }
}
