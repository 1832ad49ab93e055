//! Requests with more than one signature. What checks a signature and what then asks who sent it would not look at the same.

use http::{HeaderMap, Uri, header};
use percent_encoding::percent_decode_str;
use s3s::{S3Error, S3ErrorCode, S3Result};

/// Refuses a request that is signed in more than one way: by the query of SigV4, that of version 2, and the header of either.
pub(super) fn check_one(uri: &Uri, headers: &HeaderMap) -> S3Result<()> {
    let names = || {
        let pairs = uri.query().unwrap_or_default().split('&');
        pairs.map(|pair| percent_decode_str(pair.split('=').next().unwrap_or_default()).decode_utf8_lossy())
    };
    let is_v4 = |name: &str| {
        name.eq_ignore_ascii_case("X-Amz-Algorithm") || name.eq_ignore_ascii_case("X-Amz-Signature")
    };
    let in_query = [names().any(|name| is_v4(&name)), names().any(|name| name == "Signature")];
    let in_headers = headers.get_all(header::AUTHORIZATION).iter().count();
    if in_headers + in_query.into_iter().filter(|is_there| *is_there).count() <= 1 {
        return Ok(());
    }
    let message = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                   parameter or the Authorization header should be specified";
    Err(S3Error::with_message(S3ErrorCode::InvalidArgument, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(query: &str, authorizations: &[&'static str]) -> bool {
        let uri = format!("/bucket/key?{query}").parse().unwrap();
        let mut headers = HeaderMap::new();
        for value in authorizations {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        check_one(&uri, &headers).is_ok()
    }

    #[test]
    fn a_request_is_signed_in_one_way_or_not_at_all() {
        let (v4, v2) =
            ("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00", "AWSAccessKeyId=A&Signature=00");
        let header = "AWS4-HMAC-SHA256 Credential=A";
        for query in ["", "list-type=2", v4, v2] {
            assert!(is_taken(query, &[]), "{query}");
        }
        assert!(is_taken("prefix=Signature", &[header]));
        let encoded = "X-Amz%2DSignature=00";
        for query in [v4, v2, encoded, "x-amz-algorithm", "Si%67nature=00"] {
            assert!(!is_taken(query, &[header]), "{query}");
        }
        assert!(!is_taken(&format!("{v4}&{v2}"), &[]));
        assert!(!is_taken("", &[header, "AWS A:00"]));
    }
}
