//! A command of the user's, run within a time limit, and what may come of it.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use cumulo_core::clock::{Clock, SystemClock};
use cumulo_core::{Error, SecretBlob, SecretString};
use thiserror::Error as ThisError;

use super::{ProcessRunner, Shell};
use crate::limit::within;

/// Why a command has printed nothing of use. Says nothing of what it printed.
#[derive(Debug, ThisError)]
pub(crate) enum Failure {
    #[error("the command is empty")]
    Empty,
    #[error("it timed out after {0:?}")]
    TimedOut(Duration),
    #[error("{0}")]
    NotRun(io::Error),
    #[error("it ended with exit code {0}")]
    ExitCode(i32),
    #[error("it was ended by a signal")]
    Signal,
}

impl Failure {
    /// `error`, with what the system said as its source.
    pub(crate) fn into_source_of(self, error: Error) -> Error {
        match self {
            Self::NotRun(source) => error.with_source(source),
            _ => error,
        }
    }
}

/// A command with how it is run.
pub(crate) struct UserCommand {
    line: SecretString,
    pub(crate) runner: Arc<dyn ProcessRunner>,
    pub(crate) timeout: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl UserCommand {
    /// How long a command may take unless said otherwise.
    pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    /// A line for the system's shell.
    pub(crate) fn new(line: impl Into<SecretString>) -> Self {
        Self {
            line: line.into(),
            runner: Arc::new(Shell),
            timeout: Self::DEFAULT_TIMEOUT,
            clock: Arc::new(SystemClock),
        }
    }

    /// What the command prints on standard output, at most `limit` bytes, unless it fails or takes too long.
    pub(crate) async fn run(&self, limit: usize) -> Result<SecretBlob, Failure> {
        if self.line.trim().is_empty() {
            return Err(Failure::Empty);
        }
        let output = within(&*self.clock, self.timeout, self.runner.run(&self.line, limit)).await;
        let output = output.ok_or(Failure::TimedOut(self.timeout))?.map_err(Failure::NotRun)?;
        match output.code {
            Some(0) => Ok(output.stdout),
            Some(code) => Err(Failure::ExitCode(code)),
            None => Err(Failure::Signal),
        }
    }
}

impl fmt::Debug for UserCommand {
    /// With the command's first word alone: its arguments may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.line.split_whitespace().next().unwrap_or_default();
        f.debug_struct("UserCommand")
            .field("program", &program)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
