//! S3's storage in memory. Each operation stands in the file of its group; this one only hands them out.

mod buckets;
pub(super) mod checksums;
mod conditions;
mod copy;
mod directory;
mod list;
mod multipart;
mod objects;
mod store;
mod tagging;
mod upload;

use async_trait::async_trait;
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};

pub(super) use store::Memory;
pub(super) use upload::incomplete;

#[async_trait]
impl S3 for Memory {
    async fn create_bucket(
        &self,
        r: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        self.make_bucket(r).map(S3Response::new)
    }

    async fn delete_bucket(
        &self,
        r: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.remove_bucket(&r.input).map(|out| S3Response::with_status(out, http::StatusCode::NO_CONTENT))
    }

    async fn head_bucket(&self, r: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.find_bucket(&r.input).map(S3Response::new)
    }

    async fn list_buckets(&self, r: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        Ok(S3Response::new(self.all_buckets(r.input)))
    }

    async fn list_directory_buckets(
        &self,
        r: S3Request<ListDirectoryBucketsInput>,
    ) -> S3Result<S3Response<ListDirectoryBucketsOutput>> {
        Ok(S3Response::new(self.directory_buckets(&r.input)))
    }

    async fn create_session(
        &self,
        r: S3Request<CreateSessionInput>,
    ) -> S3Result<S3Response<CreateSessionOutput>> {
        self.make_session(&r).map(S3Response::new)
    }

    async fn get_bucket_location(
        &self,
        r: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.bucket_location(&r.input).map(S3Response::new)
    }

    async fn put_object(&self, r: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        self.put(r).await.map(S3Response::new)
    }

    async fn get_object(&self, r: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.get(&r.input).map(S3Response::new)
    }

    async fn head_object(&self, r: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        self.head(&r.input).map(S3Response::new)
    }

    async fn delete_object(
        &self,
        r: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.delete(&r.input).map(|out| S3Response::with_status(out, http::StatusCode::NO_CONTENT))
    }

    async fn delete_objects(
        &self,
        r: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        self.delete_many(r.input).map(S3Response::new)
    }

    async fn copy_object(&self, r: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        self.copy(r.input).map(S3Response::new)
    }

    async fn list_objects(&self, r: S3Request<ListObjectsInput>) -> S3Result<S3Response<ListObjectsOutput>> {
        self.list_v1(r.input).map(S3Response::new)
    }

    async fn list_objects_v2(
        &self,
        r: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.list_v2(r.input).map(S3Response::new)
    }

    async fn create_multipart_upload(
        &self,
        r: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.begin_upload(r.input).map(S3Response::new)
    }

    async fn upload_part(&self, r: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        self.put_part(r).await.map(S3Response::new)
    }

    async fn upload_part_copy(
        &self,
        r: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        self.copy_part(&r.input).map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        r: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.complete_upload(r.input).map(S3Response::new)
    }

    async fn abort_multipart_upload(
        &self,
        r: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.abort_upload(&r.input).map(|out| S3Response::with_status(out, http::StatusCode::NO_CONTENT))
    }

    async fn list_parts(&self, r: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        self.parts(r.input).map(S3Response::new)
    }

    async fn list_multipart_uploads(
        &self,
        r: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        self.uploads(r.input).map(S3Response::new)
    }

    async fn put_object_tagging(
        &self,
        r: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<S3Response<PutObjectTaggingOutput>> {
        self.set_tags(&r.input.bucket, &r.input.key, r.input.tagging.tag_set)?;
        Ok(S3Response::new(PutObjectTaggingOutput::default()))
    }

    async fn get_object_tagging(
        &self,
        r: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<S3Response<GetObjectTaggingOutput>> {
        let tag_set = self.object(&r.input.bucket, &r.input.key)?.tags.clone();
        Ok(S3Response::new(GetObjectTaggingOutput { tag_set, version_id: None }))
    }

    async fn delete_object_tagging(
        &self,
        r: S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
        self.set_tags(&r.input.bucket, &r.input.key, Vec::new())?;
        let output = DeleteObjectTaggingOutput::default();
        Ok(S3Response::with_status(output, http::StatusCode::NO_CONTENT))
    }
}

#[cfg(test)]
mod tests;
