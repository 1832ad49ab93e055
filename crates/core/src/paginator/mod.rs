//! Answers that come in pages: one call for each page, made when the page is asked for.
//!
//! Generated clients have a `…_pages` method for every operation that the service model splits into pages, and an
//! `…_items` method where the pages hold one list. Which members carry the tokens stands in the operation's
//! [`Pagination`](crate::operation::Pagination).

mod cursor;
mod items;
#[cfg(test)]
mod tests;

pub use items::Items;

use std::fmt;
use std::future::{poll_fn, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::client::BaseClient;
use crate::err_code;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::handlers::Handlers;
use crate::operation::Operation;
use crate::shape::Shape;
use cursor::Cursor;

/// The pages of an operation's answer, as a [`Stream`] and through [`next`](Self::next).
///
/// Made by the `…_pages` methods of clients. A page is requested when it is asked for, never ahead; dropping the value
/// ends it. After the last page, or an error, there is nothing more. To go on after an error, start again with the token of the
/// last good page in the input. Same role as Go's `ListObjectsV2Pages`.
///
/// Each page is a request of its own with its own retries and the client's handlers.
///
/// ```
/// # use cumulo_core::{Error, Pages, Shape};
/// async fn count<O: Shape>(mut pages: Pages<O>) -> Result<usize, Error> {
///     let mut count = 0;
///     while let Some(page) = pages.next().await {
///         let _page = page?;
///         count += 1;
///     }
///     Ok(count)
/// }
/// ```
#[must_use = "no page is requested before it is asked for"]
pub struct Pages<O> {
    calls: PageCalls,
    output: PhantomData<fn() -> O>,
}

impl<O: Shape> Pages<O> {
    /// The pages of `operation` from `input` on. Called by generated code.
    ///
    /// An operation without pagination has one page.
    pub fn new(client: &BaseClient, operation: &'static Operation, input: impl Shape) -> Self {
        let source = Source::Client(client.clone());
        Self { calls: PageCalls::new(source, operation, Box::new(input)), output: PhantomData }
    }

    /// The pages that `call` answers, one by one: for implementations of a service's trait that are no client. Called by
    /// generated code.
    ///
    /// Handlers are a matter of the requests behind `call`; those of [`handlers_mut`](Self::handlers_mut) do not reach them.
    pub fn calling<I, F>(
        operation: &'static Operation,
        input: I,
        call: impl Fn(I) -> F + Send + 'static,
    ) -> Self
    where
        I: Shape,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        let call = move |params: Box<dyn Shape>| -> Answer {
            let Some(params) = params.downcast::<I>() else {
                let message = "the input is not the operation's";
                return Box::pin(ready(Err(Error::new(err_code::INVALID_PARAMETER, message))));
            };
            let answer = call(*params);
            Box::pin(async move { Ok(Box::new(answer.await?) as Box<dyn Shape>) })
        };
        let source = Source::Calls { call: Box::new(call), handlers: Handlers::default() };
        Self { calls: PageCalls::new(source, operation, Box::new(input)), output: PhantomData }
    }

    /// The next page, or `None` after the last.
    ///
    /// # Errors
    /// What fails the page's call; `PaginationError` if the last page gave the token that had asked for it.
    ///
    /// # Cancel safety
    /// Safe: the call that is under way is kept and the next `next` waits for it.
    pub async fn next(&mut self) -> Option<Result<O, Error>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    /// The items of every page one by one. `take` takes them out of a page, so that nothing is copied.
    ///
    /// ```
    /// # use cumulo_core::{Items, Pages, Shape};
    /// # fn items<ListObjectsV2Output: Shape + HasKeys>(pages: Pages<ListObjectsV2Output>) -> Items<String> {
    /// pages.items(|page| page.keys().take())
    /// # }
    /// # trait HasKeys { fn keys(&mut self) -> &mut Option<Vec<String>>; }
    /// ```
    pub fn items<T: 'static>(self, take: impl FnMut(&mut O) -> Option<Vec<T>> + Send + 'static) -> Items<T> {
        Items::new(self.calls, take)
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O, Error>>> {
        let page = std::task::ready!(self.calls.poll(context));
        Poll::Ready(page.map(|page| page.and_then(|page| self.calls.typed(page)).map(|page| *page)))
    }
}

impl<O> Pages<O> {
    /// The handlers that the requests of further pages start with, to edit.
    pub fn handlers_mut(&mut self) -> &mut Handlers {
        self.calls.source.handlers_mut()
    }
}

impl<O: Shape> Stream for Pages<O> {
    type Item = Result<O, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(context)
    }
}

impl<O> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("operation", &self.calls.operation.name).finish_non_exhaustive()
    }
}

/// The calls behind [`Pages`] and [`Items`], without their types.
struct PageCalls {
    source: Source,
    operation: &'static Operation,
    state: State,
}

/// Who is asked for a page.
enum Source {
    Client(BaseClient),
    Calls { call: Box<dyn Fn(Box<dyn Shape>) -> Answer + Send>, handlers: Handlers },
}

type Answer = BoxFuture<'static, Result<Box<dyn Shape>, Error>>;

impl Source {
    fn call(&self, operation: &'static Operation, params: Box<dyn Shape>) -> Answer {
        match self {
            Self::Client(client) => {
                let mut request = client.erased_request(operation, params);
                Box::pin(async move { request.send().await })
            }
            Self::Calls { call, .. } => call(params),
        }
    }

    fn handlers_mut(&mut self) -> &mut Handlers {
        match self {
            Self::Client(client) => client.handlers_mut(),
            Self::Calls { handlers, .. } => handlers,
        }
    }
}

enum State {
    /// The next page can be asked for.
    Ready(Cursor),
    /// A page has been asked for; the cursor is the one that asked.
    Calling(Cursor, Answer),
    /// The page that was handed out last had a fault that shows with the next.
    Failed(Error),
    /// There is nothing more.
    Done,
}

impl PageCalls {
    fn new(source: Source, operation: &'static Operation, input: Box<dyn Shape>) -> Self {
        let state = Cursor::new(operation, input).map_or_else(State::Failed, State::Ready);
        Self { source, operation, state }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Box<dyn Shape>, Error>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Ready(cursor) => {
                    let params = match cursor.params() {
                        Ok(params) => params,
                        Err(error) => return Poll::Ready(Some(Err(self.describe(error)))),
                    };
                    let call = self.source.call(self.operation, params);
                    self.state = State::Calling(cursor, call);
                }
                State::Calling(cursor, mut call) => {
                    let Poll::Ready(answer) = call.as_mut().poll(context) else {
                        self.state = State::Calling(cursor, call);
                        return Poll::Pending;
                    };
                    if let Ok(page) = &answer {
                        self.state = match cursor.after(&**page) {
                            Ok(next) => next.map_or(State::Done, State::Ready),
                            Err(error) => State::Failed(error),
                        };
                    }
                    return Poll::Ready(Some(answer));
                }
                State::Failed(error) => return Poll::Ready(Some(Err(self.describe(error)))),
                State::Done => return Poll::Ready(None),
            }
        }
    }

    /// The page as the type that the operation answers; any other ends the pages.
    fn typed<O: Shape>(&mut self, page: Box<dyn Shape>) -> Result<Box<O>, Error> {
        page.downcast().ok_or_else(|| {
            self.state = State::Done;
            let message = "a handler put data of another type into the request";
            self.describe(Error::new(err_code::SERIALIZATION_ERROR, message))
        })
    }

    fn describe(&self, error: Error) -> Error {
        error.in_call(self.operation.name, 0)
    }
}
