//! A call under way, as the future that callers await.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::err_code;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::request::Request;
use crate::shape::Shape;

/// A call of an operation that answers `O`: a future, made by the methods of clients and by
/// [`OperationRequest::send`](crate::OperationRequest::send).
///
/// It borrows nothing, so it can be spawned. Dropping it gives the call up.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O> {
    /// Compiled once for all operations; only the type of the answer is known here alone.
    sending: BoxFuture<'static, Result<Box<dyn Shape>, Error>>,
    output: PhantomData<fn() -> O>,
}

impl<O: Shape> Call<O> {
    pub(super) fn new(request: Box<Request>) -> Self {
        Self { sending: sending(request), output: PhantomData }
    }
}

fn sending(mut request: Box<Request>) -> BoxFuture<'static, Result<Box<dyn Shape>, Error>> {
    Box::pin(async move { request.send().await })
}

impl<O: Shape> Future for Call<O> {
    type Output = Result<O, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.sending.as_mut().poll(context))?;
        Poll::Ready(typed(answer))
    }
}

/// The answer as the type that the operation has.
pub(super) fn typed<O: Shape>(answer: Box<dyn Shape>) -> Result<O, Error> {
    answer.downcast::<O>().map(|output| *output).ok_or_else(another_type)
}

fn another_type() -> Error {
    Error::new(err_code::SERIALIZATION_ERROR, "a handler put data of another type into the request")
}

impl<O> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call")
    }
}
