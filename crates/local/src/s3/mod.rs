//! S3, on the `s3s` server crate: it reads requests, checks their signatures and writes answers; storage is ours, in
//! memory, or `s3s-fs`'s, in a folder. Signatures that it does not know, those of S3 Express and SigV4a, are checked by
//! `verified`.

mod access;
mod chunked;
mod directory;
mod documents;
mod form;
mod hosts;
mod integrity;
mod mechanisms;
mod memory;
mod verified;

use std::io;
use std::path::Path;
use std::sync::Arc;

use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use s3s::S3Error;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};

use crate::body::Body;
use crate::clock::Clock;
use crate::error::{Service, ServiceError};
use crate::identity::Identities;

use access::Gate;
use hosts::Hosts;
use memory::Memory;

/// The service.
#[derive(Debug)]
pub(crate) struct S3 {
    service: S3Service,
    gate: Gate,
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
            None => S3ServiceBuilder::new(Memory::new(clock.clone(), Arc::clone(&identities))),
        };
        let gate = Gate { identities, clock: clock.clone() };
        builder.set_auth(gate.clone());
        builder.set_access(gate.clone());
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config()))));
        builder.set_host(Hosts);
        Ok(Self { service: builder.build(), gate })
    }

    /// Serves one request. An error closes the connection without an answer.
    pub(crate) async fn call(
        &self,
        request: Request<Incoming>,
        request_id: &str,
    ) -> io::Result<Response<Body>> {
        if let Err(error) = mechanisms::check_one(request.uri(), request.headers()) {
            return Ok(refused(error).into_response(Service::S3, request_id));
        }
        let request = if let Some(authorization) = verified::authorization(&request) {
            match verified::verify(&self.gate, request, authorization).await.map_err(io::Error::other)? {
                Ok(request) => request,
                Err(error) => return Ok(refused(error).into_response(Service::S3, request_id)),
            }
        } else if integrity::is_checked_at_once(request.headers()) {
            let (head, body) = request.into_parts();
            let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
            if let Err(error) = integrity::check(&head, &bytes) {
                return Ok(error.into_response(Service::S3, request_id));
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

fn refused(error: S3Error) -> ServiceError {
    let status = error.status_code().unwrap_or(StatusCode::BAD_REQUEST);
    let message = error.message().unwrap_or_default();
    ServiceError { status, ..ServiceError::sender(error.code().as_str().to_owned(), message) }
}

/// Leaves the judgement of clock skew to [`Gate`], whose clock a test can move.
fn config() -> S3Config {
    let mut config = S3Config::default();
    config.presigned_url_max_skew_time_secs = u32::MAX;
    config
}
