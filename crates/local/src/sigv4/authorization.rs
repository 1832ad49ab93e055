//! What a request claims about its signature, from the `Authorization` header or a presigned query.

use http::{HeaderMap, Uri};
use percent_encoding::percent_decode_str;
use thiserror::Error;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

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
    /// Seconds that a presigned request stays valid; `None` for header signatures.
    pub(crate) expires: Option<u64>,
}

/// Date, region and service that a signing key is made for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scope {
    pub(crate) date: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

/// Why a signature could not even be read.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum Malformed {
    #[error("Request is missing Authentication Token")]
    Missing,
    #[error("Authorization header or query requires '{0}'.")]
    Lacks(&'static str),
    #[error("Unsupported algorithm: use AWS4-HMAC-SHA256.")]
    Algorithm,
    #[error("Credential must have the form AKID/YYYYMMDD/REGION/SERVICE/aws4_request.")]
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
        let fields = value.trim().strip_prefix(ALGORITHM).ok_or(Malformed::Algorithm)?;
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
            expires: None,
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
        if algorithm != ALGORITHM {
            return Err(Malformed::Algorithm);
        }
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
            expires: Some(expires),
        }
        .check()
    }
}

/// The fields of either form, before their own syntax is looked at.
struct Claims<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    timestamp: String,
    security_token: Option<String>,
    expires: Option<u64>,
}

impl Claims<'_> {
    fn check(self) -> Result<Authorization, Malformed> {
        // An access key may hold slashes as far as the format goes, so the scope is cut from the end.
        let mut parts = self.credential.rsplitn(5, '/');
        let mut next = || parts.next().filter(|part| !part.is_empty()).ok_or(Malformed::Credential);
        if next()? != "aws4_request" {
            return Err(Malformed::Credential);
        }
        let (service, region, date, access_key_id) = (next()?, next()?, next()?, next()?);
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
            scope: Scope { date: date.to_owned(), region: region.to_owned(), service: service.to_owned() },
            signed_headers,
            signature: self.signature.to_owned(),
            timestamp: self.timestamp,
            time,
            security_token: self.security_token,
            expires: self.expires,
        })
    }
}

fn parse_timestamp(text: &str) -> Option<OffsetDateTime> {
    const BASIC: &[time::format_description::FormatItem<'_>] =
        format_description!("[year][month][day]T[hour][minute][second]Z");
    PrimitiveDateTime::parse(text, BASIC).ok().map(PrimitiveDateTime::assume_utc)
}
