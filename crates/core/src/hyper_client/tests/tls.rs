//! Servers that TLS cannot be spoken with.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::server::Server;
use super::{Certificate, HyperClient, OK, certificate, get};
use crate::err_code;

#[tokio::test]
async fn a_server_of_another_authority_is_refused_and_not_asked_again() {
    let server = Server::start_tls([vec![OK]], certificate().server).await;
    let other = certificate().pem;
    let client = HyperClient::builder().only_root_certificates(other.as_bytes()).unwrap().build();
    let error = get(&client, &server.url).await.unwrap_err();
    assert_eq!(error.code(), err_code::REQUEST_ERROR);
    let expected = format!("the certificate of {} is not trusted: ", &server.url[8..]);
    assert!(error.message().starts_with(&expected), "{error}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_server_without_tls_behind_an_https_url_is_named_as_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream.shutdown().await.unwrap();
        stream
    };
    let Certificate { pem, .. } = certificate();
    let client = HyperClient::builder().only_root_certificates(pem.as_bytes()).unwrap().build();
    let (answer, _server) = tokio::join!(get(&client, &url), server);
    let error = answer.unwrap_err();
    let expected = format!("what {} answered is not TLS: if it speaks plain HTTP, ", &url[8..]);
    assert_eq!(error.code(), err_code::REQUEST_ERROR);
    assert!(error.message().starts_with(&expected), "{error}");
}
