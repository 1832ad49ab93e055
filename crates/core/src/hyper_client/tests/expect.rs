//! Bodies that wait to be asked for.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{HyperClient, request, send, settle};
use crate::body::Body;
use crate::err_code;
use crate::http::{HttpRequest, Method, header};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
const SIZE: usize = 600_000;

fn put(url: &str, body: impl Into<Body>) -> HttpRequest {
    let mut put = request(Method::PUT, url, body);
    put.headers.insert(header::EXPECT, "100-continue".parse().unwrap());
    put
}

/// One connection: reads a head, says `first`, and then does as the test says.
async fn serve<F: Future<Output = T> + Send + 'static, T: Send + 'static>(
    first: &'static str,
    then: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.contains("expect: 100-continue\r\n"), "{head}");
        socket.write_all(first.as_bytes()).await.unwrap();
        then(socket).await
    });
    (url, server)
}

/// Reads the body and answers; when its first byte came.
async fn take_body(mut socket: TcpStream) -> Instant {
    socket.read_u8().await.unwrap();
    let began = Instant::now();
    let mut rest = vec![0; SIZE - 1];
    socket.read_exact(&mut rest).await.unwrap();
    socket.write_all(OK.as_bytes()).await.unwrap();
    began
}

/// How many bytes come until the client closes.
async fn count_to_end(mut socket: TcpStream) -> usize {
    let mut rest = Vec::new();
    // A reset is an end too.
    let _ = socket.read_to_end(&mut rest).await;
    rest.len()
}

#[tokio::test]
async fn a_body_goes_out_when_the_server_asks_for_it() {
    let (url, server) = serve(CONTINUE, take_body).await;
    let client = HyperClient::builder().continue_timeout(Duration::from_secs(3600)).build();
    let response = send(&client, put(&url, vec![7; SIZE])).await.unwrap();
    assert_eq!((response.status, response.body.collect().await.unwrap()), (200, "ok".into()));
    server.await.unwrap();
}

#[tokio::test]
async fn a_server_that_refuses_never_gets_the_body_and_its_answer_arrives() {
    for refusal in [
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\n",
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://elsewhere/\r\nContent-Length: 4\r\n\r\nno!\n",
    ] {
        let (url, server) = serve(refusal, count_to_end).await;
        let response = send(&HyperClient::new(), put(&url, vec![7; SIZE])).await.unwrap();
        assert!(matches!(response.status, 403 | 307));
        assert_eq!(response.body.collect().await.unwrap(), "no!\n");
        assert_eq!(server.await.unwrap(), 0, "no body, and the connection is closed");
    }
}

#[tokio::test]
async fn a_silent_server_gets_the_body_after_the_wait_and_not_before() {
    let (url, server) = serve("", take_body).await;
    let wait = Duration::from_millis(120);
    let client = HyperClient::builder().continue_timeout(wait).build();
    let start = Instant::now();
    assert_eq!(send(&client, put(&url, vec![7; SIZE])).await.unwrap().status, 200);
    assert!(server.await.unwrap() - start >= wait);
}

#[tokio::test]
async fn the_wait_is_a_second_by_default() {
    let (arrive, arrived) = tokio::sync::oneshot::channel();
    let (url, server) = serve("", |socket| async {
        arrive.send(()).unwrap();
        take_body(socket).await
    })
    .await;
    let call = tokio::spawn(async move { send(&HyperClient::new(), put(&url, vec![7; SIZE])).await });
    arrived.await.unwrap();
    settle().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(1)).await;
    tokio::time::resume();
    server.await.unwrap();
    assert_eq!(call.await.unwrap().unwrap().status, 200);
}

#[tokio::test]
async fn another_informational_answer_is_not_the_one_awaited() {
    const REFUSED: &str =
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let (url, server) = serve(REFUSED, count_to_end).await;
    assert_eq!(send(&HyperClient::new(), put(&url, vec![7; SIZE])).await.unwrap().status, 403);
    assert_eq!(server.await.unwrap(), 0);
}

#[tokio::test]
async fn a_connection_that_breaks_instead_is_an_error_that_may_be_retried() {
    let (url, server) = serve("", |socket| async move { drop(socket) }).await;
    let client = HyperClient::builder().continue_timeout(Duration::from_secs(3600)).build();
    let error = send(&client, put(&url, vec![7; SIZE])).await.unwrap_err();
    assert_eq!(error.code(), err_code::REQUEST_ERROR);
    assert!(error.is_retryable(), "{error}");
    server.await.unwrap();
}

#[tokio::test]
async fn a_small_body_and_a_stream_wait_as_well() {
    for body in [Body::from("hello"), Body::reader(&b"hello"[..], 5)] {
        let (url, server) =
            serve("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n", count_to_end).await;
        assert_eq!(send(&HyperClient::new(), put(&url, body)).await.unwrap().status, 412);
        assert_eq!(server.await.unwrap(), 0);
    }
}
