//! Authentication of one request: its signature, its session token, its time.

use std::time::Duration;

use thiserror::Error;
use time::OffsetDateTime;

use crate::clock::Clock;
use crate::error::Service;
use crate::identity::{Grant, Identities, Principal};
use crate::sigv4::{self, Arrived, Authorization, Malformed};

/// How far a client's clock may be off, as AWS has it.
const ALLOWED_SKEW: Duration = Duration::from_secs(5 * 60);

/// Why a request is not accepted as anybody's. The wording is AWS's; the code depends on the service's protocol.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum Rejection {
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    #[error("The security token included in the request is invalid.")]
    WrongToken,
    #[error("The security token included in the request is expired")]
    ExpiredToken,
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    )]
    Signature,
    #[error("Credential should be scoped to correct service: '{0}'.")]
    Scope(&'static str),
    #[error("'{0}' must be a 'SignedHeader' in the AWS Authorization.")]
    UnsignedHeader(String),
    #[error("Signature expired: {signed} is now earlier or later than {now} by more than 5 min.")]
    Skewed { signed: OffsetDateTime, now: OffsetDateTime },
    #[error("Request has expired: it was valid until {0}.")]
    PresignExpired(OffsetDateTime),
}

/// Who sent a request, and for which region it was signed.
#[derive(Debug)]
pub(crate) struct Authenticated {
    pub(crate) principal: Principal,
    pub(crate) region: String,
}

/// Finds out who sent a request to `service`, or why nobody is believed to have.
pub(crate) fn authenticate(
    request: Arrived<'_>,
    service: Service,
    identities: &Identities,
    clock: &Clock,
) -> Result<Authenticated, Rejection> {
    let authorization = Authorization::read(request.uri, request.headers)?;
    if authorization.scope.service != service.signing_name() {
        return Err(Rejection::Scope(service.signing_name()));
    }
    let secret = identities.secret(&authorization.access_key_id).ok_or(Rejection::UnknownKey)?;
    if !sigv4::is_signed_with(request, &authorization, &secret) {
        return Err(Rejection::Signature);
    }
    let principal = check_claims(request.headers, &authorization, identities, clock)?;
    Ok(Authenticated { principal, region: authorization.region().to_owned() })
}

/// The checks that follow a valid signature; S3's requests join here, as most of theirs are verified by its server crate.
pub(crate) fn check_claims(
    headers: &http::HeaderMap,
    authorization: &Authorization,
    identities: &Identities,
    clock: &Clock,
) -> Result<Principal, Rejection> {
    check_signed_headers(headers, authorization)?;
    let token = authorization.security_token.as_deref();
    let principal = identities.admit(&authorization.access_key_id, token)?;
    check_time(authorization, clock.date_time())?;
    Ok(principal)
}

/// The same checks for a request with the token of a session of S3 Express.
pub(crate) fn check_s3_session_claims(
    headers: &http::HeaderMap,
    authorization: &Authorization,
    token: &str,
    identities: &Identities,
    clock: &Clock,
) -> Result<Grant, Rejection> {
    check_signed_headers(headers, authorization)?;
    let grant = identities.admit_to_s3_express(&authorization.access_key_id, token)?;
    check_time(authorization, clock.date_time())?;
    Ok(grant)
}

/// Every `x-amz-*` header must be under the signature.
fn check_signed_headers(headers: &http::HeaderMap, authorization: &Authorization) -> Result<(), Rejection> {
    let is_signed = |name: &str| authorization.signed_headers.iter().any(|signed| signed == name);
    let mut names = headers.keys().map(http::HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
    match names.find(|name| !is_signed(name)) {
        Some(name) => Err(Rejection::UnsignedHeader(name.to_owned())),
        None => Ok(()),
    }
}

fn check_time(authorization: &Authorization, now: OffsetDateTime) -> Result<(), Rejection> {
    let signed = authorization.time;
    let skewed = Err(Rejection::Skewed { signed, now });
    match authorization.expires {
        Some(_) if signed > now + ALLOWED_SKEW => skewed,
        Some(seconds) => {
            let end = signed + Duration::from_secs(seconds);
            if now > end { Err(Rejection::PresignExpired(end)) } else { Ok(()) }
        }
        None if (now - signed).abs() > ALLOWED_SKEW => skewed,
        None => Ok(()),
    }
}
