//! The kinds of bodies: none, bytes, a file, a stream, and any of these in chunks.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::body::ByteStream;
use crate::body::aws_chunked::AwsChunked;
use crate::body::source::{self, Counted, Origin};
use crate::error::BoxError;

/// Makes the same stream again.
pub(super) type Reopen = Arc<dyn Fn() -> ByteStream + Send + Sync>;

#[derive(Default)]
pub(super) enum Kind {
    #[default]
    Empty,
    Bytes(Bytes),
    File(Box<FileBody>),
    Stream(Box<StreamBody>),
    AwsChunked(Box<AwsChunked>),
}

pub(super) struct FileBody {
    path: PathBuf,
    offset: u64,
    len: u64,
    /// How far to read: one byte more than `len` where that would show that the file has grown.
    limit: u64,
    opened: Option<Mutex<Counted>>,
}

pub(super) struct StreamBody {
    /// In a mutex, never locked, because a stream need not be `Sync` and a body is.
    stream: Mutex<Counted>,
    len: Option<u64>,
    reopen: Option<Reopen>,
}

impl Kind {
    pub(super) fn file(path: PathBuf, offset: u64, len: u64, limit: u64) -> Self {
        Self::File(Box::new(FileBody { path, offset, len, limit, opened: None }))
    }

    pub(super) fn stream(
        stream: ByteStream,
        len: Option<u64>,
        origin: Origin,
        reopen: Option<Reopen>,
    ) -> Self {
        let stream = Mutex::new(Counted::new(stream, len, origin));
        Self::Stream(Box::new(StreamBody { stream, len, reopen }))
    }

    pub(super) fn rewindable(reopen: Reopen, len: Option<u64>) -> Self {
        let stream = source::opened_when_read(Arc::clone(&reopen));
        Self::stream(stream, len, Origin::Caller, Some(reopen))
    }

    pub(super) fn len(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(file) => Some(file.len),
            Self::Stream(stream) => stream.len,
            Self::AwsChunked(chunked) => Some(chunked.len()),
        }
    }

    pub(super) fn is_rewindable(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) | Self::File(_) => true,
            Self::Stream(stream) => stream.reopen.is_some(),
            Self::AwsChunked(chunked) => chunked.is_rewindable(),
        }
    }

    pub(super) fn try_clone(&self) -> Option<Self> {
        Some(match self {
            Self::Empty => Self::Empty,
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
            Self::File(file) => Self::file(file.path.clone(), file.offset, file.len, file.limit),
            Self::Stream(stream) => Self::rewindable(stream.reopen.clone()?, stream.len),
            Self::AwsChunked(chunked) => Self::AwsChunked(Box::new(chunked.try_clone()?)),
        })
    }

    pub(super) fn take_piece(&mut self, size: usize) -> Option<Bytes> {
        match self {
            Self::Bytes(bytes) if bytes.len() > size => Some(bytes.split_to(size)),
            _ => None,
        }
    }

    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        match self {
            Self::Empty => Poll::Ready(None),
            Self::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready(Some(Ok(bytes)))
            }
            Self::File(file) => poll_counted(file.opened(), context),
            Self::Stream(stream) => poll_counted(&mut stream.stream, context),
            Self::AwsChunked(chunked) => chunked.poll_chunk(context),
        }
    }
}

impl FileBody {
    fn opened(&mut self) -> &mut Mutex<Counted> {
        let Self { path, offset, len, limit, opened } = self;
        opened.get_or_insert_with(|| {
            let stream = source::from_file(path.clone(), *offset, *limit);
            Mutex::new(Counted::new(stream, Some(*len), Origin::File))
        })
    }
}

fn poll_counted(
    stream: &mut Mutex<Counted>,
    context: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, BoxError>>> {
    stream.get_mut().unwrap_or_else(PoisonError::into_inner).poll_chunk(context)
}
