//! Credentials in environment variables.

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Error};
use cumulo_shared_config::{Env, env};

use crate::err_code;

/// Takes static credentials from `AWS_ACCESS_KEY_ID` (or `AWS_ACCESS_KEY`), `AWS_SECRET_ACCESS_KEY` (or
/// `AWS_SECRET_KEY`) and, if set, `AWS_SESSION_TOKEN` and `AWS_ACCOUNT_ID`. An empty variable counts as unset.
///
/// They do not expire. Same meaning as Go's `credentials.EnvProvider`.
///
/// ```
/// use cumulo_credentials::EnvProvider;
/// use cumulo_shared_config::Env;
///
/// let env = Env::from_map([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")]);
/// assert_eq!(EnvProvider::new(env).value()?.access_key_id, "AKIDEXAMPLE");
/// # Ok::<(), cumulo_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct EnvProvider {
    env: Env,
}

impl EnvProvider {
    /// The name that its credentials carry.
    pub const PROVIDER_NAME: &'static str = "EnvProvider";

    /// A provider that reads this environment; [`Env::real`] is the process's own.
    pub const fn new(env: Env) -> Self {
        Self { env }
    }

    /// The credentials, read now. Called by sessions, which look only once, and by [`retrieve`](Provider::retrieve).
    ///
    /// # Errors
    /// `EnvAccessKeyNotFound` or `EnvSecretNotFound` if that half is missing.
    pub fn value(&self) -> Result<Value, Error> {
        let either = |name, older| self.env.secret(name).or_else(|| self.env.secret(older));
        let Some(id) = either(env::AWS_ACCESS_KEY_ID, env::AWS_ACCESS_KEY) else {
            return Err(Error::new(
                err_code::ENV_ACCESS_KEY_NOT_FOUND,
                "AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY not found in environment",
            ));
        };
        let Some(secret) = either(env::AWS_SECRET_ACCESS_KEY, env::AWS_SECRET_KEY) else {
            return Err(Error::new(
                err_code::ENV_SECRET_NOT_FOUND,
                "AWS_SECRET_ACCESS_KEY or AWS_SECRET_KEY not found in environment",
            ));
        };
        let mut value = Value::new(id.expose(), secret.expose()).provider_name(Self::PROVIDER_NAME);
        value.session_token = self.env.secret(env::AWS_SESSION_TOKEN).map(|token| token.expose().into());
        value.account_id = self.env.var(env::AWS_ACCOUNT_ID);
        Ok(value)
    }
}

impl Provider for EnvProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(std::future::ready(self.value()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(variables: &[(&str, &str)]) -> Result<Value, Error> {
        EnvProvider::new(Env::from_map(variables.iter().copied())).value()
    }

    #[test]
    fn the_variables_are_read() {
        let found = value(&[
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "key"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_ACCOUNT_ID", "123456789012"),
        ]);
        let expected = Value::new("id", "key").session_token("token").account_id("123456789012");
        assert_eq!(found.unwrap(), expected.provider_name("EnvProvider"));
    }

    #[test]
    fn the_older_names_stand_in_for_missing_or_empty_ones() {
        let found = value(&[
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_ACCESS_KEY", "old id"),
            ("AWS_SECRET_ACCESS_KEY", "key"),
            ("AWS_SECRET_KEY", "old key"),
        ]);
        assert_eq!(found.unwrap(), Value::new("old id", "key").provider_name("EnvProvider"));
    }

    #[test]
    fn each_missing_half_has_its_own_code() {
        let error = value(&[("AWS_SECRET_KEY", "key")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "EnvAccessKeyNotFound: AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY not found in environment"
        );
        let error = value(&[("AWS_ACCESS_KEY", "id"), ("AWS_SECRET_KEY", "")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "EnvSecretNotFound: AWS_SECRET_ACCESS_KEY or AWS_SECRET_KEY not found in environment"
        );
    }
}
