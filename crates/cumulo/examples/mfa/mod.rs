//! What the examples of MFA share: a user, a role that demands a code, the device that shows them, and where all of it is.

use std::sync::Arc;

use cumulo::credentials::stscreds::{
    MfaRequest, SharedTokenProvider, TokenProvider as _, TotpTokenProvider, async_token_provider,
};
use cumulo::session::{Env, Locations, MemoryFiles};
use cumulo::{BoxError, Session, SessionBuilder};
use cumulo_local::{Identity, Role, Server};
use lexopt::ValueExt as _;

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/operator";
pub(crate) const DEVICE: &str = "arn:aws:iam::123456789012:mfa/me";

const KEY_ID: &str = "AKIDEXAMPLE";
const KEY: &str = "the-secret-of-the-example";
const SECRET: &[u8] = b"the secret of the device";

const USAGE: &str = "\
Without arguments on an embedded endpoint, which checks signatures and codes.

  --endpoint URL   another server, such as moto's, which checks neither";

/// A server, and the files of a user of it.
pub(crate) struct World {
    endpoint: String,
    pub(crate) files: MemoryFiles,
    _local: Option<Server>,
}

impl World {
    /// The server that the command line names, or one inside this program.
    pub(crate) async fn from_args() -> Result<Self, BoxError> {
        let mut args = lexopt::Parser::from_env();
        let mut endpoint = None;
        while let Some(arg) = args.next()? {
            match arg {
                lexopt::Arg::Long("endpoint") => endpoint = Some(args.value()?.string()?),
                other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
            }
        }
        let config = format!(
            "[profile me]\nregion = us-east-1\n\
             [profile operator]\nregion = us-east-1\nrole_arn = {ROLE}\nsource_profile = me\nmfa_serial = {DEVICE}\n"
        );
        let credentials = format!("[me]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {KEY}\n");
        let files = MemoryFiles::from_map([("/aws/config", config), ("/aws/credentials", credentials)]);
        if let Some(endpoint) = endpoint {
            return Ok(Self { endpoint, files, _local: None });
        }
        let local = Server::builder()
            .identity(Identity::new(KEY_ID, KEY))
            .role(Role::new(ROLE).require_mfa(DEVICE, SECRET))
            .start()
            .await?;
        Ok(Self { endpoint: local.endpoint_url(), files, _local: Some(local) })
    }

    /// A session as a program has it that finds the user's files, and nothing else of this machine.
    pub(crate) fn session(&self) -> SessionBuilder {
        Session::builder()
            .env(Env::from_map([("HOME", "/home/me")]))
            .file_system(self.files.clone())
            .shared_config_files(Locations::new("/aws/config", "/aws/credentials"))
            .endpoint(&*self.endpoint)
    }
}

/// The user's device, which shows the code of the moment. A program for people has `stscreds::stdin_token_provider` here.
pub(crate) fn device() -> SharedTokenProvider {
    let device = Arc::new(TotpTokenProvider::new(SECRET));
    async_token_provider(move |request: MfaRequest| {
        println!("    a code of {} is asked for, to assume {}", request.serial_number, request.role_arn);
        let code = Arc::clone(&device).token(request);
        async { Ok(code.await?.to_string()) }
    })
}
