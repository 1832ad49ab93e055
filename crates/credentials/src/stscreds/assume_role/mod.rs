//! The provider that calls `AssumeRole`: its settings. What it does with them stands in `call`, and with a cache in `shared`.

mod call;
#[cfg(feature = "role-cache")]
mod shared;

use std::fmt;
use std::pin::Pin;
#[cfg(feature = "role-cache")]
use std::sync::Mutex;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cumulo_core::clock::{Clock, Random, SystemClock, SystemRandom};
use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Credentials, Error, SecretString};
use cumulo_sts::iface::StsApi;
use cumulo_sts::operation::{AssumeRoleInput, AssumeRoleOutput};
use cumulo_sts::types::Tag;

#[cfg(feature = "role-cache")]
use super::RoleCache;
use super::{SharedTokenProvider, TokenProvider, not_empty, policies};

/// The one operation of STS that [`AssumeRoleProvider`] needs, so that a test can stand in for STS with one method.
///
/// Every [`StsApi`] is one: the client, fakes and mocks. Implemented with `#[async_trait]` or by hand. Same role as Go's
/// `stscreds.AssumeRoler`.
pub trait AssumeRoler: Send + Sync {
    /// Calls `AssumeRole`.
    ///
    /// # Errors
    /// The service's answer, or what kept it from coming.
    fn assume_role<'life0, 'async_trait>(
        &'life0 self,
        input: AssumeRoleInput,
    ) -> Pin<Box<dyn Future<Output = Result<AssumeRoleOutput, Error>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait;
}

impl<T: StsApi + ?Sized> AssumeRoler for T {
    fn assume_role<'life0, 'async_trait>(
        &'life0 self,
        input: AssumeRoleInput,
    ) -> Pin<Box<dyn Future<Output = Result<AssumeRoleOutput, Error>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        StsApi::assume_role(self, input)
    }
}

/// Gets temporary credentials of a role, and new ones whenever they end.
///
/// With a [`serial_number`](Self::serial_number), each refresh carries an MFA code: the [`token_code`](Self::token_code)
/// if there is one, else what the [`token_provider`](Self::token_provider) gives.
/// Same meaning as Go's `stscreds.AssumeRoleProvider`.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_credentials::stscreds::AssumeRoleProvider;
/// use std::time::Duration;
///
/// let sts = cumulo_sts::Client::new(&Config::new().region("eu-central-1"));
/// let credentials = AssumeRoleProvider::new(sts, "arn:aws:iam::123456789012:role/deploy")
///     .duration(Duration::from_secs(3600))
///     .serial_number("arn:aws:iam::123456789012:mfa/me")
///     .token_provider(|| Ok("123456".into()))
///     .into_credentials();
/// # let _ = credentials;
/// ```
pub struct AssumeRoleProvider {
    client: Box<dyn AssumeRoler>,
    /// What the client signs with, as far as it is known.
    source: Option<Credentials>,
    /// What is sent, but for the duration, the code and a session name that nobody gave.
    input: AssumeRoleInput,
    /// The name of a session that has none.
    made_up_name: OnceLock<String>,
    duration: Option<Duration>,
    token_code: Option<SecretString>,
    token_provider: Option<SharedTokenProvider>,
    expiry_window: Duration,
    max_jitter_frac: f64,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    #[cfg(feature = "role-cache")]
    cache: Option<RoleCache>,
    /// The access key id of the credentials that were given last.
    #[cfg(feature = "role-cache")]
    given: Mutex<Option<String>>,
}

impl AssumeRoleProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "AssumeRoleProvider";
    /// How long credentials last unless said otherwise: 15 minutes, the shortest time that STS grants.
    pub const DEFAULT_DURATION: Duration = Duration::from_secs(15 * 60);

    /// A provider of the role `role_arn`, assumed through `client`.
    pub fn new(client: impl AssumeRoler + 'static, role_arn: impl Into<String>) -> Self {
        Self {
            client: Box::new(client),
            source: None,
            input: AssumeRoleInput::new().role_arn(role_arn),
            made_up_name: OnceLock::new(),
            duration: None,
            token_code: None,
            token_provider: None,
            expiry_window: Duration::ZERO,
            max_jitter_frac: 0.0,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            #[cfg(feature = "role-cache")]
            cache: None,
            #[cfg(feature = "role-cache")]
            given: Mutex::default(),
        }
    }

    /// The same, told what the client signs with: in a chain of roles each device is asked when its code is needed, and not
    /// while the user is asked for one of the role before.
    #[must_use]
    pub fn source_credentials(mut self, credentials: Credentials) -> Self {
        self.source = Some(credentials);
        self
    }

    /// The credentials, behind a cache that goes by this provider's clock.
    pub fn into_credentials(self) -> Credentials {
        let clock = Arc::clone(&self.clock);
        Credentials::with_clock(self, clock)
    }

    /// The same with a session name, which shows up in the role's ARN and in audit logs: 2 to 64 characters. Defaults
    /// to the time of the first call in nanoseconds, kept for the provider's life.
    #[must_use]
    pub fn role_session_name(mut self, name: impl Into<String>) -> Self {
        self.input.role_session_name = Some(name.into());
        self
    }

    /// The same with a time that credentials last, in whole seconds; STS takes 15 minutes (the default) up to the
    /// role's limit, at most 12 hours.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// The same with the external id that a third party's role demands.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.input.external_id = Some(id.into());
        self
    }

    /// The same with a session policy, in JSON: the session may do only what both it and the role's policies allow.
    #[must_use]
    pub fn policy(mut self, json: impl Into<String>) -> Self {
        self.input.policy = Some(json.into());
        self
    }

    /// The same with managed policies as session policies.
    #[must_use]
    pub fn policy_arns(mut self, arns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input.policy_arns = policies(arns);
        self
    }

    /// The same with session tags, as keys and values.
    #[must_use]
    pub fn tags<K: Into<String>, V: Into<String>>(mut self, tags: impl IntoIterator<Item = (K, V)>) -> Self {
        self.input.tags = not_empty(tags.into_iter().map(|(key, value)| Tag::new().key(key).value(value)));
        self
    }

    /// The same with the keys of those tags that roles assumed from this session inherit.
    #[must_use]
    pub fn transitive_tag_keys(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input.transitive_tag_keys = not_empty(keys.into_iter().map(Into::into));
        self
    }

    /// The same with a source identity, which stays with the session through every further role.
    #[must_use]
    pub fn source_identity(mut self, identity: impl Into<String>) -> Self {
        self.input.source_identity = Some(identity.into());
        self
    }

    /// The same with an MFA device: its serial number, or its ARN if it is a virtual one.
    #[must_use]
    pub fn serial_number(mut self, serial_number: impl Into<String>) -> Self {
        self.input.serial_number = Some(serial_number.into());
        self
    }

    /// The same with the code that the device shows now; a token provider is then not asked.
    ///
    /// The code is sent at every refresh, and STS takes a code only once, so the credentials last for one
    /// [`duration`](Self::duration).
    #[must_use]
    pub fn token_code(mut self, code: impl Into<SecretString>) -> Self {
        self.token_code = Some(code.into());
        self
    }

    /// The same with a source of codes, asked at every refresh: a closure, [`stdin_token_provider`](super::stdin_token_provider)
    /// or any [`TokenProvider`].
    #[must_use]
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.token_provider = Some(SharedTokenProvider::new(provider));
        self
    }

    /// The same, counting credentials as ended by this much before they do. Defaults to zero; the cache in
    /// [`Credentials`] has a margin of its own.
    #[must_use]
    pub fn expiry_window(mut self, window: Duration) -> Self {
        self.expiry_window = window;
        self
    }

    /// The same, asking for a duration that is shorter by a random part of up to this fraction, 0 to 1, so that many
    /// processes do not refresh at once. Never shortens below 15 minutes, nor a duration that is left to STS. Defaults to zero.
    #[must_use]
    pub fn max_jitter_frac(mut self, fraction: f64) -> Self {
        self.max_jitter_frac = fraction;
        self
    }

    /// The same with a cache that other processes share, the AWS CLI among them: while it holds credentials of this role that
    /// last 5 minutes more, STS is not called and nobody is asked for a code. Without a [`duration`](Self::duration) they then
    /// last as long as STS gives, an hour. Defaults to none.
    #[cfg(feature = "role-cache")]
    #[must_use]
    pub fn cache(mut self, cache: RoleCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// The same with a clock; it names the session and tells when credentials have ended.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same with a source of random numbers, for the jitter.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }
}

impl Provider for AssumeRoleProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        #[cfg(feature = "role-cache")]
        if let Some(cache) = &self.cache {
            return Box::pin(self.shared_value(cache));
        }
        Box::pin(self.own_value())
    }
}

impl fmt::Debug for AssumeRoleProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRoleProvider")
            .field("role_arn", &self.role_arn())
            .field("role_session_name", &self.input.role_session_name)
            .field("duration", &self.duration)
            .field("serial_number", &self.input.serial_number)
            .field("token_code", &self.token_code)
            .field("token_provider", &self.token_provider)
            .finish_non_exhaustive()
    }
}
