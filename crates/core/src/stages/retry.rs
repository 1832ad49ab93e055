//! AfterRetry: whether a failed attempt is repeated, and the wait before it.

use std::time::Duration;

use crate::date_time::DateTime;
use crate::error::Error;
use crate::http::Method;
use crate::operation::Auth;
use crate::request::Request;
use crate::retryer::Outcome;

/// Asks the retryer, waits, and clears the error so that the request is sent again.
pub const AFTER_RETRY: &str = "core.AfterRetry";

/// The operations that programs call in a loop, because the service answers when there is something: one that failed at once
/// would be called again at once. By service id and name, as models do not say it.
const LONG_POLLS: &[(&str, &str)] = &[
    ("SFN", "GetActivityTask"),
    ("SQS", "ReceiveMessage"),
    ("SWF", "PollForActivityTask"),
    ("SWF", "PollForDecisionTask"),
];

pub(super) async fn after_retry(request: &mut Request) {
    let Some(error) = request.error.clone() else { return };
    let settings = request.shared_settings();
    let is_corrected = corrects_clock(request, &error);
    let is_final = !is_corrected && error.is_expired_credentials() && !renews_credentials(request);
    let is_retryable = request
        .retryable
        .unwrap_or_else(|| is_corrected || (!is_final && settings.retryer.should_retry(&error)));
    request.retryable = Some(is_retryable);
    if !is_retryable {
        return;
    }
    if request.is_body_spent {
        let message = format!("{} (not retried: the body cannot be read again)", error.message());
        request.error = Some(error.with_message(message));
        return;
    }
    let outcome = outcome(request, &error);
    let Some(delay) = settings.retryer.delay(&outcome, &*settings.random) else {
        if LONG_POLLS.contains(&(settings.service.id, request.operation().name))
            && let Some(pause) = settings.retryer.pause(&outcome, &*settings.random)
        {
            settings.clock.sleep(pause).await;
        }
        return;
    };
    tracing::debug!(
        service = settings.service.id,
        operation = request.operation().name,
        attempt = request.retry_count + 1,
        code = error.code(),
        status = error.status(),
        request_id = error.request_id(),
        ?delay,
        "retrying"
    );
    request.retry_delay = Some(delay);
    settings.clock.sleep(delay).await;
    request.retry_count += 1;
    request.last_failure = request.error.take();
}

/// Whether the service refused the request for its time, and the clock has been corrected for the next attempt. The answer
/// to a HEAD cannot say why it is a refusal; whether the times differ tells.
fn corrects_clock(request: &Request, error: &Error) -> bool {
    let is_mute = request.http_request.method == Method::HEAD && error.status() == Some(403);
    if !error.is_clock_skew() && !is_mute {
        return false;
    }
    let date = request.http_response.as_ref().and_then(|response| response.header("date"));
    let Some(server) = date.and_then(DateTime::parse_rfc822) else { return false };
    let settings = request.settings();
    settings.clock_skew.learn(settings.clock.now(), server, request.signature.clock_skew)
}

/// Whether there may be other credentials for the next attempt than those that have expired. What a handler has signed
/// with is not known.
fn renews_credentials(request: &Request) -> bool {
    match (request.signing_credentials(), &request.signature.credentials) {
        (Some(credentials), Some(value)) => credentials.expire_value(value),
        _ => request.operation().auth != Auth::None,
    }
}

/// What the retryer decides by.
fn outcome<'a>(request: &Request, error: &'a Error) -> Outcome<'a> {
    let header = |name| request.http_response.as_ref().and_then(|response| response.header(name));
    let number = |name| header(name).and_then(|value| value.trim().parse::<u64>().ok());
    Outcome {
        error,
        retry_count: request.retry_count,
        retry_after: number("retry-after").map(Duration::from_secs),
        amz_retry_after: number("x-amz-retry-after").map(Duration::from_millis),
    }
}
