//! `GetSessionToken`. Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>.

use std::time::Duration;

use super::{Parameters, Sts, credentials};
use crate::error::ServiceError;
use crate::identity::Principal;

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Sts {
    pub(super) fn session_token(
        &self,
        parameters: &Parameters,
        caller: &Principal,
    ) -> Result<String, ServiceError> {
        let lifetime = parameters.duration(12 * HOUR, self.minimum_session..=36 * HOUR)?;
        if caller.is_session {
            let message = "Cannot call GetSessionToken with session credentials";
            return Err(ServiceError::forbidden("AccessDenied", message));
        }
        let has_mfa = self.check_mfa(parameters)?;
        let session = Principal { is_session: true, has_mfa, ..caller.clone() };
        Ok(credentials(&self.identities.issue(session, lifetime)))
    }
}
