//! What is stored: buckets, their objects and their unfinished uploads.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use s3s::dto::{
    Checksum, ChecksumAlgorithm, ChecksumType, ETag, Metadata, Owner, StorageClass, Tag, Timestamp,
};
use s3s::{S3Error, S3ErrorCode, S3Result};

use super::directory::Zone;
use crate::clock::Clock;
use crate::identity::Identities;

/// Everything, by bucket name.
#[derive(Debug)]
pub(in crate::s3) struct Memory {
    pub(super) clock: Clock,
    /// Keeps the sessions of directory buckets.
    pub(super) identities: Arc<Identities>,
    buckets: Mutex<BTreeMap<String, Bucket>>,
}

#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) created: Timestamp,
    pub(super) region: String,
    /// Of a directory bucket alone.
    pub(super) zone: Option<Zone>,
    pub(super) objects: BTreeMap<String, Arc<Object>>,
    pub(super) uploads: BTreeMap<String, Upload>,
}

#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) data: Bytes,
    pub(super) e_tag: String,
    pub(super) last_modified: Timestamp,
    pub(super) attributes: Attributes,
    pub(super) tags: Vec<Tag>,
    pub(super) checksum: Checksum,
}

/// The headers that are stored with an object and come back with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) expires: Option<Timestamp>,
    pub(super) metadata: Option<Metadata>,
    pub(super) storage_class: Option<StorageClass>,
    pub(super) website_redirect_location: Option<String>,
}

/// Takes [`Attributes`] out of the input of any operation that stores an object.
macro_rules! take_attributes {
    ($input:expr) => {
        crate::s3::memory::store::Attributes {
            cache_control: $input.cache_control.take(),
            content_disposition: $input.content_disposition.take(),
            content_encoding: $input.content_encoding.take(),
            content_language: $input.content_language.take(),
            content_type: $input.content_type.take(),
            expires: $input.expires.take(),
            metadata: $input.metadata.take(),
            storage_class: $input.storage_class.take(),
            website_redirect_location: $input.website_redirect_location.take(),
        }
    };
}
pub(super) use take_attributes;

/// An unfinished multipart upload.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) key: String,
    pub(super) initiated: Timestamp,
    pub(super) attributes: Attributes,
    pub(super) tags: Vec<Tag>,
    pub(super) parts: BTreeMap<i32, UploadedPart>,
    pub(super) checksum_algorithm: Option<ChecksumAlgorithm>,
    pub(super) checksum_type: Option<ChecksumType>,
}

#[derive(Clone, Debug)]
pub(super) struct UploadedPart {
    pub(super) data: Bytes,
    pub(super) md5: [u8; 16],
    pub(super) e_tag: String,
    pub(super) last_modified: Timestamp,
    pub(super) checksum: Checksum,
}

impl Memory {
    pub(in crate::s3) fn new(clock: Clock, identities: Arc<Identities>) -> Self {
        Self { clock, identities, buckets: Mutex::default() }
    }

    pub(super) fn buckets(&self) -> MutexGuard<'_, BTreeMap<String, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn with_bucket<T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut Bucket) -> S3Result<T>,
    ) -> S3Result<T> {
        act(self.buckets().get_mut(name).ok_or_else(no_such_bucket)?)
    }

    pub(super) fn object(&self, bucket: &str, key: &str) -> S3Result<Arc<Object>> {
        self.with_bucket(bucket, |bucket| bucket.objects.get(key).cloned().ok_or_else(no_such_key))
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from(self.clock.now())
    }
}

impl Object {
    pub(super) fn e_tag(&self) -> ETag {
        ETag::Strong(self.e_tag.clone())
    }

    pub(super) fn length(&self) -> i64 {
        length(&self.data)
    }
}

pub(super) fn length(data: &Bytes) -> i64 {
    i64::try_from(data.len()).unwrap_or(i64::MAX)
}

/// The one owner of everything.
pub(super) fn owner() -> Owner {
    Owner {
        display_name: Some("local".to_owned()),
        id: Some("75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a".to_owned()),
    }
}

pub(super) fn error(code: S3ErrorCode, message: &'static str) -> S3Error {
    S3Error::with_message(code, message)
}

pub(super) fn no_such_bucket() -> S3Error {
    error(S3ErrorCode::NoSuchBucket, "The specified bucket does not exist")
}

pub(super) fn no_such_key() -> S3Error {
    error(S3ErrorCode::NoSuchKey, "The specified key does not exist.")
}
