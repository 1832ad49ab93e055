//! A body as an `AsyncRead`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, ReadBuf};

use crate::body::Body;

/// Reads a [`Body`]; made by [`Body::into_async_read`].
#[derive(Debug)]
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
        while this.chunk.is_empty() {
            match ready!(this.body.poll_chunk(context)) {
                Some(Ok(chunk)) => this.chunk = chunk,
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => return Poll::Ready(Ok(())),
            }
        }
        let take = this.chunk.len().min(space.remaining());
        space.put_slice(&this.chunk[..take]);
        this.chunk.advance(take);
        Poll::Ready(Ok(()))
    }
}
