//! Running a command: the seam between credential providers and the operating system's processes.

use std::fmt;
use std::io;
use std::process::Stdio;
use std::sync::Arc;

use cumulo_core::{BoxFuture, SecretBlob};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use zeroize::Zeroizing;

/// Runs commands of the user's configuration. The default is [`Shell`]; tests bring one that starts nothing.
///
/// ```
/// use std::io;
///
/// use cumulo_core::BoxFuture;
/// use cumulo_credentials::process::{ProcessOutput, ProcessRunner};
///
/// /// Prints the same whatever it is told to run.
/// #[derive(Debug)]
/// struct Parrot(&'static str);
///
/// impl ProcessRunner for Parrot {
///     fn run<'a>(&'a self, _: &'a str, _: usize) -> BoxFuture<'a, io::Result<ProcessOutput>> {
///         Box::pin(async { Ok(ProcessOutput::new(Some(0), self.0)) })
///     }
/// }
/// ```
pub trait ProcessRunner: fmt::Debug + Send + Sync {
    /// Runs `command` and answers what it wrote on standard output, up to `limit` bytes.
    ///
    /// # Errors
    /// What the system says, or [`io::ErrorKind::FileTooLarge`] if it writes more.
    ///
    /// # Cancel safety
    /// Dropping the future ends the process.
    fn run<'a>(&'a self, command: &'a str, limit: usize) -> BoxFuture<'a, io::Result<ProcessOutput>>;
}

impl<T: ProcessRunner + ?Sized> ProcessRunner for Arc<T> {
    fn run<'a>(&'a self, command: &'a str, limit: usize) -> BoxFuture<'a, io::Result<ProcessOutput>> {
        (**self).run(command, limit)
    }
}

/// What a process that has ended leaves behind.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProcessOutput {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote on standard output; not shown, and zeroed when dropped.
    pub stdout: SecretBlob,
}

impl ProcessOutput {
    /// The output of a process that ended with `code`.
    pub fn new(code: Option<i32>, stdout: impl Into<Vec<u8>>) -> Self {
        Self { code, stdout: SecretBlob::from(stdout.into()) }
    }
}

/// Runs commands in the system's shell: `sh -c`, on Windows `cmd.exe /C`.
///
/// The process has this one's environment, standard input and standard error, so that it can ask its user for something.
/// What it writes on standard error is therefore never seen here, and stands in no error.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shell;

impl ProcessRunner for Shell {
    fn run<'a>(&'a self, command: &'a str, limit: usize) -> BoxFuture<'a, io::Result<ProcessOutput>> {
        Box::pin(run(command, limit))
    }
}

async fn run(command: &str, limit: usize) -> io::Result<ProcessOutput> {
    let mut child = shell(command).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    // Room for all of it, so that no copy of a secret stays behind in memory that was too small.
    let mut stdout = Zeroizing::new(vec![0; limit + 1]);
    let mut length = 0;
    if let Some(mut pipe) = child.stdout.take() {
        while length <= limit {
            match pipe.read(&mut stdout[length..]).await? {
                0 => break,
                more => length += more,
            }
        }
    }
    if length > limit {
        let message = format!("it has written more than {limit} bytes on standard output");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    let status = child.wait().await?;
    Ok(ProcessOutput::new(status.code(), &stdout[..length]))
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

/// The command as it stands: quoted anew for a program's arguments, a path with blanks would no longer be one word to
/// `cmd.exe`.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    shell.raw_arg("/C").raw_arg(command);
    shell
}
