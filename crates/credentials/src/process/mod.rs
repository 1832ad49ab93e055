//! Credentials that a command of the user's prints: `credential_process`.

mod runner;
#[cfg(test)]
mod tests;
mod user_command;

use std::sync::Arc;
use std::time::Duration;

use cumulo_core::clock::Clock;
use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Error, SecretString};

use crate::document::KeysDocument;
use crate::err_code;

pub use runner::{ProcessOutput, ProcessRunner, Shell};
use user_command::Failure;
pub(crate) use user_command::UserCommand;

/// Takes credentials from what a command prints on standard output: a JSON document with `Version` 1, `AccessKeyId`,
/// `SecretAccessKey` and, for temporary keys, `SessionToken` and `Expiration` (without it they do not end).
///
/// The command runs in the system's [shell](Shell) at each refresh, at most a minute, and may print 64 KiB. It shares
/// this process's terminal, so that it can ask its user for something. Neither what it prints nor its arguments stand in
/// an error or in `Debug`, because they may be secrets.
///
/// Same meaning as Go's `processcreds.ProcessProvider`. Source: the AWS SDKs and Tools Reference Guide, "Process credential
/// provider".
///
/// ```
/// use cumulo_credentials::{Credentials, ProcessProvider};
///
/// let credentials = Credentials::new(ProcessProvider::new("/opt/bin/company-login --profile dev"));
/// # let _ = credentials;
/// ```
#[derive(Debug)]
pub struct ProcessProvider {
    command: UserCommand,
}

impl ProcessProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "ProcessProvider";
    /// How long the command may take unless said otherwise.
    pub const DEFAULT_TIMEOUT: Duration = UserCommand::DEFAULT_TIMEOUT;
    /// How much the command may print, in bytes.
    pub const MAX_OUTPUT: usize = 64 * 1024;

    /// A provider that runs `command`, a line for the system's shell.
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

    /// The same with a clock, for the time limit and to tell whether what it printed has ended already.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.command.clock = clock;
        self
    }

    async fn fetch(&self) -> Result<Value, Error> {
        let printed = self.command.run(Self::MAX_OUTPUT).await.map_err(|why| {
            let message = match &why {
                Failure::Empty => "command must not be empty".to_owned(),
                Failure::TimedOut(limit) => format!("credential process timed out: {limit:?}"),
                other => format!("error in credential_process: {other}"),
            };
            why.into_source_of(failed(message))
        })?;
        self.value_of(&printed)
    }

    fn value_of(&self, printed: &[u8]) -> Result<Value, Error> {
        let unreadable = |why: &str| {
            let message = format!("parse failed of credential_process output: {why}");
            Error::new(err_code::PROCESS_PROVIDER_PARSE, message)
        };
        if printed.trim_ascii().is_empty() {
            return Err(unreadable("it is empty"));
        }
        let document = KeysDocument::read(printed).map_err(|error| unreadable(error.message()))?;
        if document.version != Some(1) {
            let message = "wrong version in process output (not 1)";
            return Err(Error::new(err_code::PROCESS_PROVIDER_VERSION, message));
        }
        let value = document.into_value(Self::PROVIDER_NAME).map_err(|missing| {
            Error::new(err_code::PROCESS_PROVIDER_REQUIRED, format!("missing {missing} in process output"))
        })?;
        match value.expires {
            Some(expires) if expires <= self.command.clock.now() => {
                Err(failed("error in credential_process: the credentials it printed have expired already"))
            }
            _ => Ok(value),
        }
    }
}

fn failed(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(err_code::PROCESS_PROVIDER_EXECUTION, message)
}

impl Provider for ProcessProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.fetch())
    }
}
