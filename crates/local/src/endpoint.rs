//! The life of a request: recorded, perhaps made to fail, authenticated, served and answered with an id.

use std::future::pending;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header, request};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::auth::{Authenticated, authenticate};
use crate::body::{Body, full, truncated};
use crate::clock::Clock;
use crate::error::{Service, ServiceError, xml_response};
use crate::faults::{self, Fault, Faults};
use crate::identity::Identities;
use crate::ids::{s3_request_id, uuid};
use crate::kms::{Kms, Owner};
use crate::mfa::Devices;
use crate::requests::RequestLog;
use crate::route::route;
use crate::s3::S3;
use crate::sigv4::Arrived;
use crate::sqs::{Caller, Sqs};
use crate::sts::Sts;

/// The largest body of a service other than S3: a full batch of SQS, in base64, with room to spare.
const MAXIMUM_BODY: usize = 4 * 1024 * 1024;

/// All services behind the port, and what watches over them.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) clock: Clock,
    pub(crate) identities: Arc<Identities>,
    pub(crate) devices: Arc<Devices>,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) s3: S3,
    pub(crate) sts: Sts,
    pub(crate) kms: Kms,
    pub(crate) sqs: Sqs,
}

impl Endpoint {
    /// Answers one request. An error closes the connection without an answer.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let routed = route(&request);
        let name = routed.as_ref().map_or("", |service| service.signing_name());
        self.log.record(name, &request);
        let service = match routed {
            Ok(service) => service,
            Err(other) => {
                let request_id = uuid();
                let mut response = not_served(&other, &request, &request_id);
                self.add_headers(Service::Sts, &request_id, response.headers_mut());
                return Ok(response);
            }
        };
        let request_id = if service == Service::S3 { s3_request_id() } else { uuid() };
        let fault = self.faults.next();
        let mut response = match fault {
            Some(Fault::Drop) => return Err(io::Error::other("dropped on demand")),
            Some(Fault::Stall) => pending().await,
            Some(Fault::Status(status)) => {
                // The request is read first, or the client might see a broken connection in the answer's place.
                request.into_body().collect().await.map_err(io::Error::other)?;
                faults::error(service, status).into_response(service, &request_id)
            }
            None | Some(Fault::Truncate | Fault::Garble) => self.serve(service, request, &request_id).await?,
        };
        if let Some(Fault::Truncate | Fault::Garble) = fault {
            response = spoil(response, fault == Some(Fault::Truncate)).await?;
        }
        self.add_headers(service, &request_id, response.headers_mut());
        Ok(response)
    }

    async fn serve(
        &self,
        service: Service,
        request: Request<Incoming>,
        request_id: &str,
    ) -> io::Result<Response<Body>> {
        if service == Service::S3 {
            return self.s3.call(request, request_id).await;
        }
        let (head, body) = request.into_parts();
        let body = Limited::new(body, MAXIMUM_BODY).collect().await.map_err(io::Error::other)?.to_bytes();
        let response = self.dispatch(service, &head, &body, request_id).await;
        Ok(response.unwrap_or_else(|error| error.into_response(service, request_id)))
    }

    /// Serves an operation of STS, KMS or SQS.
    async fn dispatch(
        &self,
        service: Service,
        head: &request::Parts,
        body: &Bytes,
        request_id: &str,
    ) -> Result<Response<Body>, ServiceError> {
        let arrived = Arrived { method: &head.method, uri: &head.uri, headers: &head.headers, body };
        let Authenticated { principal, region } =
            authenticate(arrived, service, &self.identities, &self.clock)
                .map_err(|rejection| ServiceError::rejected(service, &rejection))?;
        let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation =
            target.and_then(|target| target.split_once('.')).map_or("", |(_, operation)| operation);
        match service {
            Service::Sqs => {
                let caller = Caller { principal: &principal, region: &region };
                let output = self.sqs.call(operation, body, caller).await?;
                Ok(json_response(&output, "application/x-amz-json-1.0"))
            }
            Service::Kms => {
                let owner = Owner { account: principal.account(), region: &region };
                let output = self.kms.call(operation, body, owner)?;
                Ok(json_response(&output, "application/x-amz-json-1.1"))
            }
            Service::Sts | Service::S3 => {
                let query = head.uri.query().unwrap_or_default();
                self.sts.call(query, body, &principal, request_id).map(xml_response)
            }
        }
    }

    fn add_headers(&self, service: Service, request_id: &str, headers: &mut http::HeaderMap) {
        let name = match service {
            Service::S3 => HeaderName::from_static("x-amz-request-id"),
            _ => HeaderName::from_static("x-amzn-requestid"),
        };
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(name, id);
        }
        // Clients correct their clocks by this header, so it must be this server's time.
        if let Ok(date) = HeaderValue::from_str(&http_date(self.clock.date_time())) {
            headers.insert(header::DATE, date);
        }
    }
}

async fn spoil(response: Response<Body>, truncate: bool) -> io::Result<Response<Body>> {
    let (mut head, body) = response.into_parts();
    let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::TRANSFER_ENCODING);
    let body = if truncate { truncated(bytes) } else { full(Bytes::from_static(b"<{ this is no document")) };
    Ok(Response::from_parts(head, body))
}

fn json_response(output: &Value, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(full(Bytes::from(output.to_string())));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// In JSON for what looks like a JSON protocol, else in XML.
fn not_served<B>(service: &str, request: &Request<B>, request_id: &str) -> Response<Body> {
    let message = format!("This endpoint does not serve {service}");
    let (protocol, code) = match request.headers().contains_key("x-amz-target") {
        true => (Service::Kms, "UnknownOperationException"),
        false => (Service::Sts, "InvalidAction"),
    };
    let error = ServiceError { status: StatusCode::NOT_IMPLEMENTED, ..ServiceError::sender(code, message) };
    error.into_response(protocol, request_id)
}

/// RFC 9110 §5.6.7.
fn http_date(time: OffsetDateTime) -> String {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    time.format(format).unwrap_or_default()
}
