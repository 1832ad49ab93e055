//! The one loop: how a request goes from parameters to an answer.
//!
//! ```text
//! validate → build → [sign → send → unmarshal_meta → validate_response → unmarshal | unmarshal_error
//!                     → complete_attempt → retry → after_retry]* → complete
//! ```
//!
//! What each stage does stands in its handlers ([`crate::stages`]); here stands only their order.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use ::http::header;

use crate::err_code;
use crate::error::Error;
use crate::handlers::Stage;
use crate::request::{PresignedRequest, Presigning, Request};
use crate::shape::Shape;

impl Request {
    /// Sends the request, retrying as the client is configured, and answers what the service said.
    ///
    /// Called by [`OperationRequest::send`](crate::OperationRequest::send) and by callers that know the operation only by
    /// name. A request is sent once; a second call answers an error.
    ///
    /// # Errors
    /// Any failure of the call, with the operation and the number of attempts in it.
    ///
    /// # Cancel safety
    /// Dropping the future gives the call up; the stages that have not run yet do not run, Complete among them.
    pub async fn send(&mut self) -> Result<Box<dyn Shape>, Error> {
        self.begin()?;
        if self.error.is_none() {
            self.try_until_done().await;
        }
        self.run(Stage::Complete).await;
        match self.error.take() {
            Some(error) => Err(self.describe(error)),
            None => self.data.take().ok_or_else(|| {
                self.describe(Error::new(err_code::SERIALIZATION_ERROR, "no handler has read the answer"))
            }),
        }
    }

    /// Marks the request as used: what a call leaves behind in it would be taken for the answer of the next.
    fn begin(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.is_used, true) {
            let message = "the request has been sent or presigned before: make another";
            return Err(Error::new(err_code::REQUEST_USED, message).in_call(self.operation().name, 0));
        }
        Ok(())
    }

    async fn try_until_done(&mut self) {
        self.build().await;
        while self.error.is_none() {
            self.wait_for_turn().await;
            self.observed_attempt().await;
            self.run(Stage::CompleteAttempt).await;
            if self.error.is_none() {
                return self.settings().retryer.succeeded(self.last_failure.as_ref());
            }
            self.run(Stage::Retry).await;
            self.run(Stage::AfterRetry).await;
            if self.error.is_some() || self.retryable != Some(true) {
                return;
            }
            self.prepare_retry();
        }
    }

    /// Checks the parameters and writes the HTTP request, once.
    async fn build(&mut self) {
        for stage in [Stage::Validate, Stage::Build, Stage::BuildStream] {
            self.run(stage).await;
            if self.error.is_some() {
                return;
            }
        }
    }

    /// Waits before the attempt where the retryer limits how many there are. No time limit includes it.
    async fn wait_for_turn(&mut self) {
        let settings = self.settings();
        if let Some(turn) = settings.retryer.acquire(&settings.clock) {
            turn.await;
        }
    }

    /// One attempt, of which the retryer learns what came if it was sent.
    async fn observed_attempt(&mut self) {
        let sent_before = self.attempts;
        self.limited_attempt().await;
        if self.attempts > sent_before {
            let settings = self.settings();
            settings.retryer.attempted(self.error.as_ref(), &*settings.clock);
        }
    }

    /// One attempt within the time limit for one, if there is one.
    async fn limited_attempt(&mut self) {
        let Some(limit) = self.settings().timeouts.attempt else { return self.attempt().await };
        let mut timer = self.settings().clock.sleep(limit);
        let finished = {
            let mut attempt = pin!(self.attempt());
            poll_fn(|context| match attempt.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(true),
                Poll::Pending => timer.as_mut().poll(context).map(|()| false),
            })
            .await
        };
        if !finished {
            self.fail(attempt_timed_out(limit));
        }
    }

    /// Signs, sends, and reads the answer.
    async fn attempt(&mut self) {
        self.attempt_time = self.settings().clock.now();
        self.retryable = None;
        self.run(Stage::Sign).await;
        if self.error.is_some() {
            self.retryable = Some(false);
            return;
        }
        self.attempts += 1;
        self.run(Stage::Send).await;
        if self.error.is_some() {
            return;
        }
        self.run(Stage::UnmarshalMeta).await;
        self.run(Stage::ValidateResponse).await;
        if self.error.is_some() {
            return self.run(Stage::UnmarshalError).await;
        }
        self.run(Stage::Unmarshal).await;
        if self.error.is_none() {
            self.run(Stage::UnmarshalStream).await;
        }
    }

    /// Puts the request back to where an attempt can begin.
    fn prepare_retry(&mut self) {
        self.http_response = None;
        self.data = None;
        self.request_id = None;
    }

    /// Builds and signs the request as a URL, without sending it. A request that has been sent or presigned cannot be
    /// presigned; another call answers an error.
    ///
    /// # Errors
    /// `InvalidPresignExpireError` unless `expires` is between 1 s and 7 days; what keeps the request from being built or signed.
    ///
    /// # Cancel safety
    /// Safe; nothing is sent but what it takes to get credentials.
    pub async fn presign(&mut self, expires: Duration) -> Result<PresignedRequest, Error> {
        self.begin()?;
        self.presigning = Some(Presigning::new(expires));
        if self.error.is_none() {
            self.build().await;
        }
        if self.error.is_none() {
            self.attempt_time = self.settings().clock.now();
            self.run(Stage::Sign).await;
        }
        self.run(Stage::Complete).await;
        // One that nobody signs still has all its headers; who sends it has a name of its own.
        self.http_request.headers.remove(header::USER_AGENT);
        match self.error.take() {
            Some(error) => Err(self.describe(error)),
            None => Ok(PresignedRequest {
                method: self.http_request.method.clone(),
                url: self.http_request.url.to_text(),
                headers: std::mem::take(&mut self.http_request.headers),
            }),
        }
    }

    async fn run(&mut self, stage: Stage) {
        let list = self.handlers.list(stage);
        if !list.is_empty() {
            let list = list.clone();
            list.run(self).await;
        }
    }

    fn describe(&self, error: Error) -> Error {
        let error = match (&self.request_id, error.request_id()) {
            (Some(id), None) => error.with_request_id(id.clone()),
            _ => error,
        };
        error.in_call(self.operation().name, self.attempts)
    }
}

fn attempt_timed_out(limit: Duration) -> Error {
    let message = format!("the attempt took longer than its limit of {limit:?}");
    Error::new(err_code::RESPONSE_TIMEOUT, message)
}

#[cfg(test)]
mod tests;
