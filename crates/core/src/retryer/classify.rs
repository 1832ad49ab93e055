//! Which failures are worth a retry: the codes and statuses of AWS's standard mode, and the codes of Go's
//! `aws/request/retryer.go`.

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
    "LimitExceededException",
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

/// The statuses of a service, or of something in front of it, that may be well again in a moment.
const RETRYABLE_STATUSES: &[u16] = &[500, 502, 503, 504];
/// `Too Many Requests`.
const THROTTLE_STATUS: u16 = 429;

pub(crate) fn is_retryable(error: &Error) -> bool {
    RETRYABLE.contains(&error.code())
        || error.status().is_some_and(|status| RETRYABLE_STATUSES.contains(&status))
        || is_throttle(error)
        || is_expired_credentials(error)
}

/// The status counts only where the model says nothing: of an error that it describes, it says whether it is a throttle.
pub(crate) fn is_throttle(error: &Error) -> bool {
    THROTTLE.contains(&error.code()) || (error.status() == Some(THROTTLE_STATUS) && error.fields().is_none())
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
        for status in [500, 502, 503, 504] {
            assert!(!with(status).is_throttle(), "{status}");
        }
        assert!(with(429).is_throttle());
    }

    /// The cases of botocore's `tests/unit/retries/test_standard.py`.
    #[test]
    fn throttles_and_transient_errors_are_told_apart_by_their_codes() {
        for code in [
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottledException",
            "TooManyRequestsException",
            "ProvisionedThroughputExceededException",
            "TransactionInProgressException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "RequestThrottled",
            "SlowDown",
            "PriorRequestNotComplete",
            "EC2ThrottledException",
        ] {
            let error = Error::new(code, "").with_status(400);
            assert!(error.is_throttle() && error.is_retryable(), "{code}");
        }
        for code in ["RequestTimeout", "RequestTimeoutException", "InternalError"] {
            let error = Error::new(code, "").with_status(400);
            assert!(!error.is_throttle() && error.is_retryable(), "{code}");
        }
        assert!(!Error::new("AccessDenied", "").with_status(400).is_retryable());
    }

    #[test]
    fn of_a_modelled_error_the_model_says_whether_it_is_a_throttle() {
        let modelled = || {
            let fields = Box::new(crate::testing::thing("busy"));
            Error::new("Busy", "").with_status(429).with_fields(fields)
        };
        assert!(!modelled().is_throttle() && !modelled().is_retryable());
        let throttle = modelled().with_throttle(true).with_retryable(true);
        assert!(throttle.is_throttle() && throttle.is_retryable());
    }

    #[test]
    fn a_declared_choice_beats_the_lists() {
        assert!(!Error::new("SlowDown", "").with_retryable(false).is_retryable());
        assert!(Error::new("Odd", "").with_retryable(true).is_retryable());
    }
}
