//! A conversation over a real connection: the client sends an event, is answered one, and sends the next.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::dynamic::{DynamicShape, to_json};
use crate::error::Error;
use crate::hyper_client::HyperClient;

struct Channel(mpsc::Receiver<Value>);

impl Stream for Channel {
    type Item = Result<Value, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// Reads until what has been read ends with `end`.
async fn read_until(connection: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    while !read.ends_with(end) {
        read.push(connection.read_u8().await.unwrap());
    }
    read
}

async fn answer(connection: &mut TcpStream, message: Message) {
    for piece in message.encode().unwrap().chunks(9) {
        connection.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await.unwrap();
        connection.write_all(&[piece, b"\r\n"].concat()).await.unwrap();
    }
}

/// Answers each event that comes with one, and the end with the end. Answers the head of the request.
async fn serve(listener: TcpListener) -> String {
    let (mut connection, _) = listener.accept().await.unwrap();
    let head = read_until(&mut connection, b"\r\n\r\n").await;
    connection.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
    loop {
        let size = String::from_utf8(read_until(&mut connection, b"\r\n").await).unwrap();
        let mut chunk = vec![0; usize::from_str_radix(size.trim_end(), 16).unwrap() + 2];
        connection.read_exact(&mut chunk).await.unwrap();
        if chunk == b"\r\n" {
            connection.write_all(b"0\r\n\r\n").await.unwrap();
            return String::from_utf8(head).unwrap();
        }
        let signed = decode(&chunk[..chunk.len() - 2], 64).unwrap().remove(0);
        if let [inner] = &decode(signed.payload(), 64).unwrap()[..] {
            answer(&mut connection, inner.clone()).await;
        }
    }
}

#[tokio::test]
async fn events_go_out_one_by_one_while_the_answer_is_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(serve(listener));
    let config = Config::new()
        .region("eu-central-1")
        .endpoint(endpoint)
        .credentials(Credentials::from_keys("AKID", "SECRET"))
        .http_client(HyperClient::new());
    let talk = Client::new(&model("rest-json"), &config);
    let (sender, receiver) = mpsc::channel(1);
    let mut request = talk.request("Talk", &json!({})).unwrap();
    request.params_as_mut::<DynamicShape>().unwrap().set_events("Events", Channel(receiver)).unwrap();

    let mut events = request.send().await.unwrap().take_events("Events").unwrap();
    for text in ["one", "two", "three"] {
        let event = json!({"Text": {"Payload": text}});
        sender.send(event.clone()).await.unwrap();
        assert_eq!(to_json(&events.recv().await.unwrap().unwrap()), event);
    }
    drop(sender);
    assert!(events.recv().await.unwrap().is_none());
    let head = server.await.unwrap();
    assert!(head.starts_with("POST /talk HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("transfer-encoding: chunked\r\n") && !head.contains("content-length"), "{head}");
}
