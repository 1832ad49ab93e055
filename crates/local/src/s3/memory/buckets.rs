//! Buckets.

use std::collections::BTreeMap;

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::store::{Bucket as Stored, Memory, error, owner};

const CLASSIC_REGION: &str = "us-east-1";

impl Memory {
    pub(super) fn make_bucket(&self, request: S3Request<CreateBucketInput>) -> S3Result<CreateBucketOutput> {
        let input = request.input;
        let signed_for = request.region.as_ref().map_or(CLASSIC_REGION, |region| region.as_str());
        let constraint = input.create_bucket_configuration.and_then(|given| given.location_constraint);
        let region = constraint.as_ref().map_or(CLASSIC_REGION, |constraint| constraint.as_str()).to_owned();
        let mut buckets = self.buckets();
        // Creating one's own bucket again is no error in the oldest region.
        if buckets.contains_key(&input.bucket) && signed_for != CLASSIC_REGION {
            let message =
                "Your previous request to create the named bucket succeeded and you already own it.";
            return Err(error(S3ErrorCode::BucketAlreadyOwnedByYou, message));
        }
        let location = Some(format!("/{}", input.bucket));
        buckets.entry(input.bucket).or_insert_with(|| Stored {
            created: self.now(),
            region,
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
        });
        Ok(CreateBucketOutput { location })
    }

    pub(super) fn remove_bucket(&self, input: &DeleteBucketInput) -> S3Result<DeleteBucketOutput> {
        self.with_bucket(&input.bucket, |bucket| match bucket.objects.is_empty() {
            true => Ok(()),
            false => Err(error(S3ErrorCode::BucketNotEmpty, "The bucket you tried to delete is not empty")),
        })?;
        self.buckets().remove(&input.bucket);
        Ok(DeleteBucketOutput {})
    }

    pub(super) fn find_bucket(&self, input: &HeadBucketInput) -> S3Result<HeadBucketOutput> {
        let region = self.with_bucket(&input.bucket, |bucket| Ok(bucket.region.clone()))?;
        Ok(HeadBucketOutput { bucket_region: Some(region), ..Default::default() })
    }

    pub(super) fn all_buckets(&self, input: ListBucketsInput) -> ListBucketsOutput {
        let buckets = self.buckets();
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let after = input.continuation_token.as_deref().unwrap_or_default();
        let limit = input.max_buckets.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let mut matching =
            buckets.iter().filter(|(name, _)| name.starts_with(prefix) && name.as_str() > after).peekable();
        let mut page = Vec::new();
        while page.len() < limit
            && let Some((name, bucket)) = matching.next()
        {
            page.push(Bucket {
                bucket_region: Some(bucket.region.clone()),
                creation_date: Some(bucket.created.clone()),
                name: Some(name.clone()),
            });
        }
        let more = matching.peek().is_some();
        let continuation_token = page.last().filter(|_| more).and_then(|bucket| bucket.name.clone());
        ListBucketsOutput {
            buckets: Some(page),
            continuation_token,
            owner: Some(owner()),
            prefix: input.prefix,
        }
    }

    pub(super) fn bucket_location(
        &self,
        input: &GetBucketLocationInput,
    ) -> S3Result<GetBucketLocationOutput> {
        let region = self.with_bucket(&input.bucket, |bucket| Ok(bucket.region.clone()))?;
        let constraint = (region != CLASSIC_REGION).then(|| BucketLocationConstraint::from(region));
        Ok(GetBucketLocationOutput { location_constraint: constraint })
    }
}
