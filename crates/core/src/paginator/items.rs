//! The items of all pages as one stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::PageCalls;
use crate::error::Error;
use crate::handlers::Handlers;
use crate::shape::Shape;

/// The items of every page of an operation's answer, as a [`Stream`] and through [`next`](Self::next).
///
/// Made by the `…_items` methods of clients and by [`Pages::items`](super::Pages::items). The next page is requested when
/// the items of the last are used up.
///
/// ```
/// # use cumulo_core::{Error, Items};
/// async fn print_all(mut keys: Items<String>) -> Result<(), Error> {
///     while let Some(key) = keys.next().await {
///         println!("{}", key?);
///     }
///     Ok(())
/// }
/// ```
#[must_use = "no page is requested before an item is asked for"]
pub struct Items<T> {
    calls: PageCalls,
    open: Open<T>,
    page: vec::IntoIter<T>,
}

type Open<T> = Box<dyn FnMut(&mut PageCalls, Box<dyn Shape>) -> Result<Option<Vec<T>>, Error> + Send>;

impl<T: 'static> Items<T> {
    pub(super) fn new<O: Shape>(
        calls: PageCalls,
        mut take: impl FnMut(&mut O) -> Option<Vec<T>> + Send + 'static,
    ) -> Self {
        let open: Open<T> = Box::new(move |calls, page| Ok(take(&mut *calls.typed::<O>(page)?)));
        Self { calls, open, page: vec::IntoIter::default() }
    }
}

impl<T> Items<T> {
    /// The next item, or `None` after the last of the last page.
    ///
    /// # Errors
    /// What fails the call of a page; see [`Pages::next`](super::Pages::next).
    ///
    /// # Cancel safety
    /// Safe: the call that is under way is kept and the next `next` waits for it.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// Every item that is left, in one list.
    ///
    /// # Errors
    /// The first failure; the items before it are lost.
    ///
    /// # Cancel safety
    /// Items that have been read are lost if the future is dropped.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
            all.extend(self.page.by_ref());
        }
        Ok(all)
    }

    /// The handlers that the requests of further pages start with, to edit.
    pub fn handlers_mut(&mut self) -> &mut Handlers {
        self.calls.source.handlers_mut()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(page) = ready!(self.calls.poll(context)) else { return Poll::Ready(None) };
            match page.and_then(|page| (self.open)(&mut self.calls, page)) {
                Ok(items) => self.page = items.unwrap_or_default().into_iter(),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

// Nothing in it is ever pinned.
impl<T> Unpin for Items<T> {}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("operation", &self.calls.operation.name).finish_non_exhaustive()
    }
}
