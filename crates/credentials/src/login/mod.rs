//! Credentials of a sign-in with the AWS Management Console: `login_session`, which `aws login` makes.

mod proof;
mod signin;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cumulo_core::client::BaseClient;
use cumulo_core::clock::{Clock, SystemClock};
use cumulo_core::credentials::{Provider, Value};
use cumulo_core::crypto::{P256Key, hex, sha256};
use cumulo_core::request::Call;
use cumulo_core::{BoxFuture, Config, ConfigProvider, Credentials, DateTime, Error, Handlers};
use cumulo_shared_config::{Env, FileSystem, RealFiles, env};

use crate::document::{self, TemporaryKeys};
use crate::err_code;
use signin::{CREATE_OAUTH2_TOKEN, CreateTokenInput, CreateTokenOutput, Login, SIGNIN};

/// How long before their end the credentials are refreshed: before the cache in front of the provider would do so, so that
/// each of its early refreshes brings new ones.
const REFRESH_AHEAD: Duration = Duration::from_secs(5 * 60);

/// Gets the credentials that `aws login` has left in `~/.aws/login/cache`, and refreshes them.
///
/// The sign-in is refreshed from 5 minutes before its credentials end, by a call that is signed with the sign-in's own key
/// (DPoP, RFC 9449), and the cache file replaced, readable by its owner alone. Where that fails the user has to sign in again.
///
/// Source: the AWS SDKs and Tools Reference Guide, "Login credential provider".
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_credentials::LoginProvider;
/// use cumulo_shared_config::Env;
///
/// let session = Config::new().region("eu-central-1");
/// let login_session = "arn:aws:iam::123456789012:user/me";
/// let credentials = LoginProvider::new(&session, login_session, &Env::real()).into_credentials();
/// # let _ = credentials;
/// ```
pub struct LoginProvider {
    session: String,
    file: PathBuf,
    base: Base,
    clock: Arc<dyn Clock>,
    files: Arc<dyn FileSystem>,
    /// The last that was refreshed, for where it cannot be written: its refresh token can be used only once.
    refreshed: Mutex<Option<Login>>,
}

/// What the client that refreshes is made of, once its region is known.
#[derive(Clone)]
struct Base(Config, Handlers);

impl ConfigProvider for Base {
    fn client_config(&self, _service_id: &str) -> Result<(Config, Handlers), Error> {
        Ok((self.0.clone(), self.1.clone()))
    }
}

impl LoginProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "LoginProvider";

    /// A provider of the sign-in `login_session`, with the region (unless the sign-in has one), HTTP client, handlers and
    /// clock of `provider`: a session, or a bare configuration. The cache lies where `env` says.
    pub fn new(provider: &dyn ConfigProvider, login_session: impl Into<String>, env: &Env) -> Self {
        Self::of_session(provider, login_session.into(), env)
    }

    /// [`new`](Self::new), compiled once for all kinds of text.
    fn of_session(provider: &dyn ConfigProvider, session: String, env: &Env) -> Self {
        let folder = env
            .path(env::AWS_LOGIN_CACHE_DIRECTORY)
            .unwrap_or_else(|| env.home().unwrap_or_default().join(".aws").join("login").join("cache"));
        // What is wrong with the configuration is told by the call that needs it.
        let (config, handlers) = provider.client_config(SIGNIN.id).unwrap_or_default();
        let clock = config.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        Self {
            file: folder.join(format!("{}.json", hex(&sha256(session.as_bytes())))),
            session,
            base: Base(config, handlers),
            clock,
            files: Arc::new(RealFiles),
            refreshed: Mutex::default(),
        }
    }

    /// The same, with the cache in these files instead of the disk.
    #[must_use]
    pub fn files(mut self, files: impl FileSystem + 'static) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// The file that holds the sign-in: the SHA-256 of its name, in `AWS_LOGIN_CACHE_DIRECTORY` or `~/.aws/login/cache`.
    pub fn cache_file(&self) -> &Path {
        &self.file
    }

    /// The credentials, behind a cache that goes by this provider's clock.
    pub fn into_credentials(self) -> Credentials {
        let clock = Arc::clone(&self.clock);
        Credentials::with_clock(self, clock)
    }

    async fn fetch(&self) -> Result<Value, Error> {
        let now = self.clock.now();
        let login = self.newest()?;
        let (Some(value), Some(end)) = (value_of(&login), login.end()) else {
            let file = self.file.display();
            return Err(self.invalid(&format!("{file} has no complete and readable accessToken")));
        };
        if now < end.minus(REFRESH_AHEAD) {
            return Ok(value);
        }
        match self.refresh(login).await {
            Ok(value) => Ok(value),
            Err(why) if now < end => {
                tracing::warn!(why, "the login session could not be refreshed ahead of its end");
                Ok(value)
            }
            Err(why) => {
                let file = self.file.display();
                Err(self
                    .invalid(&format!("the one in {file} ended at {end} and could not be refreshed: {why}")))
            }
        }
    }

    /// The sign-in in the file, or the one that was refreshed here and could not be written.
    fn newest(&self) -> Result<Login, Error> {
        let kept = self.refreshed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match (self.read(), kept) {
            (Ok(read), Some(kept)) if read.end() < kept.end() => Ok(kept),
            (Err(_), Some(kept)) => Ok(kept),
            (read, _) => read,
        }
    }

    fn read(&self) -> Result<Login, Error> {
        let mut login = Login::default();
        document::read(&mut login, &*self.files, &self.file, &|why| self.invalid(why))?;
        let missing = [
            ("clientId", login.client_id.is_none()),
            ("refreshToken", login.refresh_token.is_none()),
            ("dpopKey", login.dpop_key.is_none()),
        ];
        match missing.iter().find(|(_, is_missing)| *is_missing) {
            Some((name, _)) => Err(self.invalid(&format!("{} has no {name}", self.file.display()))),
            None => Ok(login),
        }
    }

    /// New credentials for old ones, kept in the file; or why there are none.
    async fn refresh(&self, mut login: Login) -> Result<Value, String> {
        let output = self.call(&login)?.await.map_err(|error| format!("{error}"))?;
        let value = login.renew(output, self.clock.now());
        let value = value.ok_or("CreateOAuth2Token answered without credentials")?;
        // For other programs, and here for the case that this fails.
        document::keep(&login, &*self.files, &self.file, "login session");
        *self.refreshed.lock().unwrap_or_else(PoisonError::into_inner) = Some(login);
        Ok(value)
    }

    /// The call that refreshes a sign-in, or why there can be none.
    fn call(&self, login: &Login) -> Result<Call<CreateTokenOutput>, String> {
        let key = login.dpop_key.as_deref().and_then(P256Key::from_pem);
        let key = key.ok_or("its dpopKey is no readable P-256 key")?;
        let overrides = signin::overrides(&self.base.0, login.sign_in_region.as_deref());
        let client = BaseClient::new(&SIGNIN, &self.base, &overrides, |_| {});
        let input = CreateTokenInput {
            client_id: login.client_id.clone(),
            refresh_token: login.refresh_token.clone(),
            grant_type: Some("refresh_token".to_owned()),
        };
        let mut request = client.request::<CreateTokenOutput>(&CREATE_OAUTH2_TOKEN, input);
        request.handlers.sign.push_back_named(proof::handler(key));
        Ok(request.send())
    }

    fn invalid(&self, why: &str) -> Error {
        let message = format!(
            "the login session {} has expired or is invalid: {why}; sign in with `aws login`",
            self.session
        );
        Error::new(err_code::LOGIN_PROVIDER_INVALID_TOKEN, message)
    }
}

fn value_of(login: &Login) -> Option<Value> {
    let keys = login.access_token.clone()?;
    let keys = TemporaryKeys {
        access_key_id: keys.access_key_id,
        secret_access_key: keys.secret_access_key,
        session_token: keys.session_token,
        expires: keys.expires_at,
        account_id: keys.account_id,
    };
    keys.into_value(LoginProvider::PROVIDER_NAME)
}

impl Login {
    /// Takes over what a refresh has brought; none if that is not all.
    fn renew(&mut self, output: CreateTokenOutput, now: DateTime) -> Option<Value> {
        let seconds = u64::try_from(output.expires_in?).ok()?;
        let mut keys = output.access_token?;
        keys.expires_at = Some(now.plus(Duration::from_secs(seconds)));
        keys.account_id = self.access_token.as_ref().and_then(|old| old.account_id.clone());
        self.access_token = Some(keys);
        if output.refresh_token.is_some() {
            self.refresh_token = output.refresh_token;
        }
        value_of(self)
    }

    fn end(&self) -> Option<DateTime> {
        self.access_token.as_ref()?.expires_at
    }
}

impl Provider for LoginProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.fetch())
    }
}

impl fmt::Debug for LoginProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginProvider")
            .field("session", &self.session)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
