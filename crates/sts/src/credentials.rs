//! The credentials of an answer as those that clients sign with.

use cumulo_core::credentials::Value;
use cumulo_core::{Error, err_code};

use crate::types::Credentials;

/// For answers of operations that no provider calls, such as GetSessionToken; roles are assumed by `stscreds`.
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_core::credentials::{Credentials, Value};
/// use cumulo_sts::{GetSessionTokenInput, StsApi};
///
/// async fn temporary(sts: impl StsApi) -> Result<Config, cumulo_core::Error> {
///     let answer = sts.get_session_token(GetSessionTokenInput::new()).await?;
///     let value = Value::try_from(answer.credentials.unwrap_or_default())?;
///     Ok(Config::new().credentials(Credentials::from_value(value)))
/// }
/// ```
///
/// # Errors
/// `SerializationError` if the key, its secret or the token is missing.
impl TryFrom<Credentials> for Value {
    type Error = Error;

    fn try_from(credentials: Credentials) -> Result<Self, Error> {
        let Credentials { access_key_id, secret_access_key, session_token, expiration, .. } = credentials;
        let (Some(id), Some(secret), Some(token)) = (access_key_id, secret_access_key, session_token) else {
            let message = "the answer has no credentials, or a part of them";
            return Err(Error::new(err_code::SERIALIZATION_ERROR, message));
        };
        let value = Self::new(id, secret).session_token(token).provider_name("STS");
        Ok(match expiration {
            Some(expiration) => value.expires(expiration),
            None => value,
        })
    }
}

#[cfg(test)]
mod tests {
    use cumulo_core::DateTime;

    use super::*;

    #[test]
    fn credentials_of_an_answer_are_taken_whole_or_not_at_all() {
        let end = DateTime::from_unix_seconds(1_800_000_000);
        let keys = Credentials::new().access_key_id("ASIA").secret_access_key("hush").expiration(end);
        let value = Value::try_from(keys.clone().session_token("token")).unwrap();
        let expected = Value::new("ASIA", "hush").session_token("token").expires(end).provider_name("STS");
        assert_eq!(value, expected);
        assert_eq!(Value::try_from(keys).unwrap_err().code(), "SerializationError");
    }
}
