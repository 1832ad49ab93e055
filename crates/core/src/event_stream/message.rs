//! A message: headers with typed values, and a payload. It is what one frame carries.

use std::fmt;

use bytes::Bytes;

/// One message of an event stream.
///
/// `Debug` shows the names of the headers and the length of the payload, as both may hold what must not be shown.
///
/// ```
/// use cumulo_core::event_stream::{Decoder, Message};
///
/// let message = Message::new("1,2\n").header(":message-type", "event").header(":event-type", "Records");
/// let mut decoder = Decoder::new();
/// decoder.push(&message.encode()?);
/// let decoded = decoder.next_message()?.expect("a whole frame has been pushed");
/// assert_eq!(decoded.text(":event-type"), Some("Records"));
/// assert_eq!(decoded, message);
/// # Ok::<(), cumulo_core::event_stream::FrameError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message {
    headers: Vec<Header>,
    payload: Bytes,
}

/// A header of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name, 1 to 255 bytes; those that begin with a colon are the protocol's own.
    pub name: String,
    /// The value.
    pub value: HeaderValue,
}

/// The value of a header. Ten types on the wire, of which two are the booleans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderValue {
    /// Types 0 and 1.
    Bool(bool),
    /// Type 2.
    Byte(i8),
    /// Type 3.
    Short(i16),
    /// Type 4.
    Integer(i32),
    /// Type 5.
    Long(i64),
    /// Type 6: at most 32767 bytes.
    Bytes(Bytes),
    /// Type 7: at most 32767 bytes of UTF-8.
    String(String),
    /// Type 8: milliseconds since 1970.
    Timestamp(i64),
    /// Type 9.
    Uuid([u8; 16]),
}

impl Message {
    /// A message with this payload and no headers.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { headers: Vec::new(), payload: payload.into() }
    }

    pub(super) fn from_parts(headers: Vec<Header>, payload: Bytes) -> Self {
        Self { headers, payload }
    }

    /// The same with a further header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<HeaderValue>) -> Self {
        self.headers.push(Header { name: name.into(), value: value.into() });
        self
    }

    /// The headers in the order of the wire.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The value of the header called `name`, if there is one.
    pub fn value(&self, name: &str) -> Option<&HeaderValue> {
        self.headers.iter().find(|header| header.name == name).map(|header| &header.value)
    }

    /// The text of the header called `name`, if there is one and it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            HeaderValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// The payload.
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|header| header.name.as_str()).collect();
        f.debug_struct("Message")
            .field("headers", &names)
            .field("payload", &format_args!("<{} bytes>", self.payload.len()))
            .finish()
    }
}

macro_rules! header_value_from {
    ($($type:ty => $variant:ident),*) => {$(
        impl From<$type> for HeaderValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}
header_value_from!(
    bool => Bool, i8 => Byte, i16 => Short, i32 => Integer, i64 => Long, Bytes => Bytes, Vec<u8> => Bytes,
    String => String, &str => String, [u8; 16] => Uuid
);
