//! The parameters of a query-protocol request, from its form body or, for a presigned GET, from its URL.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::error::ServiceError;

#[derive(Debug)]
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub(super) fn parse(query: &str, body: &[u8]) -> Self {
        let pairs = |form| form_urlencoded::parse(form).into_owned();
        Self(pairs(query.as_bytes()).chain(pairs(body)).collect())
    }

    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&str, ServiceError> {
        self.optional(name).ok_or_else(|| invalid("null", name, "Member must not be null"))
    }

    /// A text whose length in characters is within limits and whose characters are those of names in IAM.
    pub(super) fn name(
        &self,
        name: &'static str,
        length: std::ops::RangeInclusive<usize>,
    ) -> Result<&str, ServiceError> {
        let value = self.required(name)?;
        if !length.contains(&value.chars().count()) {
            let constraint =
                format!("Member must have length between {} and {}", length.start(), length.end());
            return Err(invalid(value, name, &constraint));
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if !value.chars().all(allowed) {
            let constraint = r"Member must satisfy regular expression pattern: [\w+=,.@-]*";
            return Err(invalid(value, name, constraint));
        }
        Ok(value)
    }

    /// `DurationSeconds`, or `default`, within limits.
    pub(super) fn duration(
        &self,
        default: Duration,
        limits: std::ops::RangeInclusive<Duration>,
    ) -> Result<Duration, ServiceError> {
        let Some(text) = self.optional("DurationSeconds") else { return Ok(default) };
        let name = "DurationSeconds";
        let seconds = text.parse().map_err(|_| invalid(text, name, "Member must be a number"))?;
        let duration = Duration::from_secs(seconds);
        if duration < *limits.start() {
            let constraint =
                format!("Member must have value greater than or equal to {}", limits.start().as_secs());
            return Err(invalid(text, name, &constraint));
        }
        if duration > *limits.end() {
            let constraint =
                format!("Member must have value less than or equal to {}", limits.end().as_secs());
            return Err(invalid(text, name, &constraint));
        }
        Ok(duration)
    }
}

fn invalid(value: &str, name: &'static str, constraint: &str) -> ServiceError {
    let member = name[..1].to_lowercase() + &name[1..];
    let value = if value == "null" { value.to_owned() } else { format!("'{value}'") };
    let message = format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {constraint}"
    );
    ServiceError::sender("ValidationError", message)
}
