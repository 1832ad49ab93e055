//! The options of a session, and the steps by which one is made.

use std::path::PathBuf;
use std::sync::Arc;

use cumulo_core::clock::{Clock, Random};
use cumulo_core::endpoints::ResolveEndpoint;
use cumulo_core::http::HttpClient;
use cumulo_core::hyper_client::Proxies;
use cumulo_core::stages;
use cumulo_core::{Config, Error, Handlers, SecretBlob};
use cumulo_shared_config::{Env, FileSystem, Locations, RealFiles, SharedConfig, SharedConfigState};

use super::Session;
use super::explain::{self, Sources};
use super::transport::TransportOptions;
use crate::configured_endpoints::ConfiguredEndpoints;
use crate::env_config::{self, configuration_error};
#[cfg(feature = "credentials")]
use crate::resolve_credentials::{CredentialsOptions, Resolver, Trace};
use crate::settings::Facts;

/// The options of a [`Session`]. Same role as Go's `session.Options`.
///
/// ```no_run
/// use cumulo::{Config, Session};
///
/// let session = Session::builder()
///     .profile("work")
///     .region("eu-central-1")
///     .config(&Config::new().max_attempts(5))
///     .build()?;
/// # Ok::<(), cumulo::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "options do nothing until the session is built"]
pub struct SessionBuilder {
    config: Config,
    handlers: Handlers,
    profile: Option<String>,
    shared_config_state: SharedConfigState,
    shared_config_files: Option<Locations>,
    transport: TransportOptions,
    #[cfg(feature = "credentials")]
    credentials: CredentialsOptions,
    env: Env,
    files: Arc<dyn FileSystem>,
}

impl Default for SessionBuilder {
    fn default() -> Self {
        Self {
            config: Config::default(),
            handlers: stages::core_handlers(),
            profile: None,
            shared_config_state: SharedConfigState::default(),
            shared_config_files: None,
            transport: TransportOptions::default(),
            #[cfg(feature = "credentials")]
            credentials: CredentialsOptions::default(),
            env: Env::real(),
            files: Arc::new(RealFiles),
        }
    }
}

impl SessionBuilder {
    /// The profile, in the place of `AWS_PROFILE`; its credentials then beat those in the environment.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// The region, for example `eu-central-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.config.region = Some(region.into());
        self
    }

    /// Where to send requests of every service, role assumption included: `http://host:port` or `https://host/base`. For
    /// one service, see [`endpoint_resolver`](Self::endpoint_resolver).
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.config.endpoint = Some(url.into());
        self
    }

    /// Who is asked for the endpoint of each client: see [`Config::endpoint_resolver`].
    ///
    /// ```no_run
    /// use cumulo::endpoints::{ResolvedEndpoint, only_for, service};
    ///
    /// // S3 alone is elsewhere; the client that assumes roles still finds STS.
    /// let elsewhere = ResolvedEndpoint::new("http://localhost:9000");
    /// let session = cumulo::Session::builder().endpoint_resolver(only_for(service::S3, elsewhere)).build()?;
    /// # Ok::<(), cumulo::Error>(())
    /// ```
    pub fn endpoint_resolver(mut self, resolver: impl ResolveEndpoint + 'static) -> Self {
        self.config = self.config.endpoint_resolver(resolver);
        self
    }

    /// Settings that beat the environment and the files; those that this builder already has are replaced.
    pub fn config(mut self, config: &Config) -> Self {
        self.config = self.config.merged_with(config);
        self
    }

    /// The handlers that clients start with. Default: [`core_handlers`](crate::core::stages::core_handlers).
    ///
    /// The client that assumes a profile's role has them too.
    pub fn handlers(mut self, handlers: Handlers) -> Self {
        self.handlers = handlers;
        self
    }

    /// Whether the config file is read. Default: yes, unless `AWS_SDK_LOAD_CONFIG` says no.
    pub fn shared_config_state(mut self, state: SharedConfigState) -> Self {
        self.shared_config_state = state;
        self
    }

    /// Where the shared files are, in the place of what the environment says.
    pub fn shared_config_files(mut self, locations: Locations) -> Self {
        self.shared_config_files = Some(locations);
        self
    }

    /// Who is asked for MFA codes, if the profile's role has an `mfa_serial`, or a role has that it is assumed with; otherwise
    /// nobody is asked.
    ///
    /// Has no default, so that a program without a user does not wait for one. Asked at every refresh of the role's
    /// credentials. Same meaning as Go's `Options.AssumeRoleTokenProvider`.
    ///
    /// ```no_run
    /// use cumulo::{Session, credentials::stscreds};
    ///
    /// let asking = Session::builder().assume_role_token_provider(stscreds::stdin_token_provider).build()?;
    /// let fixed = Session::builder().assume_role_token_provider(|| Ok("123456".into())).build()?;
    /// # Ok::<(), cumulo::Error>(())
    /// ```
    #[cfg(feature = "credentials")]
    pub fn assume_role_token_provider(
        mut self,
        provider: impl cumulo_credentials::stscreds::TokenProvider,
    ) -> Self {
        self.credentials.token_provider =
            Some(cumulo_credentials::stscreds::SharedTokenProvider::new(provider));
        self
    }

    /// How long the credentials of a profile's role last, in whole seconds, in the place of the profile's
    /// `duration_seconds`. Default: 15 minutes.
    #[cfg(feature = "credentials")]
    pub fn assume_role_duration(mut self, duration: std::time::Duration) -> Self {
        self.credentials.duration = Some(duration);
        self
    }

    /// Where the credentials of profiles' roles are kept for other processes, the AWS CLI among them, so that a code is asked
    /// for once an hour and not by each program. Default: nowhere.
    ///
    /// Without a duration in code or profile they then last as long as STS gives, an hour.
    ///
    /// ```no_run
    /// use cumulo::credentials::stscreds::{self, RoleCache};
    /// use cumulo::{Session, session::Env};
    ///
    /// let session = Session::builder()
    ///     .profile("work")
    ///     .assume_role_token_provider(stscreds::stdin_token_provider)
    ///     .assume_role_cache(RoleCache::aws_cli(&Env::real())?)
    ///     .build()?;
    /// # Ok::<(), cumulo::Error>(())
    /// ```
    #[cfg(feature = "role-cache")]
    pub fn assume_role_cache(mut self, cache: cumulo_credentials::stscreds::RoleCache) -> Self {
        self.credentials.cache = Some(cache);
        self
    }

    /// What runs the `credential_process` of a profile. Default: the system's [shell](cumulo_credentials::process::Shell).
    #[cfg(feature = "credentials")]
    pub fn process_runner(
        mut self,
        runner: impl cumulo_credentials::process::ProcessRunner + 'static,
    ) -> Self {
        self.credentials.process_runner = Some(Arc::new(runner));
        self
    }

    /// The environment. Default: the process's own.
    pub fn env(mut self, env: Env) -> Self {
        self.env = env;
        self
    }

    /// Where the shared files and the files of tokens are read from, and refreshed tokens kept. Default: the disk.
    pub fn file_system(mut self, files: impl FileSystem + 'static) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// The PEM bundle of the certificate authorities to trust, in the place of the system's and of those that `AWS_CA_BUNDLE`
    /// or the profile's `ca_bundle` names. Same meaning as Go's `Options.CustomCABundle`.
    pub fn custom_ca_bundle(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.transport.ca_bundle = Some(pem.as_ref().into());
        self
    }

    /// The certificate that is shown to servers that ask for one, and its private key, both PEM; in the place of the files that
    /// `AWS_SDK_GO_CLIENT_TLS_CERT` and `AWS_SDK_GO_CLIENT_TLS_KEY` name. Same meaning as Go's `Options.ClientTLSCert` and
    /// `Options.ClientTLSKey`.
    pub fn client_certificate(mut self, certificates: impl AsRef<[u8]>, key: impl Into<SecretBlob>) -> Self {
        self.transport.client_certificate = Some((certificates.as_ref().into(), key.into()));
        self
    }

    /// The proxies that requests go through, in the place of those of the environment; `Proxies::new()` for none.
    ///
    /// ```
    /// use cumulo::Session;
    /// use cumulo::session::Proxies;
    ///
    /// let direct = Session::builder().proxies(Proxies::new());
    /// let through = Session::builder().proxies(Proxies::new().https("http://proxy.example.com:3128")?);
    /// # let _ = (direct, through);
    /// # Ok::<(), cumulo::Error>(())
    /// ```
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.transport.proxies = Some(proxies);
        self
    }

    /// What sends the requests of every client. It has its own authorities, certificate and proxies: what the environment and
    /// the profile say of them has no effect on it, and what this builder says is an error.
    pub fn http_client(mut self, client: impl HttpClient + 'static) -> Self {
        self.config = self.config.http_client(client);
        self
    }

    /// The clock of every client.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.config = self.config.clock(clock);
        self
    }

    /// The random numbers of every client.
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.config = self.config.random(random);
        self
    }

    /// Reads the environment and the files and makes the session. Sends nothing, runs nothing and asks nobody.
    ///
    /// # Errors
    /// - `SharedConfigLoadError`: a file exists but cannot be read, or breaks the grammar.
    /// - `SharedConfigProfileNotExistsError`: no file has the profile that the code or `AWS_PROFILE` names.
    /// - `EnvConfigErr`, `SharedConfigErr`: a variable or a profile holds a value that it cannot have, or settings
    ///   that exclude each other.
    /// - `CredentialRequiresARNError`, `SharedConfigAssumeRoleError`: the profile's role is incomplete, or there are no
    ///   credentials to assume it with.
    /// - `AssumeRoleTokenProviderNotSetError`: the profile's role has an `mfa_serial`, and there is no token provider.
    /// - `WebIdentityErr`: the environment names a web identity token, and no role to assume with it.
    /// - `LoadCustomCABundleError`, `LoadClientTLSCertError`: the bundle of authorities, the client's certificate or its key
    ///   cannot be read or used.
    /// - `SSOProviderConfigError`: the SSO settings of the profile are incomplete.
    pub fn build(self) -> Result<Session, Error> {
        self.session()
    }

    /// The session of these settings, which stay whole whatever fails.
    fn session(&self) -> Result<Session, Error> {
        let uses_config_file = self.shared_config_state.is_enabled(&self.env);
        let named = self.profile.clone().or_else(|| self.env.profile_name(uses_config_file));
        let locations = self.locations(uses_config_file);
        let shared = self.load(&locations, uses_config_file, named.is_some())?;
        let profile = match &named {
            Some(name) => {
                let missing =
                    |error| configuration_error(error).with_source(whereabouts(name, &shared, &locations));
                Some(shared.require_profile(name).map_err(missing)?)
            }
            None => shared.profile(DEFAULT_PROFILE),
        };
        let mut found = Config::default();
        env_config::add(&mut found, &self.env, uses_config_file, profile)?;
        let mut config = found.merged_with(&self.config);
        let endpoints = if config.ignore_configured_endpoint_urls == Some(true) {
            ConfiguredEndpoints::default()
        } else {
            ConfiguredEndpoints::read(&self.env, profile).map_err(configuration_error)?
        };
        config.configured_endpoint = config.configured_endpoint.or_else(|| endpoints.of_all().cloned());
        match (&config.http_client, self.transport.first_set()) {
            (Some(_), Some((option, code))) => {
                let message =
                    format!("{option} has no effect on an http_client of the code: give it to that client");
                return Err(Error::new(code, message));
            }
            (Some(_), None) => {}
            // One pool of connections for the clients of the session, and none for the whole process: connections live in the
            // runtime that opened them, and end with it for whoever else uses them.
            (None, _) => {
                let client = self.transport.http_client(&self.env, &*self.files, profile)?;
                config.http_client = Some(Arc::new(client));
            }
        }
        let sources =
            Sources { code: &self.config, facts: &self.facts(), env: &self.env, uses_config_file, profile };
        let session = Session {
            settings: explain::find(&sources, &config).into(),
            providers: Arc::default(),
            has_given_credentials: config.credentials.is_some(),
            config: Arc::new(config),
            handlers: self.handlers.clone(),
            endpoints: Arc::new(endpoints),
        };
        #[cfg(feature = "credentials")]
        if session.config.credentials.is_none() {
            let trace = Trace::default();
            let resolver = Resolver {
                session: &session,
                options: &self.credentials,
                env: &self.env,
                files: &self.files,
                shared: &shared,
                locations: &locations,
                trace: &trace,
            };
            let profile_name = named.as_deref().unwrap_or(DEFAULT_PROFILE);
            let credentials = resolver.resolve(profile_name, self.profile.is_some())?;
            let config = session.config.merged_with(&Config::new().credentials(credentials));
            return Ok(Session { config: Arc::new(config), providers: trace.into_inner().into(), ..session });
        }
        Ok(session)
    }

    /// What the code says besides the configuration, in words.
    fn facts(&self) -> Facts {
        let path = |path: Option<&PathBuf>| path.map(|path| format!("{}", path.display()));
        let files = self.shared_config_files.as_ref();
        let of_client = self.config.http_client.as_ref().map(|_| "that of the http_client".to_owned());
        let given =
            |is_given: bool| is_given.then(|| "given as PEM".to_owned()).or_else(|| of_client.clone());
        Facts {
            profile: self.profile.clone(),
            shared_config: match self.shared_config_state {
                SharedConfigState::Enabled => Some("true".to_owned()),
                SharedConfigState::Disabled => Some("false".to_owned()),
                _ => None,
            },
            config_file: path(files.and_then(|files| files.config.as_ref())),
            credentials_file: path(files.and_then(|files| files.credentials.as_ref())),
            ca_bundle: given(self.transport.ca_bundle.is_some()),
            client_certificate: given(self.transport.client_certificate.is_some()),
            proxies: self.transport.proxies.as_ref().map(|proxies| format!("{proxies:?}")).or(of_client),
        }
    }

    /// The files that are read.
    fn locations(&self, uses_config_file: bool) -> Locations {
        let mut locations =
            self.shared_config_files.clone().unwrap_or_else(|| Locations::from_env(&self.env));
        if !uses_config_file {
            locations.config = None;
        }
        locations
    }

    fn load(
        &self,
        locations: &Locations,
        uses_config_file: bool,
        is_profile_named: bool,
    ) -> Result<SharedConfig, Error> {
        if uses_config_file {
            return SharedConfig::load_from(locations, &*self.files).map_err(configuration_error);
        }
        match SharedConfig::load_credentials_only(locations, &*self.files) {
            // A file that nobody asked for and nothing depends on may be broken.
            Err(_) if !is_profile_named && self.has_credentials() => Ok(SharedConfig::default()),
            loaded => loaded.map_err(configuration_error),
        }
    }

    /// Whether there are credentials before any file is read.
    fn has_credentials(&self) -> bool {
        #[cfg(feature = "credentials")]
        if cumulo_credentials::EnvProvider::new(self.env.clone()).value().is_ok() {
            return true;
        }
        self.config.credentials.is_some()
    }
}

/// The profile that is used when none is named, if there is one.
const DEFAULT_PROFILE: &str = "default";

/// What to look for if no file has the profile: its sections, where they belong, and which profiles there are.
fn whereabouts(name: &str, shared: &SharedConfig, locations: &Locations) -> String {
    let place = |file: &Option<PathBuf>, section: String| {
        Some(format!("[{section}] in {}", file.as_ref()?.display()))
    };
    let header = if name == DEFAULT_PROFILE { name.to_owned() } else { format!("profile {name}") };
    let places = [place(&locations.config, header), place(&locations.credentials, name.to_owned())];
    let places: Vec<_> = places.into_iter().flatten().collect();
    let known: Vec<_> = shared.profiles().map(|profile| profile.name().to_owned()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    format!("no section {}; the profiles there are: {known}", places.join(", or "))
}
