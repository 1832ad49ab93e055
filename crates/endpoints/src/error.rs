//! Why an endpoint could not be found.

use std::fmt;

/// Stands for a partition's id in errors about what is in none.
pub(crate) const ALL_PARTITIONS: &str = "all partitions";

/// Why [`resolve`](crate::resolve) found no endpoint. Its [`code`](Error::code) is what an SDK error carries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No region was given, and every endpoint or signature needs one.
    #[error("could not find region configuration")]
    MissingRegion,

    /// The region cannot be part of a host name.
    #[error("{region:?} is no region: letters, digits and inner hyphens are allowed")]
    InvalidRegion {
        /// The region as it was given.
        region: String,
    },

    /// The partition has no such service. Go's `endpoints.UnknownServiceError`.
    #[error("the service {service:?} is not known ({}){}", Among(partition), Nearest(nearest))]
    UnknownService {
        /// The service asked for.
        service: String,
        /// The partition the region belongs to, or `all partitions`.
        partition: &'static str,
        /// The known services that are most like it.
        nearest: Vec<&'static str>,
    },

    /// The service has no such endpoint there. Go's `endpoints.UnknownEndpointError`.
    #[error(
        "no endpoint for {service} in {} ({}): {reason}{}",
        Place(region),
        Among(partition),
        Nearest(nearest)
    )]
    UnknownEndpoint {
        /// The service's id, or its endpoint prefix.
        service: String,
        /// The region asked for.
        region: String,
        /// The partition the region belongs to, or `all partitions`.
        partition: &'static str,
        /// What is missing.
        reason: &'static str,
        /// The known regions that are most like it, if the region is what is not known.
        nearest: Vec<&'static str>,
    },

    /// What a resolver of the user's own says.
    #[error("{message}")]
    Custom {
        /// The error's code.
        code: &'static str,
        /// What is wrong.
        message: String,
    },
}

impl Error {
    /// An error for a resolver of one's own.
    ///
    /// ```
    /// let error = cumulo_endpoints::Error::custom("NoGateway", "there is no gateway for this region");
    /// assert_eq!(error.code(), "NoGateway");
    /// ```
    pub fn custom(code: &'static str, message: impl Into<String>) -> Self {
        Self::Custom { code, message: message.into() }
    }

    /// The error code: `MissingRegion`, `InvalidRegion`, `UnknownServiceError`, `UnknownEndpointError`, or that of a
    /// custom error.
    ///
    /// Source: Go's `aws.ErrMissingRegion`, `endpoints.UnknownServiceError` and `endpoints.UnknownEndpointError`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingRegion => "MissingRegion",
            Self::InvalidRegion { .. } => "InvalidRegion",
            Self::UnknownService { .. } => "UnknownServiceError",
            Self::UnknownEndpoint { .. } => "UnknownEndpointError",
            Self::Custom { code, .. } => code,
        }
    }
}

/// A list of known names, as the end of a message.
struct Nearest<'a>(&'a [&'a str]);

impl fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "; known, among others: {}", self.0.join(", ")) }
    }
}

/// The partition that was looked at, or all of them.
struct Among<'a>(&'a str);

impl fmt::Display for Among<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == ALL_PARTITIONS { f.write_str(self.0) } else { write!(f, "partition {}", self.0) }
    }
}

/// A region, which may not be there.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "no region" } else { self.0 })
    }
}
