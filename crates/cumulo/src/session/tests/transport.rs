//! Authorities, client certificates and proxies of sessions, against servers on loopback.

use std::sync::Arc;

use cumulo_core::hyper_client::Proxies;
use cumulo_sts::GetCallerIdentityInput;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::settings::pem;
use super::*;

const ANSWER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>\
                      </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// A server on loopback that answers each connection's first request as STS does, and gives the request's head.
struct Server {
    address: String,
    heads: tokio::sync::mpsc::UnboundedReceiver<String>,
}

impl Server {
    async fn start(tls: Option<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (note, heads) = tokio::sync::mpsc::unbounded_channel();
        let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let head = match &tls {
                    None => answer(socket).await,
                    Some(tls) => match tls.accept(socket).await {
                        Ok(socket) => answer(socket).await,
                        Err(_) => continue,
                    },
                };
                let _ = head.map(|head| note.send(head));
            }
        });
        Self { address, heads }
    }
}

async fn answer(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.ok()?);
    }
    let length = ANSWER.len();
    let text = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{ANSWER}");
    socket.write_all(text.as_bytes()).await.ok()?;
    socket.shutdown().await.ok()?;
    String::from_utf8(head).ok()
}

/// TLS with the certificate of [`pem`], asking clients for the same one if `is_asking`.
fn tls(is_asking: bool) -> ServerConfig {
    let (certificate, key) = pem();
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let mut known = RootCertStore::empty();
    known.add(certificate.clone()).unwrap();
    let provider = Arc::new(default_provider());
    let clients = match is_asking {
        true => {
            WebPkiClientVerifier::builder_with_provider(known.into(), Arc::clone(&provider)).build().unwrap()
        }
        false => WebPkiClientVerifier::no_client_auth(),
    };
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate], PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap())
        .unwrap()
}

/// A session with keys, and with these variables and this config file.
fn with_files(variables: &[(&str, &str)], config: &str) -> SessionBuilder {
    let keys = [
        ("HOME", "/h"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
    ];
    let (certificate, key) = pem();
    let files = MemoryFiles::from_map([
        ("/h/.aws/config", config),
        ("/h/ca.pem", certificate),
        ("/h/key.pem", key),
        ("/h/garbage.pem", "hush"),
    ]);
    Session::builder().env(Env::from_map(keys.iter().chain(variables).copied())).file_system(files)
}

async fn account(builder: SessionBuilder, endpoint: &str) -> Result<String, Error> {
    let session = builder.endpoint(endpoint).config(&Config::new().max_attempts(1)).build()?;
    let client = cumulo_sts::Client::new(&session);
    let identity = client.get_caller_identity(GetCallerIdentityInput::new()).await?;
    Ok(identity.account.unwrap())
}

#[tokio::test]
async fn a_server_of_a_private_authority_is_trusted_by_its_bundle_alone() {
    let server = Server::start(Some(tls(false))).await;
    let url = format!("https://{}", server.address);
    let in_env = [("AWS_CA_BUNDLE", "~/ca.pem")];
    let in_profile = "[default]\nca_bundle = /h/ca.pem\n";
    let garbage = "[default]\nca_bundle = /h/garbage.pem\n";
    for builder in [
        with_files(&in_env, garbage),
        with_files(&[], in_profile),
        with_files(&[], garbage).custom_ca_bundle(&pem().0),
    ] {
        assert_eq!(account(builder, &url).await.unwrap(), "123456789012");
    }
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap().cert.pem();
    let error = account(with_files(&in_env, "").custom_ca_bundle(other), &url).await.unwrap_err();
    let expected = format!("the certificate of {} is not trusted: ", server.address);
    assert_eq!(error.code(), "RequestError");
    assert!(error.message().starts_with(&expected), "{error}");
}

#[test]
fn a_bundle_that_is_missing_or_garbage_is_named_with_its_setting() {
    let message = |builder: SessionBuilder| builder.build().unwrap_err().to_string();
    let missing = message(with_files(&[("AWS_CA_BUNDLE", "/nowhere.pem")], ""));
    let expected = "LoadCustomCABundleError: failed to load custom CA bundle, /nowhere.pem (AWS_CA_BUNDLE): ";
    assert!(missing.starts_with(expected), "{missing}");
    assert_eq!(
        message(with_files(&[], "[default]\nca_bundle = /h/garbage.pem\n")),
        "LoadCustomCABundleError: failed to load custom CA bundle, /h/garbage.pem (ca_bundle in profile default of \
         /h/.aws/config line 2): the bundle of root certificates holds no certificate"
    );
    let given = message(with_files(&[], "").custom_ca_bundle("hush"));
    assert!(given.contains("custom_ca_bundle of the session") && !given.contains("hush"), "{given}");
    let client = cumulo_core::hyper_client::HyperClient::new();
    let both = message(with_files(&[], "").custom_ca_bundle(&pem().0).http_client(client));
    assert!(
        both.starts_with("LoadCustomCABundleError: custom_ca_bundle has no effect on an http_client"),
        "{both}"
    );
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_that_of_the_code_or_of_the_environment() {
    let server = Server::start(Some(tls(true))).await;
    let url = format!("https://{}", server.address);
    let variables = [
        ("AWS_CA_BUNDLE", "/h/ca.pem"),
        ("AWS_SDK_GO_CLIENT_TLS_CERT", "/h/ca.pem"),
        ("AWS_SDK_GO_CLIENT_TLS_KEY", "~/key.pem"),
    ];
    assert_eq!(account(with_files(&variables, ""), &url).await.unwrap(), "123456789012");
    let in_code = with_files(&variables[..1], "").client_certificate(&pem().0, &*pem().1);
    assert!(!format!("{in_code:?}").contains("PRIVATE"));
    assert_eq!(account(in_code, &url).await.unwrap(), "123456789012");
    assert_eq!(account(with_files(&variables[..1], ""), &url).await.unwrap_err().code(), "RequestError");
}

#[test]
fn a_certificate_or_a_key_that_cannot_be_used_is_named_with_its_setting() {
    let message = |certificate, key| {
        let variables = [("AWS_SDK_GO_CLIENT_TLS_CERT", certificate), ("AWS_SDK_GO_CLIENT_TLS_KEY", key)];
        let error = with_files(&variables, "").build().unwrap_err();
        assert_eq!(error.code(), "LoadClientTLSCertError");
        assert!(!error.message().contains("hush"), "{error}");
        error.message().to_owned()
    };
    let half = "AWS_SDK_GO_CLIENT_TLS_CERT is set, but AWS_SDK_GO_CLIENT_TLS_KEY is not";
    assert!(message("/h/ca.pem", "").starts_with(half));
    let half = "AWS_SDK_GO_CLIENT_TLS_KEY is set, but AWS_SDK_GO_CLIENT_TLS_CERT is not";
    assert!(message("", "/h/key.pem").starts_with(half));
    let missing = message("/h/ca.pem", "/nowhere");
    assert!(missing.contains("/nowhere (AWS_SDK_GO_CLIENT_TLS_KEY): "), "{missing}");
    let garbage = message("/h/ca.pem", "/h/garbage.pem");
    let place = "/h/ca.pem and /h/garbage.pem (AWS_SDK_GO_CLIENT_TLS_CERT and AWS_SDK_GO_CLIENT_TLS_KEY): ";
    assert!(garbage.contains(place) && garbage.contains("not a private key"), "{garbage}");
}

#[tokio::test]
async fn requests_go_through_the_proxy_of_the_environment_unless_the_code_or_the_host_says_otherwise() {
    let mut proxy = Server::start(None).await;
    let url = format!("http://user:h%75sh@{}", proxy.address);
    for name in ["HTTP_PROXY", "http_proxy"] {
        let builder = with_files(&[(name, &url)], "");
        assert_eq!(account(builder, "http://sts.test").await.unwrap(), "123456789012");
        let head = proxy.heads.recv().await.unwrap();
        assert!(head.starts_with("POST http://sts.test/ HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("proxy-authorization: Basic dXNlcjpodXNo\r\n"), "{head}");
        let signed = head.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
        assert!(!signed.contains("proxy"), "the signature has nothing to do with proxies: {head}");
    }

    let server = Server::start(None).await;
    let url_of_server = format!("http://{}", server.address);
    let with_proxy = |variables: &[(&str, &str)]| {
        with_files(&[&[("HTTP_PROXY", "http://192.0.2.1:9")], variables].concat(), "")
    };
    assert!(account(with_proxy(&[]), &url_of_server).await.is_ok(), "this machine has no proxy before it");
    let through = Proxies::new().http(&url).unwrap();
    assert!(account(with_proxy(&[]).proxies(through), "http://sts.test").await.is_ok());
    assert!(
        proxy.heads.recv().await.is_some(),
        "the proxy of the code is asked, not that of the environment"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_host_that_needs_no_proxy_and_a_proxy_that_is_turned_off_are_passed_by() {
    let mut server = Server::start(None).await;
    // This machine, by an address that is not known to be.
    let url = format!("http://{}", server.address.replace("127.0.0.1", "0.0.0.0"));
    let proxy = ("HTTP_PROXY", "http://192.0.2.1:9");
    for builder in [
        with_files(&[proxy, ("NO_PROXY", "example.com, 0.0.0.0/32")], ""),
        with_files(&[proxy, ("no_proxy", "*"), ("NO_PROXY", "")], ""),
        with_files(&[proxy], "").proxies(Proxies::new()),
        // A program that a web server runs may have a header of a request there.
        with_files(&[proxy, ("REQUEST_METHOD", "GET")], ""),
    ] {
        assert_eq!(account(builder, &url).await.unwrap(), "123456789012");
        assert!(server.heads.recv().await.unwrap().starts_with("POST / "));
    }
}

/// Answers as the metadata service does, and keeps what it was asked.
#[cfg(unix)]
async fn agent() -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (note, heads) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap().to_owned();
            let body = match &*path {
                "/latest/api/token" => "T",
                "/latest/meta-data/iam/security-credentials/" => "role",
                _ => {
                    r#"{"Code":"Success","AccessKeyId":"ASIAAGENT","SecretAccessKey":"hush","Token":"hush","Expiration":"2999-01-01T00:00:00Z"}"#
                }
            };
            let text = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(text.as_bytes()).await.unwrap();
            note.send(path).unwrap();
        }
    });
    // This machine, by an address that is not known to be: as the service's own is not.
    (address.replace("127.0.0.1", "0.0.0.0"), heads)
}

#[cfg(unix)]
#[tokio::test]
async fn the_metadata_service_is_asked_past_the_proxy() {
    let (address, mut asked) = agent().await;
    let url = format!("http://{address}");
    let variables = [("HTTP_PROXY", "http://192.0.2.1:9"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*url)];
    let session = Session::builder().env(Env::from_map(variables)).build().unwrap();
    let value = session.config().credentials.as_ref().unwrap().get().await.unwrap();
    assert_eq!(value.access_key_id, "ASIAAGENT");
    assert_eq!(asked.recv().await.unwrap(), "/latest/api/token");
}

#[test]
fn a_proxy_that_cannot_be_one_is_named_by_its_variable_without_its_password() {
    let message = |name| with_files(&[(name, "socks5://me:hush@p:1")], "").build().unwrap_err().to_string();
    for name in ["HTTP_PROXY", "https_proxy"] {
        assert_eq!(
            message(name),
            format!(
                "EnvConfigErr: environment variable {name}: the proxy's URL has another scheme than http and https, which \
                 are supported"
            )
        );
    }
}
