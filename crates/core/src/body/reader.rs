//! A body as an `AsyncRead`.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, ReadBuf};

use crate::body::{Body, read_error};

/// Reads a [`Body`]; made by [`Body::into_async_read`].
pub struct BodyReader {
    body: Body,
    chunk: Bytes,
}

impl BodyReader {
    pub(super) fn new(body: Body) -> Self {
        Self { body, chunk: Bytes::new() }
    }
}

impl AsyncRead for BodyReader {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if space.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        while this.chunk.is_empty() {
            match ready!(this.body.poll_chunk(context)) {
                Some(Ok(chunk)) => this.chunk = chunk,
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(read_error(error)))),
                None => return Poll::Ready(Ok(())),
            }
        }
        let take = this.chunk.len().min(space.remaining());
        space.put_slice(&this.chunk[..take]);
        this.chunk.advance(take);
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for BodyReader {
    /// Without the chunk that is being read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BodyReader").field(&self.body).finish()
    }
}
