//! A server process on loopback: started, waited for, and stopped whatever happens.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The slowest of the servers takes two seconds on an idle machine.
const READY_LIMIT: Duration = Duration::from_secs(60);
const ASK_AGAIN: Duration = Duration::from_millis(50);
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
const LOG_LINES: usize = 60;

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    log: PathBuf,
    address: SocketAddr,
}

impl Server {
    /// Starts `command`, which must end when its standard input closes, and waits until it answers a GET of `path`.
    ///
    /// # Errors
    ///
    /// If the server ends or does not answer in time; the end of its log is in the message.
    pub(super) fn start(mut command: Command, port: u16, path: &str, log: &Path) -> Result<Self> {
        let output = File::create(log).with_context(|| format!("make {}", log.display()))?;
        let process = command
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("start {command:?}"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut server = Self { process, log: log.into(), address };
        server.wait_until_ready(path)?;
        Ok(server)
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    fn wait_until_ready(&mut self, path: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait()? {
                bail!("the server ended with {status}, its log:\n{}", self.end_of_log());
            }
            if status_of(self.address, path).is_ok_and(|status| status < 500) {
                return Ok(());
            }
            if start.elapsed() > READY_LIMIT {
                bail!("no answer within {} s, its log:\n{}", READY_LIMIT.as_secs(), self.end_of_log());
            }
            thread::sleep(ASK_AGAIN);
        }
    }

    fn end_of_log(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // Its keeper ends it after a few seconds if it does not end by itself.
        let _ = self.process.wait();
    }
}

/// A port of loopback that was free a moment ago.
pub(super) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Asks for `path` and answers the HTTP status.
fn status_of(address: SocketAddr, path: &str) -> io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_LIMIT)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    let status = head.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..)?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, head.into_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};

    use super::*;
    use crate::scratch::Scratch;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// The stream, if it asks for `path`. Programs that take the port for free, as it was a moment ago, may knock as well.
    fn asking(stream: TcpStream, path: &str) -> Option<TcpStream> {
        let lines: io::Result<Vec<_>> = BufReader::new(&stream)
            .lines()
            .take_while(|line| !line.as_ref().is_ok_and(String::is_empty))
            .collect();
        (lines.ok()?.first()? == &format!("GET {path} HTTP/1.1")).then_some(stream)
    }

    #[test]
    fn a_server_that_ends_shows_its_log() {
        let folder = Scratch::new();
        let port = free_port().unwrap();
        let command = shell("echo no such option; exit 3");

        let error = Server::start(command, port, "/", &folder.path().join("log")).unwrap_err();

        assert_eq!(error.to_string(), "the server ended with exit status: 3, its log:\nno such option");
    }

    #[test]
    fn a_server_is_ready_at_its_first_answer_below_500_and_ends_when_dropped() {
        let folder = Scratch::new();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers = thread::spawn(move || {
            for status in ["503 Service Unavailable", "403 Forbidden"] {
                let mut asks =
                    listener.incoming().find_map(|stream| asking(stream.unwrap(), "/ready")).unwrap();
                write!(asks, "HTTP/1.1 {status}\r\n\r\n").unwrap();
            }
        });

        let log = folder.path().join("log");
        let server = Server::start(shell("cat; echo ended"), port, "/ready", &log).unwrap();
        assert_eq!(server.endpoint(), format!("http://127.0.0.1:{port}"));
        answers.join().unwrap();
        drop(server);

        assert_eq!(folder.read("log"), "ended\n");
    }
}
