//! The credentials of an EC2 instance's role.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, DateTime, Error, err_code as core_codes};

use super::Client;
use crate::document::{KeysDocument, shortened};
use crate::err_code;

/// How long credentials stay in use at the least when the service cannot give newer ones.
const EXTENSION: Duration = Duration::from_secs(10 * 60);
/// How much longer at the most, by chance, so that a fleet does not ask all at once.
const EXTENSION_JITTER: Duration = Duration::from_secs(5 * 60);

/// Takes the credentials of the role of the EC2 instance that the program runs on.
///
/// While the metadata service is out of order (no answer, 429, 5xx, or nonsense), the credentials it gave last stay in use,
/// past their end if need be: for 10 to 15 minutes, then it is asked again. Services often accept them for longer than
/// they say. Credentials that the service itself gives too late are treated the same.
///
/// Same meaning as Go's `ec2rolecreds.EC2RoleProvider`.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_credentials::Credentials;
/// use cumulo_credentials::imds::{Client, Ec2RoleProvider};
///
/// let credentials = Credentials::new(Ec2RoleProvider::new(Client::new(&Config::new())));
/// # let _ = credentials;
/// ```
#[derive(Debug)]
pub struct Ec2RoleProvider {
    client: Client,
    last: Mutex<Option<Value>>,
}

impl Ec2RoleProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "EC2RoleProvider";

    /// A provider that asks this client.
    pub fn new(client: Client) -> Self {
        Self { client, last: Mutex::default() }
    }

    async fn fetch_or_extend(&self) -> Result<Value, Error> {
        let fetched = self.fetch().await;
        self.extended(fetched)
    }

    /// What was fetched, or the last that was, with a later end if it is over.
    fn extended(&self, fetched: Result<Value, Error>) -> Result<Value, Error> {
        let now = self.client.fetcher().clock.now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let value = match (fetched, &*last) {
            (Ok(value), _) => last.insert(value).clone(),
            (Err(error), Some(old)) if is_outage(&error) => {
                tracing::warn!(%error, "EC2 instance metadata is out of order; the old credentials stay in use");
                old.clone()
            }
            (Err(error), _) => return Err(error),
        };
        Ok(self.usable(value, now))
    }

    /// The same credentials, with a later end if they have ended.
    fn usable(&self, mut value: Value, now: DateTime) -> Value {
        if value.expires.is_some_and(|expires| expires <= now) {
            let jitter = self.client.fetcher().random.fraction().clamp(0.0, 1.0);
            let extension = EXTENSION + EXTENSION_JITTER.mul_f64(jitter);
            tracing::warn!(
                ?extension,
                "the credentials of the EC2 instance's role have ended and stay in use"
            );
            value.expires = Some(now.plus(extension));
        }
        value
    }

    async fn fetch(&self) -> Result<Value, Error> {
        let roles = self.client.get("meta-data/iam/security-credentials/").await.map_err(no_role)?;
        let role = first_role(&roles)?;
        let path = format!("meta-data/iam/security-credentials/{role}");
        match self.client.get(&path).await {
            Ok(json) => Self::value_of(&role, &json),
            Err(error) => {
                let message =
                    format!("failed to get {role} EC2 instance role credentials: {}", error.message());
                Err(retold(error, message))
            }
        }
    }

    fn value_of(role: &str, json: &[u8]) -> Result<Value, Error> {
        let unreadable = |why: &str| {
            let message = format!("failed to decode {role} EC2 instance role credentials: {why}");
            Error::new(core_codes::SERIALIZATION_ERROR, message)
        };
        let document = KeysDocument::read(json).map_err(|error| unreadable(error.message()))?;
        if let Some(code) = document.code.as_deref().filter(|code| *code != "Success") {
            let message = shortened(document.message.as_deref().unwrap_or_default());
            let message = format!("failed to get EC2 instance role credentials of {role}: {message}");
            return Err(Error::new(shortened(code), message));
        }
        let value = document.into_value(Self::PROVIDER_NAME);
        value.map_err(|missing| unreadable(&format!("{missing} is missing")))
    }
}

/// The first line of the list, which is the name of a role.
fn first_role(list: &[u8]) -> Result<String, Error> {
    let first = list.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    if first.is_empty() {
        return Err(Error::new(err_code::EMPTY_EC2_ROLE_LIST, "empty EC2 Role list"));
    }
    // What IAM allows in names; a page that somebody in between has sent has something else in it.
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(byte);
    match std::str::from_utf8(first) {
        Ok(name) if name.len() <= 64 && name.bytes().all(|byte| is_name(&byte)) => Ok(name.to_owned()),
        _ => {
            let message =
                "failed to read EC2 instance role from metadata service: the answer is no list of roles";
            Err(Error::new(core_codes::SERIALIZATION_ERROR, message))
        }
    }
}

fn no_role(error: Error) -> Error {
    let message = format!("no EC2 instance role found: {}", error.message());
    retold(error, message)
}

/// The failure as Go names it; one that says more by its own code keeps it.
fn retold(error: Error, message: String) -> Error {
    match error.code() {
        err_code::EC2_METADATA | err_code::EC2_METADATA_REQUEST => {
            let told = Error::new(err_code::EC2_ROLE_REQUEST, message).with_source(error.clone());
            match error.status() {
                Some(status) => told.with_status(status),
                None => told,
            }
        }
        _ => error,
    }
}

/// Whether the service is out of order, rather than of the opinion that there are no credentials.
fn is_outage(error: &Error) -> bool {
    match error.status() {
        Some(status) => status == 429 || status >= 500,
        None => matches!(error.code(), err_code::EC2_ROLE_REQUEST | core_codes::SERIALIZATION_ERROR),
    }
}

impl Provider for Ec2RoleProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.fetch_or_extend())
    }
}
