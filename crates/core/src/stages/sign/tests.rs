//! What the Sign stage makes of bodies, credentials and schemes.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde_json::json;

use super::*;
use crate::auth_scheme::AuthScheme;
use crate::config::Config;
use crate::dynamic::{Client, Model};
use crate::error::BoxError;
use crate::shape::Mut;
use crate::testing::{CountingClock, MAKE_THING, Server, Thing, client, config, ok, thing};

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, BoxError>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// What becomes of a stream of unknown length whose payload is not signed.
async fn sent(requires_length: bool) -> Result<Server, Error> {
    let model = json!({
        "metadata": {
            "endpointPrefix": "media", "protocol": "rest-json", "serviceId": "Media", "signatureVersion": "v4"
        },
        "operations": {"Put": {
            "http": {"method": "PUT", "requestUri": "/o"}, "input": {"shape": "In"},
            "authtype": "v4-unsigned-body", "unsignedPayload": true
        }},
        "shapes": {
            "In": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Stream"}}},
            "Stream": {"type": "blob", "streaming": true, "requiresLength": requires_length}
        }
    });
    let model = Model::from_json(model.to_string()).unwrap();
    let server = Server::answering([ok("")]);
    let client = Client::new(&model, &config(&server, &CountingClock::new()));
    let mut request = client.request("Put", &json!({})).unwrap();
    if let Some(Mut::Stream(place)) = request.params.member_mut(0) {
        *place = Body::received(Box::pin(Once(Some(Bytes::from_static(b"abc")))), None);
    }
    request.send().await?;
    Ok(server)
}

#[tokio::test]
async fn a_stream_of_unknown_length_is_sent_where_no_length_is_required() {
    let server = sent(false).await.unwrap();
    assert_eq!(server.header(0, "content-length"), None);
    assert_eq!(server.header(0, "x-amz-content-sha256").as_deref(), Some("UNSIGNED-PAYLOAD"));
    let error = sent(true).await.unwrap_err();
    assert!(error.message().contains("length of the body must be known"), "{error}");
}

/// A service whose requests are signed in one of these ways, the best first, and how the configuration changes that.
async fn signed(auth: &[&str], change: impl FnOnce(Config) -> Config) -> Result<Server, Error> {
    let model = json!({
        "metadata": {
            "endpointPrefix": "global", "protocol": "rest-json", "serviceId": "Global", "signatureVersion": "v4",
            "auth": ["aws.auth#sigv4"]
        },
        "operations": {"Get": {"http": {"method": "GET", "requestUri": "/"}, "auth": auth}},
        "shapes": {}
    });
    let model = Model::from_json(model.to_string()).unwrap();
    let server = Server::answering([ok("")]);
    let config = change(config(&server, &CountingClock::new()));
    Client::new(&model, &config).request("Get", &json!({})).unwrap().send().await?;
    Ok(server)
}

const BOTH: [&str; 2] = ["aws.auth#sigv4a", "aws.auth#sigv4"];

#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn the_order_of_the_model_is_followed_unless_the_configuration_prefers_another() {
    let unchanged = |config| config;
    let algorithm = async |auth: &[&str], preference: &[&'static str]| {
        let change = |config: Config| match preference {
            [] => config,
            names => config.auth_scheme_preference(names.iter().copied()),
        };
        let server = signed(auth, change).await.unwrap();
        server.header(0, "authorization").unwrap().split(' ').next().unwrap().to_owned()
    };
    let [v4a, v4] = ["AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256"];
    assert_eq!(algorithm(&BOTH, &[]).await, v4a);
    assert_eq!(algorithm(&BOTH, &["sigv4"]).await, v4);
    assert_eq!(algorithm(&BOTH, &["httpBearerAuth", "sigv4"]).await, v4);
    assert_eq!(algorithm(&["aws.auth#sigv4", "aws.auth#sigv4a"], &[]).await, v4);
    assert_eq!(algorithm(&["aws.auth#sigv4", "aws.auth#sigv4a"], &["sigv4a"]).await, v4a);
    assert_eq!(algorithm(&["aws.auth#sigv4"], &["sigv4a"]).await, v4, "the service does not take it");
    let server = signed(&["smithy.api#noAuth"], unchanged).await.unwrap();
    assert_eq!(server.header(0, "authorization"), None);
}

#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn a_sigv4a_signature_is_good_for_the_clients_region_or_those_of_the_configuration() {
    let regions = async |change: fn(Config) -> Config| {
        signed(&BOTH, change).await.unwrap().header(0, "x-amz-region-set").unwrap()
    };
    assert_eq!(regions(|config| config).await, "eu-central-1");
    assert_eq!(regions(|config| config.sigv4a_signing_region_set(["*"])).await, "*");
    assert_eq!(
        regions(|config| config.sigv4a_signing_region_set(["us-*", "eu-west-1"])).await,
        "us-*,eu-west-1"
    );
}

#[cfg(not(feature = "aws-lc-rs"))]
#[tokio::test]
async fn without_aws_lc_sigv4_is_used_where_the_service_takes_it_and_else_the_error_names_the_feature() {
    let server = signed(&BOTH, |config| config).await.unwrap();
    assert!(server.header(0, "authorization").unwrap().starts_with("AWS4-HMAC-SHA256 "));
    let error = signed(&["aws.auth#sigv4a"], |config| config).await.unwrap_err();
    assert_eq!(error.code(), "SigningError");
    assert!(error.message().contains("`aws-lc-rs`"), "{error}");
}

/// What is sent of a request that a handler has prepared for signing.
async fn prepared(prepare: fn(&mut Request)) -> Result<Server, Error> {
    let server = Server::answering([ok("")]);
    let mut client = client(&server);
    client.handlers_mut().build.push_back(prepare);
    client.request::<Thing>(&MAKE_THING, thing("tea")).send().await?;
    Ok(server)
}

#[tokio::test]
async fn a_requests_own_credentials_sign_it_and_those_of_s3_express_send_their_token_under_its_name() {
    let server = prepared(|request| {
        let session = Value::new("ASIA", "SECRET").session_token("token");
        request.credentials = Some(Credentials::from_value(session));
    });
    let server = server.await.unwrap();
    assert!(server.header(0, "authorization").unwrap().contains("Credential=ASIA/"));
    assert_eq!(server.header(0, "x-amz-security-token").as_deref(), Some("token"));

    let server = prepared(|request| {
        let session = Value::new("ASIA", "SECRET").session_token("token");
        request.credentials = Some(Credentials::from_value(session));
        request.auth_scheme = AuthScheme::new(SchemeName::SigV4S3Express);
    });
    let server = server.await.unwrap();
    assert!(server.header(0, "authorization").unwrap().contains(";x-amz-s3session-token,"));
    assert_eq!(server.header(0, "x-amz-s3session-token").as_deref(), Some("token"));
    assert_eq!(server.header(0, "x-amz-security-token"), None);
}

#[tokio::test]
async fn a_scheme_without_a_signer_is_an_error_that_names_it() {
    for (prepare, name) in [
        (
            (|request| request.auth_scheme = AuthScheme::new(SchemeName::from("bearer"))) as fn(&mut Request),
            "bearer",
        ),
        (|request| request.auth_scheme = AuthScheme::new(SchemeName::SigV4S3Express), "sigv4-s3express"),
    ] {
        let error = prepared(prepare).await.unwrap_err();
        assert_eq!(error.code(), "SigningError");
        assert!(error.message().contains(name), "{error}");
    }
}

#[tokio::test]
async fn sigv4a_refuses_streams_of_events_and_chunks_that_were_built_for_another_signature() {
    let chunks: fn(&mut Request) = |request| {
        request.auth_scheme = AuthScheme::new(SchemeName::SigV4a);
        request.http_request.body = Body::reader(&b"abc"[..], 3);
        request
            .http_request
            .body
            .encode_chunks(Encoding { trailer: None, signature: Some(ChunkSignature::V4) });
    };
    let events: fn(&mut Request) = |request| {
        request.auth_scheme = AuthScheme::new(SchemeName::SigV4a);
        let hash = HeaderValue::from_static(v4::STREAMING_EVENTS);
        request.http_request.headers.insert("x-amz-content-sha256", hash);
    };
    for (prepare, reason) in [(chunks, "another kind"), (events, "stream of events")] {
        let error = prepared(prepare).await.unwrap_err();
        assert_eq!(error.code(), "SigningError");
        assert!(error.message().contains(reason), "{error}");
    }
}
