//! Buckets.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::directory::Zone;
use super::store::{Bucket as Stored, Memory, error, owner};
use crate::s3::verified::Verified;

const CLASSIC_REGION: &str = "us-east-1";

impl Stored {
    /// The bucket as it is listed.
    pub(super) fn describe(&self, name: &str) -> Bucket {
        Bucket {
            bucket_region: Some(self.region.clone()),
            creation_date: Some(self.created.clone()),
            name: Some(name.to_owned()),
        }
    }
}

impl Memory {
    pub(super) fn make_bucket(&self, request: S3Request<CreateBucketInput>) -> S3Result<CreateBucketOutput> {
        let input = request.input;
        let verified = request.extensions.get::<Verified>().map(|verified| &*verified.region);
        let signed_for = verified.or(request.region.as_ref().map(|region| region.as_str()));
        let signed_for = signed_for.unwrap_or(CLASSIC_REGION);
        let zone = Zone::of(&input.bucket, input.create_bucket_configuration.as_ref())?;
        let constraint = input.create_bucket_configuration.and_then(|given| given.location_constraint);
        let region = constraint.as_ref().map_or(CLASSIC_REGION, |constraint| constraint.as_str());
        // The endpoint of the region says where a directory bucket is.
        let region = if zone.is_some() { signed_for } else { region }.to_owned();
        let mut buckets = self.buckets();
        // Creating one's own bucket again is no error in the oldest region.
        if buckets.contains_key(&input.bucket) && (zone.is_some() || signed_for != CLASSIC_REGION) {
            let message =
                "Your previous request to create the named bucket succeeded and you already own it.";
            return Err(error(S3ErrorCode::BucketAlreadyOwnedByYou, message));
        }
        let location = Some(format!("/{}", input.bucket));
        buckets.entry(input.bucket).or_insert_with(|| Stored::new(self.now(), region, zone));
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
        self.with_bucket(&input.bucket, |bucket| Ok(bucket.head()))
    }

    pub(super) fn all_buckets(&self, input: ListBucketsInput) -> ListBucketsOutput {
        let buckets = self.buckets();
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let after = input.continuation_token.as_deref().unwrap_or_default();
        let limit = input.max_buckets.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let is_listed =
            |name: &str, bucket: &Stored| bucket.zone.is_none() && name.starts_with(prefix) && name > after;
        let mut matching = buckets.iter().filter(|(name, bucket)| is_listed(name, bucket)).peekable();
        let mut page = Vec::new();
        while page.len() < limit
            && let Some((name, bucket)) = matching.next()
        {
            page.push(bucket.describe(name));
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
