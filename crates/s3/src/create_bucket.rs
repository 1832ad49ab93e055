//! `CreateBucket` makes the bucket in the client's region unless the caller names another.

use cumulo_core::Request;

use crate::CreateBucketInput;
use crate::types::CreateBucketConfiguration;

/// The region that S3 takes a missing constraint for, and refuses by name.
const DEFAULT_REGION: &str = "us-east-1";

/// Adds the location constraint. Same meaning as Go's `populateLocationConstraint`.
pub(crate) fn set_location_constraint(request: &mut Request) {
    if request.operation().name != "CreateBucket" || request.signing_region == DEFAULT_REGION {
        return;
    }
    let region = request.signing_region.clone().into_owned();
    let Some(input) = request.params_as_mut::<CreateBucketInput>() else { return };
    if input.create_bucket_configuration.is_none() {
        let configuration = CreateBucketConfiguration::new().location_constraint(region);
        input.create_bucket_configuration = Some(configuration);
    }
}
