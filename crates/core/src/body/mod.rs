//! Request and response bodies: bytes, a file, or a stream; rewound for a retry where that is possible.

mod aws_chunked;
mod answered;
mod kind;
mod reader;
mod source;

pub(crate) use aws_chunked::Encoding;
pub use reader::BodyReader;

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::io::AsyncRead;

use answered::Answered;
use aws_chunked::AwsChunked;
use kind::{Kind, Reopen};
use source::Origin;

use crate::err_code;
use crate::error::{BoxError, Error};
use crate::signer::ChunkSigner;

/// A stream of chunks, boxed.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;

/// The body of a request or of an answer.
///
/// Made from bytes or text with `From`, from a file with [`Body::file`], from a `Stream` or an `AsyncRead` with a known
/// length. Read as a `Stream` of [`Bytes`], as an `AsyncRead` ([`into_async_read`](Self::into_async_read)), or whole
/// ([`collect`](Self::collect)).
///
/// A retry sends the body again: bytes and files can be rewound, so can a stream made with
/// [`rewindable_stream`](Self::rewindable_stream); one that was made from a plain stream or reader cannot, and its
/// request is not retried.
///
/// ```
/// use cumulo_core::Body;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let body = Body::from("hello");
/// assert_eq!(body.len(), Some(5));
/// assert_eq!(body.collect().await?, "hello");
/// # Ok::<(), cumulo_core::Error>(()) }).unwrap();
/// ```
#[derive(Default)]
pub struct Body(Kind);

impl Body {
    /// No body at all: neither bytes nor a length header on the wire, but for the `Content-Length: 0` of methods that
    /// expect a body.
    pub const fn empty() -> Self {
        Self(Kind::Empty)
    }

    /// The whole file at `path`, opened when it is sent. Its length is read now; a file that then shrinks or grows fails
    /// the call.
    ///
    /// # Errors
    /// `ReadError` if the file's length cannot be read.
    pub async fn file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let len = source::file_len(path.to_owned()).await?;
        Ok(Self(Kind::file(path.to_owned(), 0, len, len.saturating_add(1))))
    }

    /// `len` bytes of the file at `path` from `offset`, opened when it is sent.
    pub fn file_range(path: impl Into<PathBuf>, offset: u64, len: u64) -> Self {
        Self(Kind::file(path.into(), offset, len, len))
    }

    /// The chunks of `stream`, `len` bytes in all. It cannot be rewound.
    ///
    /// The call fails if the stream ends before `len` bytes, or if it has more at hand when `len` bytes have been read;
    /// it is not waited for beyond them.
    pub fn stream<S, E>(stream: S, len: u64) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self(Kind::stream(source::from_stream(stream), Some(len), Origin::Caller, None))
    }

    /// The chunks of the stream that `open` makes, `len` bytes in all. `open` is called each time that the body begins to
    /// be read, so once for each attempt.
    pub fn rewindable_stream<F, S, E>(open: F, len: u64) -> Self
    where
        F: Fn() -> S + Send + Sync + 'static,
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let reopen: Reopen = Arc::new(move || source::from_stream(open()));
        Self(Kind::rewindable(reopen, Some(len)))
    }

    /// What `reader` gives, `len` bytes in all, as for [`stream`](Self::stream). It cannot be rewound.
    pub fn reader(reader: impl AsyncRead + Send + 'static, len: u64) -> Self {
        Self(Kind::stream(source::from_reader(reader), Some(len), Origin::Caller, None))
    }

    /// The chunks of the stream that `open` makes, however many there are. For event streams alone: other services refuse a
    /// request that does not announce its length.
    pub(crate) fn of_any_length(open: impl Fn() -> ByteStream + Send + Sync + 'static) -> Self {
        Self(Kind::rewindable(Arc::new(open), None))
    }

    /// A body that is being received, of a length that the sender may not have told.
    pub fn received(stream: ByteStream, len: Option<u64>) -> Self {
        Self(Kind::stream(stream, len, Origin::Received, None))
    }

    /// The length in bytes, if it is known.
    pub fn len(&self) -> Option<u64> {
        self.0.len()
    }

    /// Whether the length is known to be zero.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The content, if it is in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        static NONE: Bytes = Bytes::new();
        match &self.0 {
            Kind::Empty => Some(&NONE),
            Kind::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether the same content can be sent again: true for bytes, files and rewindable streams.
    pub fn is_rewindable(&self) -> bool {
        self.0.is_rewindable()
    }

    /// A second body with the same content that can be read on its own, if there can be one.
    pub fn try_clone(&self) -> Option<Self> {
        self.0.try_clone().map(Self)
    }

    /// Reads everything into memory.
    ///
    /// # Errors
    /// `ReadError` if the body breaks off or is longer or shorter than its length says.
    ///
    /// # Cancel safety
    /// Dropping the future drops the body; an answer's connection is then closed.
    pub async fn collect(mut self) -> Result<Bytes, Error> {
        if let Kind::Empty | Kind::Bytes(_) = self.0 {
            return Ok(match self.0 {
                Kind::Bytes(bytes) => bytes,
                _ => Bytes::new(),
            });
        }
        let mut all = BytesMut::new();
        let mut first: Option<Bytes> = None;
        while let Some(chunk) = self.next_chunk().await? {
            match first.take() {
                None if all.is_empty() => first = Some(chunk),
                None => all.extend_from_slice(&chunk),
                Some(start) => {
                    all.reserve(self.len().unwrap_or(0).min(1 << 24) as usize);
                    all.extend_from_slice(&start);
                    all.extend_from_slice(&chunk);
                }
            }
        }
        Ok(first.unwrap_or_else(|| all.freeze()))
    }

    /// The next chunk, or `None` at the end.
    ///
    /// # Errors
    /// `ReadError` if the body breaks off.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| self.poll_chunk(context)).await.transpose().map_err(read_error)
    }

    /// The body as an `AsyncRead`.
    pub fn into_async_read(self) -> BodyReader {
        BodyReader::new(self)
    }

    /// Encodes the body as `aws-chunked` while it is read. Answers whether it does: not if its length is unknown.
    pub(crate) fn encode_chunks(&mut self, encoding: Encoding) -> bool {
        if self.len().is_none() {
            return false;
        }
        let chunked = AwsChunked::new(std::mem::take(&mut self.0), encoding);
        self.0 = chunked.map_or(Kind::Empty, |chunked| Kind::Source(Box::new(chunked)));
        true
    }

    /// Has errors of a body that is still arriving name the call that it is the answer to.
    pub(crate) fn name_call(&mut self, operation: &'static str, request_id: Option<&str>) {
        self.0 = match std::mem::take(&mut self.0) {
            Kind::Source(body) => Kind::Source(Box::new(Answered::new(body, operation, request_id))),
            in_memory => in_memory,
        };
    }

    /// How the body is encoded, if it is `aws-chunked`.
    pub(crate) fn chunk_encoding(&self) -> Option<Encoding> {
        match &self.0 {
            Kind::Source(source) => source.encoding(),
            _ => None,
        }
    }

    /// Gives the chunks their signer, for one reading of the body.
    pub(crate) fn sign_chunks(&mut self, signer: ChunkSigner) {
        if let Kind::Source(source) = &mut self.0 {
            source.set_signer(signer);
        }
    }

    /// At most `size` bytes of what is in memory.
    pub(crate) fn take_piece(&mut self, size: usize) -> Option<Bytes> {
        self.0.take_piece(size)
    }

    pub(crate) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        self.0.poll_chunk(context)
    }
}

pub(crate) fn read_error(source: BoxError) -> Error {
    match source.downcast::<Error>() {
        Ok(error) => *error,
        Err(source) => {
            Error::new(err_code::READ_ERROR, "the body could not be read to its end").with_source(source)
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_chunk(context).map(|chunk| chunk.map(|chunk| chunk.map_err(read_error)))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        if bytes.is_empty() { Self::empty() } else { Self(Kind::Bytes(bytes)) }
    }
}

macro_rules! body_from {
    ($($type:ty),*) => {$(
        impl From<$type> for Body {
            fn from(content: $type) -> Self {
                Bytes::from(content).into()
            }
        }
    )*};
}
body_from!(&'static str, &'static [u8], String, Vec<u8>, Box<[u8]>);

impl<const N: usize> From<&'static [u8; N]> for Body {
    fn from(content: &'static [u8; N]) -> Self {
        Bytes::from_static(content).into()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = match &self.0 {
            Kind::Empty => return f.write_str("<no body>"),
            Kind::Bytes(_) => "",
            Kind::Source(source) => source.origin(),
        };
        match self.len() {
            Some(len) => write!(f, "<{len} bytes{origin}>"),
            None => write!(f, "<bytes{origin}>"),
        }
    }
}

#[cfg(test)]
mod tests;
