//! Why an endpoint could not be found.

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

    /// The service has no such endpoint there.
    #[error("no endpoint for {service} in {region} (partition {partition}): {reason}")]
    UnknownEndpoint {
        /// The service's endpoint prefix.
        service: String,
        /// The region asked for.
        region: String,
        /// The partition the region belongs to.
        partition: &'static str,
        /// What is missing.
        reason: &'static str,
    },

    /// The custom endpoint is no usable URL.
    #[error("the custom endpoint is not usable: {reason}")]
    InvalidEndpoint {
        /// What is wrong. The URL is left out, since it may hold a password.
        reason: &'static str,
    },

    /// A custom endpoint was combined with a switch that chooses among AWS's own.
    #[error("{switch} cannot be combined with a custom endpoint")]
    CustomEndpointConflict {
        /// The switch: `FIPS` or `dual-stack`.
        switch: &'static str,
    },
}

impl Error {
    /// The error code: `MissingRegion`, `InvalidRegion`, `UnknownEndpointError`, `InvalidEndpointURL` or
    /// `InvalidEndpointConfiguration`.
    ///
    /// Source: Go's `aws.ErrMissingRegion`, `endpoints.UnknownEndpointError`, `request.ErrCodeInvalidEndpointURL`
    /// where Go has one.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingRegion => "MissingRegion",
            Self::InvalidRegion { .. } => "InvalidRegion",
            Self::UnknownEndpoint { .. } => "UnknownEndpointError",
            Self::InvalidEndpoint { .. } => "InvalidEndpointURL",
            Self::CustomEndpointConflict { .. } => "InvalidEndpointConfiguration",
        }
    }
}
