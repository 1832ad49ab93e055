//! Objects, one at a time, and deletion of many.

use std::sync::Arc;

use bytes::Bytes;
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::conditions::{Conditions, check_write};
use super::store::{Memory, Object as Stored, error, length, take_attributes};
use super::tagging::parse_tags;
use super::upload::{receive, stored_encoding, take_claims};

impl Memory {
    pub(super) async fn put(&self, mut request: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
        let claimed = take_claims!(request);
        let mut input = request.input;
        // A missing bucket is found out before the body is taken in.
        self.with_bucket(&input.bucket, |_| Ok(()))?;
        let received = receive(input.body.take(), claimed).await?;
        input.content_encoding = stored_encoding(input.content_encoding);
        let mut object = Stored {
            e_tag: String::new(),
            data: received.data,
            last_modified: self.now(),
            attributes: take_attributes!(input),
            tags: parse_tags(input.tagging.as_deref()),
            checksum: received.checksum,
        };
        self.with_bucket(&input.bucket, |bucket| {
            let existing = bucket.objects.get(&input.key).map(Arc::as_ref);
            check_write(existing, input.if_match.as_ref(), input.if_none_match.as_ref())?;
            object.e_tag = bucket.e_tag_of(&received.md5);
            bucket.adopt(&mut object);
            let checksum = object.checksum.clone();
            let output = PutObjectOutput {
                checksum_crc32: checksum.checksum_crc32,
                checksum_crc32c: checksum.checksum_crc32c,
                checksum_crc64nvme: checksum.checksum_crc64nvme,
                checksum_sha1: checksum.checksum_sha1,
                checksum_sha256: checksum.checksum_sha256,
                e_tag: Some(object.e_tag()),
                ..Default::default()
            };
            bucket.objects.insert(input.key, Arc::new(object));
            Ok(output)
        })
    }

    pub(super) fn get(&self, input: &GetObjectInput) -> S3Result<GetObjectOutput> {
        let object = self.object(&input.bucket, &input.key)?;
        check_selection(input.version_id.as_deref(), input.part_number)?;
        let conditions = Conditions {
            if_match: input.if_match.as_ref(),
            if_none_match: input.if_none_match.as_ref(),
            if_modified_since: input.if_modified_since.as_ref(),
            if_unmodified_since: input.if_unmodified_since.as_ref(),
        };
        conditions.check_read(&object)?;
        let (data, content_range) = cut(&object.data, input.range.as_ref())?;
        let checksum = shown_checksum(&object, input.checksum_mode.as_ref(), content_range.is_some());
        let attributes = object.attributes.clone();
        Ok(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            cache_control: attributes.cache_control,
            checksum_crc32: checksum.checksum_crc32,
            checksum_crc32c: checksum.checksum_crc32c,
            checksum_crc64nvme: checksum.checksum_crc64nvme,
            checksum_sha1: checksum.checksum_sha1,
            checksum_sha256: checksum.checksum_sha256,
            checksum_type: checksum.checksum_type,
            content_disposition: attributes.content_disposition,
            content_encoding: attributes.content_encoding,
            content_language: attributes.content_language,
            content_length: Some(length(&data)),
            content_range,
            content_type: Some(attributes.content_type.unwrap_or_else(default_content_type)),
            e_tag: Some(object.e_tag()),
            expires: attributes.expires,
            last_modified: Some(object.last_modified.clone()),
            metadata: attributes.metadata,
            storage_class: attributes.storage_class,
            tag_count: i32::try_from(object.tags.len()).ok().filter(|count| *count > 0),
            website_redirect_location: attributes.website_redirect_location,
            body: Some(StreamingBlob::from(s3s::Body::from(data))),
            ..Default::default()
        })
    }

    pub(super) fn head(&self, input: &HeadObjectInput) -> S3Result<HeadObjectOutput> {
        let object = self.object(&input.bucket, &input.key)?;
        check_selection(input.version_id.as_deref(), input.part_number)?;
        let conditions = Conditions {
            if_match: input.if_match.as_ref(),
            if_none_match: input.if_none_match.as_ref(),
            if_modified_since: input.if_modified_since.as_ref(),
            if_unmodified_since: input.if_unmodified_since.as_ref(),
        };
        conditions.check_read(&object)?;
        let (data, content_range) = cut(&object.data, input.range.as_ref())?;
        let checksum = shown_checksum(&object, input.checksum_mode.as_ref(), content_range.is_some());
        let attributes = object.attributes.clone();
        Ok(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            cache_control: attributes.cache_control,
            checksum_crc32: checksum.checksum_crc32,
            checksum_crc32c: checksum.checksum_crc32c,
            checksum_crc64nvme: checksum.checksum_crc64nvme,
            checksum_sha1: checksum.checksum_sha1,
            checksum_sha256: checksum.checksum_sha256,
            checksum_type: checksum.checksum_type,
            content_disposition: attributes.content_disposition,
            content_encoding: attributes.content_encoding,
            content_language: attributes.content_language,
            content_length: Some(length(&data)),
            content_range,
            content_type: Some(attributes.content_type.unwrap_or_else(default_content_type)),
            e_tag: Some(object.e_tag()),
            expires: attributes.expires,
            last_modified: Some(object.last_modified.clone()),
            metadata: attributes.metadata,
            storage_class: attributes.storage_class,
            website_redirect_location: attributes.website_redirect_location,
            ..Default::default()
        })
    }

    /// Deleting what is not there is no error.
    pub(super) fn delete(&self, input: &DeleteObjectInput) -> S3Result<DeleteObjectOutput> {
        self.with_bucket(&input.bucket, |bucket| {
            bucket.objects.remove(&input.key);
            Ok(DeleteObjectOutput::default())
        })
    }

    pub(super) fn delete_many(&self, input: DeleteObjectsInput) -> S3Result<DeleteObjectsOutput> {
        if input.delete.objects.len() > 1000 {
            let message =
                "The XML you provided was not well-formed or did not validate against our published schema";
            return Err(error(S3ErrorCode::MalformedXML, message));
        }
        let is_quiet = input.delete.quiet.unwrap_or_default();
        let deleted: Vec<_> = self.with_bucket(&input.bucket, |bucket| {
            let objects = input.delete.objects.into_iter();
            Ok(objects
                .map(|object| {
                    bucket.objects.remove(&object.key);
                    DeletedObject { key: Some(object.key), ..Default::default() }
                })
                .collect())
        })?;
        Ok(DeleteObjectsOutput { deleted: (!is_quiet).then_some(deleted), ..Default::default() })
    }
}

/// Versions are not kept, and parts not once they are joined.
fn check_selection(version_id: Option<&str>, part_number: Option<i32>) -> S3Result<()> {
    if version_id.is_some_and(|version| version != "null") {
        return Err(error(S3ErrorCode::NoSuchVersion, "The specified version does not exist."));
    }
    match part_number {
        None => Ok(()),
        Some(_) => Err(error(S3ErrorCode::NotImplemented, "Reading by part number is not served here.")),
    }
}

/// The bytes of a range and the header that describes it; all bytes without one.
fn cut(data: &Bytes, range: Option<&Range>) -> S3Result<(Bytes, Option<String>)> {
    let Some(range) = range else { return Ok((data.clone(), None)) };
    let full = data.len() as u64;
    let invalid = |_| error(S3ErrorCode::InvalidRange, "The requested range is not satisfiable");
    let range = range.check(full).map_err(invalid)?;
    let header = format!("bytes {}-{}/{full}", range.start, range.end.saturating_sub(1));
    let start = usize::try_from(range.start).unwrap_or(data.len());
    let end = usize::try_from(range.end).unwrap_or(data.len());
    Ok((data.slice(start..end), Some(header)))
}

/// Checksums come back on request, and only with the whole object.
fn shown_checksum(object: &Stored, mode: Option<&ChecksumMode>, is_range: bool) -> Checksum {
    let is_enabled = mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
    if is_enabled && !is_range { object.checksum.clone() } else { Checksum::default() }
}

fn default_content_type() -> String {
    "binary/octet-stream".to_owned()
}
