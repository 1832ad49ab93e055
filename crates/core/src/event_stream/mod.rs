//! Event streams (`application/vnd.amazon.eventstream`): answers that come as one event after the other, and requests that
//! are sent so.
//!
//! A generated output has an [`EventStream`] of a structure with one member for each kind of event:
//!
//! ```
//! use cumulo_core::{Error, EventStream};
//! # use cumulo_core::{Shape, schema::{Member, Schema, Target}, shape::{Mut, Ref, get, get_mut}};
//! # #[derive(Default)] struct Event { records: Option<String> }
//! # static EVENT: Schema = Schema::new("Event", &[Member::new("Records", Target::String)]);
//! # impl Shape for Event {
//! #     fn schema(&self) -> &'static Schema { &EVENT }
//! #     fn member(&self, _: usize) -> Option<Ref<'_>> { get(&self.records) }
//! #     fn member_mut(&mut self, _: usize) -> Option<Mut<'_>> { get_mut(&mut self.records) }
//! # }
//!
//! async fn print(mut events: EventStream<Event>) -> Result<(), Error> {
//!     while let Some(event) = events.recv().await? {
//!         if let Some(records) = event.records {
//!             print!("{records}");
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! The parts, from the wire upwards: [`Decoder`] and [`Message::encode`] are the frames; `read` and `write` turn messages
//! into events and back, by the documents of the service's protocol; `receiver` reads an answer, `sender` makes the body of a
//! request, `signed` signs it frame by frame. The stages that join them to a request stand in
//! [`stages::event_stream`](crate::stages::event_stream).
//!
//! Specification: <https://smithy.io/2.0/aws/amazon-eventstream.html>.

mod decoder;
mod encoder;
mod error;
mod events;
mod message;
mod read;
mod receiver;
mod sender;
mod signed;
mod write;
#[cfg(test)]
mod tests;

pub use decoder::Decoder;
pub use error::{FrameError, FrameFault};
pub use events::Events;
pub use message::{Header, HeaderValue, Message};
pub(crate) use receiver::{Origin, Receiver};
pub(crate) use sender::{CONTENT_TYPE, frames, initial_request};
pub(crate) use signed::{Signing, signed};

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::Error;
use crate::shape::Shape;

/// The most that the headers of a message may take, in bytes: 128 KiB.
pub const MAX_HEADERS: usize = 128 * 1024;

/// The most that the payload of a message may take, in bytes: 24 MiB.
pub const MAX_PAYLOAD: usize = 24 * 1024 * 1024;

/// The length of what stands before the headers: two lengths and their checksum.
const PRELUDE: usize = 12;

/// The length of the checksum at the end of a frame.
const CHECKSUM: usize = 4;

/// A stream of events of the type `T`, of which each has one member set.
///
/// In an output it is read with [`recv`](Self::recv) or as a `Stream`. In an input, and in an output that a fake answers, it
/// is made from a `Vec` of events ([`From`]), from results (`collect`), or from any `Stream` ([`new`](Self::new)).
///
/// Reading it is what reads the answer: nothing is buffered but the frame that is arriving. It ends with the first error,
/// which is one of these:
///
/// | code | what has happened |
/// | --- | --- |
/// | the service's own | the service has sent an exception, with its fields if the model describes it, or an error |
/// | `SerializationError` | a frame or an event cannot be read; its message says where and what was expected |
/// | `ReadError` | the connection has ended within a frame or was silent for longer than [`Timeouts::read_body`](crate::Timeouts) |
///
/// Events that the model does not describe are passed over, so that a service may add some. A service that marks the end
/// with an event of its own, as S3 Select does with `End`, has broken off if that event has not come.
///
/// Dropping the stream closes the connection.
pub struct EventStream<T> {
    events: Events,
    event: PhantomData<fn() -> T>,
}

impl<T: Shape> EventStream<T> {
    /// The events of `stream`. What reads it, a request mostly, stops at the first error.
    ///
    /// A request that is made of it is sent once: it cannot be retried. Services that answer while they are being sent events
    /// speak HTTP/2 alone: the feature `http2` must be on for them.
    pub fn new(stream: impl Stream<Item = Result<T, Error>> + Send + 'static) -> Self
    where
        T: Default,
    {
        let mut events = Events::of::<T>();
        events.set_stream(stream);
        Self::from_erased(events)
    }

    pub(crate) fn from_erased(events: Events) -> Self {
        Self { events, event: PhantomData }
    }

    pub(crate) fn erased(&self) -> &Events {
        &self.events
    }

    pub(crate) fn erased_mut(&mut self) -> &mut Events {
        &mut self.events
    }

    /// The next event, or `None` at the end.
    ///
    /// # Errors
    /// Those of the table above.
    ///
    /// # Cancel safety
    /// Safe: an event that has arrived in part is kept for the next call.
    pub async fn recv(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll(context)).await.transpose()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        self.events.poll_event(context).map(|event| {
            event.map(|event| {
                let of_type = |event: Box<dyn Shape>| event.downcast::<T>().map(|event| *event);
                event.and_then(|event| of_type(event).ok_or_else(another_type))
            })
        })
    }
}

fn another_type() -> Error {
    Error::unreadable("a handler put events of another type into the stream")
}

impl<T: Shape> Stream for EventStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

/// One without events.
impl<T: Shape + Default> Default for EventStream<T> {
    fn default() -> Self {
        Self::from_erased(Events::of::<T>())
    }
}

/// These events and then the end: for fakes, and for requests, which can then be retried.
impl<T: Shape + Default> From<Vec<T>> for EventStream<T> {
    fn from(events: Vec<T>) -> Self {
        events.into_iter().map(Ok).collect()
    }
}

/// These events up to the first error: for fakes that fail on the way.
impl<T: Shape + Default> FromIterator<Result<T, Error>> for EventStream<T> {
    fn from_iter<I: IntoIterator<Item = Result<T, Error>>>(results: I) -> Self {
        let mut events = Events::of::<T>();
        for result in results {
            events.push(result.map(|event| Box::new(event) as Box<dyn Shape>));
        }
        Self::from_erased(events)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.events.fmt(f)
    }
}
