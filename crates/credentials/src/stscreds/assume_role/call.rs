//! What is sent to STS, the MFA code it takes, and what comes of the answer.

use std::time::Duration;

use cumulo_core::credentials::Value;
use cumulo_core::{Error, SecretString};
use cumulo_sts::operation::{AssumeRoleInput, AssumeRoleOutput};
use cumulo_sts::types::PolicyDescriptorType;

use super::super::{MfaRequest, session_name_at, value_of};
use super::AssumeRoleProvider;
use crate::err_code;

impl AssumeRoleProvider {
    pub(super) async fn own_value(&self) -> Result<Value, Error> {
        let output = self.call(self.input()).await?;
        self.value(output)
    }

    /// What is sent, but for the MFA code and the jitter.
    pub(super) fn input(&self) -> AssumeRoleInput {
        let name = match &self.role_session_name {
            Some(name) => name,
            None => self.made_up_name.get_or_init(|| session_name_at(self.clock.now())),
        };
        let mut input = AssumeRoleInput::new();
        input.role_arn = Some(self.role_arn.clone());
        input.role_session_name = Some(name.clone());
        input.duration_seconds = self.wanted_duration().map(seconds);
        input.external_id.clone_from(&self.external_id);
        input.policy.clone_from(&self.policy);
        input.source_identity.clone_from(&self.source_identity);
        input.serial_number.clone_from(&self.serial_number);
        input.tags = not_empty(&self.tags);
        input.transitive_tag_keys = not_empty(&self.transitive_tag_keys);
        let arns =
            self.policy_arns.iter().map(|arn| PolicyDescriptorType::new().arn(arn)).collect::<Vec<_>>();
        input.policy_arns = not_empty(&arns);
        input
    }

    /// Asks for a code if the role needs one, and calls STS.
    pub(super) async fn call(&self, mut input: AssumeRoleInput) -> Result<AssumeRoleOutput, Error> {
        if let Some(wanted) = self.wanted_duration() {
            input.duration_seconds = Some(seconds(self.jittered(wanted)));
        }
        if let Some(serial_number) = &self.serial_number {
            if let Some(source) = self.source.as_ref().filter(|source| !source.is_anonymous()) {
                source.get().await?;
            }
            let code = self.code(serial_number).await?;
            input.token_code = Some(code);
        }
        self.client.assume_role(input).await
    }

    /// The credentials in an answer of STS.
    pub(super) fn value(&self, output: AssumeRoleOutput) -> Result<Value, Error> {
        let (credentials, user) = (output.credentials, output.assumed_role_user);
        value_of(credentials, user, Self::PROVIDER_NAME, self.expiry_window).ok_or_else(|| {
            Error::new(cumulo_core::err_code::SERIALIZATION_ERROR, "AssumeRole answered without credentials")
        })
    }

    async fn code(&self, serial_number: &str) -> Result<SecretString, Error> {
        match (&self.token_code, &self.token_provider) {
            (Some(code), _) => Ok(code.clone()),
            (None, Some(provider)) => {
                let role_arn = self.role_arn.clone();
                provider.code(MfaRequest { serial_number: serial_number.to_owned(), role_arn }).await
            }
            (None, None) => Err(Error::new(
                err_code::ASSUME_ROLE_TOKEN_NOT_AVAILABLE,
                "assume role with MFA enabled, but neither TokenCode nor TokenProvider are set",
            )),
        }
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

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}

fn not_empty<T: Clone>(values: &[T]) -> Option<Vec<T>> {
    Some(values.to_vec()).filter(|values| !values.is_empty())
}
