//! Uploads in parts: of content of any length, and of parts that the caller makes. Several are encrypted and sent at once.

mod begun;
mod multipart;

pub use multipart::MultipartUpload;

use bytes::Bytes;
use cumulo_core::{BoxError, Error};
use cumulo_s3::{CompleteMultipartUploadOutput, CreateMultipartUploadInput};
use futures_core::Stream;

use crate::encryption_client::{EncryptionClient, check_metadata};
use crate::error;

/// The smallest part that S3 takes, but for the last.
const SMALLEST_PART: usize = 5 * 1024 * 1024;
/// What parts but the last have a multiple of: a block of AES.
const BLOCK: usize = 16;

/// How uploads are cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    /// Bytes of a part. With the default, 8 MiB, the longest content that has a cipher takes 8192 of S3's 10,000 parts.
    pub(crate) size: usize,
    /// How many are encrypted and sent at once.
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
    /// Takes any stream of chunks, a [`Body`](cumulo_core::Body) among them. The parts are encrypted on the runtime's threads
    /// for blocking work, several at once, and their ciphertext is in memory while they are sent, so that a retry sends the
    /// same bytes again: 40 MiB with the defaults, whatever the length.
    ///
    /// If anything fails, the upload is aborted and nothing is stored. An instruction file is written when all parts have
    /// been sent, just before the object appears.
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
    /// Dropping the future stops the parts and aborts the upload in the background: see [`MultipartUpload`].
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub async fn upload<S, E>(
        &self,
        input: CreateMultipartUploadInput,
        content: S,
    ) -> Result<CompleteMultipartUploadOutput, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<BoxError>,
    {
        let mut upload = self.create_multipart_upload(input).await?;
        match send_all(&mut upload, content, self.parts.size).await {
            Ok(last) => upload.complete(last).await,
            Err(error) => {
                // The first failure is the one to tell; what is left of the upload, S3's own rules clean up.
                let _ = upload.abort().await;
                Err(error)
            }
        }
    }

    /// Begins an upload whose parts the caller makes. The data key is asked for here; the answer encrypts and sends.
    ///
    /// ```no_run
    /// # use cumulo_core::Error;
    /// # use cumulo_s3::CreateMultipartUploadInput;
    /// # use cumulo_s3crypto::EncryptionClient;
    /// # async fn run(client: EncryptionClient, parts: Vec<Vec<u8>>, last: Vec<u8>) -> Result<(), Error> {
    /// let input = CreateMultipartUploadInput::new().bucket("bar").key("backup");
    /// let mut upload = client.create_multipart_upload(input).await?;
    /// for part in parts {
    ///     upload.upload_part(part).await?;
    /// }
    /// upload.complete(last).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`put_object`](Self::put_object).
    ///
    /// # Cancel safety
    /// As that of [`MultipartUpload`]: an upload that S3 has begun meanwhile is aborted.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub async fn create_multipart_upload(
        &self,
        mut input: CreateMultipartUploadInput,
    ) -> Result<MultipartUpload, Error> {
        check_metadata(input.metadata.as_ref())?;
        if self.parts.size < SMALLEST_PART || self.parts.at_once == 0 {
            return Err(error::construction("parts have at least 5 MiB, and at least one is sent at a time"));
        }
        let made = self.content_cipher(None).await?;
        input.metadata = Some(self.metadata(&made.envelope, input.metadata.as_ref())?);
        // In a task of its own: whoever drops this future must not lose the id of an upload that S3 has begun.
        tokio::spawn(MultipartUpload::begin(self.clone(), input, made)).await.map_err(unreadable)?
    }
}

/// Cuts the content into parts, sends all but the last and gives that.
async fn send_all<S, E>(upload: &mut MultipartUpload, content: S, part_size: usize) -> Result<Vec<u8>, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Into<BoxError>,
{
    let size = part_size - part_size % BLOCK;
    let mut content = std::pin::pin!(content);
    let mut part = Vec::new();
    while let Some(chunk) = std::future::poll_fn(|context| content.as_mut().poll_next(context)).await {
        let mut chunk = chunk.map_err(unreadable)?;
        while !chunk.is_empty() {
            if part.len() == size {
                upload.upload_part(std::mem::take(&mut part)).await?;
            }
            if part.capacity() == 0 {
                part.reserve_exact(size + BLOCK);
            }
            let fits = chunk.split_to(chunk.len().min(size - part.len()));
            part.extend_from_slice(&fits);
        }
    }
    Ok(part)
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
