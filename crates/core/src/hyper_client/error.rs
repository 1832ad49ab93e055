//! What a failed exchange is called. No message holds more of the URL than its host and port.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy;

use crate::body::read_error;
use crate::err_code;
use crate::error::{BoxError, Error};

/// The failure of an exchange with `target`, a host with its port, before the answer's head.
pub(super) fn describe(error: legacy::Error, target: &str) -> Error {
    // What this crate found itself, in the body or while connecting, says more than what hyper makes of it.
    if let Some(own) = causes(&error).find_map(|cause| cause.downcast_ref::<Error>()) {
        let own = own.clone();
        return if error.is_connect() { at(own, target) } else { own };
    }
    let cause = causes(&error).last().map_or_else(|| error.to_string(), ToString::to_string);
    let http = causes(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let tls = causes(&error).find_map(|cause| cause.downcast_ref::<rustls::Error>());
    let is_distrusted = matches!(tls, Some(rustls::Error::InvalidCertificate(_)));
    let is_no_tls = matches!(tls, Some(rustls::Error::InvalidMessage(_)));
    let what = if error.is_connect() && is_distrusted {
        format!("the certificate of {target} is not trusted: {cause}")
    } else if error.is_connect() && is_no_tls {
        format!(
            "what {target} answered is not TLS: if it speaks plain HTTP, its URL begins with http:// ({cause})"
        )
    } else if error.is_connect() {
        format!("could not connect to {target}: {cause}")
    } else if http.is_some_and(hyper::Error::is_user) {
        return read_error(Box::new(error));
    } else if http.is_some_and(hyper::Error::is_parse) {
        format!("what {target} answered is not HTTP: {cause}")
    } else {
        format!("the connection to {target} broke before the answer: {cause}")
    };
    let described = Error::new(err_code::REQUEST_ERROR, what).with_source(error);
    if is_distrusted { described.with_retryable(false) } else { described }
}

/// The time limit for making a connection has passed; [`describe`] adds to where.
pub(super) fn no_connection(limit: Duration) -> Error {
    Error::new(err_code::RESPONSE_TIMEOUT, format!("no connection within {limit:?}"))
}

/// The proxy cannot be reached, or makes no tunnel; [`describe`] adds to where.
pub(super) fn in_proxy(proxy: &Uri, error: &(dyn StdError + 'static)) -> BoxError {
    let proxy = proxy.authority().map_or("", |authority| authority.as_str());
    let cause = causes(error).last().map_or_else(|| error.to_string(), ToString::to_string);
    // The proxy's refusal, in the words of the library that asked for the tunnel.
    let why = cause.strip_prefix("tunnel error: ").map_or(cause.as_str(), |refusal| match refusal {
        "unsuccessful" => "it makes no tunnel",
        refusal => refusal,
    });
    Box::new(Error::new(err_code::REQUEST_ERROR, format!("through the proxy {proxy}: {why}")))
}

/// The time limit for the answer's head has passed.
pub(super) fn no_answer(target: &str, limit: Duration) -> Error {
    let message = format!("{target} has not begun to answer within {limit:?}");
    Error::new(err_code::RESPONSE_TIMEOUT, message)
}

/// The time limit for the next piece of an answer's body has passed.
pub(super) fn stalled_body(limit: Duration) -> BoxError {
    let message = format!("the body of the answer has not gone on within {limit:?}");
    Box::new(Error::new(err_code::RESPONSE_TIMEOUT, message))
}

/// An answer's body has broken off.
pub(super) fn broken_body(error: hyper::Error) -> BoxError {
    let cause = causes(&error).last().map_or_else(|| error.to_string(), ToString::to_string);
    let message = format!("the body of the answer broke off: {cause}");
    Box::new(Error::new(err_code::READ_ERROR, message).with_source(error))
}

fn at(error: Error, target: &str) -> Error {
    let message = format!("could not connect to {target}: {}", error.message());
    error.with_message(message)
}

/// The error and what caused it, outermost first. An `io::Error` does not count what it wraps among its sources.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as _),
            None => error.source(),
        }
    })
}
