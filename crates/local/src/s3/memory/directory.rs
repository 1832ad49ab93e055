//! Directory buckets: how they are made and listed, their sessions, and what their objects have otherwise.
//!
//! Source: "Differences for directory buckets" in the Amazon S3 User Guide.

use std::collections::BTreeMap;

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::checksums;
use super::store::{Bucket as Stored, Memory, Object, error};
use crate::identity::Grant;
use crate::ids::{hex, random_bytes};
use crate::s3::directory;
use crate::s3::verified::{Caller, Verified};

const STORAGE_CLASS: &str = "EXPRESS_ONEZONE";
/// The most directory buckets on a page.
const MAXIMUM_BUCKETS: usize = 1000;

/// Where a directory bucket is.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    kind: LocationType,
    name: String,
}

impl Zone {
    /// The zone that a bucket is to be made in; none for a bucket of the other kind.
    pub(super) fn of(
        bucket: &str,
        configuration: Option<&CreateBucketConfiguration>,
    ) -> S3Result<Option<Self>> {
        let info = configuration.and_then(|given| given.bucket.as_ref());
        let kind = info.and_then(|info| info.type_.as_ref()).map(BucketType::as_str);
        let is_directory = kind == Some(BucketType::DIRECTORY);
        if !is_directory && !directory::is_directory(bucket) {
            return Ok(None);
        }
        let zone = directory::zone(bucket).filter(|_| is_directory);
        let zone =
            zone.ok_or_else(|| error(S3ErrorCode::InvalidBucketName, "The specified bucket is not valid."))?;
        let location = configuration.and_then(|given| given.location.as_ref());
        let named = location.and_then(|location| Some((location.type_.clone()?, location.name.clone()?)));
        let redundancy = info.and_then(|info| info.data_redundancy.as_ref()).map(DataRedundancy::as_str);
        match named {
            Some((kind, name)) if name == zone && redundancy.is_some() => Ok(Some(Self { kind, name })),
            _ => {
                let message = "A directory bucket needs a location, which is the zone in its name, and a data redundancy.";
                Err(error(S3ErrorCode::InvalidRequest, message))
            }
        }
    }
}

impl Stored {
    /// A bucket with nothing in it.
    pub(super) fn new(created: Timestamp, region: String, zone: Option<Zone>) -> Self {
        Self { created, region, zone, objects: BTreeMap::new(), uploads: BTreeMap::new() }
    }

    /// The entity tag of something with this MD5. Those in directory buckets are of no meaning.
    pub(super) fn e_tag_of(&self, md5: &[u8; 16]) -> String {
        if self.zone.is_some() { hex(&random_bytes::<16>()) } else { hex(md5) }
    }

    /// Gives an object what every object in a directory bucket has.
    pub(super) fn adopt(&self, object: &mut Object) {
        if self.zone.is_none() {
            return;
        }
        object.attributes.storage_class = Some(StorageClass::from_static(STORAGE_CLASS));
        if object.checksum == Checksum::default() {
            object.checksum = checksums::crc32(&object.data);
        }
    }

    /// What HeadBucket answers.
    pub(super) fn head(&self) -> HeadBucketOutput {
        HeadBucketOutput {
            bucket_location_name: self.zone.as_ref().map(|zone| zone.name.clone()),
            bucket_location_type: self.zone.as_ref().map(|zone| zone.kind.clone()),
            bucket_region: Some(self.region.clone()),
            ..Default::default()
        }
    }

    /// Refuses a listing that a directory bucket cannot make.
    pub(super) fn check_listing(&self, input: &ListObjectsV2Input) -> S3Result<()> {
        let refused = |message| Err(error(S3ErrorCode::InvalidRequest, message));
        match (input.prefix.as_deref().unwrap_or_default(), input.delimiter.as_deref()) {
            _ if self.zone.is_none() => Ok(()),
            (prefix, _) if !prefix.is_empty() && !prefix.ends_with('/') => refused(
                "This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending \
                 with a delimiter and try again.",
            ),
            (_, Some(delimiter)) if delimiter != "/" => {
                refused("This bucket does not support a delimiter other than /.")
            }
            _ if input.start_after.is_some() => refused("This bucket does not support start-after."),
            _ => Ok(()),
        }
    }
}

impl Memory {
    pub(super) fn make_session(
        &self,
        request: &S3Request<CreateSessionInput>,
    ) -> S3Result<CreateSessionOutput> {
        let input = &request.input;
        self.with_bucket(&input.bucket, |_| Ok(()))?;
        let caller = request.extensions.get::<Verified>().map(|verified| &verified.caller);
        let Some(Caller::Principal(principal)) = caller else {
            return Err(error(S3ErrorCode::AccessDenied, "Access Denied"));
        };
        let is_read_only = match input.session_mode.as_ref().map(SessionMode::as_str) {
            None | Some(SessionMode::READ_WRITE) => false,
            Some(SessionMode::READ_ONLY) => true,
            Some(_) => {
                let message = "The session mode must be ReadOnly or ReadWrite.";
                return Err(error(S3ErrorCode::InvalidArgument, message));
            }
        };
        let grant = Grant { bucket: input.bucket.clone(), is_read_only };
        let issued = self.identities.issue_for_s3_express(principal.clone(), grant);
        let credentials = SessionCredentials {
            access_key_id: issued.access_key_id,
            expiration: Timestamp::from(issued.expires),
            secret_access_key: issued.secret_access_key.to_string(),
            session_token: issued.session_token,
        };
        let encryption = ServerSideEncryption::from_static(ServerSideEncryption::AES256);
        Ok(CreateSessionOutput {
            credentials,
            bucket_key_enabled: None,
            server_side_encryption: Some(encryption),
            ssekms_encryption_context: None,
            ssekms_key_id: None,
        })
    }

    pub(super) fn directory_buckets(&self, input: &ListDirectoryBucketsInput) -> ListDirectoryBucketsOutput {
        let after = input.continuation_token.as_deref().unwrap_or_default();
        let limit = input.max_directory_buckets.and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.unwrap_or(MAXIMUM_BUCKETS).min(MAXIMUM_BUCKETS);
        let buckets = self.buckets();
        let mut matching =
            buckets.iter().filter(|(name, bucket)| bucket.zone.is_some() && name.as_str() > after);
        let page: Vec<_> =
            matching.by_ref().take(limit).map(|(name, bucket)| bucket.describe(name)).collect();
        let more = matching.next().is_some();
        let continuation_token = page.last().filter(|_| more).and_then(|bucket| bucket.name.clone());
        ListDirectoryBucketsOutput { buckets: Some(page), continuation_token }
    }
}
