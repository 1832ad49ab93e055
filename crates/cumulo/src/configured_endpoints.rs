//! The endpoints that the environment and a profile name, for every service or for one.

use std::fmt;

use cumulo_core::http::without_user;
use cumulo_shared_config::{Env, Error as ConfigError, Profile, env};

/// What was found when a session was made. Each client takes one of them.
///
/// In the order in which they count: the environment for the service, the environment for all, the profile for the
/// service, the profile for all.
///
/// Source: the AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
#[derive(Clone, Default)]
pub(crate) struct ConfiguredEndpoints {
    /// Those of single services that count before the one for all, sorted by [`env::service_key`].
    services: Vec<(String, String)>,
    all: Option<String>,
}

impl ConfiguredEndpoints {
    /// Reads them. Whether they are ignored is not asked here.
    ///
    /// # Errors
    /// If the profile names a services section that does not exist.
    pub(crate) fn read(env: &Env, profile: Option<Profile<'_>>) -> Result<Self, ConfigError> {
        let mut found = Self { services: Vec::new(), all: env.var(env::AWS_ENDPOINT_URL) };
        let section = match profile {
            Some(profile) => profile.services_section()?,
            None => None,
        };
        if let Some(section) = section.filter(|_| found.all.is_none()) {
            for key in section.keys() {
                if let Some(url) = section.nested(key).and_then(|service| service.string("endpoint_url")) {
                    found.set(key.to_owned(), url.to_owned());
                }
            }
        }
        for (name, url) in env.vars_after(&format!("{}_", env::AWS_ENDPOINT_URL)) {
            found.set(name.to_ascii_lowercase(), url);
        }
        found.all = found.all.or_else(|| profile?.endpoint_url().map(str::to_owned));
        Ok(found)
    }

    fn set(&mut self, service: String, url: String) {
        match self.services.binary_search_by(|(known, _)| known.cmp(&service)) {
            Ok(index) => self.services[index].1 = url,
            Err(index) => self.services.insert(index, (service, url)),
        }
    }

    /// The endpoint for every service that has none of its own.
    pub(crate) fn of_all(&self) -> Option<&String> {
        self.all.as_ref()
    }

    /// The endpoint of the service with this id, if it has one of its own.
    pub(crate) fn of(&self, service_id: &str) -> Option<&String> {
        if self.services.is_empty() {
            return None;
        }
        let key = env::service_key(service_id);
        let at = self.services.binary_search_by(|(service, _)| service.as_str().cmp(&key)).ok()?;
        self.services.get(at).map(|(_, url)| url)
    }
}

impl fmt::Debug for ConfiguredEndpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services = self.services.iter().map(|(service, url)| (service, without_user(url)));
        f.debug_map().entries(services).entries(self.all.iter().map(|url| ("*", without_user(url)))).finish()
    }
}
