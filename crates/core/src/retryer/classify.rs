//! Which failures are worth a retry: the lists of codes and statuses, as in Go's `aws/request/retryer.go`.

use crate::err_code;
use crate::error::Error;

const RETRYABLE: &[&str] = &[
    err_code::REQUEST_ERROR,
    err_code::RESPONSE_TIMEOUT,
    err_code::READ_ERROR,
    "RequestTimeout",
    "RequestTimeoutException",
    "InternalError",
];

const THROTTLE: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

const CLOCK_SKEW: &[&str] = &[
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
];

const THROTTLE_STATUSES: &[u16] = &[429, 502, 503, 504];

pub(crate) fn is_retryable(error: &Error) -> bool {
    RETRYABLE.contains(&error.code())
        || error.status() == Some(500)
        || is_throttle(error)
        || is_expired_credentials(error)
}

pub(crate) fn is_throttle(error: &Error) -> bool {
    THROTTLE.contains(&error.code())
        || error.status().is_some_and(|status| THROTTLE_STATUSES.contains(&status))
}

pub(crate) fn is_expired_credentials(error: &Error) -> bool {
    EXPIRED.contains(&error.code())
}

pub(crate) fn is_clock_skew(error: &Error) -> bool {
    CLOCK_SKEW.contains(&error.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_statuses_are_retried() {
        let with = |status| Error::new("Odd", "").with_status(status);
        for status in [429, 500, 502, 503, 504] {
            assert!(with(status).is_retryable(), "{status}");
        }
        for status in [301, 400, 403, 404, 501, 505] {
            assert!(!with(status).is_retryable(), "{status}");
        }
        assert!(with(503).is_throttle() && !with(500).is_throttle());
    }

    #[test]
    fn a_declared_choice_beats_the_lists() {
        assert!(!Error::new("SlowDown", "").with_retryable(false).is_retryable());
        assert!(Error::new("Odd", "").with_retryable(true).is_retryable());
    }
}
