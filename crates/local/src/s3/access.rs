//! What S3 requests are checked against: the server's identities for the signature, then token, headers and time.

use std::sync::Arc;

use async_trait::async_trait;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3ErrorCode, S3Result};
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

use crate::auth::{Rejection, check_claims};
use crate::clock::Clock;
use crate::identity::Identities;
use crate::sigv4::Authorization;

use super::directory;
use super::form::Policy;
use super::verified::Verified;

/// The operation of an upload by a form.
const POST_OBJECT: &str = "PostObject";

#[derive(Clone, Debug)]
pub(super) struct Gate {
    pub(super) identities: Arc<Identities>,
    pub(super) clock: Clock,
}

#[async_trait]
impl S3Auth for Gate {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let secret = self.identities.secret(access_key).ok_or_else(unknown_key)?;
        Ok(SecretKey::from(secret.as_str()))
    }
}

#[async_trait]
impl S3Access for Gate {
    /// Runs after the signature was found right.
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if let Some(verified) = context.extensions_mut().get::<Verified>().cloned() {
            // Its signature says nothing of the form's fields.
            if context.s3_op().name() == POST_OBJECT {
                return Err(unsigned_form());
            }
            return directory::check(context, Some(&verified));
        }
        if context.credentials().is_none() {
            return Err(S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied"));
        }
        directory::check(context, None)?;
        if context.s3_op().name() == POST_OBJECT {
            return self.check_form(context.extensions_mut().get::<Policy>());
        }
        // Also refuses version 2 signatures, which the server crate still takes.
        let authorization = Authorization::read(context.uri(), context.headers())
            .map_err(|error| in_s3_terms(&Rejection::Malformed(error)))?;
        check_claims(context.headers(), &authorization, &self.identities, &self.clock)
            .map(drop)
            .map_err(|rejection| in_s3_terms(&rejection))
    }
}

impl Gate {
    /// Checks who sent a form whose policy's signature was found right. A field of the form that no condition names is
    /// refused, so that the policy says what the fields are.
    fn check_form(&self, policy: Option<&Policy>) -> S3Result<()> {
        let policy = policy.ok_or_else(unsigned_form)?;
        // Not there with a version 2 signature.
        let credential = policy.field("x-amz-credential").ok_or_else(unsigned_form)?;
        let access_key_id = credential.rsplitn(5, '/').last().unwrap_or_default();
        self.identities
            .admit(access_key_id, policy.field("x-amz-security-token"))
            .map_err(|rejection| in_s3_terms(&rejection))?;
        let expiration = policy.expiration().unwrap_or_default();
        let end = OffsetDateTime::parse(expiration, &Iso8601::PARSING).map_err(|_| unsigned_form())?;
        if self.clock.date_time() >= end {
            return Err(in_s3_terms(&Rejection::PresignExpired(end)));
        }
        Ok(())
    }
}

fn unsigned_form() -> S3Error {
    S3Error::with_message(S3ErrorCode::AccessDenied, "A form must have a policy signed with AWS4-HMAC-SHA256")
}

pub(super) fn in_s3_terms(rejection: &Rejection) -> S3Error {
    let (code, message) = match rejection {
        Rejection::UnknownKey => return unknown_key(),
        Rejection::WrongToken => {
            (S3ErrorCode::InvalidToken, "The provided token is malformed or otherwise invalid.".to_owned())
        }
        Rejection::ExpiredToken => (S3ErrorCode::ExpiredToken, "The provided token has expired.".to_owned()),
        Rejection::Skewed { .. } => (
            S3ErrorCode::RequestTimeTooSkewed,
            "The difference between the request time and the current time is too large.".to_owned(),
        ),
        Rejection::PresignExpired(_) => (S3ErrorCode::AccessDenied, "Request has expired".to_owned()),
        Rejection::UnsignedHeader(name) => (
            S3ErrorCode::AccessDenied,
            format!("There were headers present in the request which were not signed: {name}"),
        ),
        Rejection::Malformed(_) => (S3ErrorCode::InvalidRequest, rejection.to_string()),
        Rejection::Signature | Rejection::Scope(_) => {
            (S3ErrorCode::SignatureDoesNotMatch, rejection.to_string())
        }
    };
    S3Error::with_message(code, message)
}

pub(super) fn unknown_key() -> S3Error {
    let message = "The AWS Access Key Id you provided does not exist in our records.";
    S3Error::with_message(S3ErrorCode::InvalidAccessKeyId, message)
}
