//! An answer's body, read as events.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::decoder::Decoder;
use super::events::Events;
use super::message::Message;
use super::read::{Reading, initial_response};
use crate::body::{self, Body};
use crate::error::Error;
use crate::operation::Service;
use crate::protocol::EventDocuments;
use crate::shape::Shape;

/// Reads events out of the body of an answer.
pub(crate) struct Receiver {
    body: Body,
    decoder: Decoder,
    reading: Reading,
    /// A message that has been read ahead.
    ahead: Option<Message>,
    origin: Origin,
}

/// The call to which the answer belongs, for the errors in it.
pub(crate) struct Origin {
    pub(crate) operation: &'static str,
    pub(crate) attempts: u32,
    pub(crate) request_id: Option<String>,
}

impl Receiver {
    /// Reads `body` into events of the type of `events`.
    pub(crate) fn new(
        body: Body,
        events: &Events,
        service: &'static Service,
        documents: &'static dyn EventDocuments,
        origin: Origin,
    ) -> Self {
        let reading = Reading { service, documents, event: events.event() };
        Self { body, decoder: Decoder::new(), reading, ahead: None, origin }
    }

    /// Waits for the first message; answers its document if it is the one with the members beside the stream.
    pub(crate) async fn initial_response(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(first) = poll_fn(|context| self.poll_message(context)).await.transpose()? else {
            return Ok(None);
        };
        if let Some(document) = initial_response(&first) {
            return Ok(Some(document.clone()));
        }
        // An error in the place of the first event is the answer to the call.
        if first.text(":message-type") != Some("event") {
            self.reading.event(&first)?;
        }
        self.ahead = Some(first);
        Ok(None)
    }

    pub(super) fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Box<dyn Shape>, Error>>> {
        loop {
            let read = match ready!(self.poll_message(context)) {
                None => return Poll::Ready(None),
                Some(message) => message.and_then(|message| self.reading.event(&message)),
            };
            match read {
                Ok(None) => {}
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Err(error) => return Poll::Ready(Some(Err(self.origin.describe(error)))),
            }
        }
    }

    fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        if let Some(message) = self.ahead.take() {
            return Poll::Ready(Some(Ok(message)));
        }
        loop {
            if let Some(message) = self.decoder.next_message().transpose() {
                return Poll::Ready(Some(message.map_err(Error::from)));
            }
            match ready!(self.body.poll_chunk(context)) {
                Some(Ok(chunk)) => self.decoder.push(&chunk),
                Some(Err(error)) => return Poll::Ready(Some(Err(body::read_error(error)))),
                None => {
                    let ended = self.decoder.finish();
                    return Poll::Ready(ended.err().map(|error| Err(error.into())));
                }
            }
        }
    }
}

impl Origin {
    fn describe(&self, error: Error) -> Error {
        let error = match &self.request_id {
            Some(id) => error.with_request_id(id.clone()),
            None => error,
        };
        error.in_call(self.operation, self.attempts)
    }
}
