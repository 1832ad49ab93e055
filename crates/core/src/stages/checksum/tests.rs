//! What is sent when, and what is read of it, through clients of a small service that speaks as S3 does.

use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use crate::body::Body;
use crate::checksum::{self, Algorithm};
use crate::config::{ChecksumPolicy, Config};
use crate::credentials::Credentials;
use crate::dynamic::{Client, DynamicShape, Model};
use crate::err_code;
use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse};
use crate::request::OperationRequest;
use crate::shape::Mut;
use crate::testing::{CountingClock, Server, config, ok};

const AWS: &str = "";
const TLS: &str = "https://storage.example.com";
const PLAIN: &str = "http://storage.example.com";

static S3: LazyLock<Model> = LazyLock::new(|| model("rest-xml", "s3v4"));
static OTHER: LazyLock<Model> = LazyLock::new(|| model("rest-json", "v4"));

fn model(protocol: &str, signature: &str) -> Model {
    let header = |name: &str| json!({"shape": "S", "location": "header", "locationName": name});
    let put = |checksum: Json| {
        json!({
            "http": {"method": "PUT", "requestUri": "/o"}, "input": {"shape": "Put"}, "httpChecksum": checksum
        })
    };
    let model = json!({
        "metadata": {
            "apiVersion": "2020-01-01", "endpointPrefix": "s3", "protocol": protocol, "serviceId": "S3",
            "signatureVersion": signature
        },
        "operations": {
            "Put": put(json!({"requestAlgorithmMember": "Algorithm", "requestChecksumRequired": false})),
            "Set": put(json!({"requestAlgorithmMember": "Algorithm", "requestChecksumRequired": true})),
            "Must": {
                "http": {"method": "POST", "requestUri": "/m"}, "input": {"shape": "Must"},
                "httpChecksumRequired": true
            },
            "Get": {
                "http": {"method": "GET", "requestUri": "/o"}, "input": {"shape": "Get"},
                "output": {"shape": "Got"},
                "httpChecksum": {
                    "requestValidationModeMember": "Mode", "responseAlgorithms": ["CRC32", "CRC64NVME", "SHA256"]
                }
            }
        },
        "shapes": {
            "Put": {"type": "structure", "payload": "Body", "members": {
                "Algorithm": header("x-amz-sdk-checksum-algorithm"), "Crc32": header("x-amz-checksum-crc32"),
                "Encoding": header("Content-Encoding"), "Length": header("Content-Length"),
                "Body": {"shape": "Stream"}
            }},
            "Must": {"type": "structure", "members": {"Name": {"shape": "S"}}},
            "Get": {"type": "structure", "members": {"Mode": header("x-amz-checksum-mode")}},
            "Got": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Stream"}}},
            "Stream": {"type": "blob", "streaming": true}, "S": {"type": "string"}
        }
    });
    Model::from_json(model.to_string()).unwrap()
}

fn settings(server: &Server, endpoint: &str) -> Config {
    let config = config(server, &CountingClock::new());
    if endpoint.is_empty() { config } else { config.endpoint(endpoint) }
}

fn with_body(client: &Client, operation: &str, params: &Json, body: Body) -> OperationRequest<DynamicShape> {
    let mut request = client.request(operation, params).unwrap();
    let index = request.params.schema().index_of("Body").unwrap();
    match request.params.member_mut(index) {
        Some(Mut::Stream(place)) => *place = body,
        _ => panic!("the body is a stream"),
    }
    request
}

/// What a service is sent by `operation` with these parameters and this body.
async fn sent(model: &Model, config: &Config, operation: &str, params: &Json, body: Body) -> HttpRequest {
    let server = Server::answering([ok("")]);
    let client = Client::new(model, &config.clone().http_client(server.clone()));
    with_body(&client, operation, params, body).send().await.unwrap();
    server.requests.lock().unwrap().pop().unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers.get(name).map_or("-", |value| value.to_str().unwrap())
}

/// A stream that can be read once.
fn stream(content: &'static str) -> Body {
    Body::stream(Body::from(content), content.len() as u64)
}

#[tokio::test]
async fn what_is_sent_by_default_is_what_the_table_says() {
    let (supported, required) = (Some(ChecksumPolicy::WhenSupported), Some(ChecksumPolicy::WhenRequired));
    for (endpoint, policy, put, set) in [
        (AWS, None, "crc32", "crc32"),
        (TLS, None, "none", "md5"),
        (PLAIN, None, "none", "md5"),
        (AWS, supported, "crc32", "crc32"),
        (TLS, supported, "crc32", "crc32"),
        (AWS, required, "none", "crc32"),
        (TLS, required, "none", "crc32"),
    ] {
        let mut config = settings(&Server::default(), endpoint);
        config.request_checksum_calculation = policy;
        for (operation, expected) in [("Put", put), ("Set", set)] {
            let request = sent(&S3, &config, operation, &json!({}), Body::from("123456789")).await;
            let found = [
                header(&request, "x-amz-checksum-crc32"),
                header(&request, "x-amz-sdk-checksum-algorithm"),
                header(&request, "content-md5"),
            ];
            let expected = match expected {
                "crc32" => ["y/Q5Jg==", "CRC32", "-"],
                "md5" => ["-", "-", "JfnnlDI7RTiF9RgfG2JNCw=="],
                _ => ["-", "-", "-"],
            };
            assert_eq!(found, expected, "{operation} {endpoint} {policy:?}");
            assert_eq!(header(&request, "content-encoding"), "-", "a body in memory is sent as it is");
        }
    }
}

#[tokio::test]
async fn a_required_checksum_of_a_service_that_is_not_s3_is_content_md5() {
    for (model, endpoint, md5) in [(&OTHER, AWS, true), (&OTHER, TLS, true), (&S3, AWS, false)] {
        let server = Server::answering([ok("")]);
        let client = Client::new(model, &settings(&server, endpoint));
        client.call("Must", &json!({"Name": "n"})).await.unwrap();
        let requests = server.requests.lock().unwrap();
        assert_eq!(requests[0].headers.contains_key("content-md5"), md5, "{endpoint}");
        assert_eq!(requests[0].headers.contains_key("x-amz-checksum-crc32"), !md5, "{endpoint}");
    }
}

#[tokio::test]
async fn a_checksum_or_an_algorithm_of_the_caller_goes_before_any_default() {
    for endpoint in [AWS, TLS, PLAIN] {
        let config = settings(&Server::default(), endpoint);
        let own = sent(&S3, &config, "Set", &json!({"Crc32": "AAAAAA=="}), Body::from("123456789")).await;
        assert_eq!(header(&own, "x-amz-checksum-crc32"), "AAAAAA==");
        assert_eq!(header(&own, "x-amz-sdk-checksum-algorithm"), "-");
        assert_eq!(header(&own, "content-md5"), "-");

        for algorithm in Algorithm::ALL {
            let params = json!({"Algorithm": algorithm.name()});
            let chosen = sent(&S3, &config, "Put", &params, Body::from("123456789")).await;
            assert_eq!(header(&chosen, "x-amz-sdk-checksum-algorithm"), algorithm.name());
            let expected = checksum::of(algorithm, b"123456789");
            assert_eq!(header(&chosen, algorithm.header().as_str()), expected);
        }
    }
}

#[tokio::test]
async fn an_algorithm_that_is_not_known_or_cannot_be_sent_is_an_error_before_anything_is_sent() {
    let server = Server::default();
    let client = Client::new(&S3, &settings(&server, TLS));
    let unknown = client.request("Put", &json!({"Algorithm": "XXHASH3"})).unwrap();
    let mut taken = with_body(&client, "Put", &json!({"Algorithm": "SHA1"}), stream("abc"));
    taken.handlers.build.push_front(|request: &mut crate::Request| {
        request.http_request.headers.insert("x-amz-content-sha256", "UNSIGNED-PAYLOAD".parse().unwrap());
    });
    for request in [unknown, taken] {
        assert_eq!(request.send().await.unwrap_err().code(), err_code::INVALID_PARAMETER);
    }
    assert!(server.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_presigned_request_has_no_checksum_but_the_one_asked_for() {
    let minute = std::time::Duration::from_secs(60);
    let client = Client::new(&S3, &settings(&Server::default(), AWS));
    for (operation, params, body, expected) in [
        ("Put", json!({}), Body::empty(), ""),
        ("Set", json!({}), Body::from("abc"), ""),
        ("Put", json!({"Algorithm": "CRC32"}), Body::empty(), ""),
        (
            "Put",
            json!({"Algorithm": "CRC32"}),
            Body::from("123456789"),
            "X-Amz-Checksum-Crc32=y%2FQ5Jg%3D%3D",
        ),
        ("Put", json!({"Crc32": "AAAAAA=="}), Body::empty(), "X-Amz-Checksum-Crc32=AAAAAA%3D%3D"),
    ] {
        let presigned = with_body(&client, operation, &params, body).presign(minute).await.unwrap();
        assert_eq!(presigned.url.contains("Checksum-Crc32"), !expected.is_empty(), "{}", presigned.url);
        assert!(presigned.url.contains(expected), "{}", presigned.url);
        let carries_checksum = presigned.headers.keys().any(|name| name.as_str().contains("checksum"));
        assert!(!carries_checksum, "{:?}", presigned.headers);
    }
    let get = client.request("Get", &json!({})).unwrap().presign(minute).await.unwrap();
    assert!(!get.url.contains("Checksum"), "{}", get.url);
}

#[tokio::test]
async fn over_tls_the_checksum_of_a_stream_follows_it_unsigned() {
    let config = settings(&Server::default(), AWS);
    let params = json!({"Encoding": "gzip", "Length": "9"});
    let request = sent(&S3, &config, "Put", &params, stream("123456789")).await;
    assert_eq!(header(&request, "x-amz-content-sha256"), "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    assert_eq!(header(&request, "content-encoding"), "gzip,aws-chunked");
    assert_eq!(header(&request, "x-amz-decoded-content-length"), "9");
    assert_eq!(header(&request, "x-amz-trailer"), "x-amz-checksum-crc32");
    assert_eq!(header(&request, "x-amz-sdk-checksum-algorithm"), "CRC32");
    let length = header(&request, "content-length").to_owned();
    let body = request.body.collect().await.unwrap();
    assert_eq!(body, "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n");
    assert_eq!(length, body.len().to_string());
}

#[tokio::test]
async fn over_plain_http_the_chunks_and_the_trailer_are_signed() {
    let config = settings(&Server::default(), PLAIN);
    let request = sent(&S3, &config, "Put", &json!({"Algorithm": "SHA256"}), stream("123456789")).await;
    assert_eq!(header(&request, "x-amz-content-sha256"), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
    let length = header(&request, "content-length").to_owned();
    let body = request.body.collect().await.unwrap();
    assert_eq!(length, body.len().to_string());
    let body = std::str::from_utf8(&body).unwrap();
    assert!(body.starts_with("9;chunk-signature="), "{body}");
    let checksum = checksum::of(Algorithm::Sha256, b"123456789");
    assert!(
        body.contains(&format!("\r\nx-amz-checksum-sha256:{checksum}\r\nx-amz-trailer-signature:")),
        "{body}"
    );
}

#[tokio::test]
async fn without_a_checksum_a_plain_stream_is_signed_in_chunks_and_one_that_rewinds_by_its_hash() {
    let config = settings(&Server::default(), PLAIN);
    let once = sent(&S3, &config, "Put", &json!({}), stream("123456789")).await;
    assert_eq!(header(&once, "x-amz-content-sha256"), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    assert_eq!(header(&once, "x-amz-trailer"), "-");
    let body = once.body.collect().await.unwrap();
    assert!(body.starts_with(b"9;chunk-signature=") && body.ends_with(b"\r\n\r\n"), "{body:?}");

    let again = Body::rewindable_stream(|| Body::from("123456789"), 9);
    let again = sent(&S3, &config, "Put", &json!({}), again).await;
    let hash = crate::crypto::hex(&crate::crypto::sha256(b"123456789"));
    assert_eq!(header(&again, "x-amz-content-sha256"), hash);
    assert_eq!(header(&again, "content-encoding"), "-");

    let over_tls = sent(&S3, &settings(&Server::default(), TLS), "Put", &json!({}), stream("abc")).await;
    assert_eq!(header(&over_tls, "x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
    assert_eq!(header(&over_tls, "content-encoding"), "-");
}

#[tokio::test]
async fn a_retry_encodes_the_body_anew_under_a_new_signature() {
    let mut busy = HttpResponse::new(503, "");
    busy.headers.insert("retry-after", "2".parse().unwrap());
    let server = Server::answering([Ok(busy), ok("")]);
    let client = Client::new(&S3, &settings(&server, PLAIN));
    let body = Body::rewindable_stream(|| Body::from("123456789"), 9);
    with_body(&client, "Put", &json!({"Algorithm": "CRC32"}), body).send().await.unwrap();
    let requests = std::mem::take(&mut *server.requests.lock().unwrap());
    assert_eq!(requests.len(), 2);
    let mut bodies = Vec::new();
    for request in requests {
        assert_eq!(header(&request, "content-encoding"), "aws-chunked");
        assert_eq!(header(&request, "x-amz-decoded-content-length"), "9");
        assert_eq!(Some(header(&request, "content-length").parse().unwrap()), request.body.len());
        bodies.push(request.body.collect().await.unwrap());
    }
    assert_eq!(bodies[0].len(), bodies[1].len());
    let signature = |body: &[u8]| body[..82].to_vec();
    assert_ne!(signature(&bodies[0]), signature(&bodies[1]), "the clock has moved");
}

#[tokio::test]
async fn without_credentials_trailers_are_announced_as_unsigned() {
    let config = settings(&Server::default(), PLAIN).credentials(Credentials::anonymous());
    let request = sent(&S3, &config, "Put", &json!({"Algorithm": "CRC32"}), stream("123456789")).await;
    assert_eq!(header(&request, "x-amz-content-sha256"), "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    assert_eq!(header(&request, "authorization"), "-");
    assert!(request.body.collect().await.unwrap().starts_with(b"9\r\n"));
}

/// What a caller reads of an answer with this status and these headers.
async fn answered(
    config: Config,
    mode: Option<&str>,
    code: u16,
    headers: &[(&'static str, &str)],
) -> Result<(), Error> {
    let mut response = HttpResponse::new(code, "123456789");
    for (name, value) in headers {
        response.headers.insert(*name, value.parse().unwrap());
    }
    let server = Server::answering([Ok(response)]);
    let client = Client::new(&S3, &config.http_client(server.clone()));
    let params = mode.map_or(json!({}), |mode| json!({"Mode": mode}));
    let output = client.call("Get", &params).await?;
    assert_eq!(output["Body"], json!({"$bytes": "123456789"}));
    Ok(())
}

#[tokio::test]
async fn an_answer_is_compared_with_the_best_of_its_checksums_if_it_was_asked_for() {
    let plain = || settings(&Server::default(), TLS);
    let wrong = ("x-amz-checksum-crc32", "AAAAAA==");
    let right = ("x-amz-checksum-crc64nvme", "rosUhgp5mIg=");
    let ask = Some("ENABLED");
    answered(plain(), ask, 200, &[right, wrong]).await.unwrap();
    let error = answered(plain(), ask, 200, &[wrong]).await.unwrap_err();
    assert_eq!((error.code(), error.operation()), (err_code::CHECKSUM_MISMATCH, Some("Get")));
    // Not asked for, of a range, made of the parts' checksums, of an algorithm that the model does not name.
    answered(plain(), None, 200, &[wrong]).await.unwrap();
    answered(plain(), ask, 206, &[wrong]).await.unwrap();
    answered(plain(), ask, 200, &[("x-amz-checksum-crc32", "AAAAAA==-3")]).await.unwrap();
    answered(plain(), ask, 200, &[("x-amz-checksum-sha1", "AAAA")]).await.unwrap();
    answered(plain(), ask, 200, &[]).await.unwrap();
}

#[tokio::test]
async fn the_answers_checksum_is_asked_for_where_the_table_says() {
    for (endpoint, policy, is_asked) in [
        (AWS, None, true),
        (TLS, None, false),
        (TLS, Some(ChecksumPolicy::WhenSupported), true),
        (AWS, Some(ChecksumPolicy::WhenRequired), false),
    ] {
        let server = Server::answering([ok("")]);
        let mut config = settings(&server, endpoint);
        config.response_checksum_validation = policy;
        Client::new(&S3, &config).call("Get", &json!({})).await.unwrap();
        let asked = server.header(0, "x-amz-checksum-mode");
        assert_eq!(asked.as_deref(), is_asked.then_some("ENABLED"), "{endpoint} {policy:?}");
    }
}
