//! A canned server on loopback: it reads a request to its end and answers the same each time, on kept connections.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::answers::Answers;

/// Starts the server on a free port, for as long as this process lives; returns its URL.
pub(crate) fn start() -> io::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    let answers = Arc::new(Answers::new());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            thread::spawn(move || Connection::new(stream).serve(&answers));
        }
    });
    Ok(url)
}

struct Connection {
    stream: TcpStream,
    /// What has been read and not yet used.
    buffer: Vec<u8>,
}

impl Connection {
    fn new(stream: TcpStream) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// Answers requests until the client closes the connection.
    fn serve(mut self, answers: &Answers) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        while let Some(head) = self.head()? {
            let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            if header(&head, "expect").is_some() {
                self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            if header(&head, "transfer-encoding").is_some() {
                return self.stream.write_all(b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n");
            }
            self.skip(length)?;
            self.stream.write_all(answers.to(&head))?;
        }
        Ok(())
    }

    /// The next request's head, or nothing at the end of the connection.
    fn head(&mut self) -> io::Result<Option<String>> {
        let mut chunk = vec![0; 16 << 10];
        loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
                return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
            }
            match self.stream.read(&mut chunk)? {
                0 => return Ok(None),
                count => self.buffer.extend_from_slice(&chunk[..count]),
            }
        }
    }

    /// Reads this many bytes of a body.
    fn skip(&mut self, length: u64) -> io::Result<()> {
        let buffered = self.buffer.len().min(usize::try_from(length).unwrap_or(usize::MAX));
        self.buffer.drain(..buffered);
        let mut left = length - buffered as u64;
        let mut chunk = vec![0; 256 << 10];
        while left > 0 {
            let most = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            match self.stream.read(&mut chunk[..most])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => left -= count as u64,
            }
        }
        Ok(())
    }
}

/// The value of a header.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.into_iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_answer(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        let mut byte = [0];
        while !text.ends_with("\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            text.push(byte[0].into());
        }
        let length = header(&text, "content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        text + &String::from_utf8(body).unwrap()
    }

    #[test]
    fn one_connection_serves_many_requests_and_their_bodies_are_skipped() {
        let url = start().unwrap();
        let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        let put = "PUT /bucket/key HTTP/1.1\r\ncontent-length: 20\r\n\r\nGET / HTTP/1.1\r\n\r\n..";
        let get = "GET /bucket/key HTTP/1.1\r\nhost: x\r\n\r\n";
        write!(stream, "{put}{get}").unwrap();
        assert!(read_answer(&mut stream).contains("ETag"));
        assert!(read_answer(&mut stream).ends_with("xxxx"));
        write!(stream, "{get}").unwrap();
        assert!(read_answer(&mut stream).contains("Content-Length: 1024"));
    }
}
