//! Where the tour takes place: an embedded endpoint with a config file of its own, or a server and profile of the user's.

use std::path::PathBuf;
use std::sync::Arc;

use cumulo::credentials::stscreds;
use cumulo::shared_config::Locations;
use cumulo::{BoxError, Session};
use cumulo_local::{Identity, Role, Server};

use crate::options::Options;

const ROLE: &str = "arn:aws:iam::123456789012:role/operator";
const DEVICE: &str = "arn:aws:iam::123456789012:mfa/me";

/// The embedded endpoint and the folder of its config file; neither if the user brought a server.
pub(crate) struct World {
    local: Option<Arc<Server>>,
    folder: Option<PathBuf>,
}

impl World {
    pub(crate) async fn prepare(options: &Options) -> Result<Self, BoxError> {
        if options.endpoint.is_some() {
            return Ok(Self { local: None, folder: None });
        }
        let local = Server::builder()
            .identity(Identity::new("AKIDTOUR", "the-secret-of-the-tour"))
            .role(Role::new(ROLE).require_mfa(DEVICE, b"the secret of the MFA device"))
            .start()
            .await?;
        println!("An embedded endpoint serves S3, STS, KMS and SQS at {}.", local.endpoint_url());

        let folder = std::env::temp_dir().join(format!("cumulo-tour-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let config = format!(
            "[profile operator]\n\
             region = eu-central-1\n\
             role_arn = {ROLE}\n\
             source_profile = me\n\
             mfa_serial = {DEVICE}\n"
        );
        let credentials = "[me]\n\
             aws_access_key_id = AKIDTOUR\n\
             aws_secret_access_key = the-secret-of-the-tour\n";
        std::fs::write(folder.join("config"), &config)?;
        std::fs::write(folder.join("credentials"), credentials)?;
        println!("The config file {} holds a role that demands MFA:\n", folder.join("config").display());
        config.lines().for_each(|line| println!("    {line}"));
        Ok(Self { local: Some(Arc::new(local)), folder: Some(folder) })
    }

    /// A session from the profile. It sends nothing yet.
    pub(crate) fn session(&self, options: &Options) -> Result<Session, cumulo::Error> {
        let mut builder = Session::builder().profile(options.profile.as_deref().unwrap_or("operator"));
        if let Some(url) = options.endpoint.clone().or_else(|| Some(self.local.as_ref()?.endpoint_url())) {
            builder = builder.endpoint(url);
        }
        if let Some(folder) = &self.folder {
            let (config, credentials) = (folder.join("config"), folder.join("credentials"));
            builder = builder.shared_config_files(Locations::new(config, credentials));
        }
        if options.asks_for_code {
            self.show_code();
            builder = builder.assume_role_token_provider(stscreds::stdin_token_provider);
        } else if let Some(local) = self.local.clone() {
            builder = builder.assume_role_token_provider(move || {
                let code = local.mfa_code(DEVICE).ok_or("every code of this half minute has been used")?;
                println!("    the MFA device shows {code}");
                Ok(code)
            });
        }
        builder.build()
    }

    /// The device of the embedded endpoint has no display but this.
    fn show_code(&self) {
        if let Some(code) = self.local.as_ref().and_then(|local| local.mfa_code(DEVICE)) {
            println!("\n(the MFA device shows {code})");
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder
            && let Err(error) = std::fs::remove_dir_all(folder)
        {
            eprintln!("{} could not be removed: {error}", folder.display());
        }
    }
}
