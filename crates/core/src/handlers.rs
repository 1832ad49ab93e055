//! The fourteen handler lists of a request, and how they are edited.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::future::BoxFuture;
use crate::request::Request;

/// One stage of a request's life; each has its [`HandlerList`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Checks the parameters, once, before anything else. Stops at the first error.
    Validate,
    /// Writes the HTTP request, once. Stops at the first error.
    Build,
    /// Prepares an input that is a stream of events, once.
    BuildStream,
    /// Signs, once per attempt.
    Sign,
    /// Sends and receives the head of the answer, once per attempt.
    Send,
    /// Reads the request id, once per answer.
    UnmarshalMeta,
    /// Decides whether the answer is an error.
    ValidateResponse,
    /// Reads an error answer.
    UnmarshalError,
    /// Reads a good answer.
    Unmarshal,
    /// Prepares an output that is a stream of events.
    UnmarshalStream,
    /// Runs at the end of every attempt, good or bad.
    CompleteAttempt,
    /// Runs after a failed attempt; may set [`Request::retryable`].
    Retry,
    /// Decides on a retry and waits for it.
    AfterRetry,
    /// Runs once at the end of every call, also if building failed.
    Complete,
}

/// What runs in each [`Stage`]. Copies share their lists until one is edited.
///
/// A session's lists are copied into each client, a client's into each request: a later change further up does not
/// reach what was made before. Same meaning as Go's `request.Handlers`.
///
/// ```
/// use cumulo_core::{Handlers, Request};
///
/// let mut handlers = Handlers::default();
/// handlers.send.push_front(|request: &mut Request| println!("sending {}", request.operation().name));
/// assert_eq!(handlers.send.len(), 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Handlers(Arc<Lists>);

/// The lists, one for each [`Stage`], with its name.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "each list is documented at its stage")]
#[non_exhaustive]
pub struct Lists {
    pub validate: HandlerList,
    pub build: HandlerList,
    pub build_stream: HandlerList,
    pub sign: HandlerList,
    pub send: HandlerList,
    pub unmarshal_meta: HandlerList,
    pub validate_response: HandlerList,
    pub unmarshal_error: HandlerList,
    pub unmarshal: HandlerList,
    pub unmarshal_stream: HandlerList,
    pub complete_attempt: HandlerList,
    pub retry: HandlerList,
    pub after_retry: HandlerList,
    pub complete: HandlerList,
}

impl Default for Lists {
    fn default() -> Self {
        let goes_on = HandlerList::default;
        let stops = || HandlerList { stops_on_error: true, ..HandlerList::default() };
        Self {
            validate: stops(),
            build: stops(),
            build_stream: goes_on(),
            sign: goes_on(),
            send: goes_on(),
            unmarshal_meta: goes_on(),
            validate_response: goes_on(),
            unmarshal_error: goes_on(),
            unmarshal: goes_on(),
            unmarshal_stream: goes_on(),
            complete_attempt: goes_on(),
            retry: goes_on(),
            after_retry: goes_on(),
            complete: goes_on(),
        }
    }
}

impl Handlers {
    /// The list of `stage`.
    pub fn list(&self, stage: Stage) -> &HandlerList {
        match stage {
            Stage::Validate => &self.validate,
            Stage::Build => &self.build,
            Stage::BuildStream => &self.build_stream,
            Stage::Sign => &self.sign,
            Stage::Send => &self.send,
            Stage::UnmarshalMeta => &self.unmarshal_meta,
            Stage::ValidateResponse => &self.validate_response,
            Stage::UnmarshalError => &self.unmarshal_error,
            Stage::Unmarshal => &self.unmarshal,
            Stage::UnmarshalStream => &self.unmarshal_stream,
            Stage::CompleteAttempt => &self.complete_attempt,
            Stage::Retry => &self.retry,
            Stage::AfterRetry => &self.after_retry,
            Stage::Complete => &self.complete,
        }
    }

    /// Empties every list.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether every list is empty.
    pub fn is_empty(&self) -> bool {
        let Lists { validate, build, build_stream, sign, send, unmarshal_meta, validate_response, .. } =
            &*self.0;
        let Lists { unmarshal_error, unmarshal, unmarshal_stream, complete_attempt, .. } = &*self.0;
        let Lists { retry, after_retry, complete, .. } = &*self.0;
        let first = [validate, build, build_stream, sign, send, unmarshal_meta, validate_response];
        let second =
            [unmarshal_error, unmarshal, unmarshal_stream, complete_attempt, retry, after_retry, complete];
        first.iter().chain(&second).all(|list| list.is_empty())
    }
}

impl Deref for Handlers {
    type Target = Lists;
    fn deref(&self) -> &Lists {
        &self.0
    }
}

impl DerefMut for Handlers {
    fn deref_mut(&mut self) -> &mut Lists {
        Arc::make_mut(&mut self.0)
    }
}

type SyncFn = dyn Fn(&mut Request) + Send + Sync;
type AsyncFn = dyn for<'a> Fn(&'a mut Request) -> BoxFuture<'a, ()> + Send + Sync;

#[derive(Clone)]
enum Function {
    Sync(Arc<SyncFn>),
    Async(Arc<AsyncFn>),
}

/// A handler and the name by which it can be found, removed or replaced.
#[derive(Clone)]
pub struct NamedHandler {
    name: Cow<'static, str>,
    function: Function,
}

impl NamedHandler {
    /// The name of handlers that were pushed without one.
    pub const ANONYMOUS: &'static str = "__anonymous";

    /// A handler that does not wait for anything.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        handler: impl Fn(&mut Request) + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), function: Function::Sync(Arc::new(handler)) }
    }

    /// A handler that may wait.
    ///
    /// ```
    /// use cumulo_core::NamedHandler;
    ///
    /// let handler = NamedHandler::new_async("app.Pause", |_request| {
    ///     Box::pin(async { tokio::task::yield_now().await })
    /// });
    /// assert_eq!(handler.name(), "app.Pause");
    /// ```
    pub fn new_async(
        name: impl Into<Cow<'static, str>>,
        handler: impl for<'a> Fn(&'a mut Request) -> BoxFuture<'a, ()> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), function: Function::Async(Arc::new(handler)) }
    }

    /// The handler's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for NamedHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The handlers of one stage, in the order in which they run. Copies share their content until one is edited.
///
/// An edit made while the list runs is seen by the next run.
#[derive(Clone, Default)]
pub struct HandlerList {
    list: Arc<Vec<NamedHandler>>,
    stops_on_error: bool,
}

impl HandlerList {
    /// Appends a handler without a name.
    pub fn push_back(&mut self, handler: impl Fn(&mut Request) + Send + Sync + 'static) {
        self.push_back_named(NamedHandler::new(NamedHandler::ANONYMOUS, handler));
    }

    /// Puts a handler without a name before all others.
    pub fn push_front(&mut self, handler: impl Fn(&mut Request) + Send + Sync + 'static) {
        self.push_front_named(NamedHandler::new(NamedHandler::ANONYMOUS, handler));
    }

    /// Appends a handler.
    pub fn push_back_named(&mut self, handler: NamedHandler) {
        Arc::make_mut(&mut self.list).push(handler);
    }

    /// Puts a handler before all others.
    pub fn push_front_named(&mut self, handler: NamedHandler) {
        Arc::make_mut(&mut self.list).insert(0, handler);
    }

    /// Removes every handler with the name of `handler`.
    pub fn remove(&mut self, handler: &NamedHandler) {
        self.remove_by_name(&handler.name);
    }

    /// Removes every handler called `name`.
    pub fn remove_by_name(&mut self, name: &str) {
        Arc::make_mut(&mut self.list).retain(|handler| handler.name != name);
    }

    /// Puts `handler` in the place of every handler called `name`. Answers whether there was one.
    pub fn swap(&mut self, name: &str, handler: NamedHandler) -> bool {
        let mut found = false;
        for place in Arc::make_mut(&mut self.list).iter_mut().filter(|place| place.name == name) {
            *place = handler.clone();
            found = true;
        }
        found
    }

    /// Replaces the handlers of the same name, or else appends.
    pub fn set_back_named(&mut self, handler: NamedHandler) {
        if !self.swap(&handler.name.clone(), handler.clone()) {
            self.push_back_named(handler);
        }
    }

    /// Replaces the handlers of the same name, or else puts `handler` before all others.
    pub fn set_front_named(&mut self, handler: NamedHandler) {
        if !self.swap(&handler.name.clone(), handler.clone()) {
            self.push_front_named(handler);
        }
    }

    /// Removes all handlers.
    pub fn clear(&mut self) {
        self.list = Arc::default();
    }

    /// How many handlers there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The names, in the order in which the handlers run.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(NamedHandler::name)
    }

    /// Runs the handlers on `request`; in a stage that stops on errors, up to the first that leaves one.
    pub async fn run(&self, request: &mut Request) {
        for handler in &*self.list {
            match &handler.function {
                Function::Sync(function) => function(request),
                Function::Async(function) => function(request).await,
            }
            if self.stops_on_error && request.error.is_some() {
                return;
            }
        }
    }
}

impl fmt::Debug for HandlerList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&*self.list).finish()
    }
}
