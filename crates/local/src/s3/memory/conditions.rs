//! Conditional requests: preconditions of reads (RFC 9110 §13) and of writes.

use s3s::dto::{ETagCondition, Timestamp};
use s3s::{S3Error, S3ErrorCode, S3Result};
use time::OffsetDateTime;

use super::store::{Object, error, no_such_key};

/// The four conditions of a read or of the source of a copy.
#[derive(Clone, Copy)]
pub(super) struct Conditions<'a> {
    pub(super) if_match: Option<&'a ETagCondition>,
    pub(super) if_none_match: Option<&'a ETagCondition>,
    pub(super) if_modified_since: Option<&'a Timestamp>,
    pub(super) if_unmodified_since: Option<&'a Timestamp>,
}

impl Conditions<'_> {
    /// For a read: a representation that the client has already is answered by 304.
    pub(super) fn check_read(self, object: &Object) -> S3Result<()> {
        self.check(object, || error(S3ErrorCode::NotModified, "Not Modified"))
    }

    /// For the source of a copy, where that is a failed precondition too.
    pub(super) fn check_source(self, object: &Object) -> S3Result<()> {
        self.check(object, precondition_failed)
    }

    fn check(self, object: &Object, unchanged: impl FnOnce() -> S3Error) -> S3Result<()> {
        let modified = whole_seconds(&object.last_modified);
        let is_met = match (self.if_match, self.if_unmodified_since) {
            (Some(condition), _) => matches(condition, object),
            (None, Some(time)) => modified <= whole_seconds(time),
            (None, None) => true,
        };
        if !is_met {
            return Err(precondition_failed());
        }
        let is_unchanged = match (self.if_none_match, self.if_modified_since) {
            (Some(condition), _) => matches(condition, object),
            (None, Some(time)) => modified <= whole_seconds(time),
            (None, None) => false,
        };
        if is_unchanged { Err(unchanged()) } else { Ok(()) }
    }
}

/// The conditions of a write, against what is stored under its key.
pub(super) fn check_write(
    existing: Option<&Object>,
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<()> {
    if let Some(condition) = if_match
        && !matches(condition, existing.ok_or_else(no_such_key)?)
    {
        return Err(precondition_failed());
    }
    match (if_none_match, existing) {
        (Some(condition), Some(object)) if matches(condition, object) => Err(precondition_failed()),
        _ => Ok(()),
    }
}

fn matches(condition: &ETagCondition, object: &Object) -> bool {
    condition.as_etag().is_none_or(|e_tag| e_tag.value() == object.e_tag)
}

/// HTTP dates have no fractions, so a stored time must lose its own before the two are compared.
fn whole_seconds(time: &Timestamp) -> i64 {
    OffsetDateTime::from(time.clone()).unix_timestamp()
}

fn precondition_failed() -> S3Error {
    let message = "At least one of the pre-conditions you specified did not hold";
    error(S3ErrorCode::PreconditionFailed, message)
}
