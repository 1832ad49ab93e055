//! The server over real connections: what it accepts, what it refuses and how it fails on demand.

use super::*;
use crate::clock::Clock;
use crate::sts::Role;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use std::time::SystemTime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::sigv4::{Arrived, sha256_hex, sign};

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";
const IDENTITY: &[u8] = b"Action=GetCallerIdentity&Version=2011-06-15";

/// One request, signed by the verifier's own functions, which the published example vouches for.
struct Call<'a> {
    method: Method,
    path: &'a str,
    service: &'a str,
    headers: Vec<(&'static str, String)>,
    unsigned: Vec<(&'static str, String)>,
    body: Vec<u8>,
    key: String,
    secret: String,
    time: SystemTime,
}

/// What came back, as far as it came.
struct Reply {
    head: String,
    body: String,
}

impl<'a> Call<'a> {
    fn new(local: &Server, service: &'a str, method: Method, path: &'a str, body: &[u8]) -> Self {
        Self {
            method,
            path,
            service,
            headers: vec![("x-amz-content-sha256", sha256_hex(body))],
            unsigned: Vec::new(),
            body: body.to_vec(),
            key: local.access_key_id().to_owned(),
            secret: local.secret_access_key().to_owned(),
            time: SystemTime::now(),
        }
    }

    fn identity(local: &Server) -> Self {
        Self::new(local, "sts", Method::POST, "/", IDENTITY)
    }

    fn json(local: &Server, service: &'a str, target: &str, body: &str) -> Self {
        let mut call = Self::new(local, service, Method::POST, "/", body.as_bytes());
        call.headers.push(("x-amz-target", target.to_owned()));
        call
    }

    async fn send(mut self, local: &Server) -> Reply {
        self.headers.push(("host", local.address().to_string()));
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let uri: Uri = self.path.parse().unwrap();
        let arrived = Arrived { method: &self.method, uri: &uri, headers: &headers, body: &self.body };
        let signature = sign(arrived, self.service, &self.key, &self.secret, self.time.into());
        self.headers.extend(signature);

        let mut text = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in self.headers.iter().chain(&self.unsigned) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        exchange(local, &[text.as_bytes(), &self.body].concat()).await
    }
}

async fn exchange(local: &Server, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(local.address()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    // A connection that breaks ends the answer too.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Reply { head: head.to_owned(), body: body.to_owned() }
}

impl Reply {
    fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or("none")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    }

    /// The text of the first XML element with this name.
    fn element(&self, name: &str) -> &str {
        let (_, rest) = self.body.split_once(&format!("<{name}>")).expect("the element is there");
        rest.split('<').next().unwrap()
    }
}

#[tokio::test]
async fn a_signed_request_is_answered_with_an_id_and_the_servers_date() {
    let local = Server::start().await.unwrap();
    let reply = Call::identity(&local).send(&local).await;
    assert_eq!(reply.status(), "200", "{}", reply.body);
    assert_eq!(reply.element("Arn"), "arn:aws:iam::123456789012:user/local");
    assert_eq!(reply.header("x-amzn-requestid"), Some(reply.element("RequestId")));
    assert!(reply.header("date").unwrap().ends_with(" GMT"));
}

#[tokio::test]
async fn wrong_secrets_keys_scopes_and_times_are_refused_in_each_protocol() {
    let local = Server::start().await.unwrap();
    let mut wrong_secret = Call::identity(&local);
    wrong_secret.secret = "wrong".to_owned();
    let reply = wrong_secret.send(&local).await;
    assert_eq!((reply.status(), reply.element("Code")), ("403", "SignatureDoesNotMatch"));

    let mut wrong_key = Call::json(&local, "kms", "TrentService.ListKeys", "{}");
    wrong_key.key = "AKIDOTHER".to_owned();
    let reply = wrong_key.send(&local).await;
    assert_eq!(reply.status(), "400");
    assert!(reply.body.contains(r#""__type":"UnrecognizedClientException""#), "{}", reply.body);

    let reply = Call::json(&local, "kms", "AmazonSQS.ListQueues", "{}").send(&local).await;
    assert!(reply.body.contains("Credential should be scoped to correct service: 'sqs'."), "{}", reply.body);

    let mut late = Call::json(&local, "sqs", "AmazonSQS.ListQueues", "{}");
    late.time = SystemTime::now() - Duration::from_secs(6 * 60);
    let reply = late.send(&local).await;
    assert!(reply.body.contains("Signature expired"), "{}", reply.body);
    assert_eq!(reply.header("x-amzn-query-error"), Some("SignatureDoesNotMatch;Sender"));

    let mut late = Call::new(&local, "s3", Method::GET, "/", b"");
    late.time = SystemTime::now() + Duration::from_secs(6 * 60);
    assert_eq!(late.send(&local).await.element("Code"), "RequestTimeTooSkewed");
}

#[tokio::test]
async fn an_unsigned_request_is_refused() {
    let local = Server::start().await.unwrap();
    let head = "content-type: application/x-www-form-urlencoded\r\nconnection: close\r\nhost: h\r\n";
    let request = format!("POST / HTTP/1.1\r\n{head}content-length: 24\r\n\r\nAction=GetCallerIdentity");
    assert_eq!(exchange(&local, request.as_bytes()).await.element("Code"), "MissingAuthenticationToken");
    let request = "GET /bucket/key HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    assert_eq!(exchange(&local, request.as_bytes()).await.element("Code"), "AccessDenied");
}

#[tokio::test]
async fn an_object_is_stored_and_its_hash_and_headers_must_be_signed() {
    let local = Server::start().await.unwrap();
    let send = async |method: Method, path: &str, body: &[u8]| {
        Call::new(&local, "s3", method, path, body).send(&local).await
    };
    assert_eq!(send(Method::PUT, "/bucket", b"").await.status(), "200");
    assert_eq!(send(Method::PUT, "/bucket/key", b"data").await.status(), "200");
    let reply = send(Method::GET, "/bucket/key", b"").await;
    assert_eq!((reply.status(), reply.body.as_str()), ("200", "data"));
    assert!(reply.header("x-amz-request-id").is_some());
    let reply = send(Method::GET, "/bucket/none", b"").await;
    assert_eq!((reply.status(), reply.element("Code")), ("404", "NoSuchKey"));
    assert_eq!(reply.header("x-amz-request-id"), Some(reply.element("RequestId")));

    let mut other_body = Call::new(&local, "s3", Method::PUT, "/bucket/key", b"data");
    other_body.body = b"atad".to_vec();
    assert_eq!(other_body.send(&local).await.element("Code"), "XAmzContentSHA256Mismatch");

    let mut stray_header = Call::new(&local, "s3", Method::PUT, "/bucket/key", b"data");
    stray_header.unsigned.push(("x-amz-meta-a", "1".to_owned()));
    assert_eq!(stray_header.send(&local).await.element("Code"), "AccessDenied");
}

#[tokio::test]
async fn a_request_that_is_signed_twice_is_refused() {
    let local = Server::start().await.unwrap();
    for query in ["X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00", "AWSAccessKeyId=A&Signature=00"] {
        let path = format!("/bucket?{query}");
        let reply = Call::new(&local, "s3", Method::GET, &path, b"").send(&local).await;
        assert_eq!((reply.status(), reply.element("Code")), ("400", "InvalidArgument"));
        assert!(reply.element("Message").starts_with("Only one auth mechanism allowed; "));
    }
}

#[tokio::test]
async fn a_roles_credentials_need_their_token_and_end() {
    let local = Server::builder().role(Role::new(ROLE)).start().await.unwrap();
    let assume = format!("Action=AssumeRole&RoleArn={ROLE}&RoleSessionName=test");
    let reply = Call::new(&local, "sts", Method::POST, "/", assume.as_bytes()).send(&local).await;
    let text = |name| reply.element(name).to_owned();
    let (key, secret, token) = (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
    let call = async |service: &'static str, token: Option<&str>| {
        let mut call = match service {
            "s3" => Call::new(&local, "s3", Method::GET, "/", b""),
            _ => Call::identity(&local),
        };
        (call.key, call.secret) = (key.clone(), secret.clone());
        call.headers.extend(token.map(|token| ("x-amz-security-token", token.to_owned())));
        call.send(&local).await
    };
    assert_eq!(
        call("sts", Some(&token)).await.element("Arn"),
        "arn:aws:sts::123456789012:assumed-role/demo/test"
    );
    assert_eq!(call("s3", Some(&token)).await.status(), "200");
    assert_eq!(call("s3", Some("other")).await.element("Code"), "InvalidToken");
    assert_eq!(call("s3", None).await.element("Code"), "InvalidAccessKeyId");
    assert_eq!(call("sts", Some("other")).await.element("Code"), "InvalidClientTokenId");
    local.expire_sessions();
    assert_eq!(call("sts", Some(&token)).await.element("Code"), "ExpiredToken");
    assert_eq!(call("s3", Some(&token)).await.element("Code"), "ExpiredToken");
}

#[tokio::test]
async fn faults_take_one_request_each_in_order() {
    let local = Server::start().await.unwrap();
    local.fail_next(503, 1);
    local.fail_next(500, 1);
    local.drop_next_connections(1);
    local.truncate_next_body();
    local.garble_next_body();
    let send = async || Call::identity(&local).send(&local).await;
    let reply = send().await;
    assert_eq!((reply.status(), reply.element("Code")), ("503", "ServiceUnavailable"));
    assert_eq!(send().await.status(), "500");
    assert_eq!(send().await.head, "");
    let reply = send().await;
    let announced: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert_eq!((reply.status(), reply.body.len()), ("200", announced / 2));
    let reply = send().await;
    assert_eq!(reply.status(), "200");
    assert!(!reply.body.contains("Arn"));
    assert_eq!(send().await.element("Account"), "123456789012");
}

#[tokio::test]
async fn a_stalled_request_is_never_answered_while_others_are() {
    let local = Arc::new(Server::start().await.unwrap());
    local.stall_next(1);
    let shared = Arc::clone(&local);
    let stalled = tokio::spawn(async move { Call::identity(&shared).send(&shared).await.head });
    while local.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        assert_eq!(Call::identity(&local).send(&local).await.status(), "200");
    }
    assert!(!stalled.is_finished());
    stalled.abort();
}

#[tokio::test]
async fn requests_are_recorded_with_the_headers_that_were_sent() {
    let local = Server::start().await.unwrap();
    let request = "PUT /b/k?x=1 HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx-amz-copy-source: b/o\r\n\r\n";
    exchange(&local, request.as_bytes()).await;
    let recorded = local.requests().remove(0);
    assert_eq!((recorded.method.as_str(), recorded.path(), recorded.service), ("PUT", "/b/k", "s3"));
    assert_eq!(recorded.header("x-amz-copy-source"), Some("b/o"));
    assert_eq!((recorded.header("content-length"), recorded.header("transfer-encoding")), (None, None));
    local.clear_requests();
    assert!(local.requests().is_empty());
}

#[tokio::test]
async fn a_moved_clock_moves_the_date_and_what_counts_as_skewed() {
    let clock = Clock::system();
    let local = Server::builder().clock(clock.clone()).start().await.unwrap();
    local.set_clock_offset(-3600);
    assert_eq!(Call::identity(&local).send(&local).await.element("Code"), "SignatureDoesNotMatch");
    let mut corrected = Call::new(&local, "s3", Method::GET, "/", b"");
    corrected.time = clock.now();
    assert_eq!(corrected.send(&local).await.status(), "200");
}

#[tokio::test]
async fn the_port_is_closed_after_shutdown() {
    let local = Server::start().await.unwrap();
    let address = local.address();
    assert!(TcpStream::connect(address).await.is_ok());
    local.shutdown().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn objects_in_a_folder_outlive_the_server() {
    let folder = std::env::temp_dir().join(format!("cumulo-local-{}", crate::ids::uuid()));
    let start = async || Server::builder().folder(&folder).start().await.unwrap();
    let local = start().await;
    Call::new(&local, "s3", Method::PUT, "/bucket", b"").send(&local).await;
    Call::new(&local, "s3", Method::PUT, "/bucket/key", b"data").send(&local).await;
    local.shutdown().await;
    let local = start().await;
    let reply = Call::new(&local, "s3", Method::GET, "/bucket/key", b"").send(&local).await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(reply.body, "data");
}

#[tokio::test]
async fn other_services_are_named_as_not_served() {
    let local = Server::start().await.unwrap();
    let reply =
        Call::json(&local, "ecs", "AmazonEC2ContainerServiceV20141113.ListClusters", "{}").send(&local).await;
    assert_eq!(reply.status(), "501");
    assert!(reply.body.contains("UnknownOperationException"), "{}", reply.body);
}
