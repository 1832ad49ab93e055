//! S3's encoding `aws-chunked`: a body in chunks, each with its signature if they are signed, and a checksum after them.
//!
//! ```text
//! 10000;chunk-signature=<64 hexadecimal digits>   (the signature only where chunks are signed)
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

use crate::body::kind::Kind;
use crate::checksum::{Algorithm, Hasher};
use crate::crypto::Sha256;
use crate::err_code;
use crate::error::{BoxError, Error};
use crate::signer::v4::ChunkSigner;

/// How much of the body a chunk holds, but for the last; S3 wants 8 KiB at least. As much as is read of a file at a time, so
/// that chunks are sent without being copied.
const CHUNK: u64 = 64 * 1024;

const SIGNATURE: &str = ";chunk-signature=";
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature:";
const SIGNATURE_LEN: u64 = 64;

/// What a body's chunks are accompanied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// The checksum that follows them.
    pub(crate) trailer: Option<Algorithm>,
    /// Whether each is signed.
    pub(crate) is_signed: bool,
}

impl Encoding {
    /// The length of a body of `len` bytes in this encoding.
    fn encoded_len(self, len: u64) -> u64 {
        let signature = if self.is_signed { SIGNATURE.len() as u64 + SIGNATURE_LEN } else { 0 };
        let chunk = |size: u64| {
            let digits = u64::from((u64::BITS - size.leading_zeros()).div_ceil(4).max(1));
            digits + signature + 2 + size + 2
        };
        let full = (len / CHUNK) * chunk(CHUNK);
        let rest = if len.is_multiple_of(CHUNK) { 0 } else { chunk(len % CHUNK) };
        let trailer = self.trailer.map_or(0, |algorithm| {
            let line = algorithm.header().as_str().len() + 1 + algorithm.encoded_len() + 2;
            let signature = TRAILER_SIGNATURE.len() as u64 + SIGNATURE_LEN + 2;
            line as u64 + if self.is_signed { signature } else { 0 }
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

    pub(super) fn len(&self) -> u64 {
        self.encoding.encoded_len(self.decoded_len)
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub(super) fn is_rewindable(&self) -> bool {
        self.inner.is_rewindable()
    }

    /// The same body at its beginning, with the chunks not signed yet.
    pub(super) fn try_clone(&self) -> Option<Self> {
        Self::new(self.inner.try_clone()?, self.encoding)
    }

    pub(super) fn set_signer(&mut self, signer: ChunkSigner) {
        self.signer = Some(signer);
    }

    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
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
            progress.write_chunk();
        }
    }
}

impl Progress {
    fn new(encoding: Encoding, signer: Option<ChunkSigner>) -> Result<Self, Error> {
        if encoding.is_signed && signer.is_none() {
            let message =
                "the chunks of the body are signed when it is sent, and nothing has signed the request";
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
    fn write_chunk(&mut self) {
        if self.chunk_len > 0 {
            let head = self.chunk_head();
            self.ready.push_back(head.into());
            self.ready.extend(self.chunk.drain(..));
            self.ready.push_back(Bytes::from_static(b"\r\n"));
            self.chunk_len = 0;
        }
        if self.is_inner_done {
            let mut end = self.chunk_head();
            self.write_trailers(&mut end);
            end.push_str("\r\n");
            self.ready.push_back(end.into());
            self.is_done = true;
        }
    }

    /// The line before a chunk.
    fn chunk_head(&mut self) -> String {
        let mut line = String::with_capacity(96);
        // Writing to text cannot fail.
        let _ = write!(line, "{:x}", self.chunk_len);
        if let (Some(signer), Some(hash)) = (&mut self.signer, &mut self.chunk_hash) {
            line.push_str(SIGNATURE);
            push_signature(&mut line, signer.sign_chunk(&std::mem::take(hash).finish()));
        }
        line.push_str("\r\n");
        line
    }

    fn write_trailers(&mut self, end: &mut String) {
        let Some(checksum) = self.checksum.take() else { return };
        let name = checksum.algorithm().header();
        let mut line = format!("{}:{}\n", name.as_str(), checksum.finish());
        let signature = self.signer.as_mut().map(|signer| signer.sign_trailers(line.as_bytes()));
        line.insert(line.len() - 1, '\r');
        end.push_str(&line);
        if let Some(signature) = signature {
            end.push_str(TRAILER_SIGNATURE);
            push_signature(end, signature);
            end.push_str("\r\n");
        }
    }
}

fn push_signature(text: &mut String, signature: [u8; 64]) {
    text.extend(signature.map(char::from));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Body;
    use crate::signer::v4::{Scope, SigningCredentials};

    /// The body of the S3 documentation's examples.
    fn documented() -> Body {
        Body::rewindable_stream(|| Body::from(vec![b'a'; 66_560]), 66_560)
    }

    fn signer(seed: &str) -> ChunkSigner {
        let credentials = SigningCredentials {
            access_key_id: "AKIAIOSFODNN7EXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            session_token: None,
        };
        let seed = seed.as_bytes().try_into().unwrap();
        let scope = Scope { region: "us-east-1", service: "s3" };
        ChunkSigner::new(&credentials, &scope, 1_369_353_600, seed, None).unwrap()
    }

    /// The encoded body with the run of `a`s cut out; its length must be the announced one.
    async fn encoded(mut body: Body, encoding: Encoding, seed: Option<&str>) -> String {
        body.encode_chunks(encoding);
        if let Some(seed) = seed {
            body.sign_chunks(signer(seed));
        }
        let announced = body.len().unwrap();
        let bytes = body.collect().await.unwrap();
        assert_eq!(bytes.len() as u64, announced);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.replace(&"a".repeat(65_536), "<64 KiB>").replace(&"a".repeat(1_024), "<1 KiB>")
    }

    #[tokio::test]
    async fn aws_example_of_signed_chunks_byte_for_byte() {
        let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
        let encoding = Encoding { trailer: None, is_signed: true };
        let mut body = documented();
        body.encode_chunks(encoding);
        assert_eq!(body.len(), Some(66_824), "the documented Content-Length");
        assert_eq!(
            encoded(documented(), encoding, Some(seed)).await,
            "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n<64 KiB>\r\n\
             400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n<1 KiB>\r\n\
             0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"
        );
    }

    #[tokio::test]
    async fn aws_example_of_signed_chunks_with_a_trailer() {
        let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
        let encoding = Encoding { trailer: Some(Algorithm::Crc32c), is_signed: true };
        assert_eq!(
            encoded(documented(), encoding, Some(seed)).await,
            "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n<64 KiB>\r\n\
             400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n<1 KiB>\r\n\
             0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n\
             x-amz-checksum-crc32c:sOO8/Q==\r\n\
             x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
        );
    }

    #[tokio::test]
    async fn unsigned_chunks_carry_their_size_alone_and_any_length_is_announced_rightly() {
        let encoding = Encoding { trailer: Some(Algorithm::Crc32), is_signed: false };
        let of = |text: &'static str| Body::stream(Body::from(text), text.len() as u64);
        assert_eq!(
            encoded(of("123456789"), encoding, None).await,
            "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n"
        );
        assert_eq!(encoded(of(""), encoding, None).await, "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
        for len in [1, 15, 16, 65_535, 65_536, 65_537, 131_072, 200_000] {
            for trailer in Algorithm::ALL {
                // In pieces that do not fit the chunks.
                let pieces = move || BodyInPieces(Body::from(vec![b'b'; len]));
                let encoding = Encoding { trailer: Some(trailer), is_signed: true };
                encoded(Body::rewindable_stream(pieces, len as u64), encoding, Some(&"0".repeat(64))).await;
            }
        }
    }

    struct BodyInPieces(Body);

    impl futures_core::Stream for BodyInPieces {
        type Item = Result<Bytes, Error>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Self::Item>> {
            match self.0.take_piece(7_919) {
                Some(piece) => Poll::Ready(Some(Ok(piece))),
                None => std::pin::Pin::new(&mut self.0).poll_next(context),
            }
        }
    }

    #[tokio::test]
    async fn a_copy_begins_anew_and_wants_a_signature_of_its_own() {
        let mut body = documented();
        body.encode_chunks(Encoding { trailer: None, is_signed: true });
        body.sign_chunks(signer(&"0".repeat(64)));
        let copy = body.try_clone().unwrap();
        assert!(copy.is_rewindable());
        body.collect().await.unwrap();
        assert_eq!(copy.collect().await.unwrap_err().code(), err_code::READ_ERROR);
    }

    #[tokio::test]
    async fn a_body_that_is_shorter_than_announced_fails() {
        let mut body = Body::stream(Body::from("123"), 4);
        body.encode_chunks(Encoding { trailer: Some(Algorithm::Sha1), is_signed: false });
        assert_eq!(body.collect().await.unwrap_err().code(), err_code::READ_ERROR);
    }
}
