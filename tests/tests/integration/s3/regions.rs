//! Where a bucket is.

use cumulo::s3;

use super::Bucket;
use crate::world::unique;

#[tokio::test]
async fn the_location_of_a_bucket_is_the_region_it_was_made_in() {
    let bucket = Bucket::make().await;
    let input = s3::GetBucketLocationInput::new().bucket(&*bucket.name);
    let location = bucket.client.get_bucket_location(input).await.unwrap().location_constraint.unwrap();
    assert_eq!(location.as_ref(), bucket.world.target.region);
}

#[tokio::test]
async fn the_region_of_a_bucket_is_found_and_a_missing_bucket_is_not() {
    let bucket = Bucket::make().await;
    let region = s3::get_bucket_region_with_client(&bucket.client, &bucket.name).await.unwrap();
    assert_eq!(region, bucket.world.target.region);
    let missing = s3::get_bucket_region_with_client(&bucket.client, &unique("missing")).await.unwrap_err();
    assert_eq!((missing.code(), missing.status()), (s3::err_code::NOT_FOUND, Some(404)));
}
