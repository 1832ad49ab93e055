//! How long each part of a call may take.

use std::time::Duration;

/// The time limits of a client. `None` means no limit.
///
/// A retry starts all of them anew.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection to be made, its TLS handshake included. Defaults to 5 s.
    pub connect: Option<Duration>,
    /// From the last byte of the request to the head of the answer. Defaults to 60 s.
    pub read_head: Option<Duration>,
    /// From one piece of the answer's body to the next, while somebody waits for it. Defaults to 60 s.
    pub read_body: Option<Duration>,
    /// For one attempt, from signing to the last handler that reads the answer. Defaults to no limit.
    pub attempt: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(5)),
            read_head: Some(Duration::from_secs(60)),
            read_body: Some(Duration::from_secs(60)),
            attempt: None,
        }
    }
}

impl Timeouts {
    /// The same with another limit for making a connection.
    #[must_use]
    pub fn connect(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.connect = limit.into();
        self
    }

    /// The same with another limit for the head of the answer.
    #[must_use]
    pub fn read_head(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.read_head = limit.into();
        self
    }

    /// The same with another limit for each piece of the answer's body.
    #[must_use]
    pub fn read_body(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.read_body = limit.into();
        self
    }

    /// The same with another limit for one attempt.
    #[must_use]
    pub fn attempt(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.attempt = limit.into();
        self
    }
}
