//! A stream of events whose type is known to its schema alone: what stands behind every [`EventStream`](super::EventStream).

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;

use super::receiver::Receiver;
use crate::error::Error;
use crate::operation::ShapeType;
use crate::schema::Schema;
use crate::shape::Shape;

type Boxed = Pin<Box<dyn Stream<Item = Result<Box<dyn Shape>, Error>> + Send>>;

/// A stream of events of a type that only its schema tells. The lens gives it as
/// [`Ref::Events`](crate::shape::Ref::Events) and [`Mut::Events`](crate::shape::Mut::Events).
///
/// Handlers that look at every stream use it, and code that calls operations by name; to others it is an
/// [`EventStream`](super::EventStream).
pub struct Events {
    event: ShapeType,
    source: Source,
}

/// Where the events come from. The streams are in mutexes, never locked, because a stream need not be `Sync` and a shape is.
enum Source {
    /// From memory, where those that have been asked for are gone.
    Memory(VecDeque<Result<Box<dyn Shape>, Error>>),
    /// From the caller.
    Stream(Mutex<Boxed>),
    /// From an answer.
    Answer(Box<Mutex<Receiver>>),
}

impl Events {
    /// A stream without events, for those that `event` makes: structures with a member for each kind of event.
    pub const fn new(event: ShapeType) -> Self {
        Self { event, source: Source::Memory(VecDeque::new()) }
    }

    pub(super) fn of<T: Shape + Default>() -> Self {
        Self::new(ShapeType::of::<T>(T::default().schema()))
    }

    /// The table of an event.
    pub fn schema(&self) -> &'static Schema {
        self.event.schema
    }

    /// An event with no member set, of the type that this stream is made of.
    pub fn make(&self) -> Box<dyn Shape> {
        self.event.make()
    }

    pub(super) fn event(&self) -> ShapeType {
        self.event
    }

    /// Appends an event, made with [`make`](Self::make), or the error with which the stream ends. In the place of a stream
    /// that is not in memory, it is the first.
    pub fn push(&mut self, event: Result<Box<dyn Shape>, Error>) {
        match &mut self.source {
            Source::Memory(events) => events.push_back(event),
            source => *source = Source::Memory(VecDeque::from([event])),
        }
    }

    /// Takes the stream, leaving one without events.
    #[must_use]
    pub fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(self.event))
    }

    /// The events, if they are in memory.
    pub fn in_memory(&self) -> Option<impl ExactSizeIterator<Item = Result<&dyn Shape, &Error>>> {
        match &self.source {
            Source::Memory(events) => Some(events.iter().map(|event| event.as_deref())),
            Source::Stream(_) | Source::Answer(_) => None,
        }
    }

    pub(crate) fn set_stream<T: Shape>(
        &mut self,
        stream: impl Stream<Item = Result<T, Error>> + Send + 'static,
    ) {
        self.source = Source::Stream(Mutex::new(Box::pin(Erased(Box::pin(stream)))));
    }

    /// Reads the events out of an answer from now on.
    pub(crate) fn receive(&mut self, receiver: Receiver) {
        self.source = Source::Answer(Box::new(Mutex::new(receiver)));
    }

    /// The next event, or `None` at the end.
    ///
    /// # Errors
    /// Those of [`EventStream`](super::EventStream).
    ///
    /// # Cancel safety
    /// Safe: an event that has arrived in part is kept for the next call.
    pub async fn recv(&mut self) -> Result<Option<Box<dyn Shape>>, Error> {
        poll_fn(|context| self.poll_event(context)).await.transpose()
    }

    pub(crate) fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Box<dyn Shape>, Error>>> {
        let polled = match &mut self.source {
            Source::Memory(events) => Poll::Ready(events.pop_front()),
            Source::Stream(stream) => {
                stream.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll_next(context)
            }
            Source::Answer(receiver) => {
                receiver.get_mut().unwrap_or_else(PoisonError::into_inner).poll_event(context)
            }
        };
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.source = Source::Memory(VecDeque::new());
        }
        polled
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Memory(events) => write!(f, "<{} events>", events.len()),
            Source::Stream(_) | Source::Answer(_) => f.write_str("<events>"),
        }
    }
}

/// A stream of a known type as one of shapes.
struct Erased<S>(Pin<Box<S>>);

impl<T: Shape, S: Stream<Item = Result<T, Error>>> Stream for Erased<S> {
    type Item = Result<Box<dyn Shape>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let boxed = |event| Box::new(event) as Box<dyn Shape>;
        self.0.as_mut().poll_next(context).map(|item| item.map(|event| event.map(boxed)))
    }
}
