//! Copies, of whole objects and of parts.

use std::sync::Arc;

use bytes::Bytes;
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Result};

use super::conditions::Conditions;
use super::store::{Memory, Object as Stored, UploadedPart, error, take_attributes};
use super::tagging::parse_tags;

impl Memory {
    pub(super) fn copy(&self, mut input: CopyObjectInput) -> S3Result<CopyObjectOutput> {
        let source = self.source(&input.copy_source)?;
        let conditions = Conditions {
            if_match: input.copy_source_if_match.as_ref(),
            if_none_match: input.copy_source_if_none_match.as_ref(),
            if_modified_since: input.copy_source_if_modified_since.as_ref(),
            if_unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
        };
        conditions.check_source(&source)?;
        let replaces = |directive: Option<&str>| directive == Some("REPLACE");
        let replaces_metadata = replaces(input.metadata_directive.as_ref().map(MetadataDirective::as_str));
        let changes_storage = input.storage_class.is_some() || input.website_redirect_location.is_some();
        if is_same(&input.copy_source, &input.bucket, &input.key) && !replaces_metadata && !changes_storage {
            let message = "This copy request is illegal because it is trying to copy an object to itself without \
                           changing the object's metadata, storage class, website redirect location or encryption \
                           attributes.";
            return Err(error(S3ErrorCode::InvalidRequest, message));
        }

        let mut copy = Stored::clone(&source);
        copy.last_modified = self.now();
        let storage_class = input.storage_class.clone();
        if replaces_metadata {
            copy.attributes = take_attributes!(input);
        }
        copy.attributes.storage_class = storage_class;
        if replaces(input.tagging_directive.as_ref().map(TaggingDirective::as_str)) {
            copy.tags = parse_tags(input.tagging.as_deref());
        }
        // Not under the lock, which keeps everybody else waiting.
        let md5 = md5::compute(&copy.data).into();
        let result = self.with_bucket(&input.bucket, |bucket| {
            copy.e_tag = bucket.e_tag_of(&md5);
            bucket.adopt(&mut copy);
            let result = CopyObjectResult {
                e_tag: Some(copy.e_tag()),
                last_modified: Some(copy.last_modified.clone()),
                ..Default::default()
            };
            bucket.objects.insert(input.key, Arc::new(copy));
            Ok(result)
        })?;
        Ok(CopyObjectOutput { copy_object_result: Some(result), ..Default::default() })
    }

    pub(super) fn copy_part(&self, input: &UploadPartCopyInput) -> S3Result<UploadPartCopyOutput> {
        let source = self.source(&input.copy_source)?;
        let conditions = Conditions {
            if_match: input.copy_source_if_match.as_ref(),
            if_none_match: input.copy_source_if_none_match.as_ref(),
            if_modified_since: input.copy_source_if_modified_since.as_ref(),
            if_unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
        };
        conditions.check_source(&source)?;
        let data = match input.copy_source_range.as_deref() {
            None => source.data.clone(),
            Some(range) => source_range(&source.data, range)?,
        };
        let md5: [u8; 16] = md5::compute(&data).into();
        let part = UploadedPart {
            data,
            md5,
            e_tag: self.with_bucket(&input.bucket, |bucket| Ok(bucket.e_tag_of(&md5)))?,
            last_modified: self.now(),
            checksum: Checksum::default(),
        };
        let result = CopyPartResult {
            e_tag: Some(ETag::Strong(part.e_tag.clone())),
            last_modified: Some(part.last_modified.clone()),
            ..Default::default()
        };
        self.store_part(&input.bucket, &input.key, &input.upload_id, input.part_number, part)?;
        Ok(UploadPartCopyOutput { copy_part_result: Some(result), ..Default::default() })
    }

    fn source(&self, source: &CopySource) -> S3Result<Arc<Stored>> {
        match source {
            CopySource::Bucket { bucket, key, .. } => self.object(bucket, key),
            _ => Err(error(S3ErrorCode::NotImplemented, "Access points are not served here.")),
        }
    }
}

fn is_same(source: &CopySource, to_bucket: &str, to_key: &str) -> bool {
    matches!(source, CopySource::Bucket { bucket, key, .. } if **bucket == *to_bucket && **key == *to_key)
}

/// Unlike the range of a read, this one needs both ends, and both within the source.
fn source_range(data: &Bytes, range: &str) -> S3Result<Bytes> {
    let ends = range.strip_prefix("bytes=").and_then(|ends| ends.split_once('-'));
    let ends = ends.and_then(|(first, last)| Some((first.parse().ok()?, last.parse::<usize>().ok()?)));
    match ends {
        Some((first, last)) if first <= last && last < data.len() => Ok(data.slice(first..=last)),
        Some(_) => Err(error(S3ErrorCode::InvalidRange, "The requested range is not satisfiable")),
        None => Err(error(
            S3ErrorCode::InvalidArgument,
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
             zero-based offsets of the first and last bytes to copy",
        )),
    }
}
