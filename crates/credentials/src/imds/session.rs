//! The session with the metadata service: its token, and what is known of the service from its answers.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cumulo_core::http::{HeaderName, Method, Url};
use cumulo_core::{DateTime, Error, SecretString, err_code as core_codes};

use super::client::{Client, no_answer};
use crate::err_code;
use crate::fetch::Answer;

pub(super) const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token");

/// How long a token is to last, and does, in seconds.
const TTL_HEADER: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");
/// How long it is asked for: the longest that the service gives.
const TTL: &str = "21600";
/// How long a token lasts if the service does not say: short, so that little depends on it.
const DEFAULT_TTL: Duration = Duration::from_secs(300);
/// How long before its end a token is no longer used.
const EXPIRY_WINDOW: Duration = Duration::from_secs(30);
/// Tokens have 56 characters; what is much longer is something else.
const LONGEST_TOKEN: usize = 1024;

#[derive(Default)]
pub(super) struct Session(Mutex<State>);

#[derive(Default)]
struct State {
    token: Option<(SecretString, DateTime)>,
    /// The service has said that it knows no tokens.
    is_v1: bool,
    has_answered: bool,
}

impl Session {
    /// The token to send with a request; none if the request is to go out without.
    ///
    /// # Errors
    /// `EC2MetadataError` if there is none and requests may not go out without.
    pub(super) async fn token(&self, client: &Client) -> Result<Option<SecretString>, Error> {
        if let Some(known) = self.known_token(client) {
            return Ok(known);
        }
        match self.fetch_token(client).await {
            Ok(token) => Ok(Some(token)),
            Err(error) => without_token(error, client.is_v1_disabled()),
        }
    }

    /// What is known of the token without asking.
    fn known_token(&self, client: &Client) -> Option<Option<SecretString>> {
        let state = self.state();
        match &state.token {
            Some((token, end)) if client.fetcher().clock.now() < *end => Some(Some(token.clone())),
            _ if state.is_v1 && !client.is_v1_disabled() => Some(None),
            _ => None,
        }
    }

    async fn fetch_token(&self, client: &Client) -> Result<SecretString, Error> {
        let url = client.url("api/token")?;
        let asked = client.fetcher().clock.now();
        let sending = client.fetcher().send(Method::PUT, &url, &[(TTL_HEADER, TTL)], None);
        let answer = sending.await.map_err(|error| no_answer(&url, error))?;
        self.take_token(&url, &answer, asked)
    }

    /// The token in an answer to a request that was sent at `asked`.
    fn take_token(&self, url: &Url, answer: &Answer, asked: DateTime) -> Result<SecretString, Error> {
        self.note_answer();
        if answer.status != 200 {
            self.state().is_v1 |= matches!(answer.status, 403..=405);
            let message = format!("{url} answered {}", answer.status);
            return Err(Error::new(err_code::EC2_METADATA, message).with_status(answer.status));
        }
        let is_token = |token: &&str| {
            (1..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let Some(token) = std::str::from_utf8(&answer.body).ok().filter(is_token) else {
            let message = format!("what {url} answered is no token");
            return Err(Error::new(core_codes::SERIALIZATION_ERROR, message));
        };
        let told = answer.headers.get(TTL_HEADER).and_then(|ttl| ttl.to_str().ok()?.parse().ok());
        let ttl = told.map_or(DEFAULT_TTL, Duration::from_secs);
        let token = SecretString::from(token);
        let mut state = self.state();
        state.is_v1 = false;
        state.token = Some((token.clone(), asked.plus(ttl).minus(EXPIRY_WINDOW)));
        Ok(token)
    }

    /// Drops the token, and the belief that there can be none.
    pub(super) fn forget_token(&self) {
        let mut state = self.state();
        state.token = None;
        state.is_v1 = false;
    }

    pub(super) fn note_answer(&self) {
        self.state().has_answered = true;
    }

    /// Whether there is such a service: it has answered at least once.
    pub(super) fn has_answered(&self) -> bool {
        self.state().has_answered
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request may go out without the token that could not be fetched.
fn without_token(error: Error, is_v1_disabled: bool) -> Result<Option<SecretString>, Error> {
    // The service says that the request makes no sense, so the one for the data would make none either.
    if error.status() == Some(400) {
        return Err(error);
    }
    if is_v1_disabled {
        let message =
            format!("failed to get IMDSv2 token and fallback to IMDSv1 is disabled: {}", error.message());
        let is_retryable = error.is_retryable();
        return Err(Error::new(err_code::EC2_METADATA, message)
            .with_retryable(is_retryable)
            .with_source(error));
    }
    // In a container behind one more hop, the answer with the token does not come through.
    tracing::debug!(%error, "no IMDSv2 token; asking without");
    Ok(None)
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("has_token", &self.state().token.is_some()).finish_non_exhaustive()
    }
}
