//! AfterRetry: whether a failed attempt is repeated, and the wait before it.

use std::time::Duration;

use crate::date_time::DateTime;
use crate::error::Error;
use crate::http::Method;
use crate::request::Request;
use crate::retryer::Outcome;

/// Asks the retryer, waits, and clears the error so that the request is sent again.
pub const AFTER_RETRY: &str = "core.AfterRetry";

pub(super) async fn after_retry(request: &mut Request) {
    let Some(error) = request.error.clone() else { return };
    let settings = request.shared_settings();
    let corrected = corrects_clock(request, &error);
    if !corrected
        && error.is_expired_credentials()
        && let (Some(credentials), Some(value)) = (&settings.credentials, &request.signature.credentials)
    {
        credentials.expire_value(value);
    }
    let is_retryable =
        request.retryable.unwrap_or_else(|| corrected || settings.retryer.should_retry(&error));
    request.retryable = Some(is_retryable);
    if !is_retryable {
        return;
    }
    if request.is_body_spent {
        let message = format!("{} (not retried: the body cannot be read again)", error.message());
        request.error = Some(error.with_message(message));
        return;
    }
    let outcome =
        Outcome { error: &error, retry_count: request.retry_count, retry_after: retry_after(request) };
    let Some(delay) = settings.retryer.delay(&outcome, &*settings.random) else { return };
    tracing::debug!(operation = request.operation().name, code = error.code(), ?delay, "retrying");
    request.retry_delay = Some(delay);
    settings.clock.sleep(delay).await;
    request.retry_count += 1;
    request.error = None;
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

/// The wait that the answer asks for: seconds in `Retry-After`, milliseconds in `x-amz-retry-after`.
fn retry_after(request: &Request) -> Option<Duration> {
    let response = request.http_response.as_ref()?;
    let number = |name| response.header(name).and_then(|value| value.trim().parse::<u64>().ok());
    let millis = number("x-amz-retry-after").map(Duration::from_millis);
    millis.or_else(|| number("retry-after").map(Duration::from_secs))
}
