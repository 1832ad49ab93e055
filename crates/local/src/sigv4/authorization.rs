//! What a request claims about its signature, from the `Authorization` header or a presigned query.

use http::{HeaderMap, Uri};
use percent_encoding::percent_decode_str;
use thiserror::Error;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// SigV4's name on the wire.
pub(super) const HMAC: &str = "AWS4-HMAC-SHA256";
/// SigV4a's.
pub(super) const ECDSA: &str = "AWS4-ECDSA-P256-SHA256";
/// Where a request is served that is signed for every region.
const ANY_REGION: &str = "us-east-1";

/// The parts of a signature and of the scope it is valid in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Authorization {
    pub(crate) access_key_id: String,
    pub(crate) scope: Scope,
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
    /// `X-Amz-Date` as sent: the text itself is signed.
    pub(crate) timestamp: String,
    pub(crate) time: OffsetDateTime,
    pub(crate) security_token: Option<String>,
    /// The token of a session of S3 Express, which has a name of its own.
    pub(crate) s3_session_token: Option<String>,
    /// Seconds that a presigned request stays valid; `None` for header signatures.
    pub(crate) expires: Option<u64>,
    /// The regions that a SigV4a signature is good for, with commas between.
    pub(crate) region_set: Option<String>,
}

/// Date, region and service that a signature is made for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scope {
    pub(crate) date: String,
    /// None in SigV4a, whose scope has no region.
    pub(crate) region: Option<String>,
    pub(crate) service: String,
}

/// Why a signature could not even be read.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum Malformed {
    #[error("Request is missing Authentication Token")]
    Missing,
    #[error("Authorization header or query requires '{0}'.")]
    Lacks(&'static str),
    #[error("Unsupported algorithm: use AWS4-HMAC-SHA256 or AWS4-ECDSA-P256-SHA256.")]
    Algorithm,
    #[error(
        "Credential must have the form AKID/YYYYMMDD/REGION/SERVICE/aws4_request, without a region in SigV4a."
    )]
    Credential,
    #[error("X-Amz-Date must be in ISO 8601 basic format, with the date of the credential's scope.")]
    Date,
    #[error("X-Amz-Expires must be a number of seconds between 1 and 604800.")]
    Expires,
}

impl Authorization {
    /// Reads the header form, or else the query form.
    pub(crate) fn read(uri: &Uri, headers: &HeaderMap) -> Result<Self, Malformed> {
        match headers.get(http::header::AUTHORIZATION) {
            Some(value) => Self::from_header(value.to_str().map_err(|_| Malformed::Algorithm)?, headers),
            None => Self::from_query(uri.query().unwrap_or_default()),
        }
    }

    fn from_header(value: &str, headers: &HeaderMap) -> Result<Self, Malformed> {
        let (algorithm, fields) = value.trim().split_once(' ').ok_or(Malformed::Algorithm)?;
        let is_asymmetric = is_asymmetric(algorithm)?;
        let field = |name: &'static str| {
            fields
                .split(',')
                .filter_map(|pair| pair.trim().split_once('='))
                .find_map(|(key, value)| (key == name).then_some(value))
                .ok_or(Malformed::Lacks(name))
        };
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Claims {
            credential: field("Credential")?,
            signed_headers: field("SignedHeaders")?,
            signature: field("Signature")?,
            timestamp: header("x-amz-date").ok_or(Malformed::Lacks("X-Amz-Date"))?,
            security_token: header("x-amz-security-token"),
            s3_session_token: header("x-amz-s3session-token"),
            expires: None,
            region_set: if is_asymmetric {
                Some(header("x-amz-region-set").ok_or(LACKS_REGIONS)?)
            } else {
                None
            },
        }
        .check()
    }

    fn from_query(query: &str) -> Result<Self, Malformed> {
        let parameter = |name: &'static str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find_map(|(key, value)| (key == name).then(|| percent_decode_str(value).decode_utf8_lossy()))
                .ok_or(Malformed::Lacks(name))
        };
        let algorithm = parameter("X-Amz-Algorithm").map_err(|_| Malformed::Missing)?;
        let is_asymmetric = is_asymmetric(&algorithm)?;
        let expires = parameter("X-Amz-Expires")?.parse().map_err(|_| Malformed::Expires)?;
        if !(1..=604_800).contains(&expires) {
            return Err(Malformed::Expires);
        }
        Claims {
            credential: &parameter("X-Amz-Credential")?,
            signed_headers: &parameter("X-Amz-SignedHeaders")?,
            signature: &parameter("X-Amz-Signature")?,
            timestamp: parameter("X-Amz-Date")?.into_owned(),
            security_token: parameter("X-Amz-Security-Token").ok().map(Into::into),
            s3_session_token: parameter("X-Amz-S3session-Token").ok().map(Into::into),
            expires: Some(expires),
            region_set: if is_asymmetric { Some(parameter("X-Amz-Region-Set")?.into_owned()) } else { None },
        }
        .check()
    }

    /// The region to serve the request in: of a set the first that is no pattern.
    pub(crate) fn region(&self) -> &str {
        let set = self.region_set.as_deref().unwrap_or_default();
        let named = set.split(',').map(str::trim).find(|region| !region.is_empty() && !region.contains('*'));
        self.scope.region.as_deref().or(named).unwrap_or(ANY_REGION)
    }
}

const LACKS_REGIONS: Malformed = Malformed::Lacks("X-Amz-Region-Set");

fn is_asymmetric(algorithm: &str) -> Result<bool, Malformed> {
    match algorithm {
        HMAC => Ok(false),
        ECDSA => Ok(true),
        _ => Err(Malformed::Algorithm),
    }
}

/// The fields of either form, before their own syntax is looked at.
struct Claims<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    timestamp: String,
    security_token: Option<String>,
    s3_session_token: Option<String>,
    expires: Option<u64>,
    region_set: Option<String>,
}

impl Claims<'_> {
    fn check(self) -> Result<Authorization, Malformed> {
        // An access key may hold slashes as far as the format goes, so the scope is cut from the end.
        let length = if self.region_set.is_none() { 5 } else { 4 };
        let mut parts: Vec<&str> = self.credential.rsplitn(length, '/').collect();
        if parts.len() != length || parts[0] != "aws4_request" || parts.iter().any(|part| part.is_empty()) {
            return Err(Malformed::Credential);
        }
        let region = self.region_set.is_none().then(|| parts.remove(2));
        let [_, service, date, access_key_id] = parts[..] else { return Err(Malformed::Credential) };
        let time = parse_timestamp(&self.timestamp).ok_or(Malformed::Date)?;
        if !self.timestamp.starts_with(date) || date.len() != 8 {
            return Err(Malformed::Date);
        }
        let signed_headers: Vec<_> = self.signed_headers.split(';').map(str::to_owned).collect();
        if !signed_headers.iter().any(|name| name == "host") {
            return Err(Malformed::Lacks("host in SignedHeaders"));
        }
        Ok(Authorization {
            access_key_id: access_key_id.to_owned(),
            scope: Scope {
                date: date.to_owned(),
                region: region.map(str::to_owned),
                service: service.to_owned(),
            },
            signed_headers,
            signature: self.signature.to_owned(),
            timestamp: self.timestamp,
            time,
            security_token: self.security_token,
            s3_session_token: self.s3_session_token,
            expires: self.expires,
            region_set: self.region_set,
        })
    }
}

fn parse_timestamp(text: &str) -> Option<OffsetDateTime> {
    const BASIC: &[time::format_description::FormatItem<'_>] =
        format_description!("[year][month][day]T[hour][minute][second]Z");
    PrimitiveDateTime::parse(text, BASIC).ok().map(PrimitiveDateTime::assume_utc)
}
