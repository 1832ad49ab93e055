//! What a body is made of: streams, readers and files, each as a stream of chunks.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _, ReadBuf};

use crate::body::ByteStream;
use crate::err_code;
use crate::error::{BoxError, Error};

/// How much of a reader is read at a time.
const CHUNK: usize = 64 * 1024;

pub(super) async fn file_len(path: PathBuf) -> Result<u64, Error> {
    match tokio::fs::metadata(&path).await {
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

pub(super) fn from_reader(reader: impl AsyncRead + Send + 'static) -> ByteStream {
    Box::pin(ReaderStream { reader: Box::pin(reader), buffer: BytesMut::new() })
}

struct ReaderStream<R> {
    reader: Pin<Box<R>>,
    buffer: BytesMut,
}

impl<R: AsyncRead> Stream for ReaderStream<R> {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        this.buffer.resize(CHUNK, 0);
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

/// Opens the file at the first poll and gives `len` bytes from `offset`.
pub(super) fn from_file(path: PathBuf, offset: u64, len: u64) -> ByteStream {
    let opening = async move {
        let open = async {
            let mut file = File::open(&path).await?;
            file.seek(SeekFrom::Start(offset)).await?;
            Ok::<_, std::io::Error>(file.take(len))
        };
        open.await.map_err(|error| BoxError::from(unreadable(&path, error)))
    };
    Box::pin(FileStream { opening: Some(Box::pin(opening)), open: None })
}

type Opening<F> = Pin<Box<F>>;

struct FileStream<F> {
    opening: Option<Opening<F>>,
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

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::new(err_code::READ_ERROR, format!("the file {} cannot be read", path.display())).with_source(error)
}
