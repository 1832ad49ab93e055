//! Where neither the environment nor a profile has credentials: the machine that the program runs on.

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Credentials, Error};
use cumulo_credentials::{ChainProvider, ContainerProvider, EnvProvider};
use cumulo_shared_config::{Profile, env};

use super::Resolver;
use crate::err_code;

impl Resolver<'_> {
    /// The chain of what is left. Its error tells of each place what was looked at, those that were passed over included.
    ///
    /// A container has an agent or it has not: where the environment names one, EC2 instance metadata is not asked, which
    /// would give the credentials of the machine to every container on it. Same meaning as Go's `RemoteCredProvider`.
    pub(super) fn fallback(
        &self,
        profile_name: &str,
        profile: Option<Profile<'_>>,
        is_chosen: bool,
    ) -> Result<Credentials, Error> {
        let mut chain = ChainProvider::new();
        if !is_chosen {
            let no_token = format!("{} is not set", env::AWS_WEB_IDENTITY_TOKEN_FILE);
            chain = chain
                .with("environment", EnvProvider::new(self.env.clone()))
                .with("web identity", Declined(Error::new(err_code::WEB_IDENTITY, no_token)));
        }
        chain =
            chain.with("shared files", Declined(self.has_no_credentials(profile_name, profile.is_some())));
        let chain = match (self.container(), ContainerProvider::is_configured(self.env)) {
            (Ok(container), _) => chain.with("container", container),
            (Err(error), true) => chain.with("container", Declined(error)),
            (Err(error), false) => chain
                .with("container", Declined(error))
                .with("EC2 instance metadata", self.ec2_role(profile)?),
        };
        Ok(self.cached(chain))
    }

    fn has_no_credentials(&self, profile_name: &str, is_there: bool) -> Error {
        let files: Vec<_> = [&self.locations.config, &self.locations.credentials]
            .into_iter()
            .flatten()
            .map(|path| path.display().to_string())
            .collect();
        let place = match files.as_slice() {
            [] => "no file, because the home directory is unknown".to_owned(),
            files => files.join(" and "),
        };
        if is_there {
            let message = format!("profile {profile_name} has no credentials; looked at {place}");
            Error::new(err_code::SHARED_CREDS_ACCESS_KEY, message)
        } else {
            let message = format!("failed to get profile, {profile_name}; looked at {place}");
            Error::new(err_code::SHARED_CONFIG_PROFILE_NOT_EXISTS_ERROR, message)
        }
    }
}

/// A place that was looked at when the session was made: says why it has no credentials.
#[derive(Debug)]
struct Declined(Error);

impl Provider for Declined {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }
}
