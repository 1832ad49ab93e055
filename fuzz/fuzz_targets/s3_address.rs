//! Buckets and keys: whatever they are, a request goes to a host of S3, and its URL can be sent. The bucket stands before
//! the first line's end, the key behind it.
#![no_main]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cumulo_core::http::{HttpClient, HttpRequest, HttpResponse, Url};
use cumulo_core::retryer::NoRetryer;
use cumulo_core::{BoxFuture, Config, Credentials, Error, Timeouts};
use cumulo_fuzz::block_on;
use cumulo_s3::{Client, GetObjectInput};
use libfuzzer_sys::fuzz_target;

/// What hosts in the client's region end with.
const REGION: &str = ".us-east-1.amazonaws.com";
/// What those of multi-region access points do.
const GLOBAL: &str = ".accesspoint.s3-global.amazonaws.com";

#[derive(Debug, Default)]
struct Recorder(Mutex<Option<Url>>);

impl HttpClient for Recorder {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        *self.0.lock().expect("nothing panics with it") = Some(request.url);
        Box::pin(async { Ok(HttpResponse::new(200, "")) })
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (bucket, key) = text.split_once('\n').unwrap_or((text, "key"));
    let recorder = Arc::new(Recorder::default());
    let config = Config::new()
        .region("us-east-1")
        .credentials(Credentials::from_keys("AKID", "SECRET"))
        .http_client(Arc::clone(&recorder))
        .retryer(NoRetryer);
    let client = Client::new(&config);
    let _ = block_on(client.get_object(GetObjectInput::new().bucket(bucket).key(key)));
    let Some(url) = recorder.0.lock().expect("nothing panics with it").take() else { return };
    check(&url);
    let request = client.get_object_request(GetObjectInput::new().bucket(bucket).key(key));
    let presigned = block_on(request.presign(Duration::from_secs(60))).expect("the same request");
    check(&Url::parse(&presigned.url).expect("what is presigned can be read"));
});

/// Aliases and ARNs of access points, directory buckets and the like lead to hosts of their own.
fn is_of_s3(host: &str) -> bool {
    let service = host.strip_suffix(REGION).and_then(|name| name.rsplit('.').next());
    host.ends_with(GLOBAL)
        || service.is_some_and(|service| {
            matches!(service, "s3" | "s3-accesspoint" | "s3-object-lambda" | "s3-outposts")
                || service.starts_with("s3express-")
        })
}

fn check(url: &Url) {
    assert!(is_of_s3(&url.authority), "{url} is another host");
    assert!(url.is_https && url.path.starts_with('/'));
    let uri: http::Uri = url.to_string().parse().unwrap_or_else(|error| panic!("{url}: {error}"));
    assert_eq!(uri.path(), url.path);
    assert_eq!(uri.query().unwrap_or_default(), url.query);
}
