//! Where neither the environment nor a profile has credentials: the machine that the program runs on.

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Credentials, Error};
use cumulo_credentials::{ChainProvider, ContainerProvider, EnvProvider};
use cumulo_shared_config::{Profile, env};

use super::Resolver;
use super::trace::{CONTAINER, EC2, ENVIRONMENT, SHARED_FILES, WEB_IDENTITY};
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
            chain = chain
                .with(ENVIRONMENT, EnvProvider::new(self.env.clone()))
                .with(WEB_IDENTITY, Declined(no_web_identity()));
        }
        let files = self.files_read();
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        let none = has_no_credentials(&files, profile_name, profile.is_some());
        self.trace.declined(SHARED_FILES, &files, &none);
        chain = chain.with(SHARED_FILES, Declined(none));

        let variables =
            [env::AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, env::AWS_CONTAINER_CREDENTIALS_FULL_URI];
        let is_in_container = ContainerProvider::is_configured(self.env);
        let surroundings = self.surroundings(self.session);
        match surroundings.container() {
            Ok((container, host)) => {
                let how = format!("{host} is asked when a request is signed");
                self.trace.chosen(CONTAINER, &variables, &how);
                chain = chain.with(CONTAINER, container);
            }
            Err(error) => {
                self.trace.declined(CONTAINER, &variables, &error);
                chain = chain.with(CONTAINER, Declined(error));
            }
        }
        if is_in_container {
            self.trace.not_asked(EC2, EC2, "the environment names the agent of a container");
        } else {
            let role = surroundings.ec2_role(profile)?;
            match role.url {
                Ok(url) => self.trace.chosen(EC2, &[&url], "asked when a request is signed"),
                Err(error) => self.trace.declined(EC2, &[env::AWS_EC2_METADATA_DISABLED], &error),
            }
            chain = chain.with(EC2, role.provider);
        }
        Ok(self.cached(chain))
    }

    /// The shared files that were looked at, whether they are there or not.
    fn files_read(&self) -> Vec<String> {
        let files = [&self.locations.config, &self.locations.credentials].into_iter().flatten();
        files.map(|path| format!("{}", path.display())).collect()
    }
}

/// Why the shared files have no credentials.
fn has_no_credentials(files: &[&str], profile_name: &str, is_there: bool) -> Error {
    let place = match files {
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

/// Why the environment has no web identity.
pub(super) fn no_web_identity() -> Error {
    Error::new(err_code::WEB_IDENTITY, format!("{} is not set", env::AWS_WEB_IDENTITY_TOKEN_FILE))
}

/// A place that was looked at when the session was made: says why it has no credentials.
#[derive(Debug)]
struct Declined(Error);

impl Provider for Declined {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }
}
