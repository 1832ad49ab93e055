//! What a body holds: nothing, bytes, or what a source outside memory gives.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::body::ByteStream;
use crate::body::aws_chunked::Encoding;
use crate::body::source::{self, Counted, Origin};
use crate::error::BoxError;
use crate::signer::ChunkSigner;

/// Makes the same stream again.
pub(super) type Reopen = Arc<dyn Fn() -> ByteStream + Send + Sync>;

/// A poll for the next chunk.
pub(super) type PollChunk = Poll<Option<Result<Bytes, BoxError>>>;

#[derive(Default)]
pub(super) enum Kind {
    #[default]
    Empty,
    Bytes(Bytes),
    Source(Box<dyn Source>),
}

/// A body that is read while it is sent or received.
pub(super) trait Source: Send + Sync {
    /// The length in bytes, if it is known.
    fn len(&self) -> Option<u64>;
    /// Whether [`try_clone`](Self::try_clone) gives a second one.
    fn is_rewindable(&self) -> bool;
    /// The same at its beginning.
    fn try_clone(&self) -> Option<Kind>;
    /// Polls for the next chunk, or for the end.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> PollChunk;
    /// Where the bytes come from, for `Debug`.
    fn origin(&self) -> &'static str;
    /// Takes the signer of its chunks, if it is encoded as `aws-chunked`.
    fn set_signer(&mut self, _: ChunkSigner) {}
    /// How it is encoded, if it is `aws-chunked`.
    fn encoding(&self) -> Option<Encoding> {
        None
    }
}

impl Kind {
    /// `len` bytes of a file, of which up to `limit` are read: one more where that would show that the file has grown.
    pub(super) fn file(path: PathBuf, offset: u64, len: u64, limit: u64) -> Self {
        Self::Source(Box::new(FileBody { path, offset, len, limit, opened: None }))
    }

    pub(super) fn stream(
        stream: ByteStream,
        len: Option<u64>,
        origin: Origin,
        reopen: Option<Reopen>,
    ) -> Self {
        let stream = Mutex::new(Counted::new(stream, len, origin));
        Self::Source(Box::new(StreamBody { stream, len, reopen }))
    }

    pub(super) fn rewindable(reopen: Reopen, len: Option<u64>) -> Self {
        let stream = source::opened_when_read(Arc::clone(&reopen));
        Self::stream(stream, len, Origin::Caller, Some(reopen))
    }

    pub(super) fn len(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Source(source) => source.len(),
        }
    }

    pub(super) fn is_rewindable(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) => true,
            Self::Source(source) => source.is_rewindable(),
        }
    }

    pub(super) fn try_clone(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::Source(source) => source.try_clone(),
        }
    }

    pub(super) fn take_piece(&mut self, size: usize) -> Option<Bytes> {
        match self {
            Self::Bytes(bytes) if bytes.len() > size => Some(bytes.split_to(size)),
            _ => None,
        }
    }

    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> PollChunk {
        match self {
            Self::Empty => Poll::Ready(None),
            Self::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready(Some(Ok(bytes)))
            }
            Self::Source(source) => source.poll_chunk(context),
        }
    }
}

struct FileBody {
    path: PathBuf,
    offset: u64,
    len: u64,
    limit: u64,
    opened: Option<Mutex<Counted>>,
}

impl Source for FileBody {
    fn len(&self) -> Option<u64> {
        Some(self.len)
    }

    fn is_rewindable(&self) -> bool {
        true
    }

    fn try_clone(&self) -> Option<Kind> {
        Some(Kind::file(self.path.clone(), self.offset, self.len, self.limit))
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> PollChunk {
        let Self { path, offset, len, limit, opened } = self;
        let opened = opened.get_or_insert_with(|| {
            let stream = source::from_file(path.clone(), *offset, *limit);
            Mutex::new(Counted::new(stream, Some(*len), Origin::File))
        });
        poll_counted(opened, context)
    }

    fn origin(&self) -> &'static str {
        " from a file"
    }
}

struct StreamBody {
    /// In a mutex, never locked, because a stream need not be `Sync` and a body is.
    stream: Mutex<Counted>,
    len: Option<u64>,
    reopen: Option<Reopen>,
}

impl Source for StreamBody {
    fn len(&self) -> Option<u64> {
        self.len
    }

    fn is_rewindable(&self) -> bool {
        self.reopen.is_some()
    }

    fn try_clone(&self) -> Option<Kind> {
        Some(Kind::rewindable(self.reopen.clone()?, self.len))
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> PollChunk {
        poll_counted(&mut self.stream, context)
    }

    fn origin(&self) -> &'static str {
        " from a stream"
    }
}

fn poll_counted(stream: &mut Mutex<Counted>, context: &mut Context<'_>) -> PollChunk {
    stream.get_mut().unwrap_or_else(PoisonError::into_inner).poll_chunk(context)
}
