//! Failures on demand, for tests of what a client does about them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;

use crate::error::{Service, ServiceError};
use crate::server::Server;

/// What happens to one request instead of, or after, its being served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    /// Answers this status, with an error document of the service.
    Status(StatusCode),
    /// Closes the connection without an answer.
    Drop,
    /// Never answers.
    Stall,
    /// Serves the request, sends half of the body and closes the connection.
    Truncate,
    /// Serves the request and sends a body that is no document at all.
    Garble,
}

/// The faults that wait for a request, in order.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    pub(crate) fn next(&self) -> Option<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn add(&self, fault: Fault, count: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(std::iter::repeat_n(fault, count));
    }
}

/// Faults wait in line: each takes one request, of whatever service.
impl Server {
    /// Answers the next `count` requests with `status` and an error code that fits it, without serving them. A number
    /// that is no HTTP status counts as 500.
    pub fn fail_next(&self, status: u16, count: usize) {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.faults().add(Fault::Status(status), count);
    }

    /// Closes the connection of the next `count` requests without an answer.
    pub fn drop_next_connections(&self, count: usize) {
        self.faults().add(Fault::Drop, count);
    }

    /// Leaves the next `count` requests without an answer until the client gives up.
    pub fn stall_next(&self, count: usize) {
        self.faults().add(Fault::Stall, count);
    }

    /// Serves the next request, announces the whole body of its answer, sends half and closes the connection.
    pub fn truncate_next_body(&self) {
        self.faults().add(Fault::Truncate, 1);
    }

    /// Serves the next request and answers with its status, but with a body that is neither XML nor JSON.
    pub fn garble_next_body(&self) {
        self.faults().add(Fault::Garble, 1);
    }
}

/// The error that a service would send with this status.
pub(crate) fn error(service: Service, status: StatusCode) -> ServiceError {
    let code = match (status.as_u16(), service) {
        (503, Service::S3) => "SlowDown",
        (503, _) => "ServiceUnavailable",
        (429, _) => "ThrottlingException",
        (500, Service::S3) => "InternalError",
        (500, Service::Kms) => "KMSInternalException",
        (500.., _) => "InternalFailure",
        (403, _) => "AccessDenied",
        _ => "BadRequest",
    };
    ServiceError { status, ..ServiceError::sender(code, "This failure was asked for.") }
}
