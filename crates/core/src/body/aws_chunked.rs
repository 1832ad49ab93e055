//! S3's encoding `aws-chunked`: a body in chunks, each with its signature if they are signed, and a checksum after them.
//!
//! ```text
//! 10000;chunk-signature=<hexadecimal digits>      (the signature only where chunks are signed)
//! <65536 bytes>
//! 0;chunk-signature=<…>
//! x-amz-checksum-crc32:<base64>                   (only with a checksum)
//! x-amz-trailer-signature:<…>                     (only with a checksum, where chunks are signed)
//!
//! ```

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::body::kind::{Kind, PollChunk, Source};
use crate::checksum::{Algorithm, Hasher};
use crate::crypto::Sha256;
use crate::err_code;
use crate::error::{BoxError, Error};
use crate::signer::v4::SigningError;
use crate::signer::{ChunkSignature, ChunkSigner};

/// How much of the body a chunk holds, but for the last; S3 wants 8 KiB at least. As much as is read of a file at a time, so
/// that chunks are sent without being copied.
const CHUNK: u64 = 64 * 1024;

const SIGNATURE: &str = ";chunk-signature=";
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature:";

/// What a body's chunks are accompanied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// The checksum that follows them.
    pub(crate) trailer: Option<Algorithm>,
    /// How each is signed, if it is.
    pub(crate) signature: Option<ChunkSignature>,
}

impl Encoding {
    /// The length of a body of `len` bytes in this encoding.
    fn encoded_len(self, len: u64) -> u64 {
        let signed = |before: &str, after: usize| {
            self.signature.map_or(0, |kind| (before.len() + kind.len() + after) as u64)
        };
        let signature = signed(SIGNATURE, 0);
        let chunk = |size: u64| {
            let digits = u64::from((u64::BITS - size.leading_zeros()).div_ceil(4).max(1));
            digits + signature + 2 + size + 2
        };
        let full = (len / CHUNK) * chunk(CHUNK);
        let rest = if len.is_multiple_of(CHUNK) { 0 } else { chunk(len % CHUNK) };
        let trailer = self.trailer.map_or(0, |algorithm| {
            let line = algorithm.header().as_str().len() + 1 + algorithm.encoded_len() + 2;
            line as u64 + signed(TRAILER_SIGNATURE, 2)
        });
        full + rest + chunk(0) + trailer
    }
}

/// A body of known length, encoded while it is read.
pub(super) struct AwsChunked {
    inner: Kind,
    decoded_len: u64,
    encoding: Encoding,
    /// Set by the Sign stage of each attempt, where the chunks are signed.
    signer: Option<ChunkSigner>,
    progress: Option<Progress>,
}

/// How far the encoding has come.
struct Progress {
    signer: Option<ChunkSigner>,
    checksum: Option<Hasher>,
    /// Of the chunk that is being gathered.
    chunk_hash: Option<Sha256>,
    chunk: Vec<Bytes>,
    chunk_len: u64,
    /// What has been read beyond the chunk.
    rest: Bytes,
    is_inner_done: bool,
    is_done: bool,
    ready: VecDeque<Bytes>,
}

impl AwsChunked {
    /// None if the length of the body is not known.
    pub(super) fn new(inner: Kind, encoding: Encoding) -> Option<Self> {
        let decoded_len = inner.len()?;
        Some(Self { inner, decoded_len, encoding, signer: None, progress: None })
    }
}

impl Source for AwsChunked {
    fn len(&self) -> Option<u64> {
        Some(self.encoding.encoded_len(self.decoded_len))
    }

    fn is_rewindable(&self) -> bool {
        self.inner.is_rewindable()
    }

    /// With the chunks not signed yet.
    fn try_clone(&self) -> Option<Kind> {
        let chunked = Self::new(self.inner.try_clone()?, self.encoding)?;
        Some(Kind::Source(Box::new(chunked)))
    }

    fn origin(&self) -> &'static str {
        " in aws-chunked"
    }

    fn set_signer(&mut self, signer: ChunkSigner) {
        self.signer = Some(signer);
    }

    fn encoding(&self) -> Option<Encoding> {
        Some(self.encoding)
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> PollChunk {
        let progress = match &mut self.progress {
            Some(progress) => progress,
            none => match Progress::new(self.encoding, self.signer.take()) {
                Ok(progress) => none.insert(progress),
                Err(error) => return Poll::Ready(Some(Err(error.into()))),
            },
        };
        loop {
            if let Some(ready) = progress.ready.pop_front() {
                return Poll::Ready(Some(Ok(ready)));
            }
            if progress.is_done {
                return Poll::Ready(None);
            }
            if let Err(error) = ready!(progress.poll_gather(&mut self.inner, context)) {
                progress.is_done = true;
                return Poll::Ready(Some(Err(error)));
            }
            if let Err(error) = progress.write_chunk() {
                progress.is_done = true;
                return Poll::Ready(Some(Err(error.into())));
            }
        }
    }
}

impl Progress {
    fn new(encoding: Encoding, signer: Option<ChunkSigner>) -> Result<Self, Error> {
        if encoding.signature != signer.as_ref().map(ChunkSigner::kind) {
            let message = "the chunks of the body are signed when it is sent, and nothing has signed the request that way";
            return Err(Error::new(err_code::READ_ERROR, message).with_retryable(false));
        }
        Ok(Self {
            chunk_hash: signer.is_some().then(Sha256::new),
            signer,
            checksum: encoding.trailer.map(Hasher::new),
            chunk: Vec::new(),
            chunk_len: 0,
            rest: Bytes::new(),
            is_inner_done: false,
            is_done: false,
            ready: VecDeque::new(),
        })
    }

    /// Reads until a chunk is full or the body at its end.
    fn poll_gather(&mut self, inner: &mut Kind, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        while self.chunk_len < CHUNK && !self.is_inner_done {
            if self.rest.is_empty() {
                match ready!(inner.poll_chunk(context)) {
                    Some(bytes) => self.rest = bytes?,
                    None => self.is_inner_done = true,
                }
            }
            let room = usize::try_from(CHUNK - self.chunk_len).unwrap_or(usize::MAX);
            let piece = self.rest.split_to(room.min(self.rest.len()));
            if piece.is_empty() {
                continue;
            }
            if let Some(checksum) = &mut self.checksum {
                checksum.update(&piece);
            }
            if let Some(hash) = &mut self.chunk_hash {
                hash.update(&piece);
            }
            self.chunk_len += piece.len() as u64;
            self.chunk.push(piece);
        }
        Poll::Ready(Ok(()))
    }

    /// Frames what has been gathered, and ends the body if that was the last of it.
    fn write_chunk(&mut self) -> Result<(), SigningError> {
        if self.chunk_len > 0 {
            let head = self.chunk_head()?;
            self.ready.push_back(head.into());
            self.ready.extend(self.chunk.drain(..));
            self.ready.push_back(Bytes::from_static(b"\r\n"));
            self.chunk_len = 0;
        }
        if self.is_inner_done {
            let mut end = self.chunk_head()?;
            self.write_trailers(&mut end)?;
            end.push_str("\r\n");
            self.ready.push_back(end.into());
            self.is_done = true;
        }
        Ok(())
    }

    /// The line before a chunk.
    fn chunk_head(&mut self) -> Result<String, SigningError> {
        let mut line = String::with_capacity(96);
        // Writing to text cannot fail.
        let _ = write!(line, "{:x}", self.chunk_len);
        if let (Some(signer), Some(hash)) = (&mut self.signer, &mut self.chunk_hash) {
            line.push_str(SIGNATURE);
            signer.push_chunk(&mut line, &std::mem::take(hash).finish())?;
        }
        line.push_str("\r\n");
        Ok(line)
    }

    fn write_trailers(&mut self, end: &mut String) -> Result<(), SigningError> {
        let Some(checksum) = self.checksum.take() else { return Ok(()) };
        let name = checksum.algorithm().header();
        let line = format!("{}:{}", name.as_str(), checksum.finish());
        end.push_str(&line);
        end.push_str("\r\n");
        if let Some(signer) = &mut self.signer {
            end.push_str(TRAILER_SIGNATURE);
            signer.push_trailers(end, (line + "\n").as_bytes())?;
            end.push_str("\r\n");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
