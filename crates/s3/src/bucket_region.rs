//! The redirect that S3 answers for a bucket of another region, as an error that names the right one.

use cumulo_core::{Error, Request};

use crate::err_code;

/// Turns a 301 into `BucketRegionError`. S3 gives no `Location` to follow: the request must be signed for the other region.
pub(crate) fn name_region(request: &mut Request) {
    let Some(response) = &request.http_response else { return };
    if response.status != 301 {
        return;
    }
    let mut message = format!(
        "incorrect region, the bucket is not in '{}' region at endpoint '{}'",
        request.signing_region, request.http_request.url.authority
    );
    if let Some(region) = response.header("x-amz-bucket-region") {
        message += &format!(", bucket is in '{region}' region");
    }
    let mut error = Error::new(err_code::BUCKET_REGION_ERROR, message).with_status(301);
    if let Some(id) = request.error.as_ref().and_then(Error::request_id) {
        error = error.with_request_id(id.to_owned());
    }
    if let Some(id) = request.error.as_ref().and_then(Error::extended_request_id) {
        error = error.with_extended_request_id(id.to_owned());
    }
    request.error = Some(error);
}
