//! Multipart uploads.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Result};

use super::checksums;
use super::conditions::check_write;
use super::list::common_prefix;
use super::store::{
    Bucket as StoredBucket, Memory, Object as Stored, Upload, UploadedPart, error, length, owner,
    take_attributes,
};
use super::tagging::parse_tags;
use super::upload::{receive, take_claims};
use crate::ids::{hex, uuid};

/// The least that every part but the last must hold.
const MINIMUM_PART: usize = 5 * 1024 * 1024;

impl Memory {
    pub(super) fn begin_upload(
        &self,
        mut input: CreateMultipartUploadInput,
    ) -> S3Result<CreateMultipartUploadOutput> {
        let upload_id = uuid();
        let upload = Upload {
            key: input.key.clone(),
            initiated: self.now(),
            attributes: take_attributes!(input),
            tags: parse_tags(input.tagging.as_deref()),
            parts: BTreeMap::new(),
            checksum_algorithm: input.checksum_algorithm.clone(),
            checksum_type: input.checksum_type.clone(),
        };
        self.with_bucket(&input.bucket, |bucket| {
            bucket.uploads.insert(upload_id.clone(), upload);
            Ok(())
        })?;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(upload_id),
            checksum_algorithm: input.checksum_algorithm,
            checksum_type: input.checksum_type,
            ..Default::default()
        })
    }

    pub(super) async fn put_part(
        &self,
        mut request: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
        let claimed = take_claims!(request);
        let mut input = request.input;
        let received = receive(input.body.take(), claimed).await?;
        let part = UploadedPart {
            data: received.data,
            md5: received.md5,
            e_tag: self.with_bucket(&input.bucket, |bucket| Ok(bucket.e_tag_of(&received.md5)))?,
            last_modified: self.now(),
            checksum: received.checksum,
        };
        let output = UploadPartOutput {
            checksum_crc32: part.checksum.checksum_crc32.clone(),
            checksum_crc32c: part.checksum.checksum_crc32c.clone(),
            checksum_crc64nvme: part.checksum.checksum_crc64nvme.clone(),
            checksum_sha1: part.checksum.checksum_sha1.clone(),
            checksum_sha256: part.checksum.checksum_sha256.clone(),
            e_tag: Some(ETag::Strong(part.e_tag.clone())),
            ..Default::default()
        };
        self.store_part(&input.bucket, &input.key, &input.upload_id, input.part_number, part)?;
        Ok(output)
    }

    pub(super) fn store_part(
        &self,
        bucket: &str,
        key: &str,
        upload_id: &str,
        number: i32,
        part: UploadedPart,
    ) -> S3Result<()> {
        if !(1..=10_000).contains(&number) {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            return Err(error(S3ErrorCode::InvalidArgument, message));
        }
        self.with_bucket(bucket, |bucket| {
            find_upload(bucket, key, upload_id)?.parts.insert(number, part);
            Ok(())
        })
    }

    pub(super) fn complete_upload(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let chosen = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let mut claimed = Checksum {
            checksum_crc32: input.checksum_crc32,
            checksum_crc32c: input.checksum_crc32c,
            checksum_crc64nvme: input.checksum_crc64nvme,
            checksum_sha1: input.checksum_sha1,
            checksum_sha256: input.checksum_sha256,
            ..Default::default()
        };
        let now = self.now();
        let (e_tag, checksum) = self.with_bucket(&input.bucket, |bucket| {
            let upload = find_upload(bucket, &input.key, &input.upload_id)?;
            let (data, e_tag) = join(upload, &chosen)?;
            let checksum = checksums::of_object(upload, &chosen, &data, &mut claimed)?;
            let existing = bucket.objects.get(&input.key).map(Arc::as_ref);
            check_write(existing, input.if_match.as_ref(), input.if_none_match.as_ref())?;
            let upload = bucket.uploads.remove(&input.upload_id).ok_or_else(no_such_upload)?;
            let mut object = Stored {
                data,
                e_tag,
                last_modified: now,
                attributes: upload.attributes,
                tags: upload.tags,
                checksum,
            };
            bucket.adopt(&mut object);
            let (e_tag, checksum) = (object.e_tag(), object.checksum.clone());
            bucket.objects.insert(input.key.clone(), Arc::new(object));
            Ok((e_tag, checksum))
        })?;
        Ok(CompleteMultipartUploadOutput {
            location: Some(format!("/{}/{}", input.bucket, input.key)),
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(e_tag),
            checksum_crc32: checksum.checksum_crc32,
            checksum_crc32c: checksum.checksum_crc32c,
            checksum_crc64nvme: checksum.checksum_crc64nvme,
            checksum_sha1: checksum.checksum_sha1,
            checksum_sha256: checksum.checksum_sha256,
            checksum_type: checksum.checksum_type,
            ..Default::default()
        })
    }

    pub(super) fn abort_upload(
        &self,
        input: &AbortMultipartUploadInput,
    ) -> S3Result<AbortMultipartUploadOutput> {
        self.with_bucket(&input.bucket, |bucket| {
            find_upload(bucket, &input.key, &input.upload_id)?;
            bucket.uploads.remove(&input.upload_id);
            Ok(AbortMultipartUploadOutput::default())
        })
    }

    pub(super) fn parts(&self, input: ListPartsInput) -> S3Result<ListPartsOutput> {
        let after = input.part_number_marker.unwrap_or_default();
        let limit = input.max_parts.unwrap_or(1000).clamp(0, 1000);
        self.with_bucket(&input.bucket, |bucket| {
            let upload = find_upload(bucket, &input.key, &input.upload_id)?;
            let mut following = upload.parts.range(after.saturating_add(1)..);
            let parts: Vec<Part> =
                following.by_ref().take(usize::try_from(limit).unwrap_or_default()).map(describe).collect();
            let is_truncated = following.next().is_some();
            Ok(ListPartsOutput {
                is_truncated: Some(is_truncated),
                max_parts: Some(limit),
                next_part_number_marker: parts
                    .last()
                    .filter(|_| is_truncated)
                    .and_then(|part| part.part_number),
                part_number_marker: Some(after),
                owner: Some(owner()),
                parts: Some(parts),
                storage_class: upload.attributes.storage_class.clone(),
                ..Default::default()
            })
        })
        .map(|output| ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            ..output
        })
    }

    pub(super) fn uploads(&self, input: ListMultipartUploadsInput) -> S3Result<ListMultipartUploadsOutput> {
        let prefix = input.prefix.clone().unwrap_or_default();
        let limit = input.max_uploads.unwrap_or(1000).clamp(1, 1000);
        let key_marker = input.key_marker.clone().unwrap_or_default();
        let id_marker = input.upload_id_marker.clone().unwrap_or_default();
        let mut page: Vec<MultipartUpload> = Vec::new();
        let mut prefixes: Vec<String> = Vec::new();
        let is_truncated = self.with_bucket(&input.bucket, |bucket| {
            let mut uploads: Vec<_> =
                bucket.uploads.iter().map(|(id, upload)| (&upload.key, id, upload)).collect();
            uploads.sort_by_key(|(key, id, _)| (*key, *id));
            for (key, id, upload) in uploads {
                // With an upload id, the marker is a place among the uploads of one key; else all of that key are behind.
                let is_behind = if id_marker.is_empty() {
                    *key <= key_marker
                } else {
                    (key, id) <= (&key_marker, &id_marker)
                };
                if is_behind || !key.starts_with(&prefix) {
                    continue;
                }
                if let Some(rolled_up) = common_prefix(key, &prefix, input.delimiter.as_deref()) {
                    if prefixes.last().is_none_or(|listed| listed != rolled_up) {
                        prefixes.push(rolled_up.to_owned());
                    }
                    continue;
                }
                if page.len() == usize::try_from(limit).unwrap_or_default() {
                    return Ok(true);
                }
                page.push(MultipartUpload {
                    initiated: Some(upload.initiated.clone()),
                    key: Some(key.clone()),
                    owner: Some(owner()),
                    upload_id: Some(id.clone()),
                    ..Default::default()
                });
            }
            Ok(false)
        })?;
        let last = page.last().filter(|_| is_truncated);
        Ok(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            common_prefixes: Some(
                prefixes.into_iter().map(|prefix| CommonPrefix { prefix: Some(prefix) }).collect(),
            ),
            delimiter: input.delimiter,
            is_truncated: Some(is_truncated),
            key_marker: input.key_marker,
            max_uploads: Some(limit),
            next_key_marker: last.and_then(|upload| upload.key.clone()),
            next_upload_id_marker: last.and_then(|upload| upload.upload_id.clone()),
            prefix: input.prefix,
            upload_id_marker: input.upload_id_marker,
            uploads: Some(page),
            ..Default::default()
        })
    }
}

/// Joins the chosen parts. The entity tag is the MD5 of the parts' MD5s, then a dash and their number.
fn join(upload: &Upload, chosen: &[CompletedPart]) -> S3Result<(Bytes, String)> {
    let invalid = || {
        let message = "One or more of the specified parts could not be found. The part may not have been uploaded, or \
                       the specified entity tag may not match the part's entity tag.";
        error(S3ErrorCode::InvalidPart, message)
    };
    if chosen.is_empty() {
        let message =
            "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(error(S3ErrorCode::MalformedXML, message));
    }
    if !chosen.is_sorted_by(|one, other| one.part_number < other.part_number) {
        let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
        return Err(error(S3ErrorCode::InvalidPartOrder, message));
    }
    let mut data = BytesMut::new();
    let mut md5 = md5::Context::new();
    for (index, choice) in chosen.iter().enumerate() {
        let part = choice.part_number.and_then(|number| upload.parts.get(&number)).ok_or_else(invalid)?;
        if choice.e_tag.as_ref().is_none_or(|e_tag| e_tag.value() != part.e_tag) {
            return Err(invalid());
        }
        if index + 1 < chosen.len() && part.data.len() < MINIMUM_PART {
            let message = "Your proposed upload is smaller than the minimum allowed size";
            return Err(error(S3ErrorCode::EntityTooSmall, message));
        }
        data.extend_from_slice(&part.data);
        md5.consume(part.md5);
    }
    Ok((data.freeze(), format!("{}-{}", hex(&*md5.finalize()), chosen.len())))
}

fn find_upload<'a>(bucket: &'a mut StoredBucket, key: &str, upload_id: &str) -> S3Result<&'a mut Upload> {
    let upload = bucket.uploads.get_mut(upload_id).filter(|upload| upload.key == key);
    upload.ok_or_else(no_such_upload)
}

fn no_such_upload() -> S3Error {
    let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                   aborted or completed.";
    error(S3ErrorCode::NoSuchUpload, message)
}

fn describe((number, part): (&i32, &UploadedPart)) -> Part {
    Part {
        checksum_crc32: part.checksum.checksum_crc32.clone(),
        e_tag: Some(ETag::Strong(part.e_tag.clone())),
        last_modified: Some(part.last_modified.clone()),
        part_number: Some(*number),
        size: Some(length(&part.data)),
        ..Default::default()
    }
}
