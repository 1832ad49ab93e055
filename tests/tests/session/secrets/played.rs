//! Sessions of sign-ins, commands, containers and identity providers, which are played and lie in every way.

use cumulo::core::clock::SystemClock;
use cumulo::session::{Env, MemoryFiles};
use cumulo::sts::{Client, GetCallerIdentityInput};
use cumulo::{Session, SessionBuilder};

use super::Transcript;
use crate::world::{CALLER, HandClock, Network};

const SSO_TOKEN: &str = "sso-access-token-0123456789";
const SSO_REFRESH: &str = "sso-refresh-token-0123456789";
const SSO_CLIENT: &str = "sso-client-secret-0123456789";
const NEW_SSO_TOKEN: &str = "sso-new-token-0123456789";
const KEY: &str = "sk/played+Secret/0123456789";
const TOKEN: &str = "session-token/played+0123456789";
const POD_TOKEN: &str = "pod-token-0123456789";
const WEB_TOKEN: &str = "web-identity-token-0123456789";

const PROFILES: &str = "\
[profile sso]\nregion = r\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n\
[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n\
[profile web]\nregion = r\nrole_arn = arn:aws:iam::123456789012:role/web\nweb_identity_token_file = /token\n\
[profile command]\nregion = r\ncredential_process = test -f KEY\n\
[profile printing]\nregion = r\ncredential_process = COMMAND\n\
[profile pod]\nregion = r\n";

fn session(profile: &str, sign_in_ends: &str, printed: &str) -> SessionBuilder {
    let name = cumulo::core::crypto::hex(&cumulo::core::crypto::sha1(b"corp"));
    let sign_in = format!(
        r#"{{"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"{SSO_TOKEN}",
        "expiresAt":"{sign_in_ends}","clientId":"client","clientSecret":"{SSO_CLIENT}",
        "registrationExpiresAt":"2999-01-01T00:00:00Z","refreshToken":"{SSO_REFRESH}"}}"#
    );
    let command = format!("echo '{printed}'");
    let config = PROFILES.replace("KEY", KEY).replace("COMMAND", &command);
    let files = [
        ("/h/.aws/config".to_owned(), config),
        (format!("/h/.aws/sso/cache/{name}.json"), sign_in),
        ("/token".to_owned(), WEB_TOKEN.to_owned()),
        ("/pod-token".to_owned(), POD_TOKEN.to_owned()),
    ];
    let mut variables = vec![("HOME", "/h"), ("AWS_PROFILE", profile)];
    if profile == "pod" {
        variables.extend([
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/pod-token"),
        ]);
    }
    let builder = Session::builder().env(Env::from_map(variables)).file_system(MemoryFiles::from_map(files));
    match profile {
        // A shell takes the time that it takes.
        "printing" | "command" => builder.clock(SystemClock),
        _ => builder.clock(HandClock::new()),
    }
}

/// A network where everybody gives what it is asked for.
fn giving() -> Network {
    Network::answering(|sent| {
        let body = match (sent.host.as_str(), sent.path.as_str()) {
            (host, _) if host.starts_with("oidc.") => {
                format!(
                    r#"{{"accessToken":"{NEW_SSO_TOKEN}","expiresIn":3600,"refreshToken":"{SSO_REFRESH}"}}"#
                )
            }
            (host, _) if host.starts_with("portal.") => format!(
                r#"{{"roleCredentials":{{"accessKeyId":"ASIASSO","secretAccessKey":"{KEY}","sessionToken":"{TOKEN}","expiration":32472144000000}}}}"#
            ),
            ("localhost", _) => {
                format!(r#"{{"AccessKeyId":"ASIAPOD","SecretAccessKey":"{KEY}","Token":"{TOKEN}"}}"#)
            }
            _ if sent.body.contains("AssumeRoleWithWebIdentity") => format!(
                "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAWEB\
                 </AccessKeyId><SecretAccessKey>{KEY}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken><Expiration>\
                 2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
                 </AssumeRoleWithWebIdentityResponse>"
            ),
            _ => CALLER.to_owned(),
        };
        Some((200, body))
    })
}

/// One where everybody answers with a status and whatever secret it was sent or has.
fn babbling(status: u16) -> Network {
    let all = [SSO_TOKEN, SSO_REFRESH, SSO_CLIENT, KEY, TOKEN, POD_TOKEN, WEB_TOKEN].join(" ");
    Network::answering(move |_| Some((status, format!("<html>{all}</html>"))))
}

pub(super) async fn run(transcript: &mut Transcript) {
    let sso = [SSO_TOKEN, SSO_REFRESH, SSO_CLIENT, NEW_SSO_TOKEN];
    transcript.sso_tokens.extend(sso.map(str::to_owned));
    transcript.identity_tokens.extend([POD_TOKEN, WEB_TOKEN].map(str::to_owned));
    transcript.secret_keys.extend([KEY, "command-key-0123456789"].map(str::to_owned));
    transcript.session_tokens.extend([TOKEN, "command-token-0123456789"].map(str::to_owned));
    // Secrets that stand in broken documents.
    transcript.secret_keys.push("broken-key-0123456789".to_owned());
    transcript.session_tokens.push("broken-token-0123456789".to_owned());

    let printed = r#"{"Version":1,"AccessKeyId":"AKIDCOMMAND","SecretAccessKey":"command-key-0123456789",
        "SessionToken":"command-token-0123456789"}"#
        .replace('\n', " ");
    let broken =
        r#"{"Version":1,"SecretAccessKey":"broken-key-0123456789","SessionToken":"broken-token-0123456789""#;
    for sign_in_ends in ["2999-01-01T00:00:00Z", "2025-12-31T23:59:59Z"] {
        for profile in ["sso", "web", "pod", "printing"] {
            let good = session(profile, sign_in_ends, &printed).http_client(giving());
            assert!(used(good, transcript).await, "{profile}");
            for status in [200, 401, 403, 404, 500] {
                let bad = session(profile, sign_in_ends, broken).http_client(babbling(status));
                assert!(!used(bad, transcript).await, "{profile} {status}");
            }
        }
    }
    assert!(!used(session("command", "never", "").http_client(giving()), transcript).await);
    assert!(!used(session("sso", SSO_TOKEN, "").http_client(giving()), transcript).await);
}

/// Whether a call of the session was answered.
async fn used(builder: SessionBuilder, transcript: &mut Transcript) -> bool {
    transcript.debug(&builder);
    let session = builder.build().unwrap();
    transcript.debug(&session);
    let client = Client::new(&session);
    transcript.debug(&client);
    match client.get_caller_identity(GetCallerIdentityInput::new()).await {
        Ok(answer) => {
            transcript.debug(&answer);
            let credentials = session.config().credentials.as_ref().unwrap();
            transcript.debug(credentials);
            transcript.debug(&credentials.get().await.unwrap());
            true
        }
        Err(error) => {
            transcript.error(&error);
            false
        }
    }
}
