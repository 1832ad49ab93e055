//! `CreateBucket` makes the bucket in the client's region unless the caller names another.

use cumulo_core::Request;
use cumulo_core::shape::Mut;

/// The region that S3 takes a missing constraint for, and refuses by name.
const DEFAULT_REGION: &str = "us-east-1";

/// Adds the location constraint. Same meaning as Go's `populateLocationConstraint`.
pub(crate) fn set_location_constraint(request: &mut Request) {
    if request.operation().name != "CreateBucket" || request.signing_region == DEFAULT_REGION {
        return;
    }
    let region = request.signing_region.clone();
    let Some(index) = request.params.schema().index_of("CreateBucketConfiguration") else { return };
    if request.params.member(index).is_none()
        && let Some(Mut::Structure(configuration)) = request.params.member_mut(index)
    {
        configuration.set_text("LocationConstraint", region);
    }
}
