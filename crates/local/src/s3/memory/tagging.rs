//! Tags of objects.

use std::sync::Arc;

use s3s::S3Result;
use s3s::dto::Tag;

use super::store::{Memory, no_such_key};

impl Memory {
    pub(super) fn set_tags(&self, bucket: &str, key: &str, tags: Vec<Tag>) -> S3Result<()> {
        self.with_bucket(bucket, |bucket| {
            let object = bucket.objects.get_mut(key).ok_or_else(no_such_key)?;
            Arc::make_mut(object).tags = tags;
            Ok(())
        })
    }
}

/// Tags in the form of the `x-amz-tagging` header: a URL query.
pub(super) fn parse_tags(header: Option<&str>) -> Vec<Tag> {
    let pairs = form_urlencoded::parse(header.unwrap_or_default().as_bytes());
    pairs.map(|(key, value)| Tag { key: Some(key.into()), value: Some(value.into()) }).collect()
}
