//! S3 in memory: objects, ranges, conditions, multipart uploads, and what a test makes of its next calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use cumulo_core::body::ByteStream;
use cumulo_core::{Body, Error};
use cumulo_s3::types::{CompletedPart, DeletedObject};
use cumulo_s3::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput,
    DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, GetObjectInput,
    GetObjectOutput, HeadObjectInput, HeadObjectOutput, PutObjectInput, PutObjectOutput, S3Api,
    UploadPartInput, UploadPartOutput,
};

pub(crate) type Metadata = BTreeMap<String, String>;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) metadata: Metadata,
    pub(crate) body: Bytes,
}

impl Object {
    pub(crate) fn new(metadata: Metadata, body: impl Into<Bytes>) -> Self {
        Self { metadata, body: body.into() }
    }

    fn e_tag(&self) -> String {
        format!("\"{}\"", cumulo_core::crypto::hex(&cumulo_core::crypto::sha256(&self.body)))
    }
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Object>,
    uploads: BTreeMap<String, (String, Object, BTreeMap<i32, Bytes>)>,
    /// The calls, in order: the operation and the key.
    calls: Vec<String>,
    /// How the next calls of an operation fail, after they have read their body.
    failures: VecDeque<(String, Error)>,
    /// What the objects answer after the next read, once.
    swap: Option<(String, Object, bool)>,
    /// Bodies that were received, also by calls that failed.
    received: Vec<Bytes>,
    /// The beginnings of messages, with the IV or message id that was stored with them.
    received_under: Vec<(String, Bytes)>,
    /// Answers are cut into chunks of this many bytes.
    chunk: usize,
}

/// One bucket.
#[derive(Clone, Default)]
pub(crate) struct FakeS3(Arc<Mutex<State>>);

impl FakeS3 {
    pub(crate) fn with(key: &str, object: Object) -> Self {
        let s3 = Self::default();
        s3.insert(key, object);
        s3
    }

    pub(crate) fn insert(&self, key: &str, object: Object) {
        self.state().objects.insert(key.to_owned(), object);
    }

    pub(crate) fn object(&self, key: &str) -> Object {
        self.state().objects.get(key).cloned().unwrap_or_else(|| panic!("there is no {key}"))
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    pub(crate) fn open_uploads(&self) -> usize {
        self.state().uploads.len()
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state().calls)
    }

    pub(crate) fn received(&self) -> Vec<Bytes> {
        std::mem::take(&mut self.state().received)
    }

    /// The first bodies of messages, also of calls that failed, each with its IV or message id.
    pub(crate) fn received_under(&self) -> Vec<(String, Bytes)> {
        std::mem::take(&mut self.state().received_under)
    }

    pub(crate) fn forget_failures(&self) {
        self.state().failures.clear();
    }

    /// The next call of `operation` fails.
    pub(crate) fn fail(&self, operation: &str, error: Error) {
        self.state().failures.push_back((operation.to_owned(), error));
    }

    /// Puts another object in place after the next read; with `same_tag` the server lies about it.
    pub(crate) fn change_after_read(&self, key: &str, object: Object, same_tag: bool) {
        self.state().swap = Some((key.to_owned(), object, same_tag));
    }

    pub(crate) fn chunked(self, bytes: usize) -> Self {
        self.state().chunk = bytes;
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn begin(&self, operation: &str, key: Option<&str>) -> Result<(), Error> {
        let mut state = self.state();
        state.calls.push(format!("{operation} {}", key.unwrap_or_default()));
        match state.failures.front() {
            Some((failing, _)) if failing == operation => Err(state.failures.pop_front().unwrap().1),
            _ => Ok(()),
        }
    }

    async fn receive(&self, body: Option<Body>) -> Result<Bytes, Error> {
        let body = body.unwrap_or_default();
        let len = body.len();
        let bytes = body.collect().await?;
        assert_eq!(len, Some(bytes.len() as u64));
        self.state().received.push(bytes.clone());
        Ok(bytes)
    }

    fn find(&self, key: Option<&str>) -> Result<Object, Error> {
        let key = key.unwrap_or_default();
        let object = self.state().objects.get(key).cloned();
        object.ok_or_else(|| Error::new("NoSuchKey", "The specified key does not exist.").with_status(404))
    }
}

#[async_trait]
impl S3Api for FakeS3 {
    async fn put_object(&self, input: PutObjectInput) -> Result<PutObjectOutput, Error> {
        let failure = self.begin("PutObject", input.key.as_deref());
        let body = self.receive(input.body).await?;
        self.state().received_under.push((message(input.metadata.as_ref()), body.clone()));
        failure?;
        let object = Object::new(input.metadata.unwrap_or_default(), body);
        let mut output = PutObjectOutput::new();
        output.e_tag = Some(object.e_tag());
        self.insert(&input.key.unwrap(), object);
        Ok(output)
    }

    async fn get_object(&self, input: GetObjectInput) -> Result<GetObjectOutput, Error> {
        self.begin("GetObject", input.key.as_deref())?;
        let object = self.find(input.key.as_deref())?;
        let mut output = GetObjectOutput::new();
        output.e_tag = Some(object.e_tag());
        if input.if_match.is_some_and(|tag| tag != object.e_tag()) && self.state().swap.is_none() {
            let lies = self.state().calls.iter().any(|call| call == "lie");
            if !lies {
                return Err(Error::new("PreconditionFailed", "").with_status(412));
            }
        }
        let mut body = object.body.clone();
        if let Some(range) = input.range {
            let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            let first: usize = first.parse().unwrap();
            let last = last.parse().unwrap_or(usize::MAX).min(body.len().saturating_sub(1));
            if first >= body.len() {
                return Err(Error::new("InvalidRange", "").with_status(416));
            }
            output.content_range = Some(format!("bytes {first}-{last}/{}", body.len()));
            body = body.slice(first..=last);
        }
        output.content_length = Some(body.len() as i64);
        output.metadata = Some(object.metadata);
        let mut state = self.state();
        output.body = Some(match state.chunk {
            0 => body.into(),
            size => {
                let len = body.len() as u64;
                let chunks: Vec<_> =
                    body.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
                Body::received(Box::pin(Chunks(chunks.into_iter())), Some(len))
            }
        });
        if let Some((key, object, same_tag)) =
            state.swap.take_if(|(key, ..)| Some(&*key) == input.key.as_ref())
        {
            state.objects.insert(key, object);
            if same_tag {
                state.calls.push("lie".to_owned());
            }
        }
        Ok(output)
    }

    async fn head_object(&self, input: HeadObjectInput) -> Result<HeadObjectOutput, Error> {
        self.begin("HeadObject", input.key.as_deref())?;
        let object = self.find(input.key.as_deref())?;
        let mut output = HeadObjectOutput::new();
        output.content_length = Some(object.body.len() as i64);
        output.metadata = Some(object.metadata);
        Ok(output)
    }

    async fn delete_object(&self, input: DeleteObjectInput) -> Result<DeleteObjectOutput, Error> {
        self.begin("DeleteObject", input.key.as_deref())?;
        self.state().objects.remove(&input.key.unwrap());
        Ok(DeleteObjectOutput::new())
    }

    async fn delete_objects(&self, input: DeleteObjectsInput) -> Result<DeleteObjectsOutput, Error> {
        self.begin("DeleteObjects", None)?;
        let mut deleted = Vec::new();
        for object in input.delete.unwrap().objects.unwrap() {
            self.state().objects.remove(object.key.as_deref().unwrap());
            deleted.push(DeletedObject::new().key(object.key.unwrap()));
        }
        let mut output = DeleteObjectsOutput::new();
        output.deleted = Some(deleted);
        Ok(output)
    }

    async fn create_multipart_upload(
        &self,
        input: CreateMultipartUploadInput,
    ) -> Result<CreateMultipartUploadOutput, Error> {
        self.begin("CreateMultipartUpload", input.key.as_deref())?;
        let mut state = self.state();
        let id = format!("upload-{}", state.uploads.len());
        let object = Object::new(input.metadata.unwrap_or_default(), "");
        state.uploads.insert(id.clone(), (input.key.unwrap(), object, BTreeMap::new()));
        let mut output = CreateMultipartUploadOutput::new();
        output.upload_id = Some(id);
        Ok(output)
    }

    async fn upload_part(&self, input: UploadPartInput) -> Result<UploadPartOutput, Error> {
        let failure = self.begin("UploadPart", input.key.as_deref());
        let body = self.receive(input.body).await?;
        let number = input.part_number.unwrap();
        if number == 1 {
            let mut state = self.state();
            let upload = &state.uploads[input.upload_id.as_ref().unwrap()];
            let message = message(Some(&upload.1.metadata));
            state.received_under.push((message, body.clone()));
        }
        failure?;
        tokio::task::yield_now().await;
        let mut state = self.state();
        let upload = state.uploads.get_mut(&input.upload_id.unwrap()).expect("the upload is open");
        upload.2.insert(number, body);
        let mut output = UploadPartOutput::new();
        output.e_tag = Some(format!("part-{number}"));
        Ok(output)
    }

    async fn complete_multipart_upload(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> Result<CompleteMultipartUploadOutput, Error> {
        self.begin("CompleteMultipartUpload", input.key.as_deref())?;
        let named: Vec<CompletedPart> = input.multipart_upload.unwrap().parts.unwrap();
        let mut state = self.state();
        let (key, mut object, parts) =
            state.uploads.remove(&input.upload_id.unwrap()).expect("the upload is open");
        let numbers: Vec<i32> = named.iter().map(|part| part.part_number.unwrap()).collect();
        assert_eq!(numbers, parts.keys().copied().collect::<Vec<_>>());
        let smallest = parts.values().rev().skip(1).map(Bytes::len).min().unwrap_or(usize::MAX);
        assert!(smallest >= 5 * 1024 * 1024, "a part of {smallest} bytes is too small");
        object.body = parts.values().flatten().copied().collect();
        state.objects.insert(key, object);
        Ok(CompleteMultipartUploadOutput::new())
    }

    async fn abort_multipart_upload(
        &self,
        input: AbortMultipartUploadInput,
    ) -> Result<AbortMultipartUploadOutput, Error> {
        self.begin("AbortMultipartUpload", input.key.as_deref())?;
        self.state().uploads.remove(&input.upload_id.unwrap());
        Ok(AbortMultipartUploadOutput::new())
    }
}

/// What is stored of a message's IV.
fn message(metadata: Option<&Metadata>) -> String {
    let stored = |name| metadata.and_then(|metadata| metadata.get(name)).cloned();
    stored("x-amz-i").or_else(|| stored("x-amz-iv")).unwrap_or_default()
}

/// A stream of `content` in chunks of `size` bytes.
pub(crate) fn chunks(content: &[u8], size: usize) -> ByteStream {
    let chunks: Vec<_> = content.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    Box::pin(Chunks(chunks.into_iter()))
}

struct Chunks(std::vec::IntoIter<Result<Bytes, cumulo_core::BoxError>>);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, cumulo_core::BoxError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}
