//! A body that is still arriving when its call has ended: what fails it names the call.

use std::task::Context;

use crate::body::kind::{Kind, PollChunk, Source};
use crate::body::read_error;

pub(super) struct Answered {
    body: Box<dyn Source>,
    operation: &'static str,
    request_id: Option<String>,
}

impl Answered {
    pub(super) fn new(body: Box<dyn Source>, operation: &'static str, request_id: Option<&str>) -> Self {
        Self { body, operation, request_id: request_id.map(str::to_owned) }
    }
}

impl Source for Answered {
    fn len(&self) -> Option<u64> {
        self.body.len()
    }

    fn is_rewindable(&self) -> bool {
        self.body.is_rewindable()
    }

    fn try_clone(&self) -> Option<Kind> {
        self.body.try_clone()
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> PollChunk {
        self.body.poll_chunk(context).map_err(|error| {
            let error = read_error(error).in_call(self.operation, 0);
            Box::new(match &self.request_id {
                Some(id) if error.request_id().is_none() => error.with_request_id(id),
                _ => error,
            }) as _
        })
    }

    fn origin(&self) -> &'static str {
        self.body.origin()
    }
}
