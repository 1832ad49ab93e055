//! ValidateResponse: whether the answer is an error.

use crate::err_code;
use crate::error::Error;
use crate::request::Request;

/// Fails requests whose answer has a status that is not a success.
pub const VALIDATE_RESPONSE: &str = "core.ValidateResponse";

pub(super) fn check_status(request: &mut Request) {
    let Some(response) = &request.http_response else { return };
    if !response.is_success() {
        let error = Error::new(err_code::UNKNOWN_ERROR, "the service answered with an error");
        let status = response.status;
        request.fail(error.with_status(status));
    }
}
