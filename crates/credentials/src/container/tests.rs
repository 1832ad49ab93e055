//! What an agent answers, and how it is asked.

use cumulo_core::DateTime;
use cumulo_shared_config::MemoryFiles;

use super::*;
use crate::testing::{Reply, Server, StoppedClock, ok, status};

const KEYS: &str = r#"{"RoleArn":"TASK_ROLE","AccessKeyId":"AKID","SecretAccessKey":"hush","Token":"whisper",
    "Expiration":"2026-01-01T06:00:00Z","AccountId":"123456789012"}"#;

const RELATIVE: (&str, &str) = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/x?id=1");
const FULL: (&str, &str) = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials");
const TOKEN: (&str, &str) = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic hush");
const TOKEN_FILE: (&str, &str) = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/run/token");

fn provider(server: &Server, clock: &StoppedClock, variables: &[(&str, &str)]) -> ContainerProvider {
    let env = Env::from_map(variables.iter().copied());
    ContainerProvider::from_env(&server.config(clock), &env).unwrap()
}

async fn error(replies: impl IntoIterator<Item = Reply>, attempts: usize) -> String {
    let server = Server::new(replies);
    let provider = provider(&server, &StoppedClock::new(), &[RELATIVE, TOKEN]);
    let error = provider.retrieve().await.unwrap_err();
    let shown = format!("{error:?} {provider:?}");
    assert!(!shown.contains("hush") && !shown.contains("whisper"), "{shown}");
    assert_eq!(server.sent().len(), attempts, "{error}");
    assert_eq!(error.code(), "CredentialsEndpointError");
    error.message().to_owned()
}

#[tokio::test]
async fn a_task_gets_its_roles_credentials_from_the_ecs_agent() {
    let (server, clock) = (Server::new([ok(KEYS)]), StoppedClock::new());
    let value = provider(&server, &clock, &[RELATIVE]).retrieve().await.unwrap();
    assert_eq!((value.access_key_id.as_str(), &*value.secret_access_key), ("AKID", "hush"));
    assert_eq!(value.session_token.as_deref(), Some("whisper"));
    assert_eq!(value.expires, DateTime::parse_iso8601("2026-01-01T06:00:00Z"));
    assert_eq!(
        (value.account_id.as_deref(), &*value.provider_name),
        (Some("123456789012"), "CredentialsEndpointProvider")
    );
    assert_eq!(server.lines(), ["GET http://169.254.170.2/v2/credentials/x?id=1"]);
    assert_eq!(server.sent()[0].header("accept"), Some("application/json"));
    assert_eq!(server.sent()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_pods_token_is_read_anew_at_each_refresh() {
    let (server, clock) = (Server::new([ok(KEYS), ok(KEYS)]), StoppedClock::new());
    let files = MemoryFiles::from_map([("/run/token", "first\n")]);
    let provider = provider(&server, &clock, &[FULL, TOKEN, TOKEN_FILE]).files(files.clone());
    provider.retrieve().await.unwrap();
    files.replace("/run/token".as_ref(), b"second").unwrap();
    provider.retrieve().await.unwrap();
    let sent = server.sent();
    assert_eq!(sent[0].line, "GET http://169.254.170.23/v1/credentials");
    assert_eq!(
        (sent[0].header("authorization"), sent[1].header("authorization")),
        (Some("first"), Some("second"))
    );

    files.remove("/run/token");
    let error = provider.retrieve().await.unwrap_err();
    assert!(error.message().starts_with("failed to read authorization token from /run/token: "), "{error}");
    assert_eq!(server.sent().len(), 2, "nothing is sent without the token");
}

#[tokio::test]
async fn a_token_with_a_line_break_is_refused_and_not_repeated() {
    let (server, clock) = (Server::default(), StoppedClock::new());
    let env = [FULL, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush\r\nX-Other: 1")];
    let error = provider(&server, &clock, &env).retrieve().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "CredentialsEndpointError: authorization token of AWS_CONTAINER_AUTHORIZATION_TOKEN contains invalid newline sequence"
    );
}

#[tokio::test]
async fn an_agent_out_of_order_is_asked_three_times_with_growing_waits() {
    let (server, clock) = (Server::new([Reply::Refused, status(503, "busy"), ok(KEYS)]), StoppedClock::new());
    provider(&server, &clock, &[RELATIVE]).retrieve().await.unwrap();
    assert_eq!(clock.slept(), [0.1, 0.2]);

    assert_eq!(
        error([Reply::Silence, Reply::Silence, Reply::Silence], 3).await,
        "failed to load credentials: 169.254.170.2 has not answered within 4s"
    );
    let busy = || status(500, "<html>hush</html>");
    assert_eq!(
        error([busy(), busy(), busy()], 3).await,
        "failed to load credentials: 169.254.170.2 answered 500"
    );
}

#[tokio::test]
async fn what_an_agent_says_when_it_refuses_is_told_and_not_asked_again() {
    let refusal = r#"{"code":"AccessDenied","message":"no\nrole"}"#;
    assert_eq!(
        error([status(403, refusal)], 1).await,
        "failed to load credentials: 169.254.170.2 answered 403: AccessDenied: no role"
    );
    assert_eq!(
        error([status(404, "<html>")], 1).await,
        "failed to load credentials: 169.254.170.2 answered 404"
    );
    let elsewhere = Reply::Http(302, &[("location", "http://example.com/hush")], String::new());
    assert_eq!(error([elsewhere], 1).await, "failed to load credentials: 169.254.170.2 answered 302");
}

#[tokio::test]
async fn an_answer_that_is_no_use_says_why_and_shows_nothing_of_itself() {
    let html = error([ok("<html>hush</html>")], 1).await;
    assert!(
        html.starts_with("failed to load credentials: what 169.254.170.2 answered: the JSON cannot be read"),
        "{html}"
    );
    let half = error([ok(r#"{"AccessKeyId":"A","Token":"hush"}"#)], 1).await;
    assert_eq!(half, "failed to load credentials: what 169.254.170.2 answered: SecretAccessKey is missing");
    let flood = error([ok(" ".repeat(1 << 20))], 1).await;
    assert_eq!(flood, "failed to load credentials: the answer is longer than 262144 bytes");
}
