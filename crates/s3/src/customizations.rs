//! What S3 adds to the default handlers: which list, at which end, under which name.

use cumulo_core::{Handlers, NamedHandler, Request};

use crate::{bucket_endpoint, bucket_region, create_bucket, status_ok_error};

/// Puts the bucket into the host name.
pub const BUCKET_ENDPOINT: &str = "s3.BucketEndpoint";
/// Asks for the client's region in `CreateBucket`.
pub const LOCATION_CONSTRAINT: &str = "s3.LocationConstraint";
/// Finds the error inside a 200 answer.
pub const STATUS_OK_ERROR: &str = "s3.StatusOkError";
/// Names the region in which a bucket really is.
pub const BUCKET_REGION: &str = "s3.BucketRegion";

pub(crate) fn client_handlers(handlers: &mut Handlers) {
    let named = |name, handler: fn(&mut Request)| NamedHandler::new(name, handler);
    handlers.validate.push_front_named(named(LOCATION_CONSTRAINT, create_bucket::set_location_constraint));
    handlers.build.push_front_named(named(BUCKET_ENDPOINT, bucket_endpoint::place_bucket));
    let find_error =
        NamedHandler::new_async(STATUS_OK_ERROR, |request| Box::pin(status_ok_error::find_error(request)));
    handlers.unmarshal.push_front_named(find_error);
    handlers.unmarshal_error.push_back_named(named(BUCKET_REGION, bucket_region::name_region));
}

#[cfg(test)]
mod tests;
