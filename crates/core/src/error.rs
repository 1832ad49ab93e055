//! The one error type: what went wrong, in which call, and what an operator needs to look it up.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::err_code;
use crate::retryer::classify;
use crate::shape::Shape;

/// Any error below, as a source.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A call that did not succeed.
///
/// [`code`](Self::code) tells which failure it is: the service's own code (each service crate has an `err_code` module
/// with constants) or, if the SDK failed, one of [`err_code`]. `Display` is one line for an operator.
/// It holds no secret, no signed URL and no body. Same meaning as Go's `awserr.Error` and `awserr.RequestFailure`.
///
/// ```
/// use cumulo_core::{Error, err_code};
///
/// fn explain(error: &Error) -> &'static str {
///     match error.code() {
///         "NoSuchKey" => "there is no such object",
///         err_code::REQUEST_ERROR => "the service could not be reached",
///         _ => "something else went wrong",
///     }
/// }
/// # assert_eq!(explain(&Error::new("NoSuchKey", "")), "there is no such object");
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    status: Option<u16>,
    request_id: Option<String>,
    extended_request_id: Option<String>,
    operation: Option<&'static str>,
    attempts: u32,
    fields: Option<Arc<dyn Shape>>,
    retryable: Option<bool>,
    throttle: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with a code and a sentence; the pipeline adds the operation, the attempts and the request id.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(code.into(), message.into())
    }

    // Not generic, so that it is compiled once and not wherever something may fail.
    #[cold]
    fn of(code: Cow<'static, str>, message: Cow<'static, str>) -> Self {
        Self(Box::new(Inner {
            code,
            message,
            status: None,
            request_id: None,
            extended_request_id: None,
            operation: None,
            attempts: 0,
            fields: None,
            retryable: None,
            throttle: false,
            source: None,
        }))
    }

    /// An answer that could not be read.
    pub(crate) fn unreadable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(err_code::SERIALIZATION_ERROR, message)
    }

    /// The code: the service's wire code, or one of [`err_code`].
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What the service or the SDK says went wrong; may be empty if the service said nothing.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, if the service answered.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The id under which the service knows the request, if it gave one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// S3's second id (`x-amz-id-2`), if there is one.
    pub fn extended_request_id(&self) -> Option<&str> {
        self.0.extended_request_id.as_deref()
    }

    /// The operation that failed, if the error came from a call.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// How many times the request was sent, or tried to be; 0 if it never got that far.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The members of a modelled error, if the service model describes this code.
    pub fn fields(&self) -> Option<&dyn Shape> {
        self.0.fields.as_deref()
    }

    /// The members of a modelled error as the generated type `T`.
    pub fn fields_as<T: Shape>(&self) -> Option<&T> {
        self.fields()?.downcast_ref()
    }

    /// Whether sending the same request again may succeed.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable.unwrap_or_else(|| classify::is_retryable(self))
    }

    /// Whether the service asked for fewer requests.
    pub fn is_throttle(&self) -> bool {
        self.0.throttle || classify::is_throttle(self)
    }

    /// Whether the credentials had expired.
    pub fn is_expired_credentials(&self) -> bool {
        classify::is_expired_credentials(self)
    }

    /// Whether the service refused the request for the time in it.
    pub fn is_clock_skew(&self) -> bool {
        classify::is_clock_skew(self)
    }

    /// The same with another sentence.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    /// The same with the error that caused it, reachable through `source()`.
    #[must_use]
    pub fn with_source(self, source: impl Into<BoxError>) -> Self {
        self.caused_by(source.into())
    }

    #[cold]
    fn caused_by(mut self, source: BoxError) -> Self {
        self.0.source = Some(Arc::from(source));
        self
    }

    /// The same with an HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The same with the service's request id.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// The same with S3's second id.
    #[must_use]
    pub fn with_extended_request_id(mut self, id: impl Into<String>) -> Self {
        self.0.extended_request_id = Some(id.into());
        self
    }

    /// The same with the members of a modelled error.
    #[must_use]
    pub fn with_fields(mut self, fields: Box<dyn Shape>) -> Self {
        self.0.fields = Some(Arc::from(fields));
        self
    }

    /// The same, declared worth a retry or not, whatever its code.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = Some(retryable);
        self
    }

    /// The same, declared a demand for fewer requests, also if its code is not known for one.
    #[must_use]
    pub fn with_throttle(mut self, throttle: bool) -> Self {
        self.0.throttle = throttle;
        self
    }

    /// The same, as the failure of a call; an operation already named is kept.
    #[must_use]
    pub fn in_call(mut self, operation: &'static str, attempts: u32) -> Self {
        self.0.operation.get_or_insert(operation);
        self.0.attempts = self.0.attempts.max(attempts);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        one_line(&inner.code, f)?;
        if !inner.message.is_empty() {
            f.write_str(": ")?;
            one_line(&inner.message, f)?;
        }
        let mut details = Vec::new();
        details.extend(inner.operation.map(str::to_owned));
        details.extend(inner.status.map(|status| status.to_string()));
        details.extend(inner.request_id.as_ref().map(|id| format!("request {id}")));
        details.extend(inner.extended_request_id.as_ref().map(|id| format!("host id {id}")));
        match inner.attempts {
            0 => {}
            1 => details.push("1 attempt".to_owned()),
            n => details.push(format!("{n} attempts")),
        }
        if details.is_empty() {
            return Ok(());
        }
        f.write_str(" (")?;
        one_line(&details.join(", "), f)?;
        f.write_str(")")
    }
}

/// Errors are read in logs, line by line: what a service says must not look like a line of its own.
fn one_line(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut lines = text.split(char::is_control).filter(|line| !line.is_empty());
    f.write_str(lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| write!(f, " {line}"))
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_tuple("Error");
        out.field(&format_args!("{self}"));
        if let Some(source) = &self.0.source {
            out.field(source);
        }
        out.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_the_line_an_operator_needs() {
        let error = Error::new("NoSuchKey", "The specified key does not exist.")
            .with_status(404)
            .with_request_id("4442587FB7D0A2F9")
            .in_call("GetObject", 1);
        assert_eq!(
            error.to_string(),
            "NoSuchKey: The specified key does not exist. (GetObject, 404, request 4442587FB7D0A2F9, 1 attempt)"
        );
        assert_eq!(Error::new("RequestError", "").to_string(), "RequestError");
    }

    #[test]
    fn display_is_one_line_whatever_the_service_says() {
        let error = Error::new("Odd\ncode", "first\r\n\tsecond\n").with_request_id("1\n2");
        assert_eq!(error.to_string(), "Odd code: first second (request 1 2)");
        assert_eq!(error.message(), "first\r\n\tsecond\n");
    }

    #[test]
    fn the_cause_is_a_source_and_not_part_of_the_line() {
        let error = Error::new("RequestError", "send request failed").with_source("connection refused");
        assert_eq!(error.to_string(), "RequestError: send request failed");
        assert_eq!(
            std::error::Error::source(&error).map(ToString::to_string).as_deref(),
            Some("connection refused")
        );
    }
}
