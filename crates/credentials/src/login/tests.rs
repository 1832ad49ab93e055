//! Sign-ins that are good, refreshed and broken.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cumulo_shared_config::MemoryFiles;

use super::*;
use crate::testing::{Reply, Server, StoppedClock, ok, status};

const SESSION: &str = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
const FILE: &str =
    "/h/.aws/login/cache/4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
/// As it stands in JSON. It was made for this test.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\\n\
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzVEePieRQ+sGDLg5\\n\
ShrAOMwN88R6BtB9LjoJiJEBKyGhRANCAARKefng80D565E6jpFkx1r2Pit2GkcZ\\n\
qMxA+4PlTZRYNBbddBl729RuY22aBG7W11MfT+0xSv4sLP6jE0zZRRAa\\n\
-----END PRIVATE KEY-----";
const REFRESHED: &str = r#"{"accessToken":{"accessKeyId":"ASIA2","secretAccessKey":"hush5","sessionToken":"hush6"},
    "tokenType":"urn:aws:params:oauth:token-type:access_token_sigv4","refreshToken":"hush7","expiresIn":900}"#;

fn login(expires_at: &str) -> String {
    format!(
        r#"{{"accessToken":{{"accessKeyId":"ASIA1","secretAccessKey":"hush1","sessionToken":"hush2","accountId":"012345678901","expiresAt":"{expires_at}"}},"clientId":"arn:aws:signin:::devtools/same-device","refreshToken":"hush3","idToken":"hush4","dpopKey":"{KEY}"}}"#
    )
}

struct Fixture {
    server: Server,
    clock: StoppedClock,
    files: MemoryFiles,
    provider: LoginProvider,
}

fn fixture(text: &str, replies: impl IntoIterator<Item = Reply>) -> Fixture {
    let (server, clock) = (Server::new(replies), StoppedClock::new());
    let files = MemoryFiles::from_map([(FILE, text)]);
    let config = server.config(&clock).region("eu-west-1");
    let env = Env::from_map([("HOME", "/h")]);
    let provider = LoginProvider::new(&config, SESSION, &env).files(files.clone());
    Fixture { server, clock, files, provider }
}

async fn error(t: &Fixture) -> String {
    let error = t.provider.retrieve().await.unwrap_err();
    let shown = format!("{error:?}{:?}", t.provider);
    assert!(!shown.contains("hush") && !shown.contains("MIGH"), "{shown}");
    assert_eq!(error.code(), "LoginProviderInvalidToken");
    error.message().to_owned()
}

#[tokio::test]
async fn a_sign_in_that_is_good_is_used_as_it_is() {
    let t = fixture(&login("2026-01-01T08:00:00Z"), []);
    assert_eq!(t.provider.cache_file(), Path::new(FILE));
    let value = t.provider.retrieve().await.unwrap();
    assert_eq!((value.access_key_id.as_str(), &*value.secret_access_key), ("ASIA1", "hush1"));
    assert_eq!(
        (value.session_token.as_deref(), value.account_id.as_deref()),
        (Some("hush2"), Some("012345678901"))
    );
    assert_eq!(value.expires, DateTime::parse_iso8601("2026-01-01T08:00:00Z"));
    assert_eq!(value.provider_name, "LoginProvider");
    assert!(t.server.sent().is_empty());
}

#[tokio::test]
async fn a_sign_in_about_to_end_is_refreshed_with_a_proof_of_its_key_and_kept() {
    let t = fixture(&login("2026-01-01T00:04:59Z"), [ok(REFRESHED)]);
    let value = t.provider.retrieve().await.unwrap();
    assert_eq!((value.access_key_id.as_str(), value.account_id.as_deref()), ("ASIA2", Some("012345678901")));
    assert_eq!(value.expires, DateTime::parse_iso8601("2026-01-01T00:15:00Z"));
    t.provider.retrieve().await.unwrap();

    let sent = t.server.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].line, "POST https://eu-west-1.signin.aws.amazon.com/v1/token");
    assert_eq!(
        sent[0].body,
        r#"{"clientId":"arn:aws:signin:::devtools/same-device","refreshToken":"hush3","grantType":"refresh_token"}"#
    );
    assert_eq!(sent[0].header("authorization"), None);
    let parts: Vec<_> = sent[0].header("dpop").unwrap().split('.').collect();
    let text = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(
        text(parts[0]),
        r#"{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":"Snn54PNA-euROo6RZMda9j4rdhpHGajMQPuD5U2UWDQ","y":"Ft10GXvb1G5jbZoEbtbXUx9P7TFK_iws_qMTTNlFEBo","crv":"P-256"}}"#
    );
    assert_eq!(
        text(parts[1]),
        r#"{"htm":"POST","htu":"https://eu-west-1.signin.aws.amazon.com/v1/token","iat":1767225600,"jti":""}"#
    );
    assert_eq!(URL_SAFE_NO_PAD.decode(parts[2]).unwrap().len(), 64);

    let kept = String::from_utf8(t.files.read(Path::new(FILE)).unwrap()).unwrap();
    let old = login("2026-01-01T00:15:00Z").replace("ASIA1", "ASIA2").replace("hush1", "hush5");
    assert_eq!(kept, old.replace("hush2", "hush6").replace("hush3", "hush7"));
}

#[tokio::test]
async fn the_sign_ins_own_region_and_a_configured_endpoint_say_where_it_is_refreshed() {
    let text =
        login("2026-01-01T00:00:00Z").replace(r#""idToken""#, r#""signInRegion":"cn-north-1","idToken""#);
    let t = fixture(&text, [ok(REFRESHED)]);
    t.provider.retrieve().await.unwrap();
    assert_eq!(t.server.lines(), ["POST https://cn-north-1.signin.amazonaws.cn/v1/token"]);

    let t = fixture(&login("2026-01-01T00:00:00Z"), [ok(REFRESHED)]);
    let config = t.server.config(&t.clock).region("eu-west-1").endpoint("http://localhost:1");
    let provider =
        LoginProvider::new(&config, SESSION, &Env::from_map([("HOME", "/h")])).files(t.files.clone());
    provider.retrieve().await.unwrap();
    assert_eq!(t.server.lines(), ["POST http://localhost:1/v1/token"]);
}

#[tokio::test]
async fn a_refresh_that_fails_is_passed_over_until_the_sign_in_ends() {
    let denied = || status(400, r#"{"error":"TOKEN_EXPIRED","message":"sign in again"}"#);
    let t = fixture(&login("2026-01-01T00:04:00Z"), [denied(), denied()]);
    assert_eq!(t.provider.retrieve().await.unwrap().access_key_id, "ASIA1");
    t.clock.advance(240);
    let told = error(&t).await;
    assert!(
        told.contains("ended at 2026-01-01T00:04:00Z and could not be refreshed: ")
            && told.contains("sign in again"),
        "{told}"
    );
    assert!(told.ends_with("sign in with `aws login`"), "{told}");
}

#[tokio::test]
async fn what_a_sign_in_lacks_is_named() {
    let good = login("2025-12-31T00:00:00Z");
    for name in ["accessToken", "clientId", "refreshToken", "dpopKey"] {
        let t = fixture(&good.replace(name, "other"), []);
        let told = error(&t).await;
        assert!(told.contains("has no ") && told.contains(name), "{told}");
    }
    let broken = good.replace("-----\\nM", "-----\\nN");
    assert!(error(&fixture(&broken, [])).await.contains("its dpopKey is no readable P-256 key"));
    assert!(error(&fixture("hush", [])).await.contains("the JSON cannot be read"));
    let t = fixture("", []);
    t.files.remove(FILE);
    assert!(error(&t).await.contains("could not be read: "));
}
