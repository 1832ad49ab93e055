//! The client: where the service is, and what of it can be asked.

use std::sync::Arc;
use std::time::Duration;

use cumulo_core::http::{Method, Url};
use cumulo_core::{ConfigProvider, Error, err_code as core_codes};
use cumulo_shared_config::{Env, IpMode, Profile, env};
use zeroize::Zeroizing;

use super::documents::{IamInfo, IdentityJson, InfoJson, InstanceIdentityDocument};
use super::session::{Session, TOKEN_HEADER};
use crate::err_code;
use crate::fetch::{Answer, Fetcher};

const IPV4: &str = "http://169.254.169.254";
const IPV6: &str = "http://[fd00:ec2::254]";

/// Asks the metadata service of the EC2 instance that the program runs on.
///
/// Each request carries a session token (IMDSv2), fetched with the first one and again before it ends, after 6 hours.
/// Where the service knows no tokens, or the network keeps them away, it goes out without (IMDSv1), unless that is
/// [turned off](Self::v1_disabled).
///
/// A service that has answered before is asked up to 3 times, with a limit of 1 s for the connection and for the answer; one
/// that has never answered only once, because then there is probably none. Redirects are not followed. A clone shares the token.
///
/// Same role as Go's `ec2metadata.EC2Metadata`. Source: the Amazon EC2 User Guide, "Use the Instance Metadata Service".
///
/// ```no_run
/// use cumulo_core::Config;
/// use cumulo_credentials::imds::Client;
///
/// # async fn example() -> Result<(), cumulo_core::Error> {
/// let imds = Client::new(&Config::new());
/// let (region, id) = (imds.region().await?, imds.metadata("instance-id").await?);
/// # let _ = (region, id); Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    fetcher: Fetcher,
    endpoint: Result<Url, Error>,
    is_v1_disabled: bool,
    is_disabled: bool,
    session: Arc<Session>,
}

impl Client {
    /// How long a connection and an answer may take unless said otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);
    /// How often a request is sent in all unless said otherwise.
    pub const DEFAULT_ATTEMPTS: u32 = 3;

    /// A client with the HTTP client, the clock and the random numbers of `provider`: a session, or a bare configuration.
    ///
    /// Of a session's region, endpoint and credentials it takes nothing.
    pub fn new(provider: &dyn ConfigProvider) -> Self {
        Self {
            fetcher: Fetcher::new(provider, Self::DEFAULT_TIMEOUT, Self::DEFAULT_ATTEMPTS),
            endpoint: Url::parse(IPV4),
            is_v1_disabled: false,
            is_disabled: false,
            session: Arc::default(),
        }
    }

    /// The same with what the environment says, and `profile` where the environment says nothing. Called by sessions.
    ///
    /// | setting | environment | profile |
    /// | --- | --- | --- |
    /// | off | `AWS_EC2_METADATA_DISABLED` | |
    /// | endpoint | `AWS_EC2_METADATA_SERVICE_ENDPOINT` | `ec2_metadata_service_endpoint` |
    /// | IPv4 or IPv6 | `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` | `ec2_metadata_service_endpoint_mode` |
    /// | no IMDSv1 | `AWS_EC2_METADATA_V1_DISABLED` | `ec2_metadata_v1_disabled` |
    /// | time limit, in seconds | `AWS_METADATA_SERVICE_TIMEOUT` | `metadata_service_timeout` |
    /// | attempts in all | `AWS_METADATA_SERVICE_NUM_ATTEMPTS` | `metadata_service_num_attempts` |
    ///
    /// # Errors
    /// `EnvConfigErr` or `SharedConfigErr` naming the variable or the line of the file, if a value cannot be read.
    pub fn configured(mut self, env: &Env, profile: Option<Profile<'_>>) -> Result<Self, Error> {
        self.read_settings(env, profile)
            .map_err(|error| Error::new(error.code(), error.to_string()).with_source(error))?;
        Ok(self)
    }

    fn read_settings(
        &mut self,
        env: &Env,
        profile: Option<Profile<'_>>,
    ) -> Result<(), cumulo_shared_config::Error> {
        // Anything but `true` leaves it on, as in every SDK.
        self.is_disabled =
            env.var(env::AWS_EC2_METADATA_DISABLED).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let mode = match (env.value(env::AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE)?, profile) {
            (None, Some(profile)) => profile.ec2_metadata_service_endpoint_mode()?,
            (mode, _) => mode,
        };
        if mode == Some(IpMode::V6) {
            self.endpoint = Url::parse(IPV6);
        }
        let endpoint = env.var(env::AWS_EC2_METADATA_SERVICE_ENDPOINT).or_else(|| {
            let endpoint = profile?.ec2_metadata_service_endpoint()?;
            Some(endpoint.to_owned())
        });
        if let Some(endpoint) = endpoint {
            self.endpoint = Url::parse(&endpoint);
        }
        let v1_disabled = match (env.flag(env::AWS_EC2_METADATA_V1_DISABLED)?, profile) {
            (None, Some(profile)) => profile.ec2_metadata_v1_disabled()?,
            (disabled, _) => disabled,
        };
        self.is_v1_disabled = v1_disabled.unwrap_or(self.is_v1_disabled);
        let seconds = match (env.integer(env::AWS_METADATA_SERVICE_TIMEOUT, true)?, profile) {
            (None, Some(profile)) => profile.metadata_service_timeout()?,
            (seconds, _) => seconds,
        };
        if let Some(seconds) = seconds {
            self.fetcher.timeout = Duration::from_secs(seconds.into());
        }
        let attempts = match (env.integer(env::AWS_METADATA_SERVICE_NUM_ATTEMPTS, true)?, profile) {
            (None, Some(profile)) => profile.metadata_service_num_attempts()?,
            (attempts, _) => attempts,
        };
        self.fetcher.attempts = attempts.unwrap_or(self.fetcher.attempts);
        Ok(())
    }

    /// The same with another place of the service: `http://host:port`, with a path before its own if there is one.
    #[must_use]
    pub fn endpoint(mut self, url: &str) -> Self {
        self.endpoint = Url::parse(url);
        self
    }

    /// The same, failing rather than asking without a token.
    #[must_use]
    pub fn v1_disabled(mut self, disabled: bool) -> Self {
        self.is_v1_disabled = disabled;
        self
    }

    /// The same with another limit for a connection, and for an answer.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.fetcher.timeout = limit;
        self
    }

    /// The same with another number of attempts in all.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.fetcher.attempts = attempts;
        self
    }

    /// Where the service is. Called by sessions that explain what they would ask; nothing is sent.
    ///
    /// # Errors
    /// `RequestCanceled` if the service is turned off by `AWS_EC2_METADATA_DISABLED`, that of [`Url::parse`] if its place was
    /// given and cannot be one.
    pub fn service_url(&self) -> Result<&Url, Error> {
        if self.is_disabled {
            let message = "EC2 IMDS access disabled via AWS_EC2_METADATA_DISABLED env var";
            return Err(Error::new(core_codes::REQUEST_CANCELED, message));
        }
        self.endpoint.as_ref().map_err(Clone::clone)
    }

    /// What stands at a path below `/latest/meta-data/`, such as `instance-id`. Same meaning as Go's `GetMetadata`.
    ///
    /// # Errors
    /// - `RequestCanceled`: the service is turned off by `AWS_EC2_METADATA_DISABLED`.
    /// - `EC2MetadataError`, with the status: the service refuses, as with 404 what is not there.
    /// - `EC2MetadataRequestError`, with the cause as its source: no answer.
    /// - `SerializationError`: the answer is not what it should be.
    ///
    /// # Cancel safety
    /// Safe; a token that was being fetched is fetched again by the next call.
    pub async fn metadata(&self, path: &str) -> Result<String, Error> {
        text(self.get(&format!("meta-data/{path}")).await?)
    }

    /// The user data that the instance was started with. Same meaning as Go's `GetUserData`.
    ///
    /// # Errors
    /// As of [`metadata`](Self::metadata); 404 if there is none.
    pub async fn user_data(&self) -> Result<Vec<u8>, Error> {
        Ok(self.get("user-data").await?.to_vec())
    }

    /// What stands at a path below `/latest/dynamic/`. Same meaning as Go's `GetDynamicData`.
    ///
    /// # Errors
    /// As of [`metadata`](Self::metadata).
    pub async fn dynamic_data(&self, path: &str) -> Result<String, Error> {
        text(self.get(&format!("dynamic/{path}")).await?)
    }

    /// Who the instance is. Same meaning as Go's `GetInstanceIdentityDocument`.
    ///
    /// # Errors
    /// As of [`metadata`](Self::metadata).
    pub async fn instance_identity_document(&self) -> Result<InstanceIdentityDocument, Error> {
        let json = self.get("dynamic/instance-identity/document").await?;
        let document = decoded::<IdentityJson>(&json, "EC2 instance identity document")?;
        Ok(document.into())
    }

    /// The instance's profile and role. Same meaning as Go's `IAMInfo`.
    ///
    /// # Errors
    /// As of [`metadata`](Self::metadata); 404 if it has none. If the service says that it failed, `EC2MetadataError` with
    /// what it says.
    pub async fn iam_info(&self) -> Result<IamInfo, Error> {
        let json = self.get("meta-data/iam/info").await?;
        let info = decoded::<InfoJson>(&json, "EC2 IAM info")?;
        match info.code.as_deref() {
            None | Some("Success") => Ok(info.into()),
            Some(code) => {
                let message = format!("failed to get EC2 IAM Info ({})", crate::document::shortened(code));
                Err(Error::new(err_code::EC2_METADATA, message))
            }
        }
    }

    /// The region that the instance runs in, as its identity document has it. Same meaning as Go's `Region`.
    ///
    /// # Errors
    /// As of [`metadata`](Self::metadata).
    pub async fn region(&self) -> Result<String, Error> {
        let region = self.instance_identity_document().await?.region.filter(|region| !region.is_empty());
        region.ok_or_else(|| {
            let message = "invalid region received for ec2metadata instance";
            Error::new(err_code::EC2_METADATA_REQUEST, message)
        })
    }

    /// Whether there is such a service. Same meaning as Go's `Available`.
    pub async fn available(&self) -> bool {
        self.metadata("instance-id").await.is_ok()
    }

    pub(super) fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// What stands at a path below `/latest/`.
    pub(super) async fn get(&self, path: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.service_url()?;
        let url = self.url(path)?;
        let mut failures = 0;
        loop {
            let (failure, may_pass) = match self.ask(&url).await {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer.body),
                Ok(answer) => (refused(&url, answer.status), self.is_passing(&answer)),
                Err(error) => {
                    let may_pass = error.is_retryable() && self.session.has_answered();
                    (error, may_pass)
                }
            };
            failures += 1;
            if !may_pass || failures >= self.fetcher.attempts {
                return Err(failure);
            }
            self.fetcher.pause(failures).await;
        }
    }

    async fn ask(&self, url: &Url) -> Result<Answer, Error> {
        let token = self.session.token(self).await?;
        let secret = token.as_deref().map(|token| (TOKEN_HEADER, token));
        let sending = self.fetcher.send(Method::GET, url, &[], secret);
        let answer = sending.await.map_err(|error| no_answer(url, error))?;
        self.session.note_answer();
        Ok(answer)
    }

    /// Whether what was refused may be given a little later.
    fn is_passing(&self, answer: &Answer) -> bool {
        // The token is not, or no longer, good: the next attempt brings another.
        if answer.status == 401 {
            self.session.forget_token();
            return true;
        }
        answer.is_passing_failure()
    }

    pub(super) fn is_v1_disabled(&self) -> bool {
        self.is_v1_disabled
    }

    pub(super) fn url(&self, path: &str) -> Result<Url, Error> {
        let mut url = self.endpoint.clone()?;
        if path.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'?' | b'#')) {
            let message = "the path holds a character that must be escaped";
            return Err(Error::new(err_code::EC2_METADATA_REQUEST, message));
        }
        let base = url.path.trim_end_matches('/').len();
        url.path.truncate(base);
        url.path.push_str("/latest/");
        url.path.push_str(path);
        Ok(url)
    }
}

/// The service has answered, but not with what it was asked for. Its answer is not repeated: it may be anything.
fn refused(url: &Url, status: u16) -> Error {
    let why = match status {
        300..400 => ", a redirect, which is not followed",
        _ => "",
    };
    let message = format!("failed to make EC2Metadata request: {url} answered {status}{why}");
    Error::new(err_code::EC2_METADATA, message).with_status(status)
}

pub(super) fn no_answer(url: &Url, error: Error) -> Error {
    let is_retryable = error.is_retryable();
    let message = format!("failed to make EC2Metadata request to {url}: {}", error.message());
    Error::new(err_code::EC2_METADATA_REQUEST, message).with_retryable(is_retryable).with_source(error)
}

fn text(body: Zeroizing<Vec<u8>>) -> Result<String, Error> {
    String::from_utf8(body.to_vec())
        .map_err(|_| Error::new(core_codes::SERIALIZATION_ERROR, "the metadata is not UTF-8 text"))
}

fn decoded<T: cumulo_core::Shape + Default>(json: &[u8], what: &str) -> Result<T, Error> {
    let mut document = T::default();
    cumulo_core::protocol::read_json(json, &mut document).map_err(|error| {
        let message = format!("failed to decode {what}: {}", error.message());
        Error::new(core_codes::SERIALIZATION_ERROR, message)
    })?;
    Ok(document)
}
