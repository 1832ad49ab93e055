//! Where the codes of MFA devices come from.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::thread;

use cumulo_core::{BoxError, BoxFuture, Error, SecretString};
use tokio::sync::oneshot;

use crate::err_code;

/// Which code is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MfaRequest {
    /// The device: its serial number, or its ARN if it is a virtual one.
    pub serial_number: String,
    /// The role that is to be assumed with the code.
    pub role_arn: String,
}

/// Gives the current code of an MFA device. Asked by [`AssumeRoleProvider`](super::AssumeRoleProvider) at every
/// refresh of a role that needs one.
///
/// Any `Fn() -> Result<String, BoxError>` is one: `|| Ok("123456".into())`, or a function that asks a person, such as
/// [`stdin_token_provider`](super::stdin_token_provider). It runs on a thread of its own, so it may block for as long
/// as it likes: nothing but the callers who need the credentials waits for it, and a program can end without it.
/// For asynchronous code there is [`async_token_provider`].
///
/// Same role as Go's `func() (string, error)`.
pub trait TokenProvider: Send + Sync + 'static {
    /// The code that the device shows now.
    ///
    /// # Errors
    /// Why there is none; an [`Error`] reaches the caller as it is, any other as the source of an
    /// `AssumeRoleTokenProviderError`.
    fn token(self: Arc<Self>, request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>>;
}

impl<F> TokenProvider for F
where
    F: Fn() -> Result<String, BoxError> + Send + Sync + 'static,
{
    fn token(self: Arc<Self>, _request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        Box::pin(on_own_thread(move || self().map(SecretString::from)))
    }
}

/// A token provider that is asynchronous, and told which device and role it is for.
///
/// ```
/// use cumulo_credentials::stscreds::{MfaRequest, async_token_provider};
///
/// let provider = async_token_provider(|request: MfaRequest| async move {
///     Ok(format!("{:06}", request.serial_number.len()))
/// });
/// # let _ = provider;
/// ```
pub fn async_token_provider<F, Answer>(ask: F) -> SharedTokenProvider
where
    F: Fn(MfaRequest) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<String, BoxError>> + Send + 'static,
{
    SharedTokenProvider::new(Asynchronous(ask))
}

struct Asynchronous<F>(F);

impl<F, Answer> TokenProvider for Asynchronous<F>
where
    F: Fn(MfaRequest) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<String, BoxError>> + Send + 'static,
{
    fn token(self: Arc<Self>, request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        let answer = (self.0)(request);
        Box::pin(async { answer.await.map(SecretString::from) })
    }
}

/// A token provider of any kind, to be kept and handed on: several roles of one session share it. Cheap to clone.
#[derive(Clone)]
pub struct SharedTokenProvider(Arc<dyn TokenProvider>);

impl SharedTokenProvider {
    /// Makes a provider shareable.
    pub fn new(provider: impl TokenProvider) -> Self {
        Self(Arc::new(provider))
    }

    /// The code, with errors as the SDK has them.
    pub(super) async fn code(&self, request: MfaRequest) -> Result<SecretString, Error> {
        Arc::clone(&self.0).token(request).await.map_err(|error| match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(source) => failed(source),
        })
    }
}

impl TokenProvider for SharedTokenProvider {
    fn token(self: Arc<Self>, request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        Arc::clone(&self.0).token(request)
    }
}

impl fmt::Debug for SharedTokenProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenProvider")
    }
}

/// Runs `ask` on a new thread. A blocking task of the runtime would not do: the runtime waits for those when it shuts
/// down, so an unanswered prompt would keep the program from ending.
async fn on_own_thread<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, BoxError> + Send + 'static,
) -> Result<T, BoxError> {
    let (sender, answer) = oneshot::channel();
    let work = move || {
        // Nobody may be waiting any more.
        let _ = sender.send(ask());
    };
    thread::Builder::new().name("cumulo-mfa".to_owned()).spawn(work)?;
    answer.await.unwrap_or_else(|_| Err(failed("the token provider panicked").into()))
}

/// The text of a foreign error may quote what was typed, so it stays out of the message.
fn failed(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    Error::new(err_code::ASSUME_ROLE_TOKEN_PROVIDER_ERROR, "the MFA token provider failed")
        .with_source(source)
}
