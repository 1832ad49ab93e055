//! A session with an endpoint that checks signatures, tokens and codes, through the real HTTP client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cumulo::core::stages::core_handlers;
use cumulo::credentials::stscreds::{
    AssumeRoleProvider, ProcessTokenProvider, RoleCache, TokenProvider as _, TotpTokenProvider,
    async_token_provider,
};
use cumulo::s3::{self, CreateBucketInput, GetObjectInput, PutObjectInput};
use cumulo::session::{Env, FileSystem as _, Locations, MemoryFiles};
use cumulo::sts::{self, AssumeRoleInput, GetCallerIdentityInput};
use cumulo::{Request, Session, SessionBuilder};
use cumulo_local::{Identity, Role, Server};

use super::Transcript;
use crate::world::{DEVICE, ROLE};

const KEY: &str = "sk/real+Secret/0123456789";
const BASE32: &str = "ORXXI4BNONSWG4TFOQWTAMJSGM2DKNRX";
const BYTES: &str = "totp-secret-01234567";
const WRONG_CODE: &str = "918273";

fn session(server: &Server) -> SessionBuilder {
    let config = format!(
        "[profile me]\nregion = us-east-1\n\
         [profile operator]\nregion = us-east-1\nrole_arn = {ROLE}\nsource_profile = me\nmfa_serial = {DEVICE}\n"
    );
    let credentials = format!("[me]\naws_access_key_id = AKIDREAL\naws_secret_access_key = {KEY}\n");
    Session::builder()
        .env(Env::from_map([("AWS_PROFILE", "operator")]))
        .file_system(MemoryFiles::from_map([("/config", config), ("/credentials", credentials)]))
        .shared_config_files(Locations::new("/config", "/credentials"))
        .endpoint(server.endpoint_url())
}

pub(super) async fn run(transcript: &mut Transcript) {
    transcript.secret_keys.push(KEY.to_owned());
    transcript.totp_secrets.extend([BASE32.to_owned(), BYTES.to_owned()]);
    transcript.mfa_codes.push(WRONG_CODE.to_owned());
    let server = Server::builder()
        .identity(Identity::new("AKIDREAL", KEY))
        .role(Role::new(ROLE).require_mfa(DEVICE, BYTES))
        .start()
        .await
        .unwrap();

    let device = Arc::new(TotpTokenProvider::from_base32(BASE32).unwrap());
    transcript.debug(&device);
    transcript.error(&TotpTokenProvider::from_base32(&format!("{BASE32}1")).unwrap_err());
    let codes = Arc::new(Mutex::new(Vec::new()));
    let shown_on_device = Arc::clone(&codes);
    let asking = async_token_provider(move |request| {
        let (device, codes) = (Arc::clone(&device), Arc::clone(&shown_on_device));
        async move {
            let code = device.token(request).await?.to_string();
            codes.lock().unwrap().push(code.clone());
            Ok(code)
        }
    });

    // A file in the cache that holds a secret and is no use.
    let files = MemoryFiles::default();
    let cache = RoleCache::new("/cache").files(files.clone());
    let garbage = format!(r#"{{"Credentials": {{"SecretAccessKey": "{KEY}", "SessionToken": 1"#);
    let file = format!("/cache/{}.json", key_of_the_role());
    files.replace(file.as_ref(), garbage.as_bytes()).unwrap();

    // Every request of the session, that which assumes the role included.
    let requests = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&requests);
    let mut handlers = core_handlers();
    handlers.complete.push_back(move |request: &mut Request| {
        let http = &request.http_request;
        *kept.lock().unwrap() += &format!("{request:?} {http:?} {http:#?}\n");
    });
    let builder =
        session(&server).handlers(handlers).assume_role_token_provider(asking).assume_role_cache(cache);
    transcript.debug(&builder);
    let session = builder.build().unwrap();
    calls(&session, &server, transcript).await;
    transcript.show(requests.lock().unwrap());
    let value = session.config().credentials.as_ref().unwrap().get().await.unwrap();
    transcript.debug(&value);
    transcript.secret_keys.push(value.secret_access_key.to_string());
    transcript.session_tokens.push(value.session_token.as_deref().unwrap().to_owned());
    transcript.mfa_codes.extend(codes.lock().unwrap().iter().cloned());
    transcript.debug(&session);

    failures(&server, transcript).await;
}

/// The name of the file in which botocore keeps the role.
fn key_of_the_role() -> String {
    let arguments = format!(r#"{{"RoleArn": "{ROLE}", "SerialNumber": "{DEVICE}"}}"#);
    cumulo::core::crypto::hex(&cumulo::core::crypto::sha1(arguments.as_bytes()))
}

async fn calls(session: &Session, server: &Server, transcript: &mut Transcript) {
    let s3 = s3::Client::new(session);
    s3.create_bucket(CreateBucketInput::new().bucket("bucket")).await.unwrap();
    server.fail_next(500, 1);
    s3.put_object(PutObjectInput::new().bucket("bucket").key("key").body("body")).await.unwrap();
    let missing = GetObjectInput::new().bucket("bucket").key("none");
    transcript.error(&s3.get_object(missing.clone()).await.unwrap_err());
    let presigned = s3.get_object_request(missing).presign(Duration::from_secs(60)).await.unwrap();
    transcript.debug(&presigned);
    transcript.debug(&s3);

    let sts = sts::Client::new(session);
    let me = sts.get_caller_identity(GetCallerIdentityInput::new()).await.unwrap();
    transcript.debug(&me);
}

/// Codes and commands that are no good.
async fn failures(server: &Server, transcript: &mut Transcript) {
    let wrong = session(server).assume_role_token_provider(|| Ok(WRONG_CODE.into())).build().unwrap();
    let sts = sts::Client::new(&wrong);
    transcript.error(&sts.get_caller_identity(GetCallerIdentityInput::new()).await.unwrap_err());

    let command = format!("echo {WRONG_CODE}{WRONG_CODE}; echo {BYTES}");
    let printing = session(server).assume_role_token_provider(ProcessTokenProvider::new(command));
    transcript.debug(&printing);
    let sts = sts::Client::new(&printing.build().unwrap());
    transcript.error(&sts.get_caller_identity(GetCallerIdentityInput::new()).await.unwrap_err());

    // By hand, with the code in the parameters and in the body.
    let own = sts::Client::new(&session(server).profile("me").build().unwrap());
    let input = AssumeRoleInput::new()
        .role_arn(ROLE)
        .role_session_name("me")
        .serial_number(DEVICE)
        .token_code(WRONG_CODE);
    transcript.debug(&input);
    let request = own.assume_role_request(input);
    let error = request.send().await.unwrap_err();
    transcript.error(&error);
    transcript.debug(&AssumeRoleProvider::new(own, ROLE).serial_number(DEVICE).token_code(WRONG_CODE));
}
