//! What a body is made of: streams, readers and files, each as a stream of chunks, and the count of their bytes.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _, ReadBuf};

use crate::body::ByteStream;
use crate::body::kind::Reopen;
use crate::err_code;
use crate::error::{BoxError, Error};

/// How much of a reader is read at a time.
const CHUNK: usize = 64 * 1024;

/// With less than this left in a buffer, the next read gets a new one.
const SMALLEST_READ: usize = 4 * 1024;

/// Which end of the wire a body's bytes come from; decides what a wrong length means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A stream or reader of the caller. It may stay open after its last byte.
    Caller,
    /// A file, which always ends.
    File,
    /// The other side.
    Received,
}

/// A stream of chunks that must hold as many bytes as were announced.
///
/// The chunk that completes the length is held back until the stream has been asked for more, so that a body that is too
/// long fails before its last byte is sent. A stream of the caller that has nothing more at hand then is not waited for.
pub(super) struct Counted {
    stream: ByteStream,
    len: Option<u64>,
    origin: Origin,
    read: u64,
    held: Option<Bytes>,
    is_done: bool,
}

impl Counted {
    pub(super) fn new(stream: ByteStream, len: Option<u64>, origin: Origin) -> Self {
        Self { stream, len, origin, read: 0, held: None, is_done: false }
    }

    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        while !self.is_done {
            let is_complete = self.len == Some(self.read);
            match self.stream.as_mut().poll_next(context) {
                Poll::Pending if is_complete && self.origin != Origin::File => self.is_done = true,
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) if is_complete || self.len.is_none() => self.is_done = true,
                Poll::Ready(None) => return self.fail(self.wrong_length().into()),
                Poll::Ready(Some(Err(error))) => return self.fail(error),
                Poll::Ready(Some(Ok(chunk))) if chunk.is_empty() => {}
                Poll::Ready(Some(Ok(chunk))) => {
                    self.read += chunk.len() as u64;
                    match self.len {
                        Some(len) if self.read > len => return self.fail(self.wrong_length().into()),
                        Some(len) if self.read == len => self.held = Some(chunk),
                        _ => return Poll::Ready(Some(Ok(chunk))),
                    }
                }
            }
        }
        Poll::Ready(self.held.take().map(Ok))
    }

    fn fail(&mut self, error: BoxError) -> Poll<Option<Result<Bytes, BoxError>>> {
        self.is_done = true;
        self.held = None;
        Poll::Ready(Some(Err(error)))
    }

    fn wrong_length(&self) -> Error {
        let (read, len) = (self.read, self.len.unwrap_or_default());
        let message = if read > len {
            format!("the body is longer than its length of {len} bytes")
        } else {
            format!("the body ended after {read} of {len} bytes")
        };
        let error = Error::new(err_code::READ_ERROR, message);
        if self.origin == Origin::Received { error } else { error.with_retryable(false) }
    }
}

pub(super) async fn file_len(path: PathBuf) -> Result<u64, Error> {
    match tokio::fs::metadata(&path).await {
        Ok(metadata) if metadata.is_dir() => Err(unreadable(&path, std::io::ErrorKind::IsADirectory.into())),
        Ok(metadata) => Ok(metadata.len()),
        Err(error) => Err(unreadable(&path, error)),
    }
}

pub(super) fn from_stream<S, E>(stream: S) -> ByteStream
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<BoxError>,
{
    Box::pin(MapError(Box::pin(stream)))
}

struct MapError<S>(Pin<Box<S>>);

impl<S, E> Stream for MapError<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<BoxError>,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map(|item| item.map(|chunk| chunk.map_err(Into::into)))
    }
}

/// The stream that `reopen` makes, made at the first poll.
pub(super) fn opened_when_read(reopen: Reopen) -> ByteStream {
    Box::pin(Unopened { reopen, open: None })
}

struct Unopened {
    reopen: Reopen,
    open: Option<ByteStream>,
}

impl Stream for Unopened {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { reopen, open } = &mut *self;
        open.get_or_insert_with(|| reopen()).as_mut().poll_next(context)
    }
}

pub(super) fn from_reader(reader: impl AsyncRead + Send + 'static) -> ByteStream {
    Box::pin(ReaderStream { reader: Box::pin(reader), buffer: BytesMut::new() })
}

struct ReaderStream<R> {
    reader: Pin<Box<R>>,
    /// Zeroed space that no chunk has been cut from yet.
    buffer: BytesMut,
}

impl<R: AsyncRead> Stream for ReaderStream<R> {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.buffer.len() < SMALLEST_READ {
            this.buffer = BytesMut::zeroed(CHUNK);
        }
        let mut space = ReadBuf::new(&mut this.buffer);
        let read = ready!(this.reader.as_mut().poll_read(context, &mut space));
        let filled = space.filled().len();
        Poll::Ready(match read {
            Err(error) => Some(Err(error.into())),
            Ok(()) if filled == 0 => None,
            Ok(()) => Some(Ok(this.buffer.split_to(filled).freeze())),
        })
    }
}

/// Opens the file at the first poll and gives at most `limit` bytes from `offset`.
pub(super) fn from_file(path: PathBuf, offset: u64, limit: u64) -> ByteStream {
    let opening = async move {
        let open = async {
            let mut file = File::open(&path).await?;
            if offset > 0 {
                file.seek(SeekFrom::Start(offset)).await?;
            }
            Ok::<_, std::io::Error>(file.take(limit))
        };
        open.await.map_err(|error| BoxError::from(unreadable(&path, error)))
    };
    Box::pin(FileStream { opening: Some(Box::pin(opening)), open: None })
}

struct FileStream<F> {
    opening: Option<Pin<Box<F>>>,
    open: Option<ByteStream>,
}

impl<F, R> Stream for FileStream<F>
where
    F: Future<Output = Result<R, BoxError>>,
    R: AsyncRead + Send + 'static,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(opening) = &mut this.opening {
            let opened = ready!(opening.as_mut().poll(context));
            this.opening = None;
            match opened {
                Ok(reader) => this.open = Some(from_reader(reader)),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        match &mut this.open {
            Some(stream) => stream.as_mut().poll_next(context),
            None => Poll::Ready(None),
        }
    }
}

/// Not retryable: a file that is missing or closed to us stays so.
fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let message = format!("the file {} cannot be read: {error}", path.display());
    Error::new(err_code::READ_ERROR, message).with_source(error).with_retryable(false)
}
