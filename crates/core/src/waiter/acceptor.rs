//! What an answer means to a waiter.

use std::fmt;

use crate::error::Error;
use crate::path::{Found, Path};
use crate::shape::Shape;

/// What it means if an answer fits.
#[derive(Debug, Clone, Copy)]
pub struct Acceptor {
    /// What fits.
    pub matcher: Matcher,
    /// What that means.
    pub state: State,
}

impl Acceptor {
    /// An answer that fits is the awaited one.
    pub const fn success(matcher: Matcher) -> Self {
        Self { matcher, state: State::Success }
    }

    /// After an answer that fits, the awaited one cannot come.
    pub const fn failure(matcher: Matcher) -> Self {
        Self { matcher, state: State::Failure }
    }

    /// An answer that fits is waited on, also if it is an error.
    pub const fn retry(matcher: Matcher) -> Self {
        Self { matcher, state: State::Retry }
    }
}

/// Where an answer leaves a waiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The awaited state is there.
    Success,
    /// The awaited state will not come.
    Failure,
    /// The awaited state may still come.
    Retry,
}

/// Which answers fit. Paths are those of [`crate::path`] and are applied to good answers alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Matcher {
    /// The path finds this value; or a list, not empty, of nothing but this value.
    Path(&'static str, Expected),
    /// The path finds a list, not empty, of nothing but this value; or the value itself.
    PathAll(&'static str, Expected),
    /// The path finds a list that has this value in it; or the value itself.
    PathAny(&'static str, Expected),
    /// The answer, good or bad, has this HTTP status.
    Status(u16),
    /// The call failed with this code.
    Error(&'static str),
    /// The call failed, whatever the code.
    AnyError,
    /// The call did not fail.
    NoError,
}

/// A value that a path is expected to find.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expected {
    /// Text.
    Text(&'static str),
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Integer(i64),
}

impl Expected {
    fn is(self, found: &Found<'_>) -> bool {
        match (self, found) {
            (Self::Text(expected), Found::Text(text)) => expected == text,
            (Self::Bool(expected), Found::Bool(value)) => expected == *value,
            (Self::Integer(expected), Found::Integer(value)) => expected == *value,
            _ => false,
        }
    }
}

/// What one call of the operation came to.
pub(super) struct Answer {
    pub(super) result: Result<Box<dyn Shape>, Error>,
    pub(super) status: Option<u16>,
}

impl Answer {
    pub(super) fn status(&self) -> Option<u16> {
        self.result.as_ref().err().and_then(Error::status).or(self.status)
    }

    /// The error of the call, if it failed.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.result.as_ref().map(|_| ()).map_err(Clone::clone)
    }
}

/// An [`Acceptor`] with its path parsed.
pub(super) struct Check {
    acceptor: &'static Acceptor,
    path: Option<Path>,
}

impl Check {
    pub(super) fn new(acceptor: &'static Acceptor) -> Result<Self, Error> {
        let path = match acceptor.matcher {
            Matcher::Path(path, _) | Matcher::PathAll(path, _) | Matcher::PathAny(path, _) => {
                Some(Path::parse(path)?)
            }
            _ => None,
        };
        Ok(Self { acceptor, path })
    }

    pub(super) fn state(&self) -> State {
        self.acceptor.state
    }

    pub(super) fn fits(&self, answer: &Answer) -> bool {
        match self.acceptor.matcher {
            Matcher::Path(_, expected) | Matcher::PathAll(_, expected) => {
                self.find(answer, |items| !items.is_empty() && items.iter().all(|item| expected.is(item)))
            }
            Matcher::PathAny(_, expected) => {
                self.find(answer, |items| items.iter().any(|item| expected.is(item)))
            }
            Matcher::Status(status) => answer.status() == Some(status),
            Matcher::Error(code) => answer.result.as_ref().is_err_and(|error| error.code() == code),
            Matcher::AnyError => answer.result.is_err(),
            Matcher::NoError => answer.result.is_ok(),
        }
    }

    /// Applies the path to a good answer; a value that is no list counts as a list of one.
    fn find(&self, answer: &Answer, fits: impl Fn(&[Found<'_>]) -> bool) -> bool {
        let (Some(path), Ok(output)) = (&self.path, &answer.result) else { return false };
        let found = path.search(&**output);
        match found.items() {
            Some(items) => fits(&items),
            None => fits(&[found]),
        }
    }
}

impl fmt::Display for Check {
    /// Says what was seen, with nothing in it but what the service model says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.acceptor.matcher {
            Matcher::Path(path, expected)
            | Matcher::PathAll(path, expected)
            | Matcher::PathAny(path, expected) => {
                write!(f, "{path} is {expected}")
            }
            Matcher::Status(status) => write!(f, "the status is {status}"),
            Matcher::Error(code) => write!(f, "the error is {code}"),
            Matcher::AnyError => f.write_str("the call failed"),
            Matcher::NoError => f.write_str("the call succeeded"),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
        }
    }
}
