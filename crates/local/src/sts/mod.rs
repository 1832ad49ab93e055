//! STS: temporary credentials over the query protocol.

mod assume_role;
mod parameters;
mod role;
mod session_token;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::error::ServiceError;
use crate::identity::{Identities, Issued, Principal};
use crate::mfa::Devices;
use crate::xml;

use parameters::Parameters;
pub use role::Role;

/// The XML namespace of STS's answers, which is that of its API version.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The service: its roles, and what it issues credentials through.
#[derive(Debug)]
pub(crate) struct Sts {
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) identities: Arc<Identities>,
    pub(crate) devices: Arc<Devices>,
    pub(crate) minimum_session: Duration,
}

impl Sts {
    /// Answers one authenticated request with a whole XML document.
    pub(crate) fn call(
        &self,
        query: &str,
        body: &[u8],
        caller: &Principal,
        request_id: &str,
    ) -> Result<String, ServiceError> {
        let parameters = Parameters::parse(query, body);
        let action = parameters.optional("Action").ok_or_else(|| {
            ServiceError::sender("MissingAction", "The request is missing an action or a required parameter.")
        })?;
        let result = match action {
            "AssumeRole" => self.assume_role(&parameters, caller)?,
            "GetCallerIdentity" => caller_identity(caller),
            "GetSessionToken" => self.session_token(&parameters, caller)?,
            _ => {
                let message = format!("Could not find operation {action} for version 2011-06-15");
                return Err(ServiceError::sender("InvalidAction", message));
            }
        };
        let metadata = xml::wrap("ResponseMetadata", &xml::element("RequestId", request_id));
        let body = xml::wrap(&format!("{action}Result"), &result) + &metadata;
        Ok(xml::document(&format!("{action}Response"), NAMESPACE, &body))
    }

    /// Checks a code if one was sent, and answers whether it was. A code is used up even when the call fails later.
    fn check_mfa(&self, parameters: &Parameters) -> Result<bool, ServiceError> {
        let denied = |message: &str| Err(ServiceError::forbidden("AccessDenied", message));
        match (parameters.optional("SerialNumber"), parameters.optional("TokenCode")) {
            (None, None) => Ok(false),
            (Some(serial), Some(code)) if self.devices.accept(serial, code) => Ok(true),
            (Some(_), Some(_)) => {
                denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
            }
            _ => denied(
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            ),
        }
    }
}

fn caller_identity(caller: &Principal) -> String {
    xml::element("Arn", &caller.arn)
        + &xml::element("UserId", &caller.user_id)
        + &xml::element("Account", caller.account())
}

fn credentials(issued: &Issued) -> String {
    let fields = xml::element("AccessKeyId", &issued.access_key_id)
        + &xml::element("SecretAccessKey", &issued.secret_access_key)
        + &xml::element("SessionToken", &issued.session_token)
        + &xml::element("Expiration", &timestamp(OffsetDateTime::from(issued.expires)));
    xml::wrap("Credentials", &fields)
}

fn timestamp(time: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    time.format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests;
