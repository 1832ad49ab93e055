//! The metadata service in order, out of order, and in the hands of others.

use cumulo_core::credentials::Provider as _;
use cumulo_core::{DateTime, Error};
use cumulo_shared_config::{Env, SharedConfig};

use super::*;
use crate::testing::{Reply, Server, StoppedClock, ok, status};

const BASE: &str = "http://169.254.169.254/latest";
const KEYS: &str = r#"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIA","SecretAccessKey":"hush","Token":"whisper",
    "LastUpdated":"2026-01-01T00:00:00Z","Expiration":"2026-01-01T06:00:00Z"}"#;

fn token(text: &str) -> Reply {
    Reply::Http(200, &[("x-aws-ec2-metadata-token-ttl-seconds", "21600")], text.into())
}

struct Fixture {
    server: Server,
    clock: StoppedClock,
    client: Client,
}

fn fixture(replies: impl IntoIterator<Item = Reply>) -> Fixture {
    let (server, clock) = (Server::new(replies), StoppedClock::new());
    let client = Client::new(&server.config(&clock));
    Fixture { client, server, clock }
}

/// One that has answered before, so that it is asked again when it fails.
async fn known(replies: impl IntoIterator<Item = Reply>) -> Fixture {
    let fixture = fixture([token("T1"), ok("i-1")]);
    fixture.client.metadata("instance-id").await.unwrap();
    fixture.server.then(replies);
    fixture
}

fn show(error: &Error) -> String {
    let shown = format!("{error:?}");
    assert!(!shown.contains("hush") && !shown.contains("whisper") && !shown.contains("T1"), "{shown}");
    error.to_string()
}

fn at(text: &str) -> Option<DateTime> {
    Some(DateTime::parse_iso8601(text).unwrap())
}

#[tokio::test]
async fn a_token_is_fetched_once_and_again_before_it_ends() {
    let t = fixture([token("T1"), ok("i-1"), ok("eu-west-1a"), token("T2"), ok("i-1")]);
    assert_eq!(t.client.metadata("instance-id").await.unwrap(), "i-1");
    assert_eq!(t.client.clone().metadata("placement/availability-zone").await.unwrap(), "eu-west-1a");
    t.clock.advance(21600 - 30);
    t.client.metadata("instance-id").await.unwrap();
    let sent = t.server.sent();
    assert_eq!(sent[0].line, format!("PUT {BASE}/api/token"));
    assert_eq!(sent[0].header("x-aws-ec2-metadata-token-ttl-seconds"), Some("21600"));
    assert_eq!(sent[2].line, format!("GET {BASE}/meta-data/placement/availability-zone"));
    let tokens: Vec<_> = sent.iter().map(|sent| sent.header("x-aws-ec2-metadata-token")).collect();
    assert_eq!(tokens, [None, Some("T1"), Some("T1"), None, Some("T2")]);
    assert!(!format!("{:?}", t.client).contains("T2"));
}

#[tokio::test]
async fn a_service_that_knows_no_tokens_is_asked_for_one_only_once() {
    for refusal in [403, 404, 405] {
        let t = fixture([status(refusal, "no"), ok("i-1"), ok("i-1")]);
        t.client.metadata("instance-id").await.unwrap();
        t.client.metadata("instance-id").await.unwrap();
        assert_eq!(t.server.lines().iter().filter(|line| line.starts_with("PUT")).count(), 1);
    }
}

#[tokio::test]
async fn a_token_that_does_not_come_through_is_asked_for_again_with_the_next_request() {
    let t = fixture([Reply::Silence, ok("i-1"), token("T1"), ok("i-1")]);
    t.client.metadata("instance-id").await.unwrap();
    t.client.metadata("instance-id").await.unwrap();
    let tokens: Vec<_> = t
        .server
        .sent()
        .iter()
        .map(|sent| sent.header("x-aws-ec2-metadata-token").map(str::to_owned))
        .collect();
    assert_eq!(tokens, [None, None, None, Some("T1".to_owned())]);
}

#[tokio::test]
async fn a_token_that_is_no_longer_good_is_replaced() {
    let t = known([status(401, ""), token("T2"), ok("i-2")]).await;
    assert_eq!(t.client.metadata("instance-id").await.unwrap(), "i-2");
    assert_eq!(t.server.sent()[4].header("x-aws-ec2-metadata-token"), Some("T2"));
}

#[tokio::test]
async fn a_service_that_learns_to_want_tokens_gets_one() {
    let t = fixture([status(404, ""), ok("i-1"), status(401, ""), token("T1"), ok("i-2")]);
    t.client.metadata("instance-id").await.unwrap();
    assert_eq!(t.client.metadata("instance-id").await.unwrap(), "i-2");
}

#[tokio::test]
async fn without_the_fallback_a_missing_token_is_an_error() {
    let t = fixture([status(404, "<html>hush</html>")]);
    let error = t.client.v1_disabled(true).metadata("instance-id").await.unwrap_err();
    assert_eq!(
        show(&error),
        format!(
            "EC2MetadataError: failed to get IMDSv2 token and fallback to IMDSv1 is disabled: {BASE}/api/token answered 404"
        )
    );
    assert_eq!(t.server.sent().len(), 1);
}

#[tokio::test]
async fn off_ec2_nothing_is_asked_twice() {
    let t = fixture([Reply::Refused, Reply::Refused]);
    let error = t.client.metadata("instance-id").await.unwrap_err();
    assert_eq!(
        show(&error),
        format!(
            "EC2MetadataRequestError: failed to make EC2Metadata request to {BASE}/meta-data/instance-id: could not connect: \
             connection refused"
        )
    );
    assert_eq!((t.server.sent().len(), t.clock.slept().len()), (2, 0));

    let t = fixture([]);
    assert!(!t.client.available().await);
    assert_eq!(t.clock.slept(), [2.0, 2.0], "the time limits of two exchanges");
}

#[tokio::test]
async fn a_known_service_out_of_order_is_asked_three_times() {
    let t = known([Reply::Silence, status(500, "<html>"), ok("i-2")]).await;
    assert_eq!(t.client.metadata("instance-id").await.unwrap(), "i-2");
    assert_eq!(t.clock.slept(), [2.0, 0.1, 0.2]);

    let t = known([status(500, "hush"), status(503, "hush"), status(429, "hush")]).await;
    let error = t.client.metadata("instance-id").await.unwrap_err();
    assert_eq!(error.status(), Some(429));
    assert!(show(&error).starts_with("EC2MetadataError: failed to make EC2Metadata request: "), "{error}");
}

#[tokio::test]
async fn a_refusal_is_told_with_its_status_and_not_asked_again() {
    for refusal in [400, 404] {
        let t = known([status(refusal, "<html>hush</html>")]).await;
        let error = t.client.metadata("none").await.unwrap_err();
        assert_eq!((error.code(), error.status()), ("EC2MetadataError", Some(refusal)));
        assert!(show(&error).contains(&format!("{BASE}/meta-data/none answered {refusal}")), "{error}");
        assert_eq!(t.server.sent().len(), 3);
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let t = known([Reply::Http(302, &[("location", "http://example.com/hush")], String::new())]).await;
    let error = show(&t.client.metadata("instance-id").await.unwrap_err());
    assert!(error.contains("answered 302, a redirect, which is not followed"), "{error}");
    assert!(t.server.lines().iter().all(|line| line.contains("169.254.169.254")));
}

#[tokio::test]
async fn the_environment_turns_it_off_and_nothing_is_sent() {
    let t = fixture([]);
    let env = Env::from_map([("AWS_EC2_METADATA_DISABLED", "TRUE")]);
    let client = t.client.configured(&env, None).unwrap();
    let error = client.metadata("instance-id").await.unwrap_err();
    assert_eq!(
        show(&error),
        "RequestCanceled: EC2 IMDS access disabled via AWS_EC2_METADATA_DISABLED env var"
    );
    assert!(t.server.sent().is_empty());
}

#[tokio::test]
async fn the_place_comes_from_the_environment_else_the_profile() {
    let place = async |variables: &[(&str, &str)], profile: &str| {
        let t = fixture([token("T1"), ok("i-1")]);
        let config = SharedConfig::parse(&format!("[default]\n{profile}\n"), "").unwrap();
        let env = Env::from_map(variables.iter().copied());
        let client = t.client.configured(&env, config.profile("default")).unwrap();
        client.metadata("instance-id").await.unwrap();
        t.server.lines()[1].clone()
    };
    let (endpoint, mode) = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    let v6 = "GET http://[fd00:ec2::254]/latest/meta-data/instance-id";
    assert_eq!(place(&[(mode, "ipv6")], "").await, v6);
    assert_eq!(place(&[], "ec2_metadata_service_endpoint_mode = IPv6").await, v6);
    let own =
        "ec2_metadata_service_endpoint = http://localhost:1/base/\nec2_metadata_service_endpoint_mode = IPv6";
    assert_eq!(place(&[], own).await, "GET http://localhost:1/base/latest/meta-data/instance-id");
    assert_eq!(
        place(&[(endpoint, "http://localhost:2")], own).await,
        "GET http://localhost:2/latest/meta-data/instance-id"
    );
}

#[tokio::test]
async fn limits_come_from_the_environment_else_the_profile_and_bad_values_are_named() {
    let config = SharedConfig::parse(
        "[default]\nmetadata_service_timeout = 3\nmetadata_service_num_attempts = 1\nec2_metadata_v1_disabled = true\n",
        "",
    )
    .unwrap();
    let env = Env::from_map([("AWS_METADATA_SERVICE_TIMEOUT", "5")]);
    let t = fixture([]);
    let client = t.client.clone().configured(&env, config.profile("default")).unwrap();
    let error = client.metadata("instance-id").await.unwrap_err();
    assert!(show(&error).contains("fallback to IMDSv1 is disabled"), "{error}");
    assert_eq!(t.clock.slept(), [10.0]);

    let env = Env::from_map([("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5")]);
    let error = t.client.clone().configured(&env, None).unwrap_err();
    assert_eq!(error.code(), "EnvConfigErr");
    let error = t.client.endpoint("localhost:1").metadata("instance-id").await.unwrap_err();
    assert_eq!(error.code(), "InvalidEndpointURL");
}

#[tokio::test]
async fn the_documents_are_read() {
    let identity = r#"{"accountId":"123456789012","instanceId":"i-1","region":"eu-west-1","availabilityZone":"eu-west-1a",
        "pendingTime":"2026-01-01T00:00:00Z","billingProducts":null}"#;
    let info = r#"{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","InstanceProfileArn":"arn:p","InstanceProfileId":"AIPA"}"#;
    let t = known([
        ok(identity),
        ok(identity),
        ok(info),
        ok(r#"{"Code":"Failure"}"#),
        ok("<html>"),
        ok("{}"),
        ok("#!"),
    ])
    .await;
    let document = t.client.instance_identity_document().await.unwrap();
    assert_eq!(
        (document.account_id.as_deref(), document.pending_time),
        (Some("123456789012"), at("2026-01-01T00:00:00Z"))
    );
    assert_eq!(t.client.region().await.unwrap(), "eu-west-1");
    assert_eq!(t.client.iam_info().await.unwrap().instance_profile_arn.as_deref(), Some("arn:p"));
    let failed = t.client.iam_info().await.unwrap_err();
    assert_eq!(failed.to_string(), "EC2MetadataError: failed to get EC2 IAM Info (Failure)");
    assert_eq!(t.client.instance_identity_document().await.unwrap_err().code(), "SerializationError");
    assert_eq!(t.client.region().await.unwrap_err().code(), "EC2MetadataRequestError");
    assert_eq!(t.client.user_data().await.unwrap(), b"#!");
    let error = t.client.metadata("a b").await.unwrap_err();
    assert_eq!(error.code(), "EC2MetadataRequestError");
}

#[tokio::test]
async fn an_instance_gets_its_roles_credentials() {
    let t = fixture([token("T1"), ok("my-role\nother\n"), ok(KEYS)]);
    let value = Ec2RoleProvider::new(t.client).retrieve().await.unwrap();
    assert_eq!((value.access_key_id.as_str(), &*value.secret_access_key), ("ASIA", "hush"));
    assert_eq!(value.session_token.as_deref(), Some("whisper"));
    assert_eq!((value.expires, &*value.provider_name), (at("2026-01-01T06:00:00Z"), "EC2RoleProvider"));
    let roles = format!("GET {BASE}/meta-data/iam/security-credentials/");
    assert_eq!(t.server.lines()[1..], [roles.clone(), format!("{roles}my-role")]);
}

#[tokio::test]
async fn credentials_that_are_not_there_say_why() {
    let told = async |replies: Vec<Reply>| {
        let t = known(replies).await;
        show(&Ec2RoleProvider::new(t.client).retrieve().await.unwrap_err())
    };
    let roles = format!("{BASE}/meta-data/iam/security-credentials/");
    assert_eq!(
        told(vec![status(404, "")]).await,
        format!(
            "EC2RoleRequestError: no EC2 instance role found: failed to make EC2Metadata request: {roles} answered 404 (404)"
        )
    );
    assert_eq!(told(vec![ok("\n")]).await, "EmptyEC2RoleList: empty EC2 Role list");
    let page = told(vec![ok("<!DOCTYPE html>hush")]).await;
    assert!(
        page.starts_with("SerializationError: ") && page.ends_with("the answer is no list of roles"),
        "{page}"
    );
    assert_eq!(
        told(vec![ok("r"), status(404, "")]).await,
        format!(
            "EC2RoleRequestError: failed to get r EC2 instance role credentials: failed to make EC2Metadata request: \
             {roles}r answered 404 (404)"
        )
    );
    let refusal = r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role"}"#;
    assert_eq!(
        told(vec![ok("r"), ok(refusal)]).await,
        "AssumeRoleUnauthorizedAccess: failed to get EC2 instance role credentials of r: EC2 cannot assume the role"
    );
    let page = told(vec![ok("r"), ok("<html>hush")]).await;
    assert!(
        page.starts_with("SerializationError: failed to decode r EC2 instance role credentials: "),
        "{page}"
    );
    let half = told(vec![ok("r"), ok(r#"{"Code":"Success","AccessKeyId":"A","Token":"hush"}"#)]).await;
    assert_eq!(
        half,
        "SerializationError: failed to decode r EC2 instance role credentials: SecretAccessKey is missing"
    );
}

#[tokio::test]
async fn old_credentials_stay_in_use_while_the_service_is_out_of_order() {
    let t = fixture([token("T1"), ok("r"), ok(KEYS)]);
    let provider = Ec2RoleProvider::new(t.client);
    provider.retrieve().await.unwrap();
    t.clock.advance(5 * 3600);
    t.server.then([Reply::Refused, Reply::Refused, Reply::Refused]);
    let early = provider.retrieve().await.unwrap();
    assert_eq!(early.expires, at("2026-01-01T06:00:00Z"), "they have not ended yet");

    t.clock.advance(3600);
    let page = || ok("<html>Service unavailable</html>");
    for outage in [vec![token("T2"), page()], vec![ok("r"), page()], vec![status(500, ""); 3]] {
        t.server.then(outage);
        let extended = provider.retrieve().await.unwrap();
        assert_eq!((extended.access_key_id.as_str(), extended.expires), ("ASIA", at("2026-01-01T06:12:30Z")));
    }

    t.server.then([ok("")]);
    let gone = provider.retrieve().await.unwrap_err();
    assert_eq!(gone.code(), "EmptyEC2RoleList", "a role that was taken away is no outage");
}

#[tokio::test]
async fn credentials_that_come_too_late_stay_in_use_for_a_while() {
    let t = fixture([token("T1"), ok("r"), ok(KEYS)]);
    t.clock.advance(7 * 3600);
    let value = Ec2RoleProvider::new(t.client).retrieve().await.unwrap();
    assert_eq!(value.expires, at("2026-01-01T07:12:30Z"));
}
