//! The provider that calls `AssumeRoleWithWebIdentity`.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cumulo_core::clock::{Clock, SystemClock};
use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Credentials, Error, SecretBlob, SecretString, err_code as core_codes};
use cumulo_shared_config::{FileSystem, RealFiles};
use cumulo_sts::iface::StsApi;
use cumulo_sts::operation::{AssumeRoleWithWebIdentityInput, AssumeRoleWithWebIdentityOutput};

use super::{policies, seconds, session_name_at, value_of};
use crate::err_code;

/// The longest token that is sent, in bytes; STS takes 20,000 characters.
const LONGEST_TOKEN: usize = 64 * 1024;

/// The one operation of STS that [`WebIdentityRoleProvider`] needs, so that a test can stand in for STS with one method.
///
/// Every [`StsApi`] is one: the client, fakes and mocks. Implemented with `#[async_trait]` or by hand.
pub trait WebIdentityAssumeRoler: Send + Sync {
    /// Calls `AssumeRoleWithWebIdentity`.
    ///
    /// # Errors
    /// The service's answer, or what kept it from coming.
    fn assume_role_with_web_identity<'life0, 'async_trait>(
        &'life0 self,
        input: AssumeRoleWithWebIdentityInput,
    ) -> Pin<Box<dyn Future<Output = Result<AssumeRoleWithWebIdentityOutput, Error>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait;
}

impl<T: StsApi + ?Sized> WebIdentityAssumeRoler for T {
    fn assume_role_with_web_identity<'life0, 'async_trait>(
        &'life0 self,
        input: AssumeRoleWithWebIdentityInput,
    ) -> Pin<Box<dyn Future<Output = Result<AssumeRoleWithWebIdentityOutput, Error>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        StsApi::assume_role_with_web_identity(self, input)
    }
}

/// Gets temporary credentials of a role for a token of another identity provider, such as a Kubernetes service account's, and
/// new ones whenever they end.
///
/// The token is read from its file at each refresh, because whoever writes it replaces it. The call is not signed.
/// [`new_web_identity_credentials`](super::new_web_identity_credentials) is the short way from a session.
///
/// Same meaning as Go's `stscreds.WebIdentityRoleProvider`.
///
/// ```
/// use cumulo_core::{Config, Credentials};
/// use cumulo_credentials::stscreds::WebIdentityRoleProvider;
///
/// let sts = cumulo_sts::Client::new(&Config::new().region("eu-central-1"));
/// let role = "arn:aws:iam::123456789012:role/pod";
/// let credentials = WebIdentityRoleProvider::new(sts, role, "/var/run/secrets/token").into_credentials();
/// # let _ = credentials;
/// ```
pub struct WebIdentityRoleProvider {
    client: Box<dyn WebIdentityAssumeRoler>,
    /// What is sent, but for the token and a session name that nobody gave.
    input: AssumeRoleWithWebIdentityInput,
    token_file: PathBuf,
    role_session_name: OnceLock<String>,
    expiry_window: Duration,
    files: Arc<dyn FileSystem>,
    clock: Arc<dyn Clock>,
}

impl WebIdentityRoleProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "WebIdentityCredentials";

    /// A provider of the role `role_arn`, assumed through `client` with the token in `token_file`.
    pub fn new(
        client: impl WebIdentityAssumeRoler + 'static,
        role_arn: impl Into<String>,
        token_file: impl Into<PathBuf>,
    ) -> Self {
        Self {
            client: Box::new(client),
            input: AssumeRoleWithWebIdentityInput::new().role_arn(role_arn),
            token_file: token_file.into(),
            role_session_name: OnceLock::new(),
            expiry_window: Duration::ZERO,
            files: Arc::new(RealFiles),
            clock: Arc::new(SystemClock),
        }
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
        self.role_session_name = OnceLock::from(name.into());
        self
    }

    /// The same with a time that credentials last, in whole seconds, 15 minutes up to the role's limit. STS's default is
    /// an hour.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.input.duration_seconds = Some(seconds(duration));
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

    /// The same, counting credentials as ended by this much before they do. Defaults to zero; the cache in
    /// [`Credentials`] has a margin of its own.
    #[must_use]
    pub fn expiry_window(mut self, window: Duration) -> Self {
        self.expiry_window = window;
        self
    }

    /// The same, reading the token from these files instead of the disk.
    #[must_use]
    pub fn files(mut self, files: impl FileSystem + 'static) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// The same with a clock; it names the session and tells when credentials have ended.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    async fn assume(&self) -> Result<Value, Error> {
        let output = self.client.assume_role_with_web_identity(self.input()?).await?;
        let value =
            value_of(output.credentials, output.assumed_role_user, Self::PROVIDER_NAME, self.expiry_window);
        value.ok_or_else(|| {
            let message = "AssumeRoleWithWebIdentity answered without credentials";
            Error::new(core_codes::SERIALIZATION_ERROR, message)
        })
    }

    fn input(&self) -> Result<AssumeRoleWithWebIdentityInput, Error> {
        if self.role_arn().is_empty() {
            return Err(failed("role ARN is not set"));
        }
        let token = self.token()?;
        let name = self.role_session_name.get_or_init(|| session_name_at(self.clock.now()));
        let mut input = self.input.clone();
        input.role_session_name = Some(name.clone());
        input.web_identity_token = Some(token);
        Ok(input)
    }

    fn role_arn(&self) -> &str {
        self.input.role_arn.as_deref().unwrap_or_default()
    }

    fn token(&self) -> Result<SecretString, Error> {
        if self.token_file.as_os_str().is_empty() {
            return Err(failed("token file path is not set"));
        }
        let path = self.token_file.display();
        let bytes = self
            .files
            .read(&self.token_file)
            .map_err(|error| failed(format!("unable to read file at {path}: {error}")).with_source(error))?;
        let bytes = SecretBlob::from(bytes);
        if bytes.len() > LONGEST_TOKEN {
            return Err(failed(format!(
                "the file at {path} is longer than {LONGEST_TOKEN} bytes, so it is no token"
            )));
        }
        match std::str::from_utf8(&bytes).map(str::trim) {
            Ok("") => Err(failed(format!("the file at {path} is empty"))),
            Ok(token) => Ok(token.into()),
            Err(_) => Err(failed(format!("the file at {path} is not UTF-8 text"))),
        }
    }
}

fn failed(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(err_code::WEB_IDENTITY, message)
}

impl Provider for WebIdentityRoleProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.assume())
    }
}

impl fmt::Debug for WebIdentityRoleProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebIdentityRoleProvider")
            .field("role_arn", &self.role_arn())
            .field("token_file", &self.token_file)
            .field("role_session_name", &self.role_session_name.get())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use cumulo_core::DateTime;
    use cumulo_shared_config::MemoryFiles;
    use cumulo_sts::types;

    use super::*;
    use crate::stscreds::new_web_identity_credentials;
    use crate::testing::{Server, StoppedClock, ok, status};

    const ROLE: &str = "arn:aws:iam::123456789012:role/pod";

    /// Answers with credentials, and keeps what it was asked.
    #[derive(Clone, Default)]
    struct FakeSts(Arc<Mutex<Vec<AssumeRoleWithWebIdentityInput>>>);

    #[async_trait::async_trait]
    impl WebIdentityAssumeRoler for FakeSts {
        async fn assume_role_with_web_identity(
            &self,
            input: AssumeRoleWithWebIdentityInput,
        ) -> Result<AssumeRoleWithWebIdentityOutput, Error> {
            self.0.lock().unwrap().push(input);
            let credentials = types::Credentials::new()
                .access_key_id("ASIA")
                .secret_access_key("hush")
                .session_token("whisper")
                .expiration(DateTime::from_unix_seconds(10_000));
            let user = types::AssumedRoleUser::new().arn("arn:aws:sts::123456789012:assumed-role/pod/me");
            Ok(AssumeRoleWithWebIdentityOutput::new().credentials(credentials).assumed_role_user(user))
        }
    }

    fn fixture() -> (FakeSts, MemoryFiles, WebIdentityRoleProvider) {
        let (sts, files) = (FakeSts::default(), MemoryFiles::from_map([("/token", "hush1\n")]));
        let provider = WebIdentityRoleProvider::new(sts.clone(), ROLE, "/token")
            .files(files.clone())
            .clock(StoppedClock::new().shared());
        (sts, files, provider)
    }

    #[tokio::test]
    async fn the_token_is_read_anew_at_each_refresh_and_the_session_keeps_its_name() {
        let (sts, files, provider) = fixture();
        let value = provider.retrieve().await.unwrap();
        assert_eq!((value.access_key_id.as_str(), &*value.provider_name), ("ASIA", "WebIdentityCredentials"));
        assert_eq!(value.account_id.as_deref(), Some("123456789012"));
        assert_eq!(value.expires, Some(DateTime::from_unix_seconds(10_000)));
        files.replace("/token".as_ref(), b"hush2").unwrap();
        provider.retrieve().await.unwrap();

        let asked = sts.0.lock().unwrap().clone();
        let tokens: Vec<_> = asked.iter().map(|input| input.web_identity_token.as_deref().unwrap()).collect();
        assert_eq!(tokens, ["hush1", "hush2"]);
        for input in &asked {
            assert_eq!(input.role_arn.as_deref(), Some(ROLE));
            assert_eq!(input.role_session_name.as_deref(), Some("1767225600000000000"));
            assert_eq!((input.duration_seconds, &input.policy, &input.policy_arns), (None, &None, &None));
        }
        assert!(!format!("{provider:?}{asked:?}").contains("hush"));
    }

    #[tokio::test]
    async fn every_setting_is_sent() {
        let (sts, _, provider) = fixture();
        let provider = provider.role_session_name("me").duration(Duration::from_secs(1800)).policy("{}");
        let provider = provider.policy_arns(["arn:p"]).expiry_window(Duration::from_secs(60));
        assert_eq!(provider.retrieve().await.unwrap().expires, Some(DateTime::from_unix_seconds(9_940)));
        let asked = sts.0.lock().unwrap();
        assert_eq!(asked[0].role_session_name.as_deref(), Some("me"));
        assert_eq!((asked[0].duration_seconds, asked[0].policy.as_deref()), (Some(1800), Some("{}")));
        assert_eq!(asked[0].policy_arns.as_ref().unwrap()[0].arn.as_deref(), Some("arn:p"));
    }

    #[tokio::test]
    async fn without_role_or_token_sts_is_not_asked() {
        let (sts, files, provider) = fixture();
        let told =
            async |provider: &WebIdentityRoleProvider| provider.retrieve().await.unwrap_err().to_string();
        files.replace("/token".as_ref(), b" \n").unwrap();
        assert_eq!(told(&provider).await, "WebIdentityErr: the file at /token is empty");
        files.replace("/token".as_ref(), &[b'x'; 70_000]).unwrap();
        assert!(told(&provider).await.ends_with("longer than 65536 bytes, so it is no token"));
        files.remove("/token");
        assert!(told(&provider).await.starts_with("WebIdentityErr: unable to read file at /token: "));
        let nameless = WebIdentityRoleProvider::new(sts.clone(), "", "/token");
        assert_eq!(told(&nameless).await, "WebIdentityErr: role ARN is not set");
        let fileless = WebIdentityRoleProvider::new(sts.clone(), ROLE, "");
        assert_eq!(told(&fileless).await, "WebIdentityErr: token file path is not set");
        assert!(sts.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_the_identity_provider_may_still_settle_is_retried_and_the_call_is_not_signed() {
        let error = |code: &str| {
            let body = format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
            );
            status(400, body)
        };
        let good = "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
            <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>hush</SecretAccessKey><SessionToken>whisper</SessionToken>\
            <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>\
            </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
        let (server, clock) = (
            Server::new([error("InvalidIdentityToken"), error("IDPCommunicationError"), ok(good)]),
            StoppedClock::new(),
        );
        let files = MemoryFiles::from_map([("/token", "hush1")]);
        let config =
            server.config(&clock).region("eu-central-1").credentials(Credentials::from_keys("AKID", "hush"));
        let credentials =
            new_web_identity_credentials(&config, ROLE, "/token", |role| role.files(files.clone()));
        assert_eq!(credentials.get().await.unwrap().access_key_id, "ASIA");
        let sent = server.sent();
        assert_eq!(sent.len(), 3);
        assert!(sent[0].body.contains("WebIdentityToken=hush1"), "{:?}", sent[0].line);
        assert_eq!(sent[0].header("authorization"), None);

        server.then([error("AccessDenied")]);
        credentials.expire();
        assert_eq!(credentials.get().await.unwrap_err().code(), "AccessDenied");
        assert_eq!(server.sent().len(), 4);
    }
}
