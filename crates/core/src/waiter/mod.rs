//! Waiting for a state: an operation is called again and again until its answer, or its error, is the awaited one.
//!
//! Generated clients have a `wait_until_…` method for every waiter of the service model; the rules are a [`WaiterModel`].

mod acceptor;
#[cfg(test)]
mod tests;

pub use acceptor::{Acceptor, Expected, Matcher, State};

use std::fmt;
use std::time::Duration;

use crate::client::BaseClient;
use crate::err_code;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::handlers::Handlers;
use crate::operation::Operation;
use crate::shape::{Shape, copy};
use acceptor::{Answer, Check};

/// What a waiter of a service model waits for: a static table, written by the generator.
#[derive(Debug)]
pub struct WaiterModel {
    /// Its name, for example `BucketExists`.
    pub name: &'static str,
    /// The operation that is called.
    pub operation: &'static Operation,
    /// The wait between two calls, in seconds.
    pub delay: u32,
    /// How many calls are made at most.
    pub max_attempts: u32,
    /// What the answers mean; the first that fits one decides.
    pub acceptors: &'static [Acceptor],
}

/// A wait that starts when it is awaited. Made by the `wait_until_…` methods of clients.
///
/// It ends well when an answer is the awaited one. An answer that no acceptor of the model knows is waited on; an error that
/// none knows ends the wait and is returned as it came, so that a refused call is not repeated until the attempts are used up.
/// Same role as Go's `WaitUntilBucketExists`.
///
/// ```
/// # use std::time::Duration;
/// # use cumulo_core::{Error, Waiter};
/// # async fn example(wait: impl Fn() -> Waiter) -> Result<(), Error> {
/// # let wait_until_bucket_exists = || wait();
/// wait_until_bucket_exists().await?;
/// wait_until_bucket_exists().delay(Duration::from_secs(1)).max_wait(Duration::from_secs(30)).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `ResourceNotReady` if a state is seen from which the awaited one cannot come, or if the attempts or the time are used up;
/// its source is the last error of the operation, if that failed. Any error of the operation that the model does not expect.
///
/// # Cancel safety
/// Dropping the future ends the wait, and the call that is under way.
#[must_use = "a waiter does nothing until it is awaited"]
pub struct Waiter {
    client: BaseClient,
    model: &'static WaiterModel,
    input: Box<dyn Shape>,
    max_attempts: u32,
    delay: Duration,
    max_wait: Option<Duration>,
}

impl Waiter {
    /// The wait that `model` describes. Called by generated code.
    pub fn new(client: &BaseClient, model: &'static WaiterModel, input: impl Shape) -> Self {
        Self {
            client: client.clone(),
            model,
            input: Box::new(input),
            max_attempts: model.max_attempts,
            delay: Duration::from_secs(model.delay.into()),
            max_wait: None,
        }
    }

    /// How many times the operation is called at most; at least one. Defaults to what the service model says.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The wait between two calls. Defaults to what the service model says.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Gives up rather than start a call later than this after the first. No limit by default.
    ///
    /// A call that is under way is not cut off; use the client's [`Timeouts`](crate::Timeouts) for that.
    pub fn max_wait(mut self, limit: Duration) -> Self {
        self.max_wait = Some(limit);
        self
    }

    /// The handlers that each call starts with, to edit.
    pub fn handlers_mut(&mut self) -> &mut Handlers {
        self.client.handlers_mut()
    }

    async fn wait(self) -> Result<(), Error> {
        let checks: Vec<Check> = self
            .model
            .acceptors
            .iter()
            .map(Check::new)
            .collect::<Result<_, _>>()
            .map_err(|error| self.named(error))?;
        let clock = &self.client.settings().clock;
        let start = clock.now();
        let mut attempt = 0;
        loop {
            attempt += 1;
            let answer = self.call().await?;
            let decisive = checks.iter().find(|check| check.fits(&answer));
            match decisive.map(|check| (check.state(), check)) {
                Some((State::Success, _)) => return Ok(()),
                Some((State::Failure, check)) => {
                    let message = format!("failed waiting for {}: {check}", self.model.name);
                    return Err(self.not_ready(message, attempt, answer));
                }
                Some((State::Retry, _)) => {}
                None => answer.check()?,
            }
            if attempt >= self.max_attempts {
                let message = format!("exceeded {attempt} wait attempts for {}", self.model.name);
                return Err(self.not_ready(message, attempt, answer));
            }
            let next = clock.now().duration_since(start).saturating_add(self.delay);
            if let Some(limit) = self.max_wait.filter(|limit| next > *limit) {
                let message = format!("exceeded the limit of {limit:?} for {}", self.model.name);
                return Err(self.not_ready(message, attempt, answer));
            }
            clock.sleep(self.delay).await;
        }
    }

    /// One call.
    async fn call(&self) -> Result<Answer, Error> {
        let mut params = self.model.operation.input.make();
        copy(&*self.input, &mut *params).map_err(|error| self.named(error))?;
        let mut request = self.client.erased_request(self.model.operation, params);
        let result = request.send().await;
        let status = request.http_response.as_ref().map(|response| response.status);
        Ok(Answer { result, status })
    }

    fn not_ready(&self, message: String, attempts: u32, answer: Answer) -> Error {
        let mut error = Error::new(err_code::RESOURCE_NOT_READY, message);
        if let Some(status) = answer.status() {
            error = error.with_status(status);
        }
        if let Err(cause) = answer.result {
            error = error.with_source(cause);
        }
        error.in_call(self.model.operation.name, attempts)
    }

    fn named(&self, error: Error) -> Error {
        error.in_call(self.model.operation.name, 0)
    }
}

impl IntoFuture for Waiter {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter")
            .field("name", &self.model.name)
            .field("input", &self.input)
            .field("max_attempts", &self.max_attempts)
            .field("delay", &self.delay)
            .field("max_wait", &self.max_wait)
            .finish_non_exhaustive()
    }
}
