//! Where the codes of MFA devices come from.

mod base32;
mod process;
mod stdin;
mod totp;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::thread;

use cumulo_core::{BoxError, BoxFuture, Error, SecretString};
use tokio::sync::oneshot;

use crate::err_code;

pub use process::ProcessTokenProvider;
pub use stdin::stdin_token_provider;
pub use totp::TotpTokenProvider;

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
/// | token provider | the code |
/// | --- | --- |
/// | `\|\| Ok("123456".into())`, any such closure or function | what it answers, from a thread of its own |
/// | [`blocking_token_provider`] | the same of a closure that is told which device and role it is for |
/// | [`async_token_provider`] | what a closure's future answers, told the same |
/// | [`stdin_token_provider`] | what the user types at the terminal |
/// | [`ProcessTokenProvider`] | what a command prints, for example one that reads a security key |
/// | [`TotpTokenProvider`] | computed from the device's secret, for tests and automation |
///
/// A closure without arguments answers a `Result<String, BoxError>`, or a boxed future of one. In the first case it may
/// block for as long as it likes: nothing but the callers who need the credentials waits for it, and a program can end
/// without it.
///
/// However many callers wait for credentials, it is asked once for all of them. An error is theirs, and nobody asks again
/// until somebody needs credentials again.
///
/// Same role as Go's `func() (string, error)`.
pub trait TokenProvider: Send + Sync + 'static {
    /// The code that the device shows now.
    ///
    /// # Errors
    /// Why there is none; an [`Error`] reaches the caller as it is, any other as the source of an
    /// `AssumeRoleTokenProviderError`.
    ///
    /// # Cancel safety
    /// Dropped when the runtime ends; callers who give up do not drop it.
    fn token(self: Arc<Self>, request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>>;
}

impl<F, A> TokenProvider for F
where
    F: Fn() -> A + Send + Sync + 'static,
    A: TokenAnswer,
{
    fn token(self: Arc<Self>, _request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        A::obtained(move || self())
    }
}

/// What a closure that is a [`TokenProvider`] answers: a `Result<String, BoxError>`, or a boxed future of one.
pub trait TokenAnswer: sealed::Answer {
    /// What `ask` answers, asked in the way that suits it.
    #[doc(hidden)]
    fn obtained(
        ask: impl FnOnce() -> Self + Send + 'static,
    ) -> BoxFuture<'static, Result<SecretString, BoxError>>;
}

impl TokenAnswer for Result<String, BoxError> {
    fn obtained(
        ask: impl FnOnce() -> Self + Send + 'static,
    ) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        Box::pin(on_own_thread(ask))
    }
}

impl TokenAnswer for BoxFuture<'static, Result<String, BoxError>> {
    fn obtained(
        ask: impl FnOnce() -> Self + Send + 'static,
    ) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        Box::pin(async { ask().await.map(SecretString::from) })
    }
}

mod sealed {
    use super::{BoxError, BoxFuture};

    pub trait Answer: Sized {}
    impl Answer for Result<String, BoxError> {}
    impl Answer for BoxFuture<'static, Result<String, BoxError>> {}
}

/// A token provider that may block, and is told which device and role it is for. It runs on a thread of its own.
///
/// ```
/// use cumulo_credentials::stscreds::{MfaRequest, blocking_token_provider};
///
/// let provider = blocking_token_provider(|request: MfaRequest| {
///     Err(format!("nobody is here to look at {}", request.serial_number).into())
/// });
/// # let _ = provider;
/// ```
pub fn blocking_token_provider<F>(ask: F) -> SharedTokenProvider
where
    F: Fn(MfaRequest) -> Result<String, BoxError> + Send + Sync + 'static,
{
    SharedTokenProvider::new(Blocking(ask))
}

struct Blocking<F>(F);

impl<F> TokenProvider for Blocking<F>
where
    F: Fn(MfaRequest) -> Result<String, BoxError> + Send + Sync + 'static,
{
    fn token(self: Arc<Self>, request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        Box::pin(on_own_thread(move || (self.0)(request)))
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
            // The text of a foreign error may quote what was typed, so it stays out of the message.
            Err(source) => failed("the MFA token provider failed").with_source(source),
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
async fn on_own_thread(
    ask: impl FnOnce() -> Result<String, BoxError> + Send + 'static,
) -> Result<SecretString, BoxError> {
    let (sender, answer) = oneshot::channel();
    let work = move || {
        // Nobody may be waiting any more.
        let _ = sender.send(ask().map(SecretString::from));
    };
    thread::Builder::new().name("cumulo-mfa".to_owned()).spawn(work)?;
    answer.await.unwrap_or_else(|_| Err(failed("the MFA token provider panicked").into()))
}

fn failed(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(err_code::ASSUME_ROLE_TOKEN_PROVIDER_ERROR, message)
}
