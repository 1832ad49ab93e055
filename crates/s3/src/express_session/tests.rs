//! Sessions of S3 Express, seen through a client whose HTTP client plays S3.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cumulo_core::clock::Clock;
use cumulo_core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo_core::{Config, DateTime, Timeouts};

use super::*;
use crate::types::{Delete, ObjectIdentifier};
use crate::{Client, DeleteObjectsInput, GetObjectInput, PutObjectInput};

const BUCKET: &str = "logs--use1-az4--x-s3";
const START: i64 = 1_767_225_600;

#[derive(Debug, Clone)]
struct FakeClock(Arc<Mutex<DateTime>>);

impl FakeClock {
    fn advance(&self, seconds: u64) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(Duration::from_secs(seconds));
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime {
        *self.0.lock().unwrap()
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Makes sessions of 5 minutes, whose keys are numbered, and answers everything else with nothing.
#[derive(Debug, Clone)]
struct S3 {
    clock: FakeClock,
    requests: Arc<Mutex<Vec<HttpRequest>>>,
    refuses: Arc<AtomicBool>,
}

impl S3 {
    fn new() -> Self {
        let clock = FakeClock(Arc::new(Mutex::new(DateTime::from_unix_seconds(START))));
        Self { clock, requests: Arc::default(), refuses: Arc::default() }
    }

    fn config(&self) -> Config {
        Config::new()
            .region("us-east-1")
            .credentials(Credentials::from_keys("AKID", "SECRET"))
            .http_client(self.clone())
            .clock(self.clock.clone())
    }

    fn client(&self) -> Client {
        Client::new(&self.config())
    }

    fn answer(&self, creates: bool) -> HttpResponse {
        if creates && self.refuses.load(Ordering::SeqCst) {
            let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
            return HttpResponse::new(403, body);
        }
        if !creates {
            return HttpResponse::new(200, "");
        }
        let number = self.sessions().len();
        let end = self.clock.now().plus(Duration::from_secs(300));
        let body = format!(
            "<CreateSessionResult><Credentials><SessionToken>token-{number}</SessionToken>\
             <SecretAccessKey>SECRET</SecretAccessKey><AccessKeyId>SESSION-{number}</AccessKeyId>\
             <Expiration>{}</Expiration></Credentials></CreateSessionResult>",
            end
        );
        HttpResponse::new(200, body)
    }

    /// The hosts for which sessions were made.
    fn sessions(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let created = requests.iter().filter(|request| request.url.query == "session");
        created.map(|request| request.url.authority.clone()).collect()
    }

    /// The keys that signed everything else.
    fn signers(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|request| request.url.query != "session").map(signer).collect()
    }
}

impl HttpClient for S3 {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        let creates = request.url.query == "session";
        self.requests.lock().unwrap().push(request);
        Box::pin(async move {
            if creates {
                // Lets the others who want the session come to wait for it.
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
            }
            Ok(self.answer(creates))
        })
    }
}

/// The access key id in the signature.
fn signer(request: &HttpRequest) -> String {
    let authorization = header(request, "authorization").unwrap();
    let (_, credential) = authorization.split_once("Credential=").unwrap();
    credential.split('/').next().unwrap().to_owned()
}

fn header(request: &HttpRequest, name: &str) -> Option<String> {
    Some(request.headers.get(name)?.to_str().unwrap().to_owned())
}

fn get(bucket: &str) -> GetObjectInput {
    GetObjectInput::new().bucket(bucket).key("k")
}

#[tokio::test]
async fn many_calls_at_once_make_one_session() {
    let s3 = S3::new();
    let client = s3.client();
    let calls: Vec<_> = (0..10).map(|_| tokio::spawn(client.get_object(get(BUCKET)))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let host = format!("{BUCKET}.s3express-use1-az4.us-east-1.amazonaws.com");
    assert_eq!(s3.sessions(), [host]);
    assert_eq!(s3.signers(), ["SESSION-1"; 10]);

    client.get_object(get("other--use1-az4--x-s3")).await.unwrap();
    client.get_object(get("plain")).await.unwrap();
    assert_eq!(s3.signers()[10..], ["SESSION-2", "AKID"]);
}

#[tokio::test]
async fn the_session_is_made_with_the_clients_credentials_and_its_token_has_a_header_of_its_own() {
    let s3 = S3::new();
    let temporary = Value::new("ASIA", "SECRET").session_token("of sts");
    let client = Client::new(&s3.config().credentials(Credentials::from_value(temporary)));
    client.put_object(PutObjectInput::new().bucket(BUCKET).key("k").body("text")).await.unwrap();

    let requests = s3.requests.lock().unwrap();
    let [create, put] = &requests[..] else { panic!("{requests:?}") };
    let scope = "ASIA/20260101/us-east-1/s3express/aws4_request";
    assert!(header(create, "authorization").unwrap().contains(scope));
    assert_eq!(header(create, "x-amz-security-token").as_deref(), Some("of sts"));
    assert_eq!(header(create, "x-amz-s3session-token"), None);

    let authorization = header(put, "authorization").unwrap();
    assert!(authorization.contains("SESSION-1/20260101/us-east-1/s3express/aws4_request"), "{authorization}");
    assert!(authorization.contains(";x-amz-s3session-token;"), "{authorization}");
    assert_eq!(header(put, "x-amz-s3session-token").as_deref(), Some("token-1"));
    assert_eq!(header(put, "x-amz-security-token"), None);
    assert!(header(put, "x-amz-checksum-crc32").is_some());
}

#[tokio::test]
async fn a_session_is_renewed_in_the_background_a_minute_ahead_of_its_end() {
    let s3 = S3::new();
    let client = s3.client();
    client.get_object(get(BUCKET)).await.unwrap();
    s3.clock.advance(239);
    client.get_object(get(BUCKET)).await.unwrap();
    s3.clock.advance(2);
    client.get_object(get(BUCKET)).await.unwrap();
    while s3.sessions().len() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    client.get_object(get(BUCKET)).await.unwrap();
    assert_eq!(s3.signers(), ["SESSION-1", "SESSION-1", "SESSION-1", "SESSION-2"]);

    s3.clock.advance(3600);
    client.get_object(get(BUCKET)).await.unwrap();
    assert_eq!(s3.signers()[4], "SESSION-3", "none is used after its end");
}

#[tokio::test]
async fn a_refused_session_is_an_error_that_names_the_bucket_and_the_next_call_asks_again() {
    let s3 = S3::new();
    let client = s3.client();
    s3.refuses.store(true, Ordering::SeqCst);
    let error = client.get_object(get(BUCKET)).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("AccessDenied", Some(403)));
    let message = "no session for the directory bucket logs--use1-az4--x-s3: Access Denied";
    assert_eq!(error.message(), message);
    assert!(s3.signers().is_empty(), "nothing else was sent");

    s3.refuses.store(false, Ordering::SeqCst);
    client.get_object(get(BUCKET)).await.unwrap();
}

#[tokio::test]
async fn other_credentials_of_the_client_make_another_session() {
    #[derive(Debug)]
    struct Rotating(FakeClock);

    impl Provider for Rotating {
        fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
            let now = self.0.now();
            let value = Value::new(format!("AKID-{}", now.unix_seconds() - START), "SECRET");
            Box::pin(async move { Ok(value.expires(now.plus(Duration::from_secs(100)))) })
        }
    }

    let s3 = S3::new();
    let clock = Arc::new(s3.clock.clone());
    let credentials = Credentials::with_clock(Rotating(s3.clock.clone()), clock);
    let client = Client::new(&s3.config().credentials(credentials.clone()));
    client.get_object(get(BUCKET)).await.unwrap();
    client.get_object(get(BUCKET)).await.unwrap();
    s3.clock.advance(120);
    credentials.get().await.unwrap();
    client.get_object(get(BUCKET)).await.unwrap();
    client.get_object(get(BUCKET)).await.unwrap();
    assert_eq!(s3.signers(), ["SESSION-1", "SESSION-1", "SESSION-2", "SESSION-2"]);
    let requests = s3.requests.lock().unwrap();
    let creators: Vec<_> =
        requests.iter().filter(|request| request.url.query == "session").map(signer).collect();
    assert_eq!(creators, ["AKID-0", "AKID-120"]);
}

#[tokio::test]
async fn a_presigned_url_has_the_token_in_its_query() {
    let s3 = S3::new();
    let request = s3.client().get_object_request(get(BUCKET));
    let url = request.presign(Duration::from_secs(60)).await.unwrap().url;
    assert!(
        url.starts_with(&format!("https://{BUCKET}.s3express-use1-az4.us-east-1.amazonaws.com/k?")),
        "{url}"
    );
    assert!(url.contains("&X-Amz-S3session-Token=token-1&X-Amz-SignedHeaders=host"), "{url}");
    assert!(url.contains("Credential=SESSION-1%2F20260101%2Fus-east-1%2Fs3express%2Faws4_request"), "{url}");
    assert!(!url.contains("X-Amz-Security-Token"), "{url}");
}

#[tokio::test]
async fn without_sessions_requests_are_signed_with_the_clients_credentials() {
    let s3 = S3::new();
    let client = Client::new(&s3.config().s3_disable_express_session_auth(true));
    client.get_object(get(BUCKET)).await.unwrap();
    assert!(s3.sessions().is_empty());
    assert_eq!(s3.signers(), ["AKID"]);
    let anonymous = Client::new(&s3.config().credentials(Credentials::anonymous()));
    anonymous.get_object(get(BUCKET)).await.unwrap();
    assert!(s3.sessions().is_empty());
}

#[tokio::test]
async fn a_required_checksum_is_a_crc32_also_at_a_configured_endpoint() {
    for (bucket, expected, other) in
        [(BUCKET, "x-amz-checksum-crc32", "content-md5"), ("plain", "content-md5", "x-amz-checksum-crc32")]
    {
        let s3 = S3::new();
        let client = Client::new(&s3.config().endpoint("https://s3.example.com"));
        let delete = Delete::new().objects(vec![ObjectIdentifier::new().key("k")]);
        // The answer is empty, which is none.
        let _ = client.delete_objects(DeleteObjectsInput::new().bucket(bucket).delete(delete)).await;
        let requests = s3.requests.lock().unwrap();
        let sent = requests.iter().find(|request| request.url.query == "delete").unwrap();
        assert!(header(sent, expected).is_some(), "{bucket}");
        assert_eq!(header(sent, other), None, "{bucket}");
    }
}

#[tokio::test]
async fn a_client_keeps_a_bounded_number_of_sessions() {
    let s3 = S3::new();
    let client = s3.client();
    let name = |number: usize| format!("b{number}--use1-az4--x-s3");
    for number in 0..=Sessions::CAPACITY {
        client.get_object(get(&name(number))).await.unwrap();
        client.get_object(get(&name(1))).await.unwrap();
    }
    let made = s3.sessions().len();
    client.get_object(get(&name(1))).await.unwrap();
    assert_eq!(s3.sessions().len(), made, "it is used all the time");
    client.get_object(get(&name(0))).await.unwrap();
    assert_eq!(s3.sessions().len(), made + 1, "it was used least lately");
}

#[tokio::test]
async fn handlers_of_the_client_see_the_session_made_and_those_of_a_request_do_not() {
    let s3 = S3::new();
    let mut client = s3.client();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let note = |who: &'static str| {
        let seen = Arc::clone(&seen);
        move |request: &mut Request| {
            seen.lock().unwrap().push(format!("{who} {}", request.operation().name));
        }
    };
    client.handlers_mut().send.push_front(note("client"));
    let mut request = client.get_object_request(get(BUCKET));
    request.handlers.send.push_back(note("request"));
    request.send().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["client CreateSession", "client GetObject", "request GetObject"]);
}
