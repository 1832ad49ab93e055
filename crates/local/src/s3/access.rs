//! What S3 requests are checked against: the server's identities for the signature, then token, headers and time.

use std::sync::Arc;

use async_trait::async_trait;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3ErrorCode, S3Result};

use crate::auth::{Rejection, check_claims};
use crate::clock::Clock;
use crate::identity::Identities;
use crate::sigv4::Authorization;

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
        if context.credentials().is_none() {
            return Err(S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied"));
        }
        // Also refuses version 2 signatures, which the server crate still takes.
        let authorization = Authorization::read(context.uri(), context.headers())
            .map_err(|error| in_s3_terms(&Rejection::Malformed(error)))?;
        check_claims(context.headers(), &authorization, &self.identities, &self.clock)
            .map(drop)
            .map_err(|rejection| in_s3_terms(&rejection))
    }
}

fn in_s3_terms(rejection: &Rejection) -> S3Error {
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

fn unknown_key() -> S3Error {
    let message = "The AWS Access Key Id you provided does not exist in our records.";
    S3Error::with_message(S3ErrorCode::InvalidAccessKeyId, message)
}
