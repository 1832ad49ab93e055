//! What sessions make of their settings: whole providers, behind the trait.
//!
//! For the crate `cumulo` alone, which would be compiled with the insides of every provider if it put them together.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cumulo_core::clock::Clock;
use cumulo_core::credentials::Provider;
use cumulo_core::{ConfigProvider, Credentials, Error};
use cumulo_shared_config::{Env, FileSystem, Profile};

use crate::imds::{self, Ec2RoleProvider};
use crate::process::ProcessRunner;
use crate::sso::{SsoProvider, SsoSettings};
use crate::stscreds::{self, SharedTokenProvider};
use crate::{ContainerProvider, LoginProvider, ProcessProvider};

/// What a session hands to its providers.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The session.
    pub session: &'a dyn ConfigProvider,
    /// Its environment.
    pub env: &'a Env,
    /// Its files.
    pub files: &'a Arc<dyn FileSystem>,
}

/// What a role is assumed with besides what its profile says.
#[derive(Debug)]
pub struct RoleOptions<'a> {
    duration: Option<Duration>,
    mfa: Option<(&'a str, SharedTokenProvider)>,
    #[cfg(feature = "role-cache")]
    cache: Option<stscreds::RoleCache>,
}

impl<'a> RoleOptions<'a> {
    /// With how long the credentials last; and the MFA device that the role demands, and who is asked for its codes.
    pub fn new(duration: Option<Duration>, mfa: Option<(&'a str, SharedTokenProvider)>) -> Self {
        Self {
            duration,
            mfa,
            #[cfg(feature = "role-cache")]
            cache: None,
        }
    }

    /// The same with where the credentials are kept for other processes.
    #[cfg(feature = "role-cache")]
    #[must_use]
    pub fn cache(mut self, cache: Option<stscreds::RoleCache>) -> Self {
        self.cache = cache;
        self
    }
}

/// The role of the EC2 instance that the program may run on.
#[derive(Debug)]
pub struct Ec2Role {
    /// Who gives its credentials.
    pub provider: Box<dyn Provider>,
    /// Where they are asked for, or why they are not.
    pub url: Result<String, Error>,
}

impl Surroundings<'_> {
    /// A sign-in by `aws sso login`.
    pub fn sso(self, settings: SsoSettings) -> Box<dyn Provider> {
        Box::new(SsoProvider::new(self.session, settings, self.env).files(Arc::clone(self.files)))
    }

    /// A sign-in by `aws login`.
    pub fn login(self, login_session: &str) -> Box<dyn Provider> {
        Box::new(LoginProvider::new(self.session, login_session, self.env).files(Arc::clone(self.files)))
    }

    /// What a command prints.
    pub fn process(
        self,
        command: &str,
        runner: Option<Arc<dyn ProcessRunner>>,
        clock: Option<Arc<dyn Clock>>,
    ) -> Box<dyn Provider> {
        let mut process = ProcessProvider::new(command);
        if let Some(runner) = runner {
            process = process.runner(runner);
        }
        if let Some(clock) = clock {
            process = process.clock(clock);
        }
        Box::new(process)
    }

    /// The agent of the container, and its host.
    ///
    /// # Errors
    /// As of [`ContainerProvider::from_env`].
    pub fn container(self) -> Result<(Box<dyn Provider>, String), Error> {
        let container = ContainerProvider::from_env(self.session, self.env)?.files(Arc::clone(self.files));
        let host = container.host().to_owned();
        Ok((Box::new(container), host))
    }

    /// The role of the EC2 instance.
    ///
    /// # Errors
    /// As of [`imds::Client::configured`].
    pub fn ec2_role(self, profile: Option<Profile<'_>>) -> Result<Ec2Role, Error> {
        let client = imds::Client::new(self.session).configured(self.env, profile)?;
        let url = client.service_url().map(|url| format!("{url}"));
        Ok(Ec2Role { provider: Box::new(Ec2RoleProvider::new(client)), url })
    }

    /// The role that is assumed with the token in a file.
    pub fn web_identity(
        self,
        role_arn: &str,
        token_file: PathBuf,
        session_name: Option<String>,
    ) -> Credentials {
        stscreds::new_web_identity_credentials(self.session, role_arn, token_file, |role| {
            let role = role.files(Arc::clone(self.files));
            match session_name {
                Some(name) => role.role_session_name(name),
                None => role,
            }
        })
    }

    /// The role of a profile, assumed with the session's own credentials.
    pub fn role(self, role_arn: &str, profile: Profile<'_>, options: RoleOptions<'_>) -> Credentials {
        stscreds::new_credentials(self.session, role_arn, |mut role| {
            #[cfg(feature = "role-cache")]
            if let Some(cache) = options.cache {
                role = role.cache(cache);
            }
            if let Some(duration) = options.duration {
                role = role.duration(duration);
            }
            if let Some(name) = profile.role_session_name() {
                role = role.role_session_name(name);
            }
            if let Some(id) = profile.external_id() {
                role = role.external_id(id);
            }
            match options.mfa {
                Some((serial_number, provider)) => role.serial_number(serial_number).token_provider(provider),
                None => role,
            }
        })
    }
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("env", self.env)
            .field("files", self.files)
            .finish_non_exhaustive()
    }
}
