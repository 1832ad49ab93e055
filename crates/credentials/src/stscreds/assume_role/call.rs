//! What is sent to STS, the MFA code it takes, and what comes of the answer.

use std::time::Duration;

use cumulo_core::credentials::Value;
use cumulo_core::{Error, SecretString};
use cumulo_sts::operation::{AssumeRoleInput, AssumeRoleOutput};

use super::super::{MfaRequest, seconds, session_name_at, value_of};
use super::AssumeRoleProvider;
use crate::err_code;

impl AssumeRoleProvider {
    pub(super) async fn own_value(&self) -> Result<Value, Error> {
        let output = self.call().await?;
        self.value(output)
    }

    /// What is sent, but for the MFA code and the jitter.
    pub(super) fn input(&self) -> AssumeRoleInput {
        let mut input = self.input.clone();
        if input.role_session_name.is_none() {
            let name = self.made_up_name.get_or_init(|| session_name_at(self.clock.now()));
            input.role_session_name = Some(name.clone());
        }
        input.duration_seconds = self.wanted_duration().map(seconds);
        input
    }

    /// Asks for a code if the role needs one, and calls STS.
    pub(super) async fn call(&self) -> Result<AssumeRoleOutput, Error> {
        let code = self.code().await?;
        self.client.assume_role(self.input_with(code)).await
    }

    fn input_with(&self, code: Option<SecretString>) -> AssumeRoleInput {
        let mut input = self.input();
        if let Some(wanted) = self.wanted_duration() {
            input.duration_seconds = Some(seconds(self.jittered(wanted)));
        }
        input.token_code = code;
        input
    }

    /// The credentials in an answer of STS.
    pub(super) fn value(&self, output: AssumeRoleOutput) -> Result<Value, Error> {
        let (credentials, user) = (output.credentials, output.assumed_role_user);
        value_of(credentials, user, Self::PROVIDER_NAME, self.expiry_window).ok_or_else(|| {
            Error::new(cumulo_core::err_code::SERIALIZATION_ERROR, "AssumeRole answered without credentials")
        })
    }

    /// The code that the role needs, if it needs one.
    async fn code(&self) -> Result<Option<SecretString>, Error> {
        let Some(serial_number) = &self.input.serial_number else { return Ok(None) };
        if let Some(source) = self.source.as_ref().filter(|source| !source.is_anonymous()) {
            source.get().await?;
        }
        match (&self.token_code, &self.token_provider) {
            (Some(code), _) => Ok(Some(code.clone())),
            (None, Some(provider)) => {
                let (serial_number, role_arn) = (serial_number.clone(), self.role_arn().to_owned());
                provider.code(MfaRequest { serial_number, role_arn }).await.map(Some)
            }
            (None, None) => Err(Error::new(
                err_code::ASSUME_ROLE_TOKEN_NOT_AVAILABLE,
                "assume role with MFA enabled, but neither TokenCode nor TokenProvider are set",
            )),
        }
    }

    pub(super) fn role_arn(&self) -> &str {
        self.input.role_arn.as_deref().unwrap_or_default()
    }

    /// None leaves it to STS. The programs that share a cache do so, and files are found by what was asked for.
    fn wanted_duration(&self) -> Option<Duration> {
        #[cfg(feature = "role-cache")]
        if self.cache.is_some() {
            return self.duration;
        }
        Some(self.duration.unwrap_or(Self::DEFAULT_DURATION))
    }

    fn jittered(&self, duration: Duration) -> Duration {
        if self.max_jitter_frac <= 0.0 {
            return duration;
        }
        let fraction = (self.random.fraction() * self.max_jitter_frac).clamp(0.0, 1.0);
        duration.mul_f64(1.0 - fraction).max(duration.min(Self::DEFAULT_DURATION))
    }
}
