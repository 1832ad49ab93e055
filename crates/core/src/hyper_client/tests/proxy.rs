//! Requests by way of proxies on loopback, which know where hosts are that no name server knows.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::*;
use crate::hyper_client::Proxies;

const SECRET: &str = "h%75sh";
/// `user:hush`
const AUTHORIZATION: &str = "proxy-authorization: Basic dXNlcjpodXNo\r\n";

/// A proxy that makes one tunnel to the server at `target`, whatever host it is asked for.
struct TunnelProxy {
    address: String,
    heads: mpsc::UnboundedReceiver<String>,
}

impl TunnelProxy {
    async fn start(target: &str, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let target = target.split_once("://").unwrap().1.to_owned();
        let (note, heads) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let (socket, _) = listener.accept().await.unwrap();
            match tls {
                None => tunnel(socket, &target, &note).await,
                Some(tls) => {
                    let socket = tokio_rustls::TlsAcceptor::from(tls).accept(socket).await.unwrap();
                    tunnel(socket, &target, &note).await;
                }
            }
        });
        Self { address, heads }
    }
}

async fn tunnel(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    target: &str,
    note: &mpsc::UnboundedSender<String>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    note.send(String::from_utf8(head).unwrap()).unwrap();
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
    let mut server = TcpStream::connect(target).await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

fn through(proxies: Proxies) -> HyperClient {
    HyperClient::builder().proxies(proxies).build()
}

#[tokio::test]
async fn a_request_to_an_http_url_is_handed_to_the_proxy_whole() {
    let mut proxy = Server::start([vec![OK, OK]]).await;
    let url = proxy.url.replace("http://", &format!("http://user:{SECRET}@"));
    let client = through(Proxies::new().http(&url).unwrap());
    for path in ["/a?b=c", "/d"] {
        assert_eq!(get(&client, &format!("http://s3.test:81{path}")).await.unwrap(), "ok");
        let received = proxy.request().await;
        let line = format!("GET http://s3.test:81{path} HTTP/1.1\r\n");
        assert!(received.text.starts_with(&line), "{}", received.text);
        assert!(received.text.contains("host: s3.test:81\r\n"), "{}", received.text);
        assert!(received.text.contains(AUTHORIZATION), "{}", received.text);
        assert_eq!(received.connection, 0, "the connection to the proxy is kept");
    }
}

#[tokio::test]
async fn a_request_to_an_https_url_goes_through_a_tunnel_that_alone_carries_the_password() {
    let Certificate { pem, server } = certificate_of("s3.test");
    let mut server = Server::start_tls([vec![OK, OK, Step::Hang]], server).await;
    let mut proxy = TunnelProxy::start(&server.url, None).await;
    let proxies = Proxies::new().https(&format!("http://user:{SECRET}@{}", proxy.address)).unwrap();
    let builder = HyperClient::builder().only_root_certificates(pem.as_bytes()).unwrap();
    let client = builder.proxies(proxies).build();
    for path in ["/a", "/b"] {
        assert_eq!(get(&client, &format!("https://s3.test{path}")).await.unwrap(), "ok");
        let received = server.request().await;
        assert!(received.text.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{}", received.text);
        assert!(!received.text.contains("proxy-authorization"), "{}", received.text);
        assert_eq!(received.connection, 0);
    }
    let head = proxy.heads.recv().await.unwrap();
    assert!(head.starts_with("CONNECT s3.test:443 HTTP/1.1\r\n"), "{head}");
    assert!(head.to_lowercase().contains(&AUTHORIZATION.to_lowercase()), "{head}");
}

#[tokio::test]
async fn the_certificate_at_the_other_end_of_a_tunnel_is_checked() {
    let server = Server::start_tls([vec![OK]], certificate_of("s3.test").server).await;
    let proxy = TunnelProxy::start(&server.url, None).await;
    let other = certificate_of("s3.test").pem;
    let client = HyperClient::builder()
        .only_root_certificates(other.as_bytes())
        .unwrap()
        .proxies(Proxies::new().https(&proxy.address).unwrap())
        .build();
    let error = get(&client, "https://s3.test/").await.unwrap_err();
    assert!(error.message().starts_with("the certificate of s3.test is not trusted: "), "{error}");
}

#[tokio::test]
async fn the_proxy_itself_may_be_reached_by_tls() {
    let Certificate { pem, server } = certificate_of("s3.test");
    let at_proxy = certificate_of("127.0.0.1");
    let server = Server::start_tls([vec![OK]], server).await;
    let proxy = TunnelProxy::start(&server.url, Some(at_proxy.server)).await;
    let client = HyperClient::builder()
        .only_root_certificates(format!("{pem}{}", at_proxy.pem).as_bytes())
        .unwrap()
        .proxies(Proxies::new().https(&format!("https://{}", proxy.address)).unwrap())
        .build();
    assert_eq!(get(&client, "https://s3.test/").await.unwrap(), "ok");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    for (answer, why) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "proxy authorization required"),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "it makes no tunnel"),
        ("<html>", "it makes no tunnel"),
    ] {
        let proxy = Server::start([vec![Step::Answer(answer)]]).await;
        let address = &proxy.url[7..];
        let client = through(Proxies::new().https(&format!("user:{SECRET}@{address}")).unwrap());
        let error = get(&client, "https://s3.test/").await.unwrap_err();
        assert_eq!(error.code(), err_code::REQUEST_ERROR);
        let expected = format!("could not connect to s3.test: through the proxy {address}: {why}");
        assert_eq!(error.message(), expected);
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_named() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let client = through(Proxies::new().http(&address).unwrap().https(&address).unwrap());
    for url in ["http://s3.test/", "https://s3.test/"] {
        let error = get(&client, url).await.unwrap_err();
        let expected = format!("could not connect to s3.test: through the proxy {address}: ");
        assert!(error.message().starts_with(&expected), "{error}");
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn the_connect_limit_covers_a_tunnel_that_is_never_made() {
    let proxy = Server::start([vec![Step::Hang]]).await;
    let client = through(Proxies::new().https(&proxy.url).unwrap());
    let timeouts = Timeouts::default().connect(Duration::from_millis(40));
    let get = request(Method::GET, "https://s3.test/", "");
    let error = client.send(get, &timeouts).await.unwrap_err();
    assert_eq!(error.code(), err_code::RESPONSE_TIMEOUT);
}

#[tokio::test]
async fn servers_on_this_machine_are_reached_without_a_proxy() {
    let server = Server::start([vec![OK]]).await;
    let client = through(Proxies::new().http("http://192.0.2.1").unwrap());
    assert_eq!(get(&client, &server.url).await.unwrap(), "ok");
}

/// `0.0.0.0` is this machine, but no address that is known to be: what an agent beside the program looks like.
#[cfg(unix)]
#[tokio::test]
async fn a_client_without_proxies_is_made_of_one_that_has_them() {
    let mut proxy = Server::start([vec![OK]]).await;
    let mut server = Server::start([vec![OK]]).await;
    let url = server.url.replace("127.0.0.1", "0.0.0.0");
    let client = through(Proxies::new().http(&proxy.url).unwrap());
    assert_eq!(get(&client, &url).await.unwrap(), "ok");
    assert!(proxy.request().await.text.starts_with(&format!("GET {url}/ ")));

    let direct = client.without_proxy().unwrap();
    assert!(direct.without_proxy().is_none(), "there is nothing left to take away");
    let answer = direct.send(request(Method::GET, &url, ""), &Timeouts::default()).await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(server.request().await.text.starts_with("GET / "));
}
