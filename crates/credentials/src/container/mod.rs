//! The credentials of a container: an ECS task's role, or an EKS pod's identity.

mod endpoint;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::http::{Method, Url, header};
use cumulo_core::{BoxFuture, ConfigProvider, Error, SecretString};
use cumulo_shared_config::{Env, FileSystem, RealFiles, env};
use zeroize::Zeroizing;

use crate::document::{KeysDocument, document, shortened, text};
use crate::fetch::{Answer, Fetcher};

/// Takes credentials from the agent beside a container, over HTTP.
///
/// | variable | what it holds |
/// | --- | --- |
/// | `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` | a path on the ECS agent, `http://169.254.170.2` |
/// | `AWS_CONTAINER_CREDENTIALS_FULL_URI` | a whole URL, read if the first is unset |
/// | `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` | the file with the `Authorization` header, read anew at each refresh |
/// | `AWS_CONTAINER_AUTHORIZATION_TOKEN` | the header itself, read if there is no file |
///
/// A whole URL may be `https`, or `http` to this machine (a loopback address or `localhost`), to the ECS agent or to the EKS
/// agents `169.254.170.23` and `[fd00:ec2::23]`: over the network the credentials and the token would be open to all.
///
/// A request is tried 3 times, with a limit of 2 s for the connection and for the answer. Redirects are not followed.
/// Credentials without an expiration do not end.
///
/// Same meaning as Go's `endpointcreds.Provider`, as its default chain makes it. Source: the AWS SDKs and Tools Reference
/// Guide, "Container credential provider".
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_credentials::{ContainerProvider, Credentials};
/// use cumulo_shared_config::Env;
///
/// let env = Env::from_map([("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/role")]);
/// let provider = ContainerProvider::from_env(&Config::new(), &env)?;
/// let credentials = Credentials::new(provider);
/// # let _ = credentials;
/// # Ok::<(), cumulo_core::Error>(())
/// ```
#[derive(Debug)]
pub struct ContainerProvider {
    fetcher: Fetcher,
    url: Url,
    authorization: Authorization,
    files: Arc<dyn FileSystem>,
}

#[derive(Debug)]
enum Authorization {
    None,
    Token(SecretString),
    File(PathBuf),
}

document! {
    /// What the agent says when it has no credentials.
    Refusal {
        0 code: String = text("code");
        1 message: String = text("message");
    }
}

impl ContainerProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "CredentialsEndpointProvider";

    const TIMEOUT: Duration = Duration::from_secs(2);
    const ATTEMPTS: u32 = 3;

    /// Whether the environment says that there is an agent. Called by sessions, which make no provider otherwise.
    pub fn is_configured(env: &Env) -> bool {
        [env::AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, env::AWS_CONTAINER_CREDENTIALS_FULL_URI]
            .iter()
            .any(|name| env.var(name).is_some())
    }

    /// The provider that the environment describes, with the HTTP client, the clock and the random numbers of `provider`: a
    /// session, or a bare configuration.
    ///
    /// # Errors
    /// `CredentialsEndpointError` if the environment names no URL, or one that may not be asked.
    pub fn from_env(provider: &dyn ConfigProvider, env: &Env) -> Result<Self, Error> {
        let url = endpoint::from_env(env)?;
        let authorization = match env.path(env::AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) {
            Some(file) => Authorization::File(file),
            None => match env.secret(env::AWS_CONTAINER_AUTHORIZATION_TOKEN) {
                Some(token) => Authorization::Token(token.expose().into()),
                None => Authorization::None,
            },
        };
        let fetcher = Fetcher::new(provider, Self::TIMEOUT, Self::ATTEMPTS);
        Ok(Self { fetcher, url, authorization, files: Arc::new(RealFiles) })
    }

    /// The same, reading the token's file from these files instead of the disk.
    #[must_use]
    pub fn files(mut self, files: impl FileSystem + 'static) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// The host that is asked, with its port if it has one. Called by sessions that explain what they would ask.
    pub fn host(&self) -> &str {
        &self.url.authority
    }

    async fn fetch(&self) -> Result<Value, Error> {
        let answer = self.ask().await?;
        self.value_of(&answer)
    }

    fn value_of(&self, answer: &Answer) -> Result<Value, Error> {
        let host = &self.url.authority;
        if !(200..300).contains(&answer.status) {
            return Err(self.refused(answer));
        }
        let unreadable =
            |why: &str| endpoint::error(format!("failed to load credentials: what {host} answered: {why}"));
        let document = KeysDocument::read(&answer.body).map_err(|error| unreadable(error.message()))?;
        let value = document.into_value(Self::PROVIDER_NAME);
        value.map_err(|missing| unreadable(&format!("{missing} is missing")))
    }

    async fn ask(&self) -> Result<Answer, Error> {
        let mut failures = 0;
        loop {
            let token = self.token()?;
            let secret = token.as_deref().map(|token| (header::AUTHORIZATION, token));
            let accept = (header::ACCEPT, "application/json");
            let result = self.fetcher.send(Method::GET, &self.url, &[accept], secret).await;
            failures += 1;
            let may_pass = match &result {
                Ok(answer) => answer.is_passing_failure(),
                Err(error) => error.is_retryable(),
            };
            if !may_pass || failures >= self.fetcher.attempts {
                return result.map_err(|error| {
                    endpoint::error(format!("failed to load credentials: {}", error.message()))
                        .with_source(error)
                });
            }
            self.fetcher.pause(failures).await;
        }
    }

    /// The value of the `Authorization` header, if there is one.
    fn token(&self) -> Result<Option<SecretString>, Error> {
        let (token, place) = match &self.authorization {
            Authorization::None => return Ok(None),
            Authorization::Token(token) => (token.clone(), env::AWS_CONTAINER_AUTHORIZATION_TOKEN.to_owned()),
            Authorization::File(path) => {
                let place = path.display().to_string();
                let failed = |why: String| {
                    endpoint::error(format!("failed to read authorization token from {place}: {why}"))
                };
                let bytes = self.files.read(path).map_err(|error| failed(error.to_string()))?;
                let bytes = Zeroizing::new(bytes);
                let text =
                    std::str::from_utf8(&bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))?;
                (SecretString::from(text.trim()), place)
            }
        };
        // A line break would let the token write headers of its own.
        if token.chars().any(char::is_control) {
            return Err(endpoint::error(format!(
                "authorization token of {place} contains invalid newline sequence"
            )));
        }
        Ok(Some(token))
    }

    fn refused(&self, answer: &Answer) -> Error {
        let mut refusal = Refusal::default();
        let is_read = cumulo_core::protocol::read_json(&answer.body, &mut refusal).is_ok();
        let said = match (refusal.code, refusal.message) {
            (Some(code), Some(message)) if is_read => {
                format!(": {}: {}", shortened(&code), shortened(&message))
            }
            _ => String::new(),
        };
        let (host, status) = (&self.url.authority, answer.status);
        endpoint::error(format!("failed to load credentials: {host} answered {status}{said}"))
            .with_status(status)
    }
}

impl Provider for ContainerProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.fetch())
    }
}
