//! One upload in parts: encrypts and sends several at once, ends with the tag, and is aborted if it does not end well.

use std::fmt;
use std::sync::Arc;

use cumulo_core::Error;
use cumulo_s3::types::CompletedPart;
use cumulo_s3::{CompleteMultipartUploadOutput, CreateMultipartUploadInput, S3Api, UploadPartInput};
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};

use super::begun::Begun;
use super::{BLOCK, SMALLEST_PART, unreadable};
use crate::content::{Cipher, ContentCipher, EncryptPart, PartsCipher};
use crate::encryption_client::EncryptionClient;
use crate::envelope::Envelope;
use crate::{err_code, error};

/// The most parts that S3 puts together.
const MOST_PARTS: i32 = 10_000;

/// An upload that is under way. Made by [`EncryptionClient::create_multipart_upload`].
///
/// Parts are encrypted under one key, each at its place in the message, and sent as they are ready; the tag is behind the
/// last one. There is no way to send a part twice: what S3 did not take, the S3 client sends again as it is.
///
/// # Dropping it
/// An upload that is dropped before [`complete`](Self::complete) has come back is aborted: its parts are stopped and S3 is
/// told by a task on the Tokio runtime that the drop happens in. On a runtime that ends at that moment, or outside of
/// one, the parts stay in S3 until a lifecycle rule of the bucket removes them; [`abort`](Self::abort) waits instead.
pub struct MultipartUpload {
    client: EncryptionClient,
    begun: Begun,
    envelope: Envelope,
    cipher: UploadCipher,
    /// How many parts have been begun.
    parts: i32,
    /// A permit for each part that has been encrypted.
    encrypted: Arc<Semaphore>,
    sending: JoinSet<Result<CompletedPart, Error>>,
    sent: Vec<CompletedPart>,
    open: bool,
}

enum UploadCipher {
    InParts(Box<dyn PartsCipher>),
    InOrder(Box<dyn Cipher>),
    Ended,
}

impl MultipartUpload {
    pub(super) async fn begin(
        client: EncryptionClient,
        input: CreateMultipartUploadInput,
        made: ContentCipher,
    ) -> Result<Self, Error> {
        let ContentCipher { mut cipher, envelope } = made;
        let cipher = match cipher.parts()? {
            Some(parts) => UploadCipher::InParts(parts),
            None => UploadCipher::InOrder(cipher),
        };
        let mut begun = Begun::new(&input);
        begun.id = client.s3.create_multipart_upload(input).await?.upload_id;
        Ok(Self {
            client,
            begun,
            envelope,
            cipher,
            parts: 0,
            encrypted: Arc::new(Semaphore::new(0)),
            sending: JoinSet::new(),
            sent: Vec::new(),
            open: true,
        })
    }

    /// The id that S3 gave the upload.
    pub fn upload_id(&self) -> Option<&str> {
        self.begun.id.as_deref()
    }

    /// Encrypts the next part and begins to send it. At least 5 MiB, and a multiple of 16 bytes. Waits until fewer parts
    /// are under way than may be at once.
    ///
    /// # Errors
    /// `ContentLengthError` for a part of another length, and if the content gets too long; what kept this or an earlier
    /// part from being sent. The upload is then of no use.
    ///
    /// # Cancel safety
    /// Dropping the future may lose the part, and with it the upload.
    pub async fn upload_part(&mut self, part: Vec<u8>) -> Result<(), Error> {
        if part.len() < SMALLEST_PART || !part.len().is_multiple_of(BLOCK) {
            return Err(Error::new(
                err_code::CONTENT_LENGTH_ERROR,
                "a part before the last has at least 5 MiB, and a multiple of 16 bytes",
            ));
        }
        self.free_place().await?;
        match &mut self.cipher {
            UploadCipher::InParts(cipher) => {
                let encrypt = cipher.part(part.len())?;
                let encrypted = Arc::clone(&self.encrypted);
                self.send(async move {
                    let part = encrypted_apart(encrypt, part).await?;
                    encrypted.add_permits(1);
                    Ok(part)
                })
            }
            UploadCipher::InOrder(cipher) => {
                let mut part = part;
                cipher.update(&mut part)?;
                self.send(async move { Ok(part) })
            }
            UploadCipher::Ended => Err(ended()),
        }
    }

    /// Encrypts the last part, which may be of any length, also empty, sends it with the tag, and puts the object together.
    ///
    /// # Errors
    /// As [`upload_part`](Self::upload_part). The upload has then been aborted.
    ///
    /// # Cancel safety
    /// Dropping the future aborts the upload, unless S3 has already put the object together.
    pub async fn complete(mut self, last: Vec<u8>) -> Result<CompleteMultipartUploadOutput, Error> {
        match self.finish(last).await {
            Ok(output) => {
                self.open = false;
                Ok(output)
            }
            Err(error) => {
                // The first failure is the one to tell; what is left of the upload, S3's own rules clean up.
                let _ = self.abort().await;
                Err(error)
            }
        }
    }

    /// Stops the parts and lets S3 forget them.
    ///
    /// # Errors
    /// What S3 says.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the rest to a task, as dropping the upload does.
    pub async fn abort(mut self) -> Result<(), Error> {
        // A part that arrives after the abort would be stored, and paid for.
        self.sending.shutdown().await;
        self.client.s3.abort_multipart_upload(self.begun.abort()).await?;
        self.open = false;
        Ok(())
    }

    async fn finish(&mut self, mut last: Vec<u8>) -> Result<CompleteMultipartUploadOutput, Error> {
        self.free_place().await?;
        match std::mem::replace(&mut self.cipher, UploadCipher::Ended) {
            UploadCipher::InParts(mut cipher) => {
                let encrypt = if last.is_empty() { None } else { Some(cipher.part(last.len())?) };
                let (encrypted, others) = (Arc::clone(&self.encrypted), self.parts as u32);
                self.send(async move {
                    if let Some(encrypt) = encrypt {
                        last = encrypted_apart(encrypt, last).await?;
                    }
                    // The tag is over all parts. One that fails ends the upload, and this task with it.
                    let _all = encrypted.acquire_many(others).await.map_err(unreadable)?;
                    last.append(&mut cipher.finish()?);
                    Ok(last)
                })?;
            }
            UploadCipher::InOrder(mut cipher) => {
                cipher.update(&mut last)?;
                last.append(&mut cipher.finish()?);
                self.send(async move { Ok(last) })?;
            }
            UploadCipher::Ended => return Err(ended()),
        }
        while self.part_sent().await?.is_some() {}
        let mut parts = std::mem::take(&mut self.sent);
        parts.sort_by_key(|part| part.part_number);
        self.client.store_instruction_file(&self.envelope, &self.begun.owner()).await?;
        self.client.s3.complete_multipart_upload(self.begun.complete(parts)).await
    }

    /// Sends what `part` gives as the next part.
    fn send(
        &mut self,
        part: impl Future<Output = Result<Vec<u8>, Error>> + Send + 'static,
    ) -> Result<(), Error> {
        if self.parts == MOST_PARTS {
            return Err(Error::new(
                err_code::CONTENT_LENGTH_ERROR,
                "the content has more than 10,000 parts: make them larger",
            ));
        }
        self.parts += 1;
        let (s3, mut input) = (Arc::clone(&self.client.s3), self.begun.part(self.parts));
        self.sending.spawn(async move {
            input.body = Some(part.await?.into());
            send_part(&*s3, input).await
        });
        Ok(())
    }

    /// Waits until there is a place for a further part.
    async fn free_place(&mut self) -> Result<(), Error> {
        while self.sending.len() >= self.client.parts.at_once {
            self.part_sent().await?;
        }
        Ok(())
    }

    /// Waits for one of the parts that are under way; `None` if none is.
    async fn part_sent(&mut self) -> Result<Option<()>, Error> {
        let Some(joined) = self.sending.join_next().await else { return Ok(None) };
        self.sent.push(joined.map_err(unreadable)??);
        Ok(Some(()))
    }
}

impl Drop for MultipartUpload {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let (s3, input) = (Arc::clone(&self.client.s3), self.begun.abort());
        let mut sending = std::mem::take(&mut self.sending);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                sending.shutdown().await;
                let _ = s3.abort_multipart_upload(input).await;
            });
        }
    }
}

impl fmt::Debug for MultipartUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultipartUpload")
            .field("begun", &self.begun)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// Encrypts a part where it keeps nobody waiting.
async fn encrypted_apart(encrypt: EncryptPart, mut part: Vec<u8>) -> Result<Vec<u8>, Error> {
    let encrypt = move || encrypt(&mut part).map(|()| part);
    spawn_blocking(encrypt).await.map_err(unreadable)?
}

async fn send_part(s3: &dyn S3Api, input: UploadPartInput) -> Result<CompletedPart, Error> {
    let mut part = CompletedPart::new();
    part.part_number = input.part_number;
    let output = s3.upload_part(input).await?;
    part.e_tag = output.e_tag;
    part.checksum_crc32 = output.checksum_crc32;
    part.checksum_crc32c = output.checksum_crc32c;
    part.checksum_crc64nvme = output.checksum_crc64nvme;
    part.checksum_sha1 = output.checksum_sha1;
    part.checksum_sha256 = output.checksum_sha256;
    Ok(part)
}

fn ended() -> Error {
    error::construction("the upload has been ended")
}
