//! Neighbours that hang, flood, babble and lie: each is an error after a bounded wait that names the place of the setting,
//! and repeats nothing.

use std::time::Duration;

use cumulo::core::clock::SystemClock;
use cumulo::session::{Env, FileSystem as _, MemoryFiles};
use cumulo::{Error, Session, SessionBuilder};

use crate::world::{HandClock, Network};

/// A session of the profile `p` in `/h/.aws/config`.
fn builder(keys: &str, variables: &[(&str, &str)]) -> (SessionBuilder, MemoryFiles) {
    let files = MemoryFiles::from_map([("/h/.aws/config", format!("[profile p]\nregion = r\n{keys}\n"))]);
    let all = [("HOME", "/h"), ("AWS_PROFILE", "p")];
    let builder = Session::builder()
        .env(Env::from_map(all.iter().chain(variables).copied()))
        .file_system(files.clone())
        .clock(HandClock::new());
    (builder, files)
}

async fn failed(builder: SessionBuilder) -> String {
    let session = builder.build().unwrap();
    let error: Error = session.config().credentials.as_ref().unwrap().get().await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hush"), "{shown}");
    error.to_string()
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_hangs_floods_prints_secrets_or_fails_is_named_by_its_place() {
    let place = "(credential_process in profile p of /h/.aws/config)";
    for (command, expected) in [
        ("exec sleep 600", "credential process timed out: 60s"),
        ("cat /dev/zero", "it has written more than 65536 bytes on standard output"),
        ("echo 'the secret is hush' >&2; exit 1", "it ended with exit code 1"),
        ("echo hush; exit 1", "it ended with exit code 1"),
        ("echo hush", "parse failed of credential_process output"),
    ] {
        let mut session = builder(&format!("credential_process = {command}"), &[]).0;
        if !command.contains("sleep") {
            session = session.clock(SystemClock);
        }
        let error = failed(session).await;
        assert!(error.contains(expected) && error.ends_with(place), "{command}: {error}");
    }
}

#[tokio::test]
async fn a_metadata_service_of_every_kind_of_trouble_is_a_bounded_wait() {
    let place = "(credential_source in profile p of /h/.aws/config)";
    let keys = "role_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Ec2InstanceMetadata";
    for (name, status) in [
        ("silence", None),
        ("a page", Some(200)),
        ("401", Some(401)),
        ("404", Some(404)),
        ("500", Some(500)),
        ("302", Some(302)),
    ] {
        let network = Network::answering(move |_| Some((status?, "<html>hush</html>".to_owned())));
        let error = failed(builder(keys, &[]).0.http_client(network.clone())).await;
        assert!(error.contains(place), "{name}: {error}");
        let sent = network.sent();
        assert!(
            sent.len() <= 8 && sent.iter().all(|sent| sent.host == "169.254.169.254"),
            "{name}: {sent:?}"
        );
    }
}

#[tokio::test]
async fn token_files_that_vanish_are_named_and_read_again_when_they_are_back() {
    let keys = "role_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = /token";
    let (session, files) = builder(keys, &[]);
    let error = failed(session).await;
    assert!(error.starts_with("WebIdentityErr: ") && error.contains("/token"), "{error}");

    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/pod"),
    ];
    let (session, pods) = builder("", &variables);
    let network = Network::answering(|sent| {
        assert_eq!((sent.path.as_str(), sent.authorization.as_str()), ("/x", "hush"));
        let keys = r#"{"AccessKeyId":"ASIAPOD","SecretAccessKey":"hush","Token":"hush"}"#;
        Some((200, keys.to_owned()))
    });
    let session = session.http_client(network);
    let error = failed(session.clone()).await;
    assert!(error.contains("container (CredentialsEndpointError: ") && error.contains("/pod"), "{error}");
    pods.replace("/pod".as_ref(), b"hush").unwrap();
    let found = session.build().unwrap().config().credentials.as_ref().unwrap().get().await.unwrap();
    assert_eq!(found.access_key_id, "ASIAPOD");
    drop(files);
}

#[tokio::test]
async fn an_sts_that_never_answers_or_lies_is_an_error_of_the_call() {
    let keys = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = p\naws_access_key_id = AKID\n\
         aws_secret_access_key = hush";
    for (status, body, code) in [
        (200, "<html>hush</html>", "SerializationError"),
        (200, "", "SerializationError"),
        (403, "<html>hush", ""),
    ] {
        let network = Network::answering(move |_| Some((status, body.to_owned())));
        let error = failed(builder(keys, &[]).0.http_client(network)).await;
        assert!(error.starts_with(code) && error.contains("AssumeRole"), "{status} {body:?}: {error}");
    }
    let limit = cumulo::Timeouts::default().attempt(Duration::from_secs(1));
    let config = cumulo::Config::new().timeouts(limit).max_attempts(2);
    let network = Network::answering(|_| None);
    let error = failed(builder(keys, &[]).0.config(&config).http_client(network)).await;
    assert!(error.starts_with("ResponseTimeout: ") && error.contains("2 attempts"), "{error}");
}
