//! Uploads of unknown length: encrypted as they come, sent in parts, several at once.

use bytes::{Bytes, BytesMut};
use cumulo_core::{BoxError, Error};
use cumulo_s3::types::{CompletedMultipartUpload, CompletedPart};
use cumulo_s3::{
    AbortMultipartUploadInput, CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
    CreateMultipartUploadInput, UploadPartInput, UploadPartOutput,
};
use futures_core::Stream;
use tokio::task::JoinSet;

use crate::content::Cipher;
use crate::encryption_client::{EncryptionClient, check_metadata};
use crate::error;
use crate::instruction_file::{self, Owner};

/// The smallest part that S3 takes, but for the last.
const SMALLEST_PART: usize = 5 * 1024 * 1024;

/// How uploads are cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    /// Bytes of a part. With the default, 8 MiB, the longest content that has a cipher takes 8192 of S3's 10,000 parts.
    pub(crate) size: usize,
    /// How many are sent at once.
    pub(crate) at_once: usize,
}

impl Default for Parts {
    fn default() -> Self {
        Self { size: 8 * 1024 * 1024, at_once: 4 }
    }
}

impl EncryptionClient {
    /// Encrypts content of any length as it comes, and stores it in parts.
    ///
    /// Takes any stream of chunks, a [`Body`](cumulo_core::Body) among them. The parts' ciphertext is in memory while they
    /// are sent, so that a retry sends the same bytes again: 40 MiB with the defaults, whatever the length.
    ///
    /// If anything fails, the upload is aborted and nothing is stored, but for the instruction file if there is to be one.
    ///
    /// ```no_run
    /// # use cumulo_core::{Body, Error};
    /// # use cumulo_s3::CreateMultipartUploadInput;
    /// # use cumulo_s3crypto::EncryptionClient;
    /// # async fn run(client: EncryptionClient) -> Result<(), Error> {
    /// let input = CreateMultipartUploadInput::new().bucket("bar").key("backup");
    /// client.upload(input, Body::file("backup.tar").await?).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`put_object`](Self::put_object); `ReadError` if the stream fails.
    ///
    /// # Cancel safety
    /// Dropping the future stops the parts and aborts the upload in the background.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub async fn upload<S, E>(
        &self,
        mut input: CreateMultipartUploadInput,
        content: S,
    ) -> Result<CompleteMultipartUploadOutput, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<BoxError>,
    {
        check_metadata(input.metadata.as_ref())?;
        if self.parts.size < SMALLEST_PART || self.parts.at_once == 0 {
            return Err(error::construction("parts have at least 5 MiB, and at least one is sent at a time"));
        }
        let made = self.content_cipher(None).await?;
        let owner = Owner {
            bucket: input.bucket.as_deref(),
            key: input.key.as_deref(),
            suffix: instruction_file::SUFFIX,
            request_payer: input.request_payer.clone(),
            expected_bucket_owner: input.expected_bucket_owner.as_deref(),
        };
        let metadata = self.store(&made.envelope, input.metadata.as_ref(), &owner).await?;
        input.metadata = Some(metadata);

        let mut upload = Upload::begin(self, input).await?;
        let sent = upload.send(content, made.cipher, self.parts).await;
        let result = match sent {
            Ok(parts) => upload.complete(parts).await,
            Err(error) => Err(error),
        };
        match result {
            Ok(output) => {
                upload.open = false;
                Ok(output)
            }
            Err(error) => {
                upload.sending.shutdown().await;
                upload.open = false;
                // The first failure is the one to tell; what is left of the upload, S3's own rules clean up.
                let _ = upload.client.s3.abort_multipart_upload(upload.abort_input()).await;
                Err(error)
            }
        }
    }
}

/// An upload that is under way: aborted when it is dropped before its end.
struct Upload {
    client: EncryptionClient,
    input: CreateMultipartUploadInput,
    id: Option<String>,
    sending: JoinSet<Result<(i32, UploadPartOutput), Error>>,
    done: Vec<CompletedPart>,
    open: bool,
}

impl Upload {
    async fn begin(client: &EncryptionClient, input: CreateMultipartUploadInput) -> Result<Self, Error> {
        let mut copy = CreateMultipartUploadInput::new();
        cumulo_core::shape::copy(&input, &mut copy)?;
        let id = client.s3.create_multipart_upload(input).await?.upload_id;
        Ok(Self {
            client: client.clone(),
            input: copy,
            id,
            sending: JoinSet::new(),
            done: Vec::new(),
            open: true,
        })
    }

    /// Encrypts everything and sends it; gives the parts in order.
    async fn send<S, E>(
        &mut self,
        content: S,
        mut cipher: Box<dyn Cipher>,
        parts: Parts,
    ) -> Result<Vec<CompletedPart>, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<BoxError>,
    {
        let mut content = std::pin::pin!(content);
        let (mut buffer, mut number) = (BytesMut::new(), 0);
        loop {
            let next = std::future::poll_fn(|context| content.as_mut().poll_next(context)).await;
            let last = next.is_none();
            let sealed = match next {
                Some(chunk) => {
                    let mut data = Vec::from(chunk.map_err(unreadable)?);
                    cipher.update(&mut data)?;
                    data
                }
                None => cipher.finish()?,
            };
            if buffer.is_empty() {
                buffer.reserve(parts.size);
            }
            buffer.extend_from_slice(&sealed);
            while buffer.len() >= parts.size || (last && !buffer.is_empty()) {
                let part = buffer.split_to(buffer.len().min(parts.size)).freeze();
                number += 1;
                self.send_part(number, part, parts.at_once).await?;
            }
            if last {
                break;
            }
        }
        while self.part_done().await?.is_some() {}
        let mut done = std::mem::take(&mut self.done);
        done.sort_by_key(|part| part.part_number);
        Ok(done)
    }

    /// Begins to send a part, once there is a place for it.
    async fn send_part(&mut self, number: i32, part: Bytes, at_once: usize) -> Result<(), Error> {
        while self.sending.len() >= at_once {
            self.part_done().await?;
        }
        let mut input = UploadPartInput::new().part_number(number).body(part);
        input.bucket = self.input.bucket.clone();
        input.key = self.input.key.clone();
        input.upload_id = self.id.clone();
        input.checksum_algorithm = self.input.checksum_algorithm.clone();
        input.sse_customer_algorithm = self.input.sse_customer_algorithm.clone();
        input.sse_customer_key = self.input.sse_customer_key.clone();
        input.sse_customer_key_md5 = self.input.sse_customer_key_md5.clone();
        input.request_payer = self.input.request_payer.clone();
        input.expected_bucket_owner = self.input.expected_bucket_owner.clone();
        let s3 = std::sync::Arc::clone(&self.client.s3);
        self.sending.spawn(async move { Ok((number, s3.upload_part(input).await?)) });
        Ok(())
    }

    /// Waits for one of the parts that are under way; `None` if none is.
    async fn part_done(&mut self) -> Result<Option<()>, Error> {
        let Some(joined) = self.sending.join_next().await else { return Ok(None) };
        let (number, output) = joined.map_err(unreadable)??;
        let mut part = CompletedPart::new().part_number(number);
        part.e_tag = output.e_tag;
        part.checksum_crc32 = output.checksum_crc32;
        part.checksum_crc32c = output.checksum_crc32c;
        part.checksum_crc64nvme = output.checksum_crc64nvme;
        part.checksum_sha1 = output.checksum_sha1;
        part.checksum_sha256 = output.checksum_sha256;
        self.done.push(part);
        Ok(Some(()))
    }

    async fn complete(&self, parts: Vec<CompletedPart>) -> Result<CompleteMultipartUploadOutput, Error> {
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
        self.client.s3.complete_multipart_upload(input).await
    }

    fn abort_input(&self) -> AbortMultipartUploadInput {
        let mut input = AbortMultipartUploadInput::new();
        input.bucket = self.input.bucket.clone();
        input.key = self.input.key.clone();
        input.upload_id = self.id.clone();
        input.request_payer = self.input.request_payer.clone();
        input.expected_bucket_owner = self.input.expected_bucket_owner.clone();
        input
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let (s3, input) = (std::sync::Arc::clone(&self.client.s3), self.abort_input());
        let mut sending = std::mem::take(&mut self.sending);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // A part that arrives after the abort would be stored, and paid for.
                sending.shutdown().await;
                let _ = s3.abort_multipart_upload(input).await;
            });
        }
    }
}

fn unreadable(source: impl Into<BoxError>) -> Error {
    match source.into().downcast::<Error>() {
        Ok(error) => *error,
        Err(source) => {
            Error::new(cumulo_core::err_code::READ_ERROR, "the content could not be read to its end")
                .with_source(source)
        }
    }
}
