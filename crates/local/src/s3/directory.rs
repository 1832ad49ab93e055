//! Directory buckets, those of S3 Express: their names, and who may call what on them.
//!
//! Source: "Directory bucket API operations" and "Authenticating and authorizing requests" of directory buckets in the Amazon
//! S3 User Guide.

use http::Method;
use s3s::access::S3AccessContext;
use s3s::{S3Error, S3ErrorCode, S3Result};

use super::access::in_s3_terms;
use super::verified::{Caller, Verified};
use crate::auth::Rejection;
use crate::identity::Grant;

/// The name in the scope of every signature on directory buckets.
pub(super) const SIGNING_NAME: &str = "s3express";
const SUFFIX: &str = "--x-s3";

/// The operations that sessions are for.
const ZONAL: [&str; 14] = [
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjects",
    "GetObject",
    "GetObjectAttributes",
    "HeadBucket",
    "HeadObject",
    "ListMultipartUploads",
    "ListObjectsV2",
    "ListParts",
    "PutObject",
    "UploadPart",
];
/// The operations that sessions are not for.
const IAM: [&str; 6] =
    ["CopyObject", "CreateBucket", "CreateSession", "DeleteBucket", LIST_DIRECTORY_BUCKETS, "UploadPartCopy"];
const LIST_DIRECTORY_BUCKETS: &str = "ListDirectoryBuckets";

/// Whether the name is one of a directory bucket.
pub(super) fn is_directory(bucket: &str) -> bool {
    bucket.ends_with(SUFFIX)
}

/// The zone in the name of a directory bucket.
pub(super) fn zone(bucket: &str) -> Option<&str> {
    let (base, zone) = bucket.strip_suffix(SUFFIX)?.rsplit_once("--")?;
    (!base.is_empty() && !zone.is_empty() && !bucket.contains('.')).then_some(zone)
}

/// Checks that a request that was found right is signed for the kind of its bucket, and may do what it asks for.
pub(super) fn check(context: &S3AccessContext<'_>, verified: Option<&Verified>) -> S3Result<()> {
    let operation = context.s3_op().name();
    let bucket = context.s3_path().get_bucket_name();
    let is_express = bucket.is_some_and(is_directory) || operation == LIST_DIRECTORY_BUCKETS;
    let expected = if is_express { SIGNING_NAME } else { "s3" };
    let signed_for = verified.map_or("s3", |verified| &*verified.service);
    if signed_for != expected {
        let message = format!(
            "The authorization header is malformed; incorrect service \"{signed_for}\". This endpoint belongs to \
             \"{expected}\"."
        );
        return Err(S3Error::with_message(S3ErrorCode::AuthorizationHeaderMalformed, message));
    }
    let session = verified.and_then(|verified| match &verified.caller {
        Caller::Session(grant) => Some(grant),
        Caller::Principal(_) => None,
    });
    if !is_express {
        return if session.is_none() { Ok(()) } else { Err(in_s3_terms(&Rejection::WrongToken)) };
    }
    if !ZONAL.contains(&operation) && !IAM.contains(&operation) {
        let message = format!("{operation} is not supported for directory buckets.");
        return Err(S3Error::with_message(S3ErrorCode::NotImplemented, message));
    }
    match session {
        Some(grant) => check_grant(grant, bucket, operation, context.method()),
        None => Ok(()),
    }
}

fn check_grant(grant: &Grant, bucket: Option<&str>, operation: &str, method: &Method) -> S3Result<()> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    if bucket == Some(&*grant.bucket) && ZONAL.contains(&operation) && (is_read || !grant.is_read_only) {
        return Ok(());
    }
    Err(S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_stands_in_the_name() {
        assert_eq!(zone("logs--use1-az4--x-s3"), Some("use1-az4"));
        assert_eq!(zone("a--b--use1-az4--x-s3"), Some("use1-az4"));
        for name in ["logs", "logs--x-s3", "--use1-az4--x-s3", "logs----x-s3", "lo.gs--use1-az4--x-s3"] {
            assert_eq!(zone(name), None, "{name}");
        }
    }

    #[test]
    fn a_session_is_for_its_own_bucket_and_for_reading_alone_where_it_says_so() {
        let grant = |is_read_only| Grant { bucket: "b--z--x-s3".to_owned(), is_read_only };
        let check = |grant: Grant, bucket, operation, method| {
            check_grant(&grant, Some(bucket), operation, &method).is_ok()
        };
        assert!(check(grant(false), "b--z--x-s3", "PutObject", Method::PUT));
        assert!(check(grant(true), "b--z--x-s3", "GetObject", Method::GET));
        assert!(check(grant(true), "b--z--x-s3", "GetObjectAttributes", Method::GET));
        assert!(!check(grant(true), "b--z--x-s3", "PutObject", Method::PUT));
        assert!(!check(grant(false), "c--z--x-s3", "PutObject", Method::PUT));
        assert!(!check(grant(false), "b--z--x-s3", "CopyObject", Method::PUT));
        assert!(!check(grant(false), "b--z--x-s3", "CreateSession", Method::GET));
    }
}
