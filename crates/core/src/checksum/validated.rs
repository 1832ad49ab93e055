//! A body that is compared with its checksum while it is read.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::{Algorithm, Hasher};
use crate::body::Body;
use crate::err_code;
use crate::error::{BoxError, Error};

/// What a body must come to, and the call that it answers.
pub(crate) struct Expected {
    pub(crate) algorithm: Algorithm,
    /// In base64.
    pub(crate) checksum: String,
    pub(crate) operation: &'static str,
    pub(crate) request_id: Option<String>,
}

/// The same body, whose end is handed out only if its checksum is the expected one.
pub(crate) fn validated(body: Body, expected: Expected) -> Body {
    let len = body.len();
    let hasher = Some(Hasher::new(expected.algorithm));
    Body::received(Box::pin(Validated { body, expected, hasher, left: len, held: None }), len)
}

struct Validated {
    body: Body,
    expected: Expected,
    /// None when the checksum has been compared.
    hasher: Option<Hasher>,
    /// How many bytes there are still to come, if that is known.
    left: Option<u64>,
    /// The latest chunk, where it may be the last one and only the end of the body will tell.
    held: Option<Bytes>,
}

impl Stream for Validated {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let chunk = match ready!(this.body.poll_chunk(context)) {
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => {
                    (this.hasher, this.held) = (None, None);
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    return Poll::Ready(this.compare().err().map(Err).or_else(|| this.held.take().map(Ok)));
                }
            };
            if let Some(hasher) = &mut this.hasher {
                hasher.update(&chunk);
            }
            match &mut this.left {
                Some(left) => {
                    *left = left.saturating_sub(chunk.len() as u64);
                    let is_right = if *left == 0 { this.compare() } else { Ok(()) };
                    return Poll::Ready(Some(is_right.map(|()| chunk)));
                }
                None => {
                    if let Some(before) = this.held.replace(chunk) {
                        return Poll::Ready(Some(Ok(before)));
                    }
                }
            }
        }
    }
}

impl Validated {
    /// Compares once; what is held of a wrong body is dropped.
    fn compare(&mut self) -> Result<(), BoxError> {
        let Some(hasher) = self.hasher.take() else { return Ok(()) };
        let computed = hasher.finish();
        if computed == self.expected.checksum {
            return Ok(());
        }
        self.held = None;
        Err(self.expected.mismatch(&computed).into())
    }
}

impl Expected {
    fn mismatch(&self, computed: &str) -> Error {
        let (name, checksum) = (self.algorithm.name(), &self.checksum);
        let message =
            format!("the answer's {name} was to be {checksum}, and what has been read has {computed}");
        let error = Error::new(err_code::CHECKSUM_MISMATCH, message).with_retryable(true);
        let error = error.in_call(self.operation, 0);
        match &self.request_id {
            Some(id) => error.with_request_id(id.clone()),
            None => error,
        }
    }
}
