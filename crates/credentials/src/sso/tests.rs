//! Sign-ins that are good, old, refreshed and broken.

use cumulo_shared_config::{MemoryFiles, SharedConfig};

use super::*;
use crate::testing::{Reply, Server, StoppedClock, ok, status};

const PROFILES: &str = "\
[profile new]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n\
[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n\
[profile old]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 123456789012\n\
sso_role_name = Reader\n\
[profile torn]\nsso_session = corp\nsso_region = eu-west-2\nsso_account_id = 1\nsso_role_name = r\n\
[profile agreed]\nsso_session = corp\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n\
[profile lost]\nsso_session = none\nsso_account_id = 1\nsso_role_name = r\n\
[profile roleless]\nsso_session = corp\nsso_account_id = 1\n\
[profile half]\nsso_start_url = https://x\nsso_account_id = 1\nsso_role_name = r\n\
[profile none]\nregion = eu-west-1\nsso_account_id = 1\n\
[profile bearer]\nsso_session = corp\n";

const ROLE: &str = r#"{"roleCredentials":{"accessKeyId":"ASIA","secretAccessKey":"hush","sessionToken":"whisper",
    "expiration":1767229200000}}"#;

fn settings(profile: &str) -> Result<Option<SsoSettings>, Error> {
    let config = SharedConfig::parse(PROFILES, "").unwrap();
    SsoSettings::of_profile(config.require_profile(profile).unwrap())
}

struct Fixture {
    server: Server,
    clock: StoppedClock,
    files: MemoryFiles,
    provider: SsoProvider,
}

/// A provider of a profile whose cache file holds `token`.
fn fixture(profile: &str, token: &str, replies: impl IntoIterator<Item = Reply>) -> Fixture {
    let (server, clock) = (Server::new(replies), StoppedClock::new());
    let env = Env::from_map([("HOME", "/h")]);
    let settings = settings(profile).unwrap().unwrap();
    let files = MemoryFiles::default();
    let provider = SsoProvider::new(&server.config(&clock), settings, &env).files(files.clone());
    if !token.is_empty() {
        files.replace(&provider.cache_file(), token.as_bytes()).unwrap();
    }
    Fixture { server, clock, files, provider }
}

fn token(expires_at: &str) -> String {
    format!(
        r#"{{"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"hush1","expiresAt":"{expires_at}",
        "clientId":"client","clientSecret":"hush2","registrationExpiresAt":"2026-03-01T00:00:00Z","refreshToken":"hush3"}}"#
    )
}

async fn error(t: &Fixture) -> String {
    let error = t.provider.retrieve().await.unwrap_err();
    let shown = format!("{error:?}{:?}", t.provider);
    assert!(!shown.contains("hush"), "{shown}");
    error.to_string()
}

#[tokio::test]
async fn a_sign_in_gives_credentials_of_account_and_role() {
    let t = fixture("new", &token("2026-01-01T08:00:00Z"), [ok(ROLE)]);
    let value = t.provider.retrieve().await.unwrap();
    assert_eq!((value.access_key_id.as_str(), &*value.secret_access_key), ("ASIA", "hush"));
    assert_eq!(value.session_token.as_deref(), Some("whisper"));
    assert_eq!(value.expires, DateTime::parse_iso8601("2026-01-01T01:00:00Z"));
    assert_eq!((value.account_id.as_deref(), &*value.provider_name), (Some("123456789012"), "SSOProvider"));
    let sent = t.server.sent();
    assert_eq!(
        sent[0].line,
        "GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=Reader&account_id=123456789012"
    );
    assert_eq!(sent[0].header("x-amz-sso_bearer_token"), Some("hush1"));
    assert_eq!(sent[0].header("authorization"), None);
}

#[test]
fn the_cache_file_is_named_after_the_session_else_the_portal() {
    let at = |profile| fixture(profile, "", []).provider.cache_file().display().to_string();
    assert_eq!(at("new"), "/h/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
    assert_eq!(at("old"), "/h/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json");
}

#[tokio::test]
async fn a_sign_in_about_to_end_is_refreshed_and_kept_for_other_programs() {
    let refreshed =
        r#"{"accessToken":"hush4","expiresIn":28800,"refreshToken":"hush5","tokenType":"Bearer"}"#;
    let t = fixture("new", &token("2026-01-01T00:04:59Z"), [ok(refreshed), ok(ROLE), ok(ROLE)]);
    t.provider.retrieve().await.unwrap();
    t.provider.retrieve().await.unwrap();
    let sent = t.server.sent();
    assert_eq!(sent.len(), 3, "the new sign-in is used twice");
    assert_eq!(sent[0].line, "POST https://oidc.eu-west-1.amazonaws.com/token");
    assert_eq!(
        sent[0].body,
        r#"{"clientId":"client","clientSecret":"hush2","grantType":"refresh_token","refreshToken":"hush3"}"#
    );
    assert_eq!(sent[1].header("x-amz-sso_bearer_token"), Some("hush4"));
    let kept = String::from_utf8(t.files.read(&t.provider.cache_file()).unwrap()).unwrap();
    assert_eq!(
        kept,
        r#"{"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"hush4","expiresAt":"2026-01-01T08:00:00Z","clientId":"client","clientSecret":"hush2","registrationExpiresAt":"2026-03-01T00:00:00Z","refreshToken":"hush5"}"#
    );
}

#[tokio::test]
async fn a_refresh_that_fails_is_passed_over_until_the_sign_in_ends() {
    let denied = || status(400, r#"{"error":"invalid_grant","error_description":"hush"}"#);
    let t = fixture("new", &token("2026-01-01T00:04:00Z"), [denied(), ok(ROLE), denied()]);
    t.provider.retrieve().await.unwrap();
    assert_eq!(t.server.sent()[1].header("x-amz-sso_bearer_token"), Some("hush1"));
    t.clock.advance(240);
    let told = error(&t).await;
    assert!(
        told.starts_with(
            "SSOProviderInvalidToken: the SSO session has expired or is invalid: the one in /h/"
        ),
        "{told}"
    );
    assert!(
        told.contains("could not be refreshed: ")
            && told.ends_with("sign in with `aws sso login --sso-session corp`"),
        "{told}"
    );
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_refreshed_says_what_it_lacks() {
    let bare = r#"{"accessToken":"hush1","expiresAt":"2025-12-31T00:00:00Z"}"#;
    let told = error(&fixture("new", bare, [])).await;
    assert!(told.contains("it has not all of clientId, clientSecret and refreshToken"), "{told}");
    let stale = token("2025-12-31T00:00:00Z").replace("2026-03-01", "2025-03-01");
    let told = error(&fixture("new", &stale, [])).await;
    assert!(told.contains("its client's registration has ended"), "{told}");
}

#[tokio::test]
async fn a_profile_without_a_session_is_never_refreshed() {
    let t = fixture("old", &token("2026-01-01T00:00:01UTC"), [ok(ROLE)]);
    t.provider.retrieve().await.unwrap();
    t.clock.advance(1);
    let told = error(&t).await;
    assert!(told.contains(" ended at 2026-01-01T00:00:01Z; sign in with `aws sso login`"), "{told}");
    assert_eq!(t.server.sent().len(), 1);
}

#[tokio::test]
async fn no_sign_in_and_a_broken_one_are_the_same_to_the_caller() {
    for (file, why) in [
        ("", "could not be read: "),
        ("hush", ": the JSON cannot be read: "),
        (r#"{"expiresAt":"2027-01-01T00:00:00Z","refreshToken":"hush"}"#, "has no accessToken"),
        (r#"{"accessToken":"hush","expiresAt":"soon"}"#, "has no readable expiresAt"),
    ] {
        let t = fixture("new", file, []);
        let told = error(&t).await;
        assert!(told.starts_with("SSOProviderInvalidToken: ") && told.contains(why), "{told}");
        assert!(t.server.sent().is_empty());
    }
    let refused =
        status(401, r#"{"__type":"UnauthorizedException","message":"Session token not found or invalid"}"#);
    let told = error(&fixture("new", &token("2026-01-01T08:00:00Z"), [refused])).await;
    assert!(told.contains("the portal refuses it") && told.contains("(401)"), "{told}");
    let forbidden =
        Reply::Http(403, &[("x-amzn-errortype", "ForbiddenException")], r#"{"message":"No access"}"#.into());
    let told = error(&fixture("new", &token("2026-01-01T08:00:00Z"), [forbidden])).await;
    assert_eq!(told, "ForbiddenException: No access (GetRoleCredentials, 403, 1 attempt)");
}

#[test]
fn incomplete_settings_name_what_is_missing() {
    assert_eq!(settings("none").unwrap(), None);
    assert_eq!(settings("bearer").unwrap(), None);
    assert_eq!(settings("agreed").unwrap().unwrap().session_name.as_deref(), Some("corp"));
    let told = |profile| settings(profile).unwrap_err().to_string();
    let code = "SSOProviderConfigError: ";
    assert_eq!(told("torn"), format!("{code}profile torn and its sso-session corp disagree on sso_region"));
    assert_eq!(told("lost"), format!("{code}profile lost names the sso_session none, which no file has"));
    assert_eq!(
        told("roleless"),
        format!("{code}profile roleless is configured to use SSO but has no sso_role_name")
    );
    assert_eq!(told("half"), format!("{code}profile half has no sso_region"));
}
