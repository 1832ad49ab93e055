//! The default handlers, one file for each stage, and the table of what runs when.

pub mod build;
pub mod checksum;
#[cfg(feature = "request-compression")]
pub mod compress;
pub mod endpoint;
pub mod event_stream;
pub mod retry;
pub mod send;
pub mod sign;
pub mod validate;
pub mod validate_response;

use cumulo_endpoints::rules::RuleSet;

use crate::endpoint_rules;
use crate::handlers::{Handlers, NamedHandler};
use crate::operation::Service;

/// The handlers that every request has, whatever the service: what a session and a bare configuration start with.
///
/// With those that a client adds for its service, in the order in which they run:
///
/// | stage | handlers |
/// | --- | --- |
/// | Validate | [`core.ValidateParameters`](validate::PARAMETERS) |
/// | Build | [`core.ResolveEndpoint`](endpoint::RESOLVE_ENDPOINT) if the service has endpoint rules, [`core.UserAgent`](build::USER_AGENT), [`core.ChecksumMode`](checksum::CHECKSUM_MODE), `<protocol>.Build`, `core.CompressRequest` with the feature `request-compression`, [`core.HostPrefix`](build::HOST_PREFIX), [`core.RequestChecksum`](checksum::REQUEST_CHECKSUM) |
/// | Sign | [`core.BuildContentLength`](sign::CONTENT_LENGTH), [`v4.Sign`](sign::V4) |
/// | Send | [`core.Send`](send::SEND) |
/// | UnmarshalMeta | `<protocol>.UnmarshalMeta` |
/// | ValidateResponse | [`core.ValidateResponse`](validate_response::VALIDATE_RESPONSE) |
/// | UnmarshalError | `<protocol>.UnmarshalError` |
/// | Unmarshal | [`core.ResponseChecksum`](checksum::RESPONSE_CHECKSUM), `<protocol>.Unmarshal` |
/// | AfterRetry | [`core.AfterRetry`](retry::AFTER_RETRY) |
///
/// A request whose operation has a stream of events has these besides; such an input has no length, so that
/// `core.BuildContentLength` does not run:
///
/// | stage | handlers |
/// | --- | --- |
/// | BuildStream | [`event_stream.Build`](event_stream::BUILD), for an input |
/// | Sign | [`event_stream.Sign`](event_stream::SIGN) at the end, for an input |
/// | UnmarshalStream | [`event_stream.Unmarshal`](event_stream::UNMARSHAL), for an output |
///
/// A service adds its own in its `customizations.rs`.
#[must_use]
pub fn core_handlers() -> Handlers {
    let mut handlers = Handlers::default();
    handlers.validate.push_back_named(NamedHandler::new(validate::PARAMETERS, validate::parameters));
    handlers.build.push_back_named(NamedHandler::new(build::USER_AGENT, build::set_user_agent));
    handlers.build.push_back_named(NamedHandler::new(checksum::CHECKSUM_MODE, checksum::set_mode));
    handlers.sign.push_back_named(NamedHandler::new(sign::CONTENT_LENGTH, sign::set_content_length));
    handlers
        .send
        .push_back_named(NamedHandler::new_async(send::SEND, |request| Box::pin(send::send(request))));
    let check = NamedHandler::new(validate_response::VALIDATE_RESPONSE, validate_response::check_status);
    handlers.validate_response.push_back_named(check);
    let validate = NamedHandler::new(checksum::RESPONSE_CHECKSUM, checksum::validate_response);
    handlers.unmarshal.push_back_named(validate);
    let after_retry =
        NamedHandler::new_async(retry::AFTER_RETRY, |request| Box::pin(retry::after_retry(request)));
    handlers.after_retry.push_back_named(after_retry);
    handlers
}

/// Adds what depends on the service: its protocol and its signature.
pub(crate) fn add_service_handlers(handlers: &mut Handlers, service: &'static Service) {
    if let Some(rules) = service.rules {
        handlers.build.push_front_named(resolve_endpoint(rules));
    }
    let protocol = service.protocol;
    let named = |step: &str| format!("{}.{step}", protocol.name());
    handlers.build.push_back_named(NamedHandler::new(named("Build"), |request| protocol.build(request)));
    #[cfg(feature = "request-compression")]
    handlers.build.push_back_named(NamedHandler::new(compress::COMPRESS_REQUEST, compress::compress));
    handlers.build.push_back_named(NamedHandler::new(build::HOST_PREFIX, build::add_host_prefix));
    let set_checksum = NamedHandler::new(checksum::REQUEST_CHECKSUM, checksum::set_request_checksum);
    handlers.build.push_back_named(set_checksum);
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

fn resolve_endpoint(rules: &RuleSet) -> NamedHandler {
    if endpoint_rules::takes_account_id(rules).is_some() {
        NamedHandler::new_async(endpoint::RESOLVE_ENDPOINT, |request| {
            Box::pin(endpoint::resolve_with_account(request))
        })
    } else {
        NamedHandler::new(endpoint::RESOLVE_ENDPOINT, endpoint::resolve)
    }
}
