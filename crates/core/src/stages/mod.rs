//! The default handlers, one file for each stage, and the table of what runs when.

pub mod build;
#[cfg(feature = "request-compression")]
pub mod compress;
pub mod retry;
pub mod send;
pub mod sign;
pub mod validate;
pub mod validate_response;

use crate::handlers::{Handlers, NamedHandler};
use crate::operation::Service;

/// The handlers that every request has, whatever the service: what a session and a bare configuration start with.
///
/// With those that a client adds for its service, in the order in which they run:
///
/// | stage | handlers |
/// | --- | --- |
/// | Validate | [`core.ValidateParameters`](validate::PARAMETERS) |
/// | Build | [`core.UserAgent`](build::USER_AGENT), `<protocol>.Build`, `core.CompressRequest` with the feature `request-compression`, [`core.HostPrefix`](build::HOST_PREFIX) |
/// | Sign | [`core.BuildContentLength`](sign::CONTENT_LENGTH), [`v4.Sign`](sign::V4) |
/// | Send | [`core.Send`](send::SEND) |
/// | UnmarshalMeta | `<protocol>.UnmarshalMeta` |
/// | ValidateResponse | [`core.ValidateResponse`](validate_response::VALIDATE_RESPONSE) |
/// | UnmarshalError | `<protocol>.UnmarshalError` |
/// | Unmarshal | `<protocol>.Unmarshal` |
/// | AfterRetry | [`core.AfterRetry`](retry::AFTER_RETRY) |
///
/// A service adds its own in its `customizations.rs`.
#[must_use]
pub fn core_handlers() -> Handlers {
    let mut handlers = Handlers::default();
    handlers.validate.push_back_named(NamedHandler::new(validate::PARAMETERS, validate::parameters));
    handlers.build.push_back_named(NamedHandler::new(build::USER_AGENT, build::set_user_agent));
    handlers.sign.push_back_named(NamedHandler::new(sign::CONTENT_LENGTH, sign::set_content_length));
    handlers
        .send
        .push_back_named(NamedHandler::new_async(send::SEND, |request| Box::pin(send::send(request))));
    let check = NamedHandler::new(validate_response::VALIDATE_RESPONSE, validate_response::check_status);
    handlers.validate_response.push_back_named(check);
    let after_retry =
        NamedHandler::new_async(retry::AFTER_RETRY, |request| Box::pin(retry::after_retry(request)));
    handlers.after_retry.push_back_named(after_retry);
    handlers
}

/// Adds what depends on the service: its protocol and its signature.
pub(crate) fn add_service_handlers(handlers: &mut Handlers, service: &'static Service) {
    let protocol = service.protocol;
    let named = |step: &str| format!("{}.{step}", protocol.name());
    handlers.build.push_back_named(NamedHandler::new(named("Build"), |request| protocol.build(request)));
    #[cfg(feature = "request-compression")]
    handlers.build.push_back_named(NamedHandler::new(compress::COMPRESS_REQUEST, compress::compress));
    handlers.build.push_back_named(NamedHandler::new(build::HOST_PREFIX, build::add_host_prefix));
    handlers.sign.push_back_named(NamedHandler::new_async(sign::V4, |request| Box::pin(sign::sign(request))));
    let read_meta = NamedHandler::new(named("UnmarshalMeta"), |request| protocol.unmarshal_meta(request));
    handlers.unmarshal_meta.push_back_named(read_meta);
    let read_error =
        NamedHandler::new_async(named("UnmarshalError"), |request| protocol.unmarshal_error(request));
    handlers.unmarshal_error.push_back_named(read_error);
    let read_output = NamedHandler::new_async(named("Unmarshal"), |request| match request.error {
        // A handler before it has found that the answer is none.
        Some(_) => Box::pin(std::future::ready(())),
        None => protocol.unmarshal(request),
    });
    handlers.unmarshal.push_back_named(read_output);
}
