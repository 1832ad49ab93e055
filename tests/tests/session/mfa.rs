//! `mfa_serial` in profiles: wherever it stands in a chain, and whatever the token provider does.

use std::sync::{Arc, Mutex};

use cumulo::credentials::stscreds::{
    MfaRequest, RoleCache, SharedTokenProvider, TotpTokenProvider, async_token_provider,
};
use cumulo::session::{Env, Locations, MemoryFiles};
use cumulo::sts::{Client, GetCallerIdentityInput};
use cumulo::{DateTime, Error, Session, SessionBuilder};
use cumulo_local::{Identity, Role, Server};

use crate::world::{CALLER, DEVICE, HandClock, Network, ROLE, assumed};

const SECRET: &[u8] = b"12345678901234567890";
const SECOND_ROLE: &str = "arn:aws:iam::123456789012:role/second";
const SECOND_DEVICE: &str = "arn:aws:iam::123456789012:mfa/second";

fn files() -> MemoryFiles {
    let config = format!(
        "[profile me]\nregion = r\naws_access_key_id = AKIDME\naws_secret_access_key = hush\n\
         [profile first]\nregion = r\nrole_arn = {ROLE}\nsource_profile = me\nmfa_serial = {DEVICE}\n\
         [profile over]\nregion = r\nrole_arn = {SECOND_ROLE}\nsource_profile = first\n\
         [profile both]\nregion = r\nrole_arn = {SECOND_ROLE}\nsource_profile = first\nmfa_serial = {SECOND_DEVICE}\n\
         [profile third]\nregion = r\nrole_arn = arn:aws:iam::123456789012:role/third\nsource_profile = over\n"
    );
    MemoryFiles::from_map([("/config", config)])
}

fn session(profile: &str) -> SessionBuilder {
    Session::builder()
        .env(Env::from_map([("AWS_PROFILE", profile)]))
        .file_system(files())
        .shared_config_files(Locations { config: Some("/config".into()), credentials: None })
}

/// An STS that believes every code, and says of each call which role was assumed with which device and code.
fn believing() -> (Network, Arc<Mutex<Vec<String>>>) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let network = Network::answering(move |sent| {
        let field = |name: &str| {
            let value = sent.body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            value.and_then(|value| value.rsplit("%2F").next()).unwrap_or("-").to_owned()
        };
        if field("Action") == "GetCallerIdentity" {
            return Some((200, CALLER.to_owned()));
        }
        let call = format!("{} {} {}", field("RoleArn"), field("SerialNumber"), field("TokenCode"));
        seen.lock().unwrap().push(call);
        Some((200, assumed(DateTime::parse_iso8601("2999-01-01T00:00:00Z").unwrap(), "X")))
    });
    (network, calls)
}

/// Answers each request with the next number.
fn numbers() -> (SharedTokenProvider, Arc<Mutex<Vec<MfaRequest>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let provider = async_token_provider(move |request| {
        let mut seen = seen.lock().unwrap();
        seen.push(request);
        std::future::ready(Ok(format!("{:06}", seen.len())))
    });
    (provider, asked)
}

async fn call(session: &Session) -> Result<(), Error> {
    Client::new(session).get_caller_identity(GetCallerIdentityInput::new()).await.map(|_| ())
}

#[tokio::test]
async fn a_device_anywhere_in_a_chain_is_asked_for_its_own_role() {
    for (profile, expected) in [
        ("first", vec!["operator me 000001"]),
        ("over", vec!["operator me 000001", "second - -"]),
        ("both", vec!["operator me 000001", "second second 000002"]),
        ("third", vec!["operator me 000001", "second - -", "third - -"]),
    ] {
        let ((network, calls), (provider, asked)) = (believing(), numbers());
        let session =
            session(profile).http_client(network).assume_role_token_provider(provider).build().unwrap();
        call(&session).await.unwrap();
        assert_eq!(*calls.lock().unwrap(), expected, "{profile}");
        let asked = asked.lock().unwrap();
        let first = (asked[0].serial_number.as_str(), asked[0].role_arn.as_str());
        assert_eq!(first, (DEVICE, ROLE));
        if profile == "both" {
            let second = (asked[1].serial_number.as_str(), asked[1].role_arn.as_str());
            assert_eq!(second, (SECOND_DEVICE, SECOND_ROLE));
        }
    }
}

#[test]
fn without_a_token_provider_no_profile_that_leads_to_a_device_makes_a_session() {
    for profile in ["first", "over", "both", "third"] {
        let error = session(profile).build().unwrap_err();
        assert_eq!(error.code(), "AssumeRoleTokenProviderNotSetError", "{profile}");
    }
    assert!(session("me").build().is_ok());
}

#[tokio::test]
async fn a_token_provider_that_fails_is_asked_once_a_call_and_not_in_a_loop() {
    // The last has a code that would be retried if a service had answered it.
    for failure in ["NoDevice", "RequestError", "Throttling", "ExpiredToken"] {
        let (network, calls) = believing();
        let asked = Arc::new(Mutex::new(0));
        let count = Arc::clone(&asked);
        let provider = async_token_provider(move |_| {
            *count.lock().unwrap() += 1;
            std::future::ready(Err(Error::new(failure, "the device is lost").into()))
        });
        let session =
            session("first").http_client(network).assume_role_token_provider(provider).build().unwrap();
        let error = call(&session).await.unwrap_err();
        assert_eq!((error.code(), error.message()), (failure, "the device is lost"));
        assert_eq!((*asked.lock().unwrap(), calls.lock().unwrap().len()), (1, 0), "{failure}");
        call(&session).await.unwrap_err();
        assert_eq!(*asked.lock().unwrap(), 2, "{failure}: another call asks anew");
    }
}

/// An endpoint that checks codes, a session of it, and the session's user.
async fn embedded(secret: &[u8]) -> (Server, SessionBuilder) {
    let server = Server::builder()
        .identity(Identity::new("AKIDME", "hush"))
        .role(Role::new(ROLE).require_mfa(DEVICE, SECRET))
        .role(Role::new(SECOND_ROLE))
        .start()
        .await
        .unwrap();
    let builder = session("first")
        .endpoint(server.endpoint_url())
        .assume_role_token_provider(TotpTokenProvider::new(secret));
    (server, builder)
}

#[tokio::test]
async fn a_wrong_code_is_the_callers_error_and_is_sent_once() {
    let (server, session) = embedded(b"another secret").await;
    let error = call(&session.build().unwrap()).await.unwrap_err();
    assert_eq!((error.code(), error.operation()), ("AccessDenied", Some("AssumeRole")));
    assert!(error.message().starts_with("MultiFactorAuthentication failed"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn codes_of_a_secret_are_believed_and_one_role_leads_to_the_next() {
    let (server, builder) = embedded(SECRET).await;
    let chained = builder.clone().profile("over").build().unwrap();
    call(&chained).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_role_in_the_cache_is_asked_for_no_code_in_a_chain_either() {
    let ((network, calls), (provider, asked)) = (believing(), numbers());
    let cache = RoleCache::new("/cache").files(MemoryFiles::default());
    let program = |profile| {
        session(profile)
            .http_client(network.clone())
            .clock(HandClock::new())
            .assume_role_token_provider(provider.clone())
            .assume_role_cache(cache.clone())
            .build()
            .unwrap()
    };
    for profile in ["over", "over", "first", "third"] {
        call(&program(profile)).await.unwrap();
    }
    assert_eq!(*calls.lock().unwrap(), ["operator me 000001", "second - -", "third - -"]);
    assert_eq!(asked.lock().unwrap().len(), 1);
}
