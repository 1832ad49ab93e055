//! Signing for this crate's own tests, by the verifier's functions.

use time::OffsetDateTime;
use time::macros::format_description;

use super::authorization::Scope;
use super::{Arrived, Authorization, canonical_request, sha256_hex, signature, string_to_sign};

/// The headers to add so that the request, with the headers it has, is signed.
pub(crate) fn sign(
    request: Arrived<'_>,
    service: &str,
    access_key_id: &str,
    secret: &str,
    time: OffsetDateTime,
) -> [(&'static str, String); 2] {
    let timestamp = time.format(format_description!("[year][month][day]T[hour][minute][second]Z")).unwrap();
    let mut headers = request.headers.clone();
    headers.insert("x-amz-date", timestamp.parse().unwrap());
    let request = Arrived { headers: &headers, ..request };
    let mut names: Vec<String> = headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    let scope = Scope {
        date: timestamp[..8].to_owned(),
        region: Some("us-east-1".to_owned()),
        service: service.to_owned(),
    };
    let authorization = Authorization {
        access_key_id: access_key_id.to_owned(),
        scope,
        signed_headers: names,
        signature: String::new(),
        timestamp: timestamp.clone(),
        time,
        security_token: None,
        s3_session_token: None,
        expires: None,
        region_set: None,
    };
    let canonical = canonical_request::build(request, &authorization, &sha256_hex(request.body)).unwrap();
    let text = string_to_sign::build(&authorization, &canonical);
    let signature = signature::compute(secret, &authorization.scope, authorization.region(), &text);
    let value = format!(
        "AWS4-HMAC-SHA256 Credential={access_key_id}/{}/us-east-1/{service}/aws4_request, SignedHeaders={}, \
         Signature={signature}",
        authorization.scope.date,
        authorization.signed_headers.join(";"),
    );
    [("x-amz-date", timestamp), ("authorization", value)]
}
