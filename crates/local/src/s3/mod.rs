//! S3, on the `s3s` server crate: it reads requests, checks their signatures and writes answers; storage is ours, in
//! memory, or `s3s-fs`'s, in a folder.

mod access;
mod documents;
mod form;
mod hosts;
mod memory;

use std::io;
use std::path::Path;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};

use crate::body::Body;
use crate::clock::Clock;
use crate::error::{Service, ServiceError};
use crate::identity::Identities;
use crate::sigv4::sha256_hex;

use access::Gate;
use hosts::Hosts;
use memory::Memory;

const CONTENT_HASH: &str = "x-amz-content-sha256";

/// Up to this size a body is read whole before it is served.
const SMALL_BODY: u64 = 1024 * 1024;

/// The service.
#[derive(Debug)]
pub(crate) struct S3 {
    service: S3Service,
}

impl S3 {
    /// Storage is `folder`'s files, or memory.
    pub(crate) fn new(identities: Arc<Identities>, clock: &Clock, folder: Option<&Path>) -> io::Result<Self> {
        let mut builder = match folder {
            Some(folder) => {
                let files = s3s_fs::FileSystem::new(folder)
                    .map_err(|error| io::Error::other(format!("{error:?}")))?;
                S3ServiceBuilder::new(files)
            }
            None => S3ServiceBuilder::new(Memory::new(clock.clone())),
        };
        let gate = Gate { identities, clock: clock.clone() };
        builder.set_auth(gate.clone());
        builder.set_access(gate);
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config()))));
        builder.set_host(Hosts);
        Ok(Self { service: builder.build() })
    }

    /// Serves one request. An error closes the connection without an answer.
    pub(crate) async fn call(
        &self,
        request: Request<Incoming>,
        request_id: &str,
    ) -> io::Result<Response<Body>> {
        let request = if is_small_and_hashed(request.headers()) {
            let (head, body) = request.into_parts();
            let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
            if !is_body_of(&head.headers, &bytes) {
                return Ok(hash_mismatch().into_response(Service::S3, request_id));
            }
            Request::from_parts(head, s3s::Body::from(bytes))
        } else if form::is_form(request.method(), request.headers()) {
            let (mut head, body) = request.into_parts();
            let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
            if let Some(policy) = form::Policy::read(&head.headers, &bytes) {
                head.extensions.insert(policy);
            }
            Request::from_parts(head, s3s::Body::from(bytes))
        } else {
            request.map(s3s::Body::from)
        };
        let response =
            self.service.call(request).await.map_err(|error| io::Error::other(format!("{error:?}")))?;
        let response = response.map(|body| body.boxed_unsync());
        documents::complete(response, request_id).await.map_err(io::Error::other)
    }
}

/// Whether the hash of a body can be compared before it is served. The server crate compares it while it reads, and
/// takes a mismatch in an XML document for a failure of its own, which clients would retry.
fn is_small_and_hashed(headers: &HeaderMap) -> bool {
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let hash = headers.get(CONTENT_HASH);
    length.is_some_and(|length| length <= SMALL_BODY) && hash.is_some_and(|hash| hash.len() == 64)
}

fn is_body_of(headers: &HeaderMap, body: &[u8]) -> bool {
    let claimed = headers.get(CONTENT_HASH).map(HeaderValue::as_bytes);
    claimed == Some(sha256_hex(body).as_bytes())
}

fn hash_mismatch() -> ServiceError {
    let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    ServiceError::sender("XAmzContentSHA256Mismatch", message)
}

/// Leaves the judgement of clock skew to [`Gate`], whose clock a test can move.
fn config() -> S3Config {
    let mut config = S3Config::default();
    config.presigned_url_max_skew_time_secs = u32::MAX;
    config
}
