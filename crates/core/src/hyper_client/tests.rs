//! The client against a server that speaks scripted bytes.

mod expect;
mod proxy;
mod retries;
mod server;
mod tls;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::TcpListener;

use crate::body::Body;
use crate::err_code;
use crate::error::{BoxError, Error};
use crate::http::{HttpClient as _, HttpRequest, HttpResponse, Method, Url, header};
use crate::hyper_client::HyperClient;
use crate::timeouts::Timeouts;

use server::{Server, Step, settle};

const OK: Step = Step::Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

fn request(method: Method, url: &str, body: impl Into<Body>) -> HttpRequest {
    let mut request = HttpRequest::new(method, Url::parse(url).unwrap());
    request.body = body.into();
    request
}

async fn send(client: &HyperClient, request: HttpRequest) -> Result<HttpResponse, Error> {
    client.send(request, &Timeouts::default()).await
}

async fn get(client: &HyperClient, url: &str) -> Result<Bytes, Error> {
    send(client, request(Method::GET, url, Body::empty())).await?.body.collect().await
}

/// Yields `text` after `delay`.
fn slow_body(delay: Duration, text: &'static str) -> Body {
    struct Slow(Pin<Box<tokio::time::Sleep>>, Option<&'static str>);

    impl Stream for Slow {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            std::task::ready!(self.0.as_mut().poll(context));
            Poll::Ready(self.1.take().map(|text| Ok(Bytes::from(text))))
        }
    }

    Body::stream(Slow(Box::pin(tokio::time::sleep(delay)), Some(text)), text.len() as u64)
}

/// Yields its text and then an error.
struct Failing(Option<&'static str>);

impl Stream for Failing {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let text = self.0.take().map(Bytes::from);
        Poll::Ready(Some(text.ok_or_else(|| "the disk is on fire".into())))
    }
}

#[tokio::test]
async fn two_requests_share_a_connection() {
    let mut server = Server::start([vec![OK, OK, Step::Hang]]).await;
    let client = HyperClient::new();
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
    assert_eq!([server.request().await.connection, server.request().await.connection], [0, 0]);
}

#[tokio::test]
async fn a_clone_shares_the_connections() {
    let mut server = Server::start([vec![OK, OK, Step::Hang]]).await;
    let client = HyperClient::new();
    get(&client, &server.url).await.unwrap();
    get(&client.clone(), &server.url).await.unwrap();
    assert_eq!([server.request().await.connection, server.request().await.connection], [0, 0]);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let mut server = Server::start([vec![OK], vec![OK]]).await;
    let client = HyperClient::new();
    get(&client, &server.url).await.unwrap();
    server.closed().await;
    settle().await;
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
    assert_eq!([server.request().await.connection, server.request().await.connection], [0, 1]);
}

#[tokio::test]
async fn a_connection_without_use_is_closed_after_15_seconds() {
    let mut server = Server::start([vec![OK, Step::Hang], vec![OK]]).await;
    let client = HyperClient::new();
    get(&client, &server.url).await.unwrap();
    settle().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    settle().await;
    tokio::time::resume();
    server.closed().await;
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
    assert_eq!([server.request().await.connection, server.request().await.connection], [0, 1]);
}

#[tokio::test]
async fn an_expired_connection_is_not_used_even_before_it_is_closed() {
    let mut server = Server::start([vec![OK, OK], vec![OK]]).await;
    let client = HyperClient::builder().idle_timeout(Duration::from_secs(9)).build();
    get(&client, &server.url).await.unwrap();
    settle().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(10)).await;
    tokio::time::resume();
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
    assert_eq!([server.request().await.connection, server.request().await.connection], [0, 1]);
}

#[tokio::test]
async fn no_idle_connection_is_kept_where_none_is_wanted() {
    let mut server = Server::start([vec![OK, Step::Hang], vec![OK]]).await;
    let client = HyperClient::builder().max_idle_per_host(0).build();
    get(&client, &server.url).await.unwrap();
    server.closed().await;
    get(&client, &server.url).await.unwrap();
    assert_eq!([server.request().await.connection, server.request().await.connection], [0, 1]);
}

#[tokio::test]
async fn an_answer_dropped_unread_closes_its_connection() {
    let endless = Step::Answer("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\nstart");
    let mut server = Server::start([vec![endless, Step::Hang], vec![OK]]).await;
    let client = HyperClient::new();
    drop(send(&client, request(Method::GET, &server.url, "")).await.unwrap());
    server.closed().await;
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
}

#[tokio::test]
async fn a_dropped_future_closes_its_connection() {
    let mut server = Server::start([vec![Step::Hang]]).await;
    let client = HyperClient::new();
    let url = server.url.clone();
    let call = tokio::spawn(async move { get(&client, &url).await });
    server.request().await;
    call.abort();
    server.closed().await;
}

#[tokio::test]
async fn a_request_without_a_body_has_none_on_the_wire() {
    let methods = [Method::GET, Method::HEAD, Method::DELETE, Method::PUT, Method::POST, Method::PATCH];
    let ok = || Step::Answer("HTTP/1.1 204 No Content\r\n\r\n");
    let mut server = Server::start([std::iter::repeat_with(ok).take(methods.len()).collect()]).await;
    let client = HyperClient::new();
    let host = server.url.strip_prefix("http://").unwrap().to_owned();
    for method in methods {
        let is_expected = matches!(method, Method::PUT | Method::POST | Method::PATCH);
        send(&client, request(method.clone(), &server.url, Body::empty())).await.unwrap();
        let length = if is_expected { "content-length: 0\r\n" } else { "" };
        let mut lines: Vec<String> =
            server.request().await.text.split_inclusive("\r\n").map(str::to_owned).collect();
        assert_eq!(lines.remove(0), format!("{method} / HTTP/1.1\r\n"));
        lines.sort();
        assert_eq!(lines.concat(), format!("\r\n{length}host: {host}\r\n"), "{method}");
    }
}

#[tokio::test]
async fn a_body_of_known_length_is_announced_and_not_chunked() {
    let mut server = Server::start([vec![OK, OK, OK, Step::Hang]]).await;
    let client = HyperClient::new();
    let bodies = [Body::from("hello"), slow_body(Duration::ZERO, "hello"), Body::reader(&b"hello"[..], 5)];
    for body in bodies {
        let mut put = request(Method::PUT, &server.url, body);
        put.headers.insert(header::CONTENT_LENGTH, 5.into());
        send(&client, put).await.unwrap();
        let text = server.request().await.text;
        assert!(text.contains("content-length: 5\r\n") && text.ends_with("\r\n\r\nhello"), "{text}");
        assert!(!text.contains("transfer-encoding"), "{text}");
    }
}

#[tokio::test]
async fn a_length_that_no_header_names_is_announced_all_the_same() {
    let mut server = Server::start([vec![OK, OK]]).await;
    let client = HyperClient::new();
    for body in [Body::from("hello"), slow_body(Duration::ZERO, "hello")] {
        send(&client, request(Method::POST, &server.url, body)).await.unwrap();
        let text = server.request().await.text;
        assert!(text.contains("content-length: 5\r\n") && text.ends_with("\r\n\r\nhello"), "{text}");
    }
}

#[tokio::test]
async fn path_query_and_host_go_out_byte_for_byte() {
    let mut server = Server::start([vec![OK, OK]]).await;
    let client = HyperClient::new();
    let path = "/a//b/../%2F%c3%A4/./~x?acl&x=%20+&y==&";
    get(&client, &format!("{}{path}", server.url)).await.unwrap();
    let text = server.request().await.text;
    assert!(text.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{text}");

    let mut with_host = request(Method::GET, &server.url, "");
    with_host.headers.insert(header::HOST, "bucket.example".parse().unwrap());
    send(&client, with_host).await.unwrap();
    let text = server.request().await.text;
    assert!(text.contains("host: bucket.example\r\n") && !text.contains("127.0.0.1"), "{text}");
}

#[tokio::test]
async fn a_url_that_would_be_cut_is_refused() {
    let client = HyperClient::new();
    for path in ["/a#b", "/a?b", "/a b", "x"] {
        let mut get = request(Method::GET, "http://127.0.0.1:1", "");
        get.url.path = path.to_owned();
        let error = send(&client, get).await.unwrap_err();
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR, "{path}");
    }
}

#[tokio::test]
async fn a_body_of_another_length_than_announced_fails_the_call() {
    let mut server = Server::start([vec![Step::Hang], vec![Step::Hang]]).await;
    let client = HyperClient::new();
    for (len, message) in
        [(9, "the body ended after 5 of 9 bytes"), (3, "the body is longer than its length of 3 bytes")]
    {
        let body = Body::reader(&b"hello"[..], len);
        let error = send(&client, request(Method::PUT, &server.url, body)).await.unwrap_err();
        assert_eq!((error.code(), error.message()), (err_code::READ_ERROR, message));
        assert!(!error.is_retryable());
        server.closed().await;
    }
}

#[tokio::test]
async fn a_body_that_fails_on_the_way_fails_the_call_with_its_cause() {
    let mut server = Server::start([vec![Step::Hang]]).await;
    let put = request(Method::PUT, &server.url, Body::stream(Failing(Some("he")), 5));
    let error = send(&HyperClient::new(), put).await.unwrap_err();
    assert_eq!(error.code(), err_code::READ_ERROR);
    let mut source: &dyn std::error::Error = &error;
    while let Some(cause) = source.source() {
        source = cause;
    }
    assert_eq!(source.to_string(), "the disk is on fire");
    server.closed().await;
}

#[tokio::test]
async fn an_answer_to_head_has_a_length_but_no_body() {
    let head = Step::Answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: \"x\"\r\n\r\n");
    let server = Server::start([vec![head, OK]]).await;
    let client = HyperClient::new();
    let response = send(&client, request(Method::HEAD, &server.url, "")).await.unwrap();
    assert_eq!((response.status, response.header("content-length")), (200, Some("1000")));
    assert_eq!(response.body.collect().await.unwrap(), "");
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok", "the connection is still in step");
}

#[tokio::test]
async fn a_chunked_answer_is_joined() {
    let chunked = Step::Answer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    );
    let server = Server::start([vec![chunked]]).await;
    assert_eq!(get(&HyperClient::new(), &server.url).await.unwrap(), "hello world");
}

#[tokio::test]
async fn a_truncated_answer_is_an_error_when_it_is_read() {
    let by_length = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n wo";
    // What is declared is not believed: nothing is allocated for it.
    let gibibyte = "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n12345";
    let endless = "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n12345";
    let huge_chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffff\r\nhello";
    for answer in [by_length, chunked, gibibyte, endless, huge_chunk] {
        let server = Server::start([vec![Step::Answer(answer)]]).await;
        let response = send(&HyperClient::new(), request(Method::GET, &server.url, "")).await.unwrap();
        let error = response.body.collect().await.unwrap_err();
        assert_eq!(error.code(), err_code::READ_ERROR);
        assert!(error.message().starts_with("the body of the answer broke off: "), "{error}");
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn no_answer_and_no_http_are_told_apart_and_the_query_is_not_told() {
    let refused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let dropped = Server::start([vec![Step::Close]]).await;
    let garbage = Server::start([vec![Step::Answer("SSH-2.0-OpenSSH_9.2p1\r\n\r\n")]]).await;
    for (url, expected) in [
        (format!("http://{refused}"), "could not connect to {host}: Connection refused"),
        (dropped.url.clone(), "the connection to {host} broke before the answer: "),
        (garbage.url.clone(), "what {host} answered is not HTTP: "),
    ] {
        let error = get(&HyperClient::new(), &format!("{url}/?X-Amz-Signature=secret")).await.unwrap_err();
        let expected = expected.replace("{host}", url.strip_prefix("http://").unwrap());
        assert_eq!(error.code(), err_code::REQUEST_ERROR);
        assert!(error.message().starts_with(&expected), "{error}");
        assert!(error.is_retryable());
        assert!(std::error::Error::source(&error).is_some());
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_in_time_is_left() {
    let mut server = Server::start([vec![Step::Hang]]).await;
    let timeouts = Timeouts::default().read_head(Duration::from_millis(50));
    let get = request(Method::GET, &server.url, "");
    let error = HyperClient::new().send(get, &timeouts).await.unwrap_err();
    assert_eq!(error.code(), err_code::RESPONSE_TIMEOUT);
    assert!(error.message().ends_with(" has not begun to answer within 50ms"), "{error}");
    assert!(error.is_retryable());
    server.closed().await;
}

#[tokio::test]
async fn an_answer_whose_body_stalls_is_left() {
    let half = "HTTP/1.1 503 Slow Down\r\nContent-Length: 9\r\n\r\nhalf";
    let mut server = Server::start([vec![Step::Answer(half), Step::Hang]]).await;
    let timeouts = Timeouts::default().read_body(Duration::from_millis(50));
    let get = request(Method::GET, &server.url, Body::empty());
    let error = HyperClient::new().send(get, &timeouts).await.unwrap().body.collect().await.unwrap_err();
    assert_eq!(error.code(), err_code::RESPONSE_TIMEOUT);
    assert!(error.is_retryable() && error.message().contains("50ms"), "{error}");
    server.closed().await;
}

#[tokio::test]
async fn a_slow_upload_is_not_counted_as_a_slow_server() {
    let server = Server::start([vec![OK, Step::Hang]]).await;
    let client = HyperClient::new();
    let timeouts = Timeouts::default().read_head(Duration::from_millis(60));
    let put = || request(Method::PUT, &server.url, slow_body(Duration::from_millis(150), "hello"));
    assert_eq!(client.send(put(), &timeouts).await.unwrap().status, 200);
    let error = client.send(put(), &timeouts).await.unwrap_err();
    assert_eq!(error.code(), err_code::RESPONSE_TIMEOUT, "after the upload it is counted");
}

#[tokio::test]
async fn a_slow_upload_from_memory_is_not_counted_either() {
    let server = Server::start([vec![Step::Wait(Duration::from_millis(400)), OK]]).await;
    let timeouts = Timeouts::default().read_head(Duration::from_millis(300));
    let put = request(Method::PUT, &server.url, vec![7; 24 << 20]);
    assert_eq!(HyperClient::new().send(put, &timeouts).await.unwrap().status, 200);
}

#[tokio::test]
async fn the_connect_limit_is_each_calls_own_and_covers_the_tls_handshake() {
    // It accepts connections, but never says a word of TLS.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = HyperClient::builder().only_root_certificates(certificate().pem.as_bytes()).unwrap().build();
    for limit in [80, 40] {
        let timeouts =
            Timeouts::default().connect(Duration::from_millis(limit)).read_head(Duration::from_millis(10));
        let error = client.send(request(Method::GET, &url, ""), &timeouts).await.unwrap_err();
        assert_eq!(error.code(), err_code::RESPONSE_TIMEOUT);
        let expected = format!("could not connect to {}: no connection within {limit}ms", &url[8..]);
        assert_eq!(error.message(), expected, "and the head's shorter limit did not run");
    }
}

struct Certificate {
    pem: String,
    server: Arc<rustls::ServerConfig>,
}

/// A certificate of its own for 127.0.0.1, and a server's configuration with it.
fn certificate() -> Certificate {
    certificate_of("127.0.0.1")
}

fn certificate_of(host: &str) -> Certificate {
    certificate_with(host, rustls::server::WebPkiClientVerifier::no_client_auth())
}

fn certificate_with(host: &str, clients: Arc<dyn rustls::server::danger::ClientCertVerifier>) -> Certificate {
    let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let server = rustls::ServerConfig::builder_with_provider(Arc::new(super::tls::provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    Certificate { pem: made.cert.pem(), server: Arc::new(server) }
}

#[tokio::test]
async fn a_bundle_of_roots_makes_its_servers_trusted() {
    let Certificate { pem, server } = certificate();
    let mut server = Server::start_tls([vec![OK, OK, Step::Hang]], server).await;
    let client = HyperClient::builder().only_root_certificates(pem.as_bytes()).unwrap().build();
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
    assert_eq!([server.request().await.connection, server.request().await.connection], [0, 0]);
}

#[tokio::test]
async fn extra_roots_stand_beside_those_of_the_system() {
    let Certificate { pem, server } = certificate();
    let server = Server::start_tls([vec![OK]], server).await;
    let client = HyperClient::builder().extra_root_certificates(pem.as_bytes()).unwrap().build();
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
}

#[test]
fn a_bundle_without_a_usable_certificate_is_refused() {
    let not_a_certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    for pem in ["", "no PEM at all", "-----BEGIN CERTIFICATE-----\nbroken", not_a_certificate] {
        let error = HyperClient::builder().only_root_certificates(pem.as_bytes()).unwrap_err();
        assert_eq!(error.code(), err_code::CONFIG_ERROR, "{pem}");
    }
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_is_shown_the_clients() {
    let made = rcgen::generate_simple_self_signed(["a client".to_owned()]).unwrap();
    let (certificates, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let mut known = rustls::RootCertStore::empty();
    known.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(super::tls::provider());
    let clients = rustls::server::WebPkiClientVerifier::builder_with_provider(known.into(), provider);
    let Certificate { pem, server } = certificate_with("127.0.0.1", clients.build().unwrap());
    let server = Server::start_tls([vec![OK], vec![OK]], server).await;

    let stranger = HyperClient::builder().only_root_certificates(pem.as_bytes()).unwrap();
    let client = stranger.clone().client_certificate(certificates.as_bytes(), key.as_bytes()).unwrap();
    assert!(!format!("{client:?}").contains("PRIVATE"), "{client:?}");
    assert_eq!(get(&client.build(), &server.url).await.unwrap(), "ok");
    let error = get(&stranger.build(), &server.url).await.unwrap_err();
    assert_eq!(error.code(), err_code::REQUEST_ERROR);
}

#[test]
fn a_certificate_without_its_key_is_refused_and_the_key_not_repeated() {
    let made = || rcgen::generate_simple_self_signed(["a client".to_owned()]).unwrap();
    let (one, other) = (made(), made());
    let (pem, key) = (one.cert.pem(), one.signing_key.serialize_pem());
    for (certificates, key, why) in [
        (&*pem, &*other.signing_key.serialize_pem(), "KeyMismatch"),
        (&pem, &pem, "its key is not a private key in PEM"),
        (&pem, "hush", "its key is not a private key in PEM"),
        (&key, &key, "its PEM holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\nhush", &key, "it is not PEM"),
    ] {
        let error = HyperClient::builder().client_certificate(certificates.as_bytes(), key.as_bytes());
        let error = error.unwrap_err();
        assert_eq!(error.code(), err_code::CONFIG_ERROR);
        assert!(error.message().contains(why) && !error.message().contains("hush"), "{error}");
    }
}
