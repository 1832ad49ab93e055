//! Deletes that take the instruction file along.

use cumulo_core::Error;
use cumulo_s3::types::{Delete, ObjectIdentifier};
use cumulo_s3::{DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput};

use crate::encryption_client::EncryptionClient;
use crate::instruction_file::SUFFIX;

impl EncryptionClient {
    /// Deletes an object, then its instruction file `<key>.instruction` if it has one.
    ///
    /// With a `version_id` the file stays: other versions of the object may need it.
    ///
    /// # Errors
    /// What S3 says, to either call. If the file could not be deleted the object is gone; the call can be repeated.
    pub async fn delete_object(&self, input: DeleteObjectInput) -> Result<DeleteObjectOutput, Error> {
        let mut file = DeleteObjectInput::new();
        file.bucket = input.bucket.clone();
        file.key = input.key.as_ref().map(|key| format!("{key}{SUFFIX}"));
        file.mfa = input.mfa.clone();
        file.request_payer = input.request_payer.clone();
        file.bypass_governance_retention = input.bypass_governance_retention;
        file.expected_bucket_owner = input.expected_bucket_owner.clone();
        let whole_object = input.version_id.is_none();
        let output = self.s3.delete_object(input).await?;
        if whole_object {
            self.s3.delete_object(file).await?;
        }
        Ok(output)
    }

    /// Deletes up to 1000 objects, then their instruction files. The answer is that of the objects; keys of files that
    /// could not be deleted are added to its `errors`.
    ///
    /// Files of objects with a version id stay.
    ///
    /// # Errors
    /// What S3 says, to either call.
    pub async fn delete_objects(&self, input: DeleteObjectsInput) -> Result<DeleteObjectsOutput, Error> {
        let objects = input.delete.as_ref().and_then(|delete| delete.objects.as_deref()).unwrap_or_default();
        let whole_objects = objects.iter().filter(|object| object.version_id.is_none());
        let keys = whole_objects.filter_map(|object| object.key.as_ref());
        let files: Vec<_> = keys.map(|key| ObjectIdentifier::new().key(format!("{key}{SUFFIX}"))).collect();
        let mut second = DeleteObjectsInput::new();
        second.bucket = input.bucket.clone();
        second.mfa = input.mfa.clone();
        second.request_payer = input.request_payer.clone();
        second.bypass_governance_retention = input.bypass_governance_retention;
        second.expected_bucket_owner = input.expected_bucket_owner.clone();
        second.checksum_algorithm = input.checksum_algorithm.clone();

        let mut output = self.s3.delete_objects(input).await?;
        if !files.is_empty() {
            let second = second.delete(Delete::new().objects(files).quiet(true));
            if let Some(errors) = self.s3.delete_objects(second).await?.errors {
                output.errors.get_or_insert_default().extend(errors);
            }
        }
        Ok(output)
    }
}
