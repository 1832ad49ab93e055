//! `AssumeRole`. Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.

use std::time::Duration;

use super::{Parameters, Role, Sts, credentials};
use crate::error::ServiceError;
use crate::identity::Principal;
use crate::xml;

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Sts {
    pub(super) fn assume_role(
        &self,
        parameters: &Parameters,
        caller: &Principal,
    ) -> Result<String, ServiceError> {
        let role_arn = parameters.required("RoleArn")?;
        let session_name = parameters.name("RoleSessionName", 2..=64)?;
        let lifetime = parameters.duration(HOUR, self.minimum_session..=12 * HOUR)?;
        let not_authorized = || {
            let message = format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
                caller.arn
            );
            ServiceError::forbidden("AccessDenied", message)
        };

        let role = self.roles.get(role_arn).ok_or_else(not_authorized)?;
        if !role.trusts(caller, parameters.optional("ExternalId")) {
            return Err(not_authorized());
        }
        check_lifetime(role, caller, lifetime)?;
        let code_accepted = self.check_mfa(parameters)?;
        if let Some(device) = &role.mfa {
            let of_this_device = parameters.optional("SerialNumber") == Some(&device.serial);
            if !(code_accepted && of_this_device || caller.has_mfa) {
                return Err(not_authorized());
            }
        }

        let session = Principal {
            arn: role.session_arn(session_name),
            user_id: format!("{}:{session_name}", role.id),
            is_session: true,
            is_role: true,
            has_mfa: false,
        };
        let user = xml::element("AssumedRoleId", &session.user_id) + &xml::element("Arn", &session.arn);
        let issued = self.identities.issue(session, lifetime);
        let source = parameters.optional("SourceIdentity").map(|id| xml::element("SourceIdentity", id));
        Ok(credentials(&issued) + &xml::wrap("AssumedRoleUser", &user) + &source.unwrap_or_default())
    }
}

fn check_lifetime(role: &Role, caller: &Principal, lifetime: Duration) -> Result<(), ServiceError> {
    let refused = |message: &str| Err(ServiceError::sender("ValidationError", message));
    if caller.is_role && lifetime > HOUR {
        return refused(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        );
    }
    if lifetime > role.maximum_session {
        return refused("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    Ok(())
}
