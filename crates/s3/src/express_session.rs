//! Sessions of S3 Express: what requests on directory buckets are signed with in the place of the client's credentials.
//!
//! The endpoint rules ask for them by the scheme `sigv4-s3express`. A session is made by CreateSession on the bucket, signed with
//! the client's credentials, and lasts 5 minutes. A client keeps one for each bucket, in the cache in which all
//! credentials are kept: one request for all who wait, anew in the background a minute ahead of the end.
//!
//! Source: "Authorizing Regional and Zonal endpoint API operations with CreateSession" in the Amazon S3 User Guide.

use std::sync::{Arc, Mutex, PoisonError};

use cumulo_core::auth_scheme::SchemeName;
use cumulo_core::client::Settings;
use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Credentials, Error, Handlers, Request, err_code};

use crate::generated::operation::create_session::CREATE_SESSION;
use crate::{CreateSessionInput, CreateSessionOutput, customizations};

/// The sessions of one client. Kept for at most [`CAPACITY`](Self::CAPACITY) buckets, those that were used last.
#[derive(Default)]
pub(crate) struct Sessions {
    /// The one used last at the end.
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    session: Arc<Session>,
    credentials: Credentials,
}

impl Sessions {
    /// A client that uses more buckets in turn makes sessions more often.
    const CAPACITY: usize = 100;

    /// Has the request signed with its bucket's session, if it is to be. Runs before `v4.Sign`, which makes the session when it
    /// asks for its credentials. Credentials that the request has of its own stay.
    pub(crate) fn enter(&self, request: &mut Request) {
        if request.auth_scheme.name != SchemeName::SigV4S3Express || request.credentials.is_some() {
            return;
        }
        let is_signed = request.settings().credentials.as_ref().is_some_and(|base| !base.is_anonymous());
        if is_signed && let Some(bucket) = request.params.text("Bucket") {
            request.credentials = Some(self.of(bucket, request));
        }
    }

    fn of(&self, bucket: &str, request: &Request) -> Credentials {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().rposition(|kept| kept.session.bucket == bucket);
        let used = match found {
            Some(index) => kept.remove(index),
            None => Kept::new(bucket, request),
        };
        if found.is_none() && kept.len() >= Self::CAPACITY {
            kept.remove(0);
        }
        if !used.session.is_of_the_clients_credentials() {
            used.credentials.expire();
        }
        let credentials = used.credentials.clone();
        kept.push(used);
        credentials
    }
}

impl Kept {
    fn new(bucket: &str, request: &Request) -> Self {
        let mut handlers = request.client_handlers().clone();
        // It holds these sessions, and CreateSession has no use for it.
        handlers.sign.remove_by_name(customizations::EXPRESS_SESSION);
        let settings = request.shared_settings();
        let clock = Arc::clone(&settings.clock);
        let session = Session { bucket: bucket.to_owned(), settings, handlers, signer: Mutex::default() };
        let session = Arc::new(session);
        Self { credentials: Credentials::with_clock(Create(Arc::clone(&session)), clock), session }
    }
}

/// What it takes to make the session of one bucket.
struct Session {
    bucket: String,
    settings: Arc<Settings>,
    handlers: Handlers,
    /// The access key id that the last CreateSession was signed with.
    signer: Mutex<Option<String>>,
}

impl Session {
    /// Whether the session, if there is one, was made with the credentials that the client has now.
    fn is_of_the_clients_credentials(&self) -> bool {
        let current = self.settings.credentials.as_ref().and_then(Credentials::at_hand);
        let signer = self.signer.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*signer, current) {
            (Some(signer), Some(current)) => *signer == current.access_key_id,
            _ => true,
        }
    }

    async fn create(&self) -> Result<Value, Error> {
        let signer = match &self.settings.credentials {
            Some(base) => Some(base.get().await?.access_key_id.clone()),
            None => None,
        };
        let (settings, handlers) = (Arc::clone(&self.settings), self.handlers.clone());
        let input = CreateSessionInput::new().bucket(self.bucket.as_str());
        let mut request = Box::new(Request::new(settings, handlers, CREATE_SESSION, Box::new(input)));
        let answer = request.send().await.map_err(|error| self.failed(error))?;
        let value = answer.downcast().and_then(|answer| value_of(*answer));
        let value = value.ok_or_else(|| {
            self.failed(Error::new(err_code::SERIALIZATION_ERROR, "the answer has no credentials"))
        })?;
        *self.signer.lock().unwrap_or_else(PoisonError::into_inner) = signer;
        Ok(value)
    }

    fn failed(&self, error: Error) -> Error {
        let message = format!("no session for the directory bucket {}: {}", self.bucket, error.message());
        error.with_message(message)
    }
}

fn value_of(answer: CreateSessionOutput) -> Option<Value> {
    let session = answer.credentials?;
    let value = Value::new(session.access_key_id?, session.secret_access_key?);
    let value = value.session_token(session.session_token?).expires(session.expiration?);
    Some(value.provider_name("S3ExpressSession"))
}

struct Create(Arc<Session>);

impl Provider for Create {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.0.create())
    }
}

impl std::fmt::Debug for Create {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3ExpressSession").field("bucket", &self.0.bucket).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
