//! Streams of events in dynamic shapes, read and written one by one.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde_json::Value as Json;

use super::shape::DynamicShape;
use crate::err_code;
use crate::error::Error;
use crate::event_stream::EventStream;
use crate::schema::Schema;
use crate::shape::{Mut, Shape};

impl DynamicShape {
    /// Takes the stream of events called `name` out of an output; `None` if there is none of that name, or it is unset.
    ///
    /// Each event is a structure with one member set, to be shown with [`to_json`](super::to_json):
    ///
    /// ```
    /// use cumulo_core::{Error, dynamic};
    /// use serde_json::json;
    ///
    /// async fn print(client: &dynamic::Client) -> Result<(), Error> {
    ///     let mut output = client.request("StartLiveTail", &json!({"logGroupIdentifiers": ["a"]}))?.send().await?;
    ///     let Some(mut events) = output.take_events("responseStream") else { return Ok(()) };
    ///     while let Some(event) = events.recv().await? {
    ///         println!("{}", dynamic::to_json(&event));
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn take_events(&mut self, name: &str) -> Option<EventStream<Self>> {
        let index = self.schema().index_of(name)?;
        self.member(index)?;
        match self.member_mut(index) {
            Some(Mut::Events(events)) => Some(EventStream::from_erased(events.take())),
            _ => None,
        }
    }

    /// Sets the stream of events called `name` of an input: each event is an object with one member. Events that are in
    /// memory can be given as an array in [`fill`](super::fill) instead; then the request can be retried.
    ///
    /// # Errors
    /// `InvalidParameter` if no stream of events has that name. An event that does not fit breaks the request off.
    pub fn set_events(
        &mut self,
        name: &str,
        events: impl Stream<Item = Result<Json, Error>> + Send + 'static,
    ) -> Result<(), Error> {
        let place = self.schema().index_of(name).and_then(|index| self.member_mut(index));
        let Some(Mut::Events(place)) = place else {
            let message = format!("there is no stream of events, {}.{name}", self.schema().name);
            return Err(Error::new(err_code::INVALID_PARAMETER, message));
        };
        let schema = place.schema();
        place.set_stream(Filled { schema, events: Box::pin(events) });
        Ok(())
    }
}

/// A stream of JSON as one of events.
struct Filled<S> {
    schema: &'static Schema,
    events: Pin<Box<S>>,
}

impl<S: Stream<Item = Result<Json, Error>>> Stream for Filled<S> {
    type Item = Result<DynamicShape, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let schema = self.schema;
        self.events.as_mut().poll_next(context).map(|item| {
            item.map(|json| {
                let mut event = DynamicShape::new(schema);
                super::fill(&mut event, &json?)?;
                Ok(event)
            })
        })
    }
}
