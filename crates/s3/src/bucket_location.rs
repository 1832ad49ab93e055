//! `GetBucketLocation` answers regions by names that were given before there were regions; its callers want today's.

use cumulo_core::Request;

const MEMBER: &str = "LocationConstraint";

/// Writes the region's name into the answer, as Go's `NormalizeBucketLocationHandler` does: callers compare it with
/// regions, or make a client of it.
pub(crate) fn normalize(request: &mut Request) {
    if request.operation().name != "GetBucketLocation" || request.error.is_some() {
        return;
    }
    let Some(output) = &mut request.data else { return };
    let location = output.text(MEMBER).unwrap_or_default();
    let region = normalize_bucket_location(location);
    if region != location {
        let region = region.to_owned();
        output.set_text(MEMBER, region);
    }
}

/// The region that S3 means by a location constraint: `us-east-1` by an empty one, `eu-west-1` by `EU`, and by any other
/// the region of that name. Same meaning as Go's `s3.NormalizeBucketLocation`.
///
/// The answers of [`Client::get_bucket_location`](crate::Client::get_bucket_location) have been through it already.
///
/// ```
/// use cumulo_s3::normalize_bucket_location;
///
/// assert_eq!(normalize_bucket_location(""), "us-east-1");
/// assert_eq!(normalize_bucket_location("EU"), "eu-west-1");
/// assert_eq!(normalize_bucket_location("eu-central-1"), "eu-central-1");
/// ```
pub fn normalize_bucket_location(location: &str) -> &str {
    match location {
        "" => "us-east-1",
        "EU" => "eu-west-1",
        region => region,
    }
}
