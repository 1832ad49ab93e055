//! Running a command of the user's within a time limit, and what may come of it.

use std::io;
use std::time::Duration;

use cumulo_core::clock::Clock;
use cumulo_core::{Error, SecretBlob};
use thiserror::Error as ThisError;

use super::ProcessRunner;
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

/// What `command` prints on standard output, at most `limit` bytes, unless it fails or takes longer than `timeout`.
pub(crate) async fn run_within(
    runner: &dyn ProcessRunner,
    command: &str,
    limit: usize,
    clock: &dyn Clock,
    timeout: Duration,
) -> Result<SecretBlob, Failure> {
    if command.trim().is_empty() {
        return Err(Failure::Empty);
    }
    let output = within(clock, timeout, runner.run(command, limit)).await;
    let output = output.ok_or(Failure::TimedOut(timeout))?.map_err(Failure::NotRun)?;
    match output.code {
        Some(0) => Ok(output.stdout),
        Some(code) => Err(Failure::ExitCode(code)),
        None => Err(Failure::Signal),
    }
}
