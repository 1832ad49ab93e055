//! One request: everything its handlers see and may change.

mod call;
mod presigned;

pub use call::Call;
pub use presigned::PresignedRequest;
pub(crate) use presigned::Presigning;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use ::http::Extensions;

use crate::auth_scheme::AuthScheme;
use crate::client::Settings;
use crate::credentials::{Credentials, Value};
use crate::date_time::DateTime;
use crate::error::Error;
use crate::handlers::Handlers;
use crate::http::{HttpRequest, HttpResponse, Method, Url};
use crate::operation::{Operation, ParamSource};
use crate::shape::Shape;

/// A request on its way: the parameters, the HTTP request built from them, the answer, and the state of its retries.
///
/// Handlers take it by `&mut`. A handler fails the request by setting [`error`](Self::error) and heals it by clearing it.
/// Same meaning as Go's `request.Request`.
pub struct Request {
    settings: Arc<Settings>,
    operation: &'static Operation,
    client_handlers: Handlers,
    /// The handlers of this request alone.
    pub handlers: Handlers,
    /// The parameters.
    pub params: Box<dyn Shape>,
    /// The path and query template; starts as the operation's.
    pub http_path: Cow<'static, str>,
    /// The HTTP request, complete after the Build stage but for the signature.
    pub http_request: HttpRequest,
    /// The region in the scope of the signature.
    pub signing_region: Cow<'static, str>,
    /// The service in the scope of the signature.
    pub signing_name: Cow<'static, str>,
    /// The kind of the signature.
    pub auth_scheme: AuthScheme,
    /// Who signs this request in the place of its client's credentials. A handler before `v4.Sign` may set it.
    pub credentials: Option<Credentials>,
    /// The answer; a handler of the Send stage may put one here in the server's place.
    pub http_response: Option<HttpResponse>,
    /// What the answer holds, once it has been read.
    pub data: Option<Box<dyn Shape>>,
    /// What failed the request, if anything has.
    pub error: Option<Error>,
    /// The id the service gave the request.
    pub request_id: Option<String>,
    /// Whether a failed attempt may be repeated; unset, the retryer decides. After the AfterRetry stage the attempt is
    /// repeated if this is true and the error has been cleared.
    pub retryable: Option<bool>,
    /// How many retries there have been.
    pub retry_count: u32,
    /// When the request was made.
    pub time: DateTime,
    /// When the current attempt began.
    pub attempt_time: DateTime,
    /// What handlers keep for one another.
    pub extensions: Extensions,
    pub(crate) attempts: u32,
    pub(crate) is_used: bool,
    pub(crate) is_body_spent: bool,
    pub(crate) retry_delay: Option<Duration>,
    /// What the last retry is for.
    pub(crate) last_failure: Option<Error>,
    pub(crate) signature: Signature,
    pub(crate) presigning: Option<Presigning>,
    endpoint_overrides: Vec<(&'static str, ParamSource)>,
}

impl Request {
    /// A request of `operation` with its client's handlers; called by clients.
    pub fn new(
        settings: Arc<Settings>,
        handlers: Handlers,
        operation: &'static Operation,
        params: Box<dyn Shape>,
    ) -> Self {
        let now = settings.clock.now();
        let method = Method::from_bytes(operation.http_method.as_bytes()).unwrap_or(Method::POST);
        let (url, signing_region, signing_name, auth_scheme, error) = match &settings.endpoint {
            Ok(endpoint) => {
                let (region, name) = (endpoint.signing_region.clone(), endpoint.signing_name.clone());
                let scheme = AuthScheme::of(endpoint.auth_scheme.as_ref(), operation, &settings.config);
                (endpoint.url.clone(), region.into(), name.into(), scheme, None)
            }
            Err(error) => {
                // The call's own parameters may make it an endpoint; if not, the handler that asks the rules says so.
                let error = settings.endpoint_rules.is_none().then(|| error.clone());
                (Url::nowhere(), Cow::Borrowed(""), Cow::Borrowed(""), AuthScheme::default(), error)
            }
        };
        Self {
            settings,
            operation,
            client_handlers: handlers.clone(),
            handlers,
            params,
            http_path: Cow::Borrowed(operation.http_path),
            http_request: HttpRequest::new(method, url),
            signing_region,
            signing_name,
            auth_scheme,
            credentials: None,
            http_response: None,
            data: None,
            error,
            request_id: None,
            retryable: None,
            retry_count: 0,
            time: now,
            attempt_time: now,
            extensions: Extensions::new(),
            attempts: 0,
            is_used: false,
            is_body_spent: false,
            retry_delay: None,
            last_failure: None,
            signature: Signature::default(),
            presigning: None,
            endpoint_overrides: Vec::new(),
        }
    }

    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The settings of the client that made the request.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same, for whoever keeps them longer than the request, and to make other requests of the same client with.
    pub fn shared_settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings)
    }

    /// The handlers that it was made with, which its client gives to every request: those that were added to this one alone
    /// are not among them. For requests that serve this one, with [`shared_settings`](Self::shared_settings).
    pub fn client_handlers(&self) -> &Handlers {
        &self.client_handlers
    }

    /// Who signs it: its own credentials, else those of its client.
    pub(crate) fn signing_credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref().or(self.settings.credentials.as_ref())
    }

    /// The parameters as the generated type `T`, if they are.
    pub fn params_as<T: Shape>(&self) -> Option<&T> {
        self.params.downcast_ref()
    }

    /// The parameters as the generated type `T`, if they are.
    pub fn params_as_mut<T: Shape>(&mut self) -> Option<&mut T> {
        self.params.downcast_mut()
    }

    /// Sets a parameter of the service's endpoint rules for this request alone, over what the client and the operation say,
    /// for example `ForcePathStyle`. Called by handlers that run before `core.ResolveEndpoint`. Has no effect where the
    /// rules have no such parameter.
    pub fn set_endpoint_param(&mut self, name: &'static str, source: ParamSource) {
        self.endpoint_overrides.push((name, source));
    }

    pub(crate) fn endpoint_overrides(&self) -> &[(&'static str, ParamSource)] {
        &self.endpoint_overrides
    }

    /// Fails the request.
    pub fn fail(&mut self, error: Error) {
        self.error = Some(error);
    }

    /// Whether the request is being presigned rather than sent.
    pub fn is_presigned(&self) -> bool {
        self.presigning.is_some()
    }

    /// How long the current failed attempt is waited for before the next, as chosen by the retryer.
    pub fn retry_delay(&self) -> Option<Duration> {
        self.retry_delay
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.name)
            .field("params", &self.params)
            .field("method", &self.http_request.method)
            .field("url", &self.http_request.url)
            .field("http_response", &self.http_response)
            .field("error", &self.error)
            .field("retry_count", &self.retry_count)
            .finish_non_exhaustive()
    }
}

/// What the last signature was made with, to tell after a refusal whether anything has changed since.
#[derive(Default)]
pub(crate) struct Signature {
    /// The credentials.
    pub(crate) credentials: Option<Arc<Value>>,
    /// The correction of the clock, in seconds.
    pub(crate) clock_skew: i64,
}

/// A [`Request`] whose answer has the type `O`; made by the `…_request` methods of clients.
///
/// Derefs to [`Request`], so that its handlers and parameters can be reached.
#[must_use = "a request does nothing until it is sent"]
pub struct OperationRequest<O> {
    request: Box<Request>,
    output: PhantomData<fn() -> O>,
}

impl<O: Shape> OperationRequest<O> {
    pub(crate) fn new(request: Box<Request>) -> Self {
        Self { request, output: PhantomData }
    }

    /// Sends the request and reads the answer, retrying as configured. Nothing is sent before the call is awaited.
    ///
    /// # Errors
    /// Any failure of the call; see [`Error::code`].
    ///
    /// # Cancel safety
    /// Dropping the call gives it up: its connection is closed, and whether the service acted on it is unknown.
    /// The handlers of the stages that have not run yet do not run.
    pub fn send(self) -> Call<O> {
        Call::new(self.request)
    }

    /// Sends the request and keeps it, for callers who want more of a call than its answer: the
    /// [`request_id`](Request::request_id), the status and headers of the [`http_response`](Request::http_response), the
    /// [`retry_count`](Request::retry_count).
    ///
    /// ```
    /// # use cumulo_core::{Error, OperationRequest, Shape};
    /// # async fn run<O: Shape>(put_object_request: impl Fn() -> OperationRequest<O>) -> Result<(), Error> {
    /// let mut request = put_object_request();
    /// let _output = request.send_mut().await?;
    /// println!("S3 knows it as {:?}", request.request_id);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`send`](Self::send); an error if the request has been sent before.
    ///
    /// # Cancel safety
    /// As `send`.
    pub async fn send_mut(&mut self) -> Result<O, Error> {
        call::typed(Box::pin(self.request.send()).await?)
    }

    /// Builds and signs the request as a URL that anyone can use for the time `expires`, without sending it.
    ///
    /// # Errors
    /// `InvalidPresignExpireError` unless `expires` is between 1 s and 7 days; what keeps the request from being built or signed.
    ///
    /// # Cancel safety
    /// Safe; nothing is sent but what it takes to get credentials.
    pub async fn presign(mut self, expires: Duration) -> Result<PresignedRequest, Error> {
        Box::pin(self.request.presign(expires)).await
    }
}

impl<O> Deref for OperationRequest<O> {
    type Target = Request;
    fn deref(&self) -> &Request {
        &self.request
    }
}

impl<O> DerefMut for OperationRequest<O> {
    fn deref_mut(&mut self) -> &mut Request {
        &mut self.request
    }
}

impl<O> fmt::Debug for OperationRequest<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}
