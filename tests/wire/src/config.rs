//! The `config` of a line: every key is optional, and what is left out is fixed, so that the same line always has the same answer.

use std::time::Duration;

use cumulo::core::ChecksumPolicy;
use cumulo::core::credentials::Value;
use cumulo::core::retryer::NoRetryer;
use cumulo::{Config, Credentials, DateTime, Error};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::value::RawValue;

use crate::line::{Fields, fault};
use crate::transport::{Recorder, Standing};

/// The region of a line that names none.
const REGION: &str = "us-east-1";
/// The keys of a line that names none: those of AWS's examples of signatures.
const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The time of a line that names none, 2015-08-30T12:36:00Z: that of the same examples.
const TIME: i64 = 1_440_938_160;
/// The idempotency token of a line that names none.
const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigFields {
    region: Option<String>,
    access_key: Option<String>,
    secret_key: Option<String>,
    session_token: Option<String>,
    time: Option<Time>,
    endpoint_url: Option<String>,
    idempotency_token: Option<String>,
    path_style: Option<bool>,
    use_fips: Option<bool>,
    use_dualstack: Option<bool>,
    accelerate: Option<bool>,
    #[serde(default, deserialize_with = "checksum_policy")]
    checksum: Option<ChecksumPolicy>,
    anonymous: Option<bool>,
    /// In seconds.
    pub(crate) presign_expires: Option<f64>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(untagged, expecting = "expected RFC 3339 or seconds since 1970")]
enum Time {
    Seconds(f64),
    Text(String),
}

/// Reads the names that the shared files have for it too.
fn checksum_policy<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ChecksumPolicy>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some("when_required") => Ok(Some(ChecksumPolicy::WhenRequired)),
        Some("when_supported") => Ok(Some(ChecksumPolicy::WhenSupported)),
        Some(other) => Err(D::Error::unknown_variant(other, &["when_required", "when_supported"])),
    }
}

impl ConfigFields {
    /// Reads the part `config` of a line.
    ///
    /// # Errors
    /// A message that names the key which is unknown or has another kind of value.
    pub(crate) fn read(part: Option<&RawValue>) -> Result<Self, Error> {
        Ok(Fields::part("config", part)?.unwrap_or_default())
    }

    /// The configuration of a client that sends to `recorder`, once.
    ///
    /// # Errors
    /// If the time is none, or the keys are incomplete.
    pub(crate) fn config(&self, recorder: Recorder) -> Result<Config, Error> {
        let text =
            |field: &Option<String>, default: &str| field.clone().unwrap_or_else(|| default.to_owned());
        let standing = Standing { time: self.time()?, token: text(&self.idempotency_token, TOKEN) };
        let mut config = Config::new()
            .region(text(&self.region, REGION))
            .credentials(self.credentials()?)
            .http_client(recorder)
            .retryer(NoRetryer)
            .clock(standing.clone())
            .random(standing);
        config.endpoint.clone_from(&self.endpoint_url);
        config.s3_path_style = self.path_style;
        config.use_fips = self.use_fips;
        config.use_dual_stack = self.use_dualstack;
        config.s3_use_accelerate = self.accelerate;
        config.request_checksum_calculation = self.checksum;
        config.response_checksum_validation = self.checksum;
        Ok(config)
    }

    /// For how long a URL is to be good, if one is asked for.
    ///
    /// # Errors
    /// If it is no length of time.
    pub(crate) fn presign(&self) -> Result<Option<Duration>, Error> {
        let expires = self.presign_expires.map(Duration::try_from_secs_f64).transpose();
        expires.map_err(|error| fault(format!("config.presign_expires: {error}")))
    }

    fn time(&self) -> Result<DateTime, Error> {
        let time = match &self.time {
            None => Some(DateTime::from_unix_seconds(TIME)),
            Some(Time::Seconds(seconds)) => DateTime::from_unix_seconds_f64(*seconds),
            Some(Time::Text(text)) => DateTime::parse_iso8601(text),
        };
        time.ok_or_else(|| fault("config.time: neither RFC 3339 nor seconds since 1970"))
    }

    fn credentials(&self) -> Result<Credentials, Error> {
        if self.anonymous == Some(true) {
            return Ok(Credentials::anonymous());
        }
        let (access_key, secret_key) = match (&self.access_key, &self.secret_key) {
            (None, None) => (ACCESS_KEY, SECRET_KEY),
            (Some(access_key), Some(secret_key)) => (&**access_key, &**secret_key),
            (Some(access_key), None) => (&**access_key, SECRET_KEY),
            (None, Some(secret_key)) => (ACCESS_KEY, &**secret_key),
        };
        let value = Value::new(access_key, secret_key.to_owned());
        Ok(Credentials::from_value(match &self.session_token {
            Some(token) => value.session_token(token.clone()),
            None => value,
        }))
    }
}
