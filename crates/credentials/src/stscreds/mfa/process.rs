//! MFA codes that a command of the user's prints.

use std::sync::Arc;
use std::time::Duration;

use cumulo_core::clock::Clock;
use cumulo_core::{BoxError, BoxFuture, Error, SecretString};

use super::{MfaRequest, TokenProvider, failed};
use crate::process::{ProcessRunner, UserCommand};

/// How many digits a code has, by the model of STS.
const DIGITS: usize = 6;

/// Takes MFA codes from what a command prints: the last word on standard output, which has to be six digits.
///
/// The command runs in the system's [shell](crate::process::Shell) each time a code is asked for, at most a minute, and may print 4 KiB. It
/// shares this process's terminal, so that it can ask its user to touch a key. Neither what it prints nor its arguments stand
/// in an error or in `Debug`.
///
/// ```
/// use cumulo_credentials::stscreds::ProcessTokenProvider;
///
/// // A YubiKey that holds the secret of the device.
/// let key = ProcessTokenProvider::new("ykman oath accounts code --single aws:me");
/// # let _ = key;
/// ```
#[derive(Debug)]
pub struct ProcessTokenProvider {
    command: UserCommand,
}

impl ProcessTokenProvider {
    /// How long the command may take unless said otherwise.
    pub const DEFAULT_TIMEOUT: Duration = UserCommand::DEFAULT_TIMEOUT;
    /// How much the command may print, in bytes.
    pub const MAX_OUTPUT: usize = 4 * 1024;

    /// A token provider that runs `command`, a line for the system's shell.
    pub fn new(command: impl Into<SecretString>) -> Self {
        Self { command: UserCommand::new(command) }
    }

    /// The same, run by something else than the system's shell.
    #[must_use]
    pub fn runner(mut self, runner: impl ProcessRunner + 'static) -> Self {
        self.command.runner = Arc::new(runner);
        self
    }

    /// The same with another time limit for the command; the process is ended then.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.command.timeout = limit;
        self
    }

    /// The same with a clock, for the time limit.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.command.clock = clock;
        self
    }

    async fn ask(&self) -> Result<SecretString, Error> {
        let printed = self.command.run(Self::MAX_OUTPUT).await.map_err(|why| {
            let message = format!("error in the command for MFA codes: {why}");
            why.into_source_of(failed(message))
        })?;
        let last_word = printed.split(u8::is_ascii_whitespace).rfind(|word| !word.is_empty());
        let code = last_word.filter(|word| word.len() == DIGITS && word.iter().all(u8::is_ascii_digit));
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        code.map(SecretString::from)
            .ok_or_else(|| failed("the last word that the command for MFA codes printed is not 6 digits"))
    }
}

impl TokenProvider for ProcessTokenProvider {
    fn token(self: Arc<Self>, _request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        Box::pin(async move { Ok(self.ask().await?) })
    }
}
