//! `waiters-2.json`: which operation is asked again and again until a resource is in some state.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "version")]
    _version: Option<Value>,
    pub(super) waiters: IndexMap<String, Waiter>,
}

/// One waiter.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Waiter {
    pub(crate) operation: String,
    /// The pause between two attempts, in seconds.
    pub(crate) delay: u32,
    pub(crate) max_attempts: u32,
    /// Tried in this order; the first that matches decides. If none does, an answer means another attempt and an
    /// error is a failure.
    pub(crate) acceptors: Vec<Acceptor>,
}

/// A rule of a waiter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptor {
    /// What the rule decides.
    pub(crate) state: AcceptorState,
    pub(crate) matcher: Matcher,
    /// The JMESPath expression of the matchers that look into the output.
    pub(crate) argument: Option<String>,
    /// A status, an error code, a text, a number or a boolean.
    pub(crate) expected: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AcceptorState {
    Failure,
    Retry,
    Success,
}

/// What the expected value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Matcher {
    /// The code of an error; `true` for any error and `false` for none.
    Error,
    /// The value at the path.
    Path,
    /// Each value at the path, of which there must be one.
    PathAll,
    /// At least one value at the path.
    PathAny,
    /// The HTTP status.
    Status,
}
