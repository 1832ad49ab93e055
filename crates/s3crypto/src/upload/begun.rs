//! What the later calls of an upload repeat of the call that began it.

use cumulo_s3::types::{CompletedMultipartUpload, CompletedPart};
use cumulo_s3::{
    AbortMultipartUploadInput, CompleteMultipartUploadInput, CreateMultipartUploadInput, UploadPartInput,
};

use crate::instruction_file::{self, Owner};

/// An upload that S3 has begun: its id, and where it goes and how.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) id: Option<String>,
    input: CreateMultipartUploadInput,
}

impl Begun {
    /// Takes what is repeated; the id comes later.
    pub(super) fn new(input: &CreateMultipartUploadInput) -> Self {
        let mut repeated = CreateMultipartUploadInput::new();
        repeated.bucket = input.bucket.clone();
        repeated.key = input.key.clone();
        repeated.checksum_algorithm = input.checksum_algorithm.clone();
        repeated.checksum_type = input.checksum_type.clone();
        repeated.sse_customer_algorithm = input.sse_customer_algorithm.clone();
        repeated.sse_customer_key = input.sse_customer_key.clone();
        repeated.sse_customer_key_md5 = input.sse_customer_key_md5.clone();
        repeated.request_payer = input.request_payer.clone();
        repeated.expected_bucket_owner = input.expected_bucket_owner.clone();
        Self { id: None, input: repeated }
    }

    /// Of the object's instruction file.
    pub(super) fn owner(&self) -> Owner<'_> {
        Owner {
            bucket: self.input.bucket.as_deref(),
            key: self.input.key.as_deref(),
            suffix: instruction_file::SUFFIX,
            request_payer: self.input.request_payer.clone(),
            expected_bucket_owner: self.input.expected_bucket_owner.as_deref(),
        }
    }

    pub(super) fn part(&self, number: i32) -> UploadPartInput {
        let mut input = UploadPartInput::new().part_number(number);
        input.bucket = self.input.bucket.clone();
        input.key = self.input.key.clone();
        input.upload_id = self.id.clone();
        input.checksum_algorithm = self.input.checksum_algorithm.clone();
        input.sse_customer_algorithm = self.input.sse_customer_algorithm.clone();
        input.sse_customer_key = self.input.sse_customer_key.clone();
        input.sse_customer_key_md5 = self.input.sse_customer_key_md5.clone();
        input.request_payer = self.input.request_payer.clone();
        input.expected_bucket_owner = self.input.expected_bucket_owner.clone();
        input
    }

    pub(super) fn complete(&self, parts: Vec<CompletedPart>) -> CompleteMultipartUploadInput {
        let mut input = CompleteMultipartUploadInput::new()
            .multipart_upload(CompletedMultipartUpload::new().parts(parts));
        input.bucket = self.input.bucket.clone();
        input.key = self.input.key.clone();
        input.upload_id = self.id.clone();
        input.checksum_type = self.input.checksum_type.clone();
        input.sse_customer_algorithm = self.input.sse_customer_algorithm.clone();
        input.sse_customer_key = self.input.sse_customer_key.clone();
        input.sse_customer_key_md5 = self.input.sse_customer_key_md5.clone();
        input.request_payer = self.input.request_payer.clone();
        input.expected_bucket_owner = self.input.expected_bucket_owner.clone();
        input
    }

    pub(super) fn abort(&self) -> AbortMultipartUploadInput {
        let mut input = AbortMultipartUploadInput::new();
        input.bucket = self.input.bucket.clone();
        input.key = self.input.key.clone();
        input.upload_id = self.id.clone();
        input.request_payer = self.input.request_payer.clone();
        input.expected_bucket_owner = self.input.expected_bucket_owner.clone();
        input
    }
}
