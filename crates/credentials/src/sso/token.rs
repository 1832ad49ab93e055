//! The sign-in: where it is kept, and how it is refreshed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cumulo_core::client::BaseClient;
use cumulo_core::clock::Clock;
use cumulo_core::request::Call;
use cumulo_core::{DateTime, Error, SecretString, crypto};
use cumulo_shared_config::FileSystem;
use zeroize::Zeroizing;

use super::SsoSettings;
use super::operations::{CREATE_TOKEN, CreateTokenInput, CreateTokenOutput};
use crate::document::{document, keep, parse_time, text};
use crate::err_code;

/// How long before its end a sign-in is refreshed.
const REFRESH_AHEAD: Duration = Duration::from_secs(5 * 60);

document! {
    /// A sign-in as the AWS CLI keeps it.
    Token {
        0 start_url: String = text("startUrl");
        1 region: String = text("region");
        2 access_token: SecretString = text("accessToken").sensitive();
        3 expires_at: String = text("expiresAt");
        4 client_id: String = text("clientId");
        5 client_secret: SecretString = text("clientSecret").sensitive();
        6 registration_expires_at: String = text("registrationExpiresAt");
        7 refresh_token: SecretString = text("refreshToken").sensitive();
    }
}

/// The file of a sign-in, by the name of its session or the URL of its portal.
pub(super) fn cache_file(home: PathBuf, key: &str) -> PathBuf {
    let name = crypto::hex(&crypto::sha1(key.as_bytes()));
    home.join(".aws").join("sso").join("cache").join(format!("{name}.json"))
}

/// There is no sign-in to get credentials with.
pub(super) fn invalid(settings: &SsoSettings, why: &str) -> Error {
    let login = match &settings.session_name {
        Some(name) => format!("aws sso login --sso-session {name}"),
        None => "aws sso login".to_owned(),
    };
    let message = format!("the SSO session has expired or is invalid: {why}; sign in with `{login}`");
    Error::new(err_code::SSO_PROVIDER_INVALID_TOKEN, message)
}

/// The sign-in of one session.
pub(super) struct Tokens {
    file: PathBuf,
    oidc: BaseClient,
    clock: Arc<dyn Clock>,
    files: Arc<dyn FileSystem>,
    /// The last that was refreshed, for where it cannot be written.
    refreshed: Mutex<Option<(SecretString, DateTime)>>,
}

impl Tokens {
    pub(super) fn new(
        file: PathBuf,
        oidc: BaseClient,
        clock: Arc<dyn Clock>,
        files: Arc<dyn FileSystem>,
    ) -> Self {
        Self { file, oidc, clock, files, refreshed: Mutex::default() }
    }

    pub(super) fn with_files(self, files: Arc<dyn FileSystem>) -> Self {
        Self { files, ..self }
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The access token, refreshed if it is about to end and can be.
    ///
    /// # Errors
    /// `SSOProviderInvalidToken` if the user has to sign in.
    pub(super) async fn access_token(&self, settings: &SsoSettings) -> Result<SecretString, Error> {
        let now = self.clock.now();
        if let Some((token, end)) = &*self.refreshed.lock().unwrap_or_else(PoisonError::into_inner)
            && now < end.minus(REFRESH_AHEAD)
        {
            return Ok(token.clone());
        }
        // Read anew each time: another program may have refreshed it, or the user have signed in again.
        let (token, access_token, end) = self.read(settings)?;
        let file = self.file.display();
        let is_refreshed = settings.session_name.is_some();
        if now < end && (!is_refreshed || now < end.minus(REFRESH_AHEAD)) {
            return Ok(access_token);
        }
        let why = if !is_refreshed {
            format!("the one in {file} ended at {end}")
        } else {
            match self.refresh(token, now).await {
                Ok(access_token) => return Ok(access_token),
                Err(why) => format!("the one in {file} ended at {end} and could not be refreshed: {why}"),
            }
        };
        if now < end {
            tracing::warn!(why, "the SSO session could not be refreshed ahead of its end");
            return Ok(access_token);
        }
        Err(invalid(settings, &why))
    }

    /// The sign-in in the file, its access token and its end.
    fn read(&self, settings: &SsoSettings) -> Result<(Token, SecretString, DateTime), Error> {
        let file = self.file.display();
        let bytes = self.files.read(&self.file).map_err(|error| {
            invalid(settings, &format!("{file} could not be read: {error}")).with_source(error)
        })?;
        let mut token = Token::default();
        cumulo_core::protocol::read_json(&Zeroizing::new(bytes), &mut token)
            .map_err(|error| invalid(settings, &format!("{file}: {}", error.message())))?;
        let Some(access_token) = token.access_token.clone().filter(|token| !token.is_empty()) else {
            return Err(invalid(settings, &format!("{file} has no accessToken")));
        };
        let Some(end) = token.expires_at.as_deref().and_then(parse_time) else {
            return Err(invalid(settings, &format!("{file} has no readable expiresAt")));
        };
        Ok((token, access_token, end))
    }

    /// A new access token for an old one, kept in the file; or why there is none.
    async fn refresh(&self, old: Token, now: DateTime) -> Result<SecretString, String> {
        let output = self.call(&old, now)?.await.map_err(|error| error.to_string())?;
        self.renewed(old, output).ok_or_else(|| "CreateToken answered without a token".to_owned())
    }

    /// The call that refreshes a sign-in, or why there can be none.
    fn call(&self, old: &Token, now: DateTime) -> Result<Call<CreateTokenOutput>, &'static str> {
        let complete = old.client_id.is_some() && old.client_secret.is_some() && old.refresh_token.is_some();
        if !complete {
            return Err("it has not all of clientId, clientSecret and refreshToken");
        }
        if old.registration_expires_at.as_deref().and_then(parse_time).is_none_or(|end| end <= now) {
            return Err("its client's registration has ended");
        }
        let input = CreateTokenInput {
            client_id: old.client_id.clone(),
            client_secret: old.client_secret.clone(),
            grant_type: Some("refresh_token".to_owned()),
            refresh_token: old.refresh_token.clone(),
        };
        Ok(self.oidc.request::<CreateTokenOutput>(&CREATE_TOKEN, input).send())
    }

    /// Keeps what a refresh has brought, for other programs and, where the file cannot be written, for this one.
    fn renewed(&self, mut token: Token, output: CreateTokenOutput) -> Option<SecretString> {
        let access_token = output.access_token?;
        let seconds = u64::try_from(output.expires_in?).ok()?;
        let end = self.clock.now().plus(Duration::from_secs(seconds));
        token.access_token = Some(access_token.clone());
        token.expires_at = Some(end.to_string());
        if output.refresh_token.is_some() {
            token.refresh_token = output.refresh_token;
        }
        keep(&token, &*self.files, &self.file, "SSO session");
        let kept = Some((access_token.clone(), end));
        *self.refreshed.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Some(access_token)
    }
}
