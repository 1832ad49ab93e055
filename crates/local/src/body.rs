//! Bodies of answers: whole, or cut short on purpose.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};

/// Why a body broke off.
pub(crate) type BodyError = Box<dyn Error + Send + Sync>;

/// Any answer's body.
pub(crate) type Body = UnsyncBoxBody<Bytes, BodyError>;

/// A body that is all there.
pub(crate) fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// A body that announces all of `bytes`, sends half of them and then breaks the connection.
pub(crate) fn truncated(bytes: Bytes) -> Body {
    let announced = bytes.len() as u64;
    let half = bytes.slice(..bytes.len() / 2);
    Truncated { announced, state: TruncatedState::Half(half) }.boxed_unsync()
}

struct Truncated {
    announced: u64,
    state: TruncatedState,
}

enum TruncatedState {
    Half(Bytes),
    /// One turn of the connection, so that the half is flushed before the connection breaks.
    Flush,
    Break,
}

impl http_body::Body for Truncated {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match std::mem::replace(&mut self.state, TruncatedState::Break) {
            TruncatedState::Half(half) => {
                self.state = TruncatedState::Flush;
                Poll::Ready(Some(Ok(Frame::data(half))))
            }
            TruncatedState::Flush => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            TruncatedState::Break => {
                Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted).into())))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
