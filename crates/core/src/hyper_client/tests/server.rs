//! A server that speaks scripted bytes and notes what it is sent.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// What a connection does next; at the end of its script it closes.
pub(super) enum Step {
    /// Reads a request and answers it.
    Answer(&'static str),
    /// Waits before it reads.
    Wait(Duration),
    /// Reads a request if one comes, and waits for the client to close.
    Hang,
    /// Reads a request and closes.
    Close,
}

pub(super) struct Received {
    pub(super) connection: usize,
    pub(super) text: String,
}

pub(super) struct Server {
    pub(super) url: String,
    requests: mpsc::UnboundedReceiver<Received>,
    closed: mpsc::UnboundedReceiver<()>,
}

impl Server {
    /// Listens for as many connections as there are scripts.
    pub(super) async fn start<const N: usize>(scripts: [Vec<Step>; N]) -> Self {
        Self::listen(scripts.into(), None).await
    }

    pub(super) async fn start_tls<const N: usize>(
        scripts: [Vec<Step>; N],
        config: Arc<rustls::ServerConfig>,
    ) -> Self {
        Self::listen(scripts.into(), Some(config)).await
    }

    async fn listen(scripts: Vec<Vec<Step>>, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (send_request, requests) = mpsc::unbounded_channel();
        let (send_closed, closed) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            for (connection, script) in scripts.into_iter().enumerate() {
                let (socket, _) = listener.accept().await.unwrap();
                let (requests, closed) = (send_request.clone(), send_closed.clone());
                let tls = tls.clone();
                tokio::spawn(async move {
                    match tls {
                        None => play(connection, script, socket, requests).await,
                        Some(tls) => match tokio_rustls::TlsAcceptor::from(tls).accept(socket).await {
                            Ok(socket) => play(connection, script, socket, requests).await,
                            Err(_) => return,
                        },
                    }
                    let _ = closed.send(());
                });
            }
        });
        Self { url, requests, closed }
    }

    /// The next request that has arrived, on whichever connection.
    pub(super) async fn request(&mut self) -> Received {
        self.requests.recv().await.expect("a request has arrived")
    }

    /// Waits until a connection is closed.
    pub(super) async fn closed(&mut self) {
        self.closed.recv().await.expect("a connection was open");
    }
}

async fn play(
    connection: usize,
    script: Vec<Step>,
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    requests: mpsc::UnboundedSender<Received>,
) {
    for step in script {
        if let Step::Wait(delay) = step {
            tokio::time::sleep(delay).await;
            continue;
        }
        let Some(text) = read_request(&mut socket).await else { return };
        let _ = requests.send(Received { connection, text });
        match step {
            Step::Answer(answer) => socket.write_all(answer.as_bytes()).await.unwrap(),
            Step::Hang => while !matches!(socket.read(&mut [0; 1024]).await, Ok(0) | Err(_)) {},
            Step::Close | Step::Wait(_) => return,
        }
    }
}

/// Reads one request, its body by its length, and gives its first part; `None` if the client closes before its end.
async fn read_request(socket: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut start = String::new();
    let mut read = 0;
    let mut buffer = vec![0; 1 << 18];
    loop {
        let count = socket.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        read += count;
        if start.len() < 4096 {
            start.push_str(&String::from_utf8_lossy(&buffer[..count.min(4096)]));
        }
        if let Some((head, _)) = start.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if read >= head.len() + 4 + length {
                return Some(start);
            }
        }
    }
}

/// Lets every task see what has happened, the arrival of packets included.
pub(super) async fn settle() {
    for _ in 0..300 {
        tokio::task::yield_now().await;
    }
}
