//! BuildStream, Sign and UnmarshalStream: operations whose input or output is a stream of events.
//!
//! These handlers stand in the lists of the requests of such operations alone.

use std::sync::{Arc, Mutex, PoisonError};

use ::http::{HeaderName, HeaderValue, header};

use super::sign::CONTENT_LENGTH;
use crate::body::Body;
use crate::err_code;
use crate::error::Error;
use crate::event_stream::{self, Origin, Receiver, Signing};
use crate::handlers::{Handlers, NamedHandler};
use crate::operation::{Auth, Operation};
use crate::protocol::EventDocuments;
use crate::request::Request;
use crate::shape::Mut;
use crate::signer::v4;

/// Makes the body out of the events of the input: each a frame.
pub const BUILD: &str = "event_stream.Build";
/// Signs the frames as they leave, each with the signature before it, from that of the request on.
pub const SIGN: &str = "event_stream.Sign";
/// Makes the events of the output out of the body.
pub const UNMARSHAL: &str = "event_stream.Unmarshal";

/// Adds to the handlers of one request what its operation needs. Called by way of [`Operation::event_handlers`].
pub fn add_handlers(handlers: &mut Handlers, operation: &Operation) {
    if operation.input.schema.event_stream.is_some() {
        handlers.build_stream.push_back_named(NamedHandler::new(BUILD, build));
        handlers.sign.remove_by_name(CONTENT_LENGTH);
        handlers.sign.push_back_named(NamedHandler::new(SIGN, sign));
    }
    if operation.output.schema.event_stream.is_some() {
        let unmarshal = NamedHandler::new_async(UNMARSHAL, |request| Box::pin(unmarshal(request)));
        handlers.unmarshal_stream.push_back_named(unmarshal);
    }
}

/// The frames as they are before they are signed, anew at each attempt.
#[derive(Clone)]
struct Unsigned(Arc<Mutex<Body>>);

fn build(request: &mut Request) {
    if request.error.is_none()
        && let Err(error) = try_build(request)
    {
        request.fail(error);
    }
}

fn try_build(request: &mut Request) -> Result<(), Error> {
    if request.is_presigned() {
        let message = "a request that sends events cannot be presigned";
        return Err(Error::new(err_code::INVALID_PARAMETER, message));
    }
    let documents = documents(request)?;
    let index = request.params.schema().event_stream.unwrap_or_default();
    let Some(Mut::Events(events)) = request.params.member_mut(index) else {
        return Err(Error::unreadable("the input has no place for its events"));
    };
    let events = events.take();
    let first = match documents.has_initial_messages() {
        true => {
            let document = request.http_request.body.bytes().cloned().unwrap_or_default();
            Some(event_stream::initial_request(document, documents)?)
        }
        false => None,
    };
    let frames = event_stream::frames(first, events, documents)?;
    let content_type = HeaderValue::from_static(event_stream::CONTENT_TYPE);
    request.http_request.insert_header(header::CONTENT_TYPE, content_type);
    let is_signed = request.operation().auth != Auth::None
        && request.signing_credentials().is_some_and(|credentials| !credentials.is_anonymous());
    if is_signed {
        let hash = HeaderValue::from_static(v4::STREAMING_EVENTS);
        request.http_request.insert_header(HeaderName::from_static("x-amz-content-sha256"), hash);
    }
    request.extensions.insert(Unsigned(Arc::new(Mutex::new(frames))));
    Ok(())
}

/// A request that is not signed sends its frames as they are.
fn sign(request: &mut Request) {
    if request.error.is_some() {
        return;
    }
    let Some(Unsigned(frames)) = request.extensions.get::<Unsigned>().cloned() else { return };
    let mut frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
    let frames = frames.try_clone().unwrap_or_else(|| std::mem::take(&mut *frames));
    request.http_request.body = match signing(request) {
        Some(signing) => event_stream::signed(frames, signing),
        None => frames,
    };
}

fn signing(request: &Request) -> Option<Signing> {
    let authorization = request.http_request.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (_, seed) = authorization.rsplit_once("Signature=")?;
    Some(Signing {
        settings: request.shared_settings(),
        credentials: request.signature.credentials.clone()?,
        region: (&*request.signing_region).into(),
        service: (&*request.signing_name).into(),
        clock_skew: request.signature.clock_skew,
        seed: seed.to_owned(),
    })
}

async fn unmarshal(request: &mut Request) {
    if request.error.is_none()
        && let Err(error) = try_unmarshal(request).await
    {
        request.fail(error);
    }
}

async fn try_unmarshal(request: &mut Request) -> Result<(), Error> {
    let documents = documents(request)?;
    let (service, operation) = (request.settings().service, request.operation());
    let origin = Origin {
        operation: operation.name,
        attempts: request.attempts,
        request_id: request.request_id.clone(),
    };
    // Where there is no answer, a handler has put the data in its place.
    let (Some(response), Some(data)) = (&mut request.http_response, &mut request.data) else { return Ok(()) };
    let Some(index) = data.schema().event_stream else { return Ok(()) };
    let Some(Mut::Events(events)) = data.member_mut(index) else { return Ok(()) };
    let body = std::mem::take(&mut response.body);
    let mut receiver = Receiver::new(body, events, service, documents, origin);
    if documents.has_initial_messages() && data.schema().members().len() > 1 {
        match receiver.initial_response().await? {
            Some(document) if !document.is_empty() => documents.read(&document, &mut **data)?,
            _ => {}
        }
    }
    if let Some(Mut::Events(events)) = data.member_mut(index) {
        events.receive(receiver);
    }
    Ok(())
}

fn documents(request: &Request) -> Result<&'static dyn EventDocuments, Error> {
    request.settings().service.protocol.event_documents().ok_or_else(|| {
        let message =
            format!("the protocol {} has no event streams", request.settings().service.protocol.name());
        Error::unreadable(message)
    })
}
