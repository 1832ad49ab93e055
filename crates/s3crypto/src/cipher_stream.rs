//! A body that is encrypted or decrypted while it is read, in memory of one chunk.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use cumulo_core::{Body, BoxError, Error};
use futures_core::Stream;

use crate::content::Cipher;
use crate::fingerprints::{Fingerprints, Known, LENGTH};
use crate::{err_code, error};

/// What goes through a cipher, chunk by chunk.
pub(crate) struct CipherStream {
    body: Body,
    /// None after the end or a failure.
    cipher: Option<Box<dyn Cipher>>,
    /// How much of the body to take.
    remaining: u64,
    given: u64,
    expected: Option<u64>,
    known: Option<Known>,
}

impl CipherStream {
    pub(crate) fn new(body: Body, cipher: Box<dyn Cipher>) -> Self {
        Self { body, cipher: Some(cipher), remaining: u64::MAX, given: 0, expected: None, known: None }
    }

    /// Takes only the first `bytes` of the body.
    pub(crate) fn take(mut self, bytes: u64) -> Self {
        self.remaining = bytes;
        self
    }

    /// Fails at the end if the output has another length.
    pub(crate) fn expect(mut self, bytes: Option<u64>) -> Self {
        self.expected = bytes;
        self
    }

    /// Fails before it gives a byte of the body that is not among `fingerprints`.
    pub(crate) fn known(mut self, fingerprints: Fingerprints) -> Self {
        self.known = Some(fingerprints.into());
        self
    }

    /// The next chunk of the body, as far as it is wanted; with fingerprints, one that has been compared.
    fn poll_input(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            if let Some(chunk) = self.known.as_mut().and_then(Known::full_chunk) {
                return Poll::Ready(Some(chunk));
            }
            let next = if self.remaining == 0 {
                None
            } else {
                ready!(Pin::new(&mut self.body).poll_next(context)).transpose()?
            };
            let Some(mut chunk) = next else {
                return Poll::Ready(self.known.as_mut().and_then(Known::last_chunk));
            };
            chunk.truncate(usize::try_from(self.remaining).unwrap_or(usize::MAX));
            self.remaining -= chunk.len() as u64;
            match &mut self.known {
                Some(known) => known.push(&chunk),
                None => return Poll::Ready(Some(Ok(chunk))),
            }
        }
    }

    fn poll_output(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        while self.cipher.is_some() {
            let input = ready!(self.poll_input(context)).transpose()?;
            let Some(cipher) = &mut self.cipher else { break };
            let output = match input {
                Some(chunk) => {
                    let mut data = Vec::from(chunk);
                    cipher.update(&mut data)?;
                    data
                }
                None => {
                    let tail = cipher.finish()?;
                    self.cipher = None;
                    if self.expected.is_some_and(|expected| expected != self.given + tail.len() as u64) {
                        return Poll::Ready(Some(Err(wrong_length())));
                    }
                    tail
                }
            };
            if !output.is_empty() {
                self.given += output.len() as u64;
                return Poll::Ready(Some(Ok(output.into())));
            }
        }
        Poll::Ready(None)
    }
}

impl Stream for CipherStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let output = ready!(self.poll_output(context));
        if matches!(output, Some(Err(_))) {
            self.cipher = None;
        }
        Poll::Ready(output)
    }
}

/// The same with boxed errors, as a received body has them.
pub(crate) struct BoxedErrors(pub(crate) CipherStream);

impl Stream for BoxedErrors {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(context).map(|item| item.map(|chunk| chunk.map_err(BoxError::from)))
    }
}

/// The object says how long its content is, and it is not.
pub(crate) fn wrong_length() -> Error {
    Error::new(
        err_code::CONTENT_LENGTH_ERROR,
        "the content has another length than is stored with the object",
    )
}

/// The object is not the one whose tag was verified.
pub(crate) fn changed() -> Error {
    Error::new(
        err_code::CONTENT_CHANGED_ERROR,
        "the object was changed between its verification and its decryption",
    )
}

/// Reads a body to its end, verifies it, gives nothing of its content, and returns its fingerprints.
///
/// # Errors
/// `DecryptionError` if it is not what was encrypted; `ContentLengthError`.
pub(crate) async fn verify(
    mut body: Body,
    mut cipher: Box<dyn Cipher>,
    expected: Option<u64>,
) -> Result<Fingerprints, Error> {
    let (mut fingerprints, mut buffer, mut len) = (Fingerprints::new()?, BytesMut::new(), 0);
    let mut next = body.next_chunk().await?;
    while let Some(chunk) = next {
        buffer.extend_from_slice(&chunk);
        next = body.next_chunk().await?;
        while buffer.len() >= LENGTH || (next.is_none() && !buffer.is_empty()) {
            let chunk = buffer.split_to(buffer.len().min(LENGTH));
            fingerprints.push(&chunk)?;
            len += cipher.authenticate(&mut Vec::from(chunk))?;
        }
    }
    len += cipher.finish()?.len() as u64;
    if expected.is_some_and(|expected| expected != len) {
        return Err(wrong_length());
    }
    Ok(fingerprints)
}

/// Decrypts a body as a whole, and gives it only if it is what was encrypted.
///
/// # Errors
/// As [`verify`].
pub(crate) async fn open_whole(
    body: Body,
    mut cipher: Box<dyn Cipher>,
    expected: Option<u64>,
) -> Result<Bytes, Error> {
    let mut data = Vec::from(body.collect().await?);
    cipher.whole(&mut data).map_err(|_| error::decryption())?;
    match expected {
        Some(expected) if expected != data.len() as u64 => Err(wrong_length()),
        _ => Ok(data.into()),
    }
}
