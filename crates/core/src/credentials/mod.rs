//! Credentials: what they are, who provides them, and the cache in front of the provider.
//!
//! The Sign stage asks [`Credentials::get`] at each attempt. The providers themselves live in the crate
//! `cumulo-credentials`; here is only the trait that they implement.

mod cache;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::date_time::DateTime;
use crate::err_code;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::value::SecretString;
use cache::Cache;

/// An access key with its secret, and where it came from.
///
/// `Debug` shows neither the secret nor the session token; both are zeroed when dropped.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// The id of the key.
    pub access_key_id: String,
    /// The secret of the key.
    pub secret_access_key: SecretString,
    /// The token that goes with temporary credentials.
    pub session_token: Option<SecretString>,
    /// When they end; `None` if they do not.
    pub expires: Option<DateTime>,
    /// The provider they came from, for example `EnvProvider`.
    pub provider_name: Cow<'static, str>,
    /// The account that they belong to, if their source says so.
    pub account_id: Option<String>,
}

impl Value {
    /// A key that does not expire.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<SecretString>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            expires: None,
            provider_name: Cow::Borrowed("StaticProvider"),
            account_id: None,
        }
    }

    /// The same with a session token.
    #[must_use]
    pub fn session_token(mut self, token: impl Into<SecretString>) -> Self {
        self.session_token = Some(token.into());
        self
    }

    /// The same with an end.
    #[must_use]
    pub fn expires(mut self, expires: DateTime) -> Self {
        self.expires = Some(expires);
        self
    }

    /// The same with the name of its provider.
    #[must_use]
    pub fn provider_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.provider_name = name.into();
        self
    }

    /// The same with the account that they belong to.
    #[must_use]
    pub fn account_id(mut self, id: impl Into<String>) -> Self {
        self.account_id = Some(id.into());
        self
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value")
            .field("access_key_id", &self.access_key_id)
            .field("expires", &self.expires)
            .field("provider_name", &self.provider_name)
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// A source of credentials. Same role as Go's `credentials.Provider`.
///
/// ```
/// use cumulo_core::credentials::{Provider, Value};
/// use cumulo_core::{BoxFuture, Credentials, Error};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl Provider for Vault {
///     fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
///         Box::pin(async { Ok(Value::new("AKIDEXAMPLE", "secret").provider_name("Vault")) })
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let credentials = Credentials::new(Vault);
/// assert_eq!(credentials.get().await?.access_key_id, "AKIDEXAMPLE");
/// # Ok::<(), Error>(()) }).unwrap();
/// ```
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// Fetches credentials. Called by [`Credentials`] when there are none or they are about to end; never twice at a time.
    ///
    /// # Errors
    /// Why there are none; not cached, so the next call asks again.
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>>;
}

/// Credentials as clients use them: a provider behind a cache. Cheap to clone; clones share the cache.
///
/// One call of the provider serves all who wait for it. Credentials that end are fetched anew in the background 5
/// minutes before (or in the last fifth of their life, if that is shorter), and count as ended 10 s before they do; if
/// the early fetch fails, the old ones stay in use until then.
/// Same role as Go's `credentials.Credentials`.
///
/// ```
/// use cumulo_core::Credentials;
///
/// let credentials = Credentials::from_keys("AKIDEXAMPLE", "secret");
/// assert!(!format!("{credentials:?}").contains("secret"));
/// ```
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    Anonymous,
    Fixed(Arc<Value>),
    Cached(Arc<Cache>),
}

impl Credentials {
    /// The credentials of `provider`, fetched when first needed.
    pub fn new(provider: impl Provider) -> Self {
        Self::with_clock(provider, Arc::new(SystemClock))
    }

    /// The same, with another clock to judge their end by.
    pub fn with_clock(provider: impl Provider, clock: Arc<dyn Clock>) -> Self {
        Self::cached(Arc::new(provider), clock)
    }

    fn cached(provider: Arc<dyn Provider>, clock: Arc<dyn Clock>) -> Self {
        Self(Kind::Cached(Arc::new(Cache::new(provider, clock))))
    }

    /// A key pair that does not change. Same meaning as Go's `credentials.NewStaticCredentials`.
    pub fn from_keys(access_key_id: impl Into<String>, secret_access_key: impl Into<SecretString>) -> Self {
        Self::from_value(Value::new(access_key_id, secret_access_key))
    }

    /// Credentials that do not change.
    pub fn from_value(value: Value) -> Self {
        Self(Kind::Fixed(Arc::new(value)))
    }

    /// No credentials: requests go out unsigned.
    pub const fn anonymous() -> Self {
        Self(Kind::Anonymous)
    }

    /// Whether requests are to go out unsigned.
    pub const fn is_anonymous(&self) -> bool {
        matches!(self.0, Kind::Anonymous)
    }

    /// The credentials, from the cache or else from the provider.
    ///
    /// Called by the Sign stage at each attempt. Concurrent callers share one call of the provider.
    ///
    /// # Errors
    /// The provider's, as they are; not cached, so the next call asks again. `EmptyStaticCreds` if a fixed key is empty,
    /// `NoCredentialProviders` for anonymous credentials.
    ///
    /// # Cancel safety
    /// Dropping the future does not cancel a call of the provider that others wait for.
    pub async fn get(&self) -> Result<Arc<Value>, Error> {
        match &self.0 {
            Kind::Anonymous => {
                Err(Error::new(err_code::NO_CREDENTIAL_PROVIDERS, "anonymous credentials hold no keys"))
            }
            Kind::Fixed(value) if value.access_key_id.is_empty() || value.secret_access_key.is_empty() => {
                Err(Error::new(err_code::EMPTY_STATIC_CREDS, "static credentials are empty"))
            }
            Kind::Fixed(value) => Ok(Arc::clone(value)),
            Kind::Cached(cache) => match cache.fresh() {
                Some(value) => Ok(value),
                None => cache.refreshed().await,
            },
        }
    }

    /// The credentials if they are at hand, without waiting for the provider. One that is about to end is fetched anew in
    /// the background, as by [`get`](Self::get).
    pub fn at_hand(&self) -> Option<Arc<Value>> {
        match &self.0 {
            Kind::Anonymous => None,
            Kind::Fixed(value) => Some(Arc::clone(value)),
            Kind::Cached(cache) => cache.fresh(),
        }
    }

    /// Makes the next [`get`](Self::get) ask the provider.
    pub fn expire(&self) {
        if let Kind::Cached(cache) = &self.0 {
            cache.expire(|_| true);
        }
    }

    /// The same if `value`, which came from [`get`](Self::get), is still the cached one. Called when a service says that it
    /// has expired: of many requests that were under way with it, only the first asks the provider anew. Answers whether
    /// there is a provider to ask.
    pub fn expire_value(&self, value: &Arc<Value>) -> bool {
        match &self.0 {
            Kind::Cached(cache) => {
                cache.expire(|cached| Arc::ptr_eq(cached, value));
                true
            }
            Kind::Anonymous | Kind::Fixed(_) => false,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Anonymous => f.write_str("Credentials(anonymous)"),
            Kind::Fixed(value) => f.debug_tuple("Credentials").field(value).finish(),
            Kind::Cached(cache) => f.debug_tuple("Credentials").field(cache.provider()).finish(),
        }
    }
}
