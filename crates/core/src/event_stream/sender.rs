//! Events as the body of a request, before it is signed: one chunk of the body for each frame.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::events::Events;
use super::message::Message;
use super::write;
use crate::body::{Body, ByteStream};
use crate::error::{BoxError, Error};
use crate::protocol::EventDocuments;

/// The `Content-Type` of a body of frames.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

/// The frame with the members of an input that stand beside its stream, for protocols that have them in the body.
pub(crate) fn initial_request(document: Bytes, documents: &dyn EventDocuments) -> Result<Bytes, Error> {
    let message = Message::new(document)
        .header(":message-type", "event")
        .header(":event-type", "initial-request")
        .header(":content-type", documents.content_type());
    Ok(message.encode()?.into())
}

/// A body of the frame `first`, if there is one, and those of `events`. It can be sent again if the events are in memory.
///
/// # Errors
/// What keeps an event in memory from being written; with a stream, such an error breaks the body off.
pub(crate) fn frames(
    first: Option<Bytes>,
    events: Events,
    documents: &'static dyn EventDocuments,
) -> Result<Body, Error> {
    let Some(in_memory) = events.in_memory() else {
        let stream = Writing { first, events, documents, has_failed: false };
        return Ok(Body::received(Box::pin(stream), None));
    };
    let mut frames: Vec<Bytes> = first.into_iter().collect();
    for event in in_memory {
        let event = event.map_err(Error::clone)?;
        frames.push(write::message(event, documents)?.encode()?.into());
    }
    let frames: Arc<[Bytes]> = frames.into();
    let open = move || Box::pin(Written { frames: Arc::clone(&frames), next: 0 }) as ByteStream;
    Ok(Body::of_any_length(open))
}

/// Frames that are in memory.
struct Written {
    frames: Arc<[Bytes]>,
    next: usize,
}

impl Stream for Written {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let frame = self.frames.get(self.next).cloned();
        self.next += 1;
        Poll::Ready(frame.map(Ok))
    }
}

/// Frames that are written as their events come.
struct Writing {
    first: Option<Bytes>,
    events: Events,
    documents: &'static dyn EventDocuments,
    has_failed: bool,
}

impl Stream for Writing {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if this.has_failed {
            return Poll::Ready(None);
        }
        let Some(event) = ready!(this.events.poll_event(context)) else { return Poll::Ready(None) };
        let frame =
            event.and_then(|event| Ok(Bytes::from(write::message(&*event, this.documents)?.encode()?)));
        this.has_failed = frame.is_err();
        Poll::Ready(Some(frame.map_err(BoxError::from)))
    }
}
