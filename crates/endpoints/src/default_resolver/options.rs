//! What to look for, and how strictly.

/// The options of [`endpoint_for`](crate::Resolver::endpoint_for); each is off by default.
///
/// Source: Go's `endpoints.Options`.
///
/// ```
/// use cumulo_endpoints::{Options, default_resolver};
///
/// let fips = Options::new().use_fips(true);
/// let endpoint = default_resolver().endpoint_for("kms", "us-gov-west-1", fips)?;
/// assert_eq!(endpoint.url, "https://kms-fips.us-gov-west-1.amazonaws.com");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether the URL is `http`.
    pub disable_ssl: bool,
    /// Whether the endpoint is one that also has IPv6 addresses.
    pub use_dual_stack: bool,
    /// Whether the endpoint is one that is validated for FIPS 140.
    pub use_fips: bool,
    /// Whether only what is listed is found: no region by the form of its name.
    pub strict_matching: bool,
    /// Whether a service that is not listed gets an endpoint of the common form.
    pub resolve_unknown_service: bool,
    /// Whether STS in the regions of its early years is at `sts.amazonaws.com`, as it once was.
    pub legacy_sts_endpoint: bool,
    /// Whether S3 in `us-east-1` is at `s3.amazonaws.com`, as it once was.
    pub legacy_s3_us_east_1_endpoint: bool,
}

impl Options {
    /// Everything off.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            disable_ssl: false,
            use_dual_stack: false,
            use_fips: false,
            strict_matching: false,
            resolve_unknown_service: false,
            legacy_sts_endpoint: false,
            legacy_s3_us_east_1_endpoint: false,
        }
    }

    /// The same, over `http` or not.
    #[must_use]
    pub const fn disable_ssl(mut self, on: bool) -> Self {
        self.disable_ssl = on;
        self
    }

    /// The same, with dual-stack endpoints or not.
    #[must_use]
    pub const fn use_dual_stack(mut self, on: bool) -> Self {
        self.use_dual_stack = on;
        self
    }

    /// The same, with FIPS endpoints or not.
    #[must_use]
    pub const fn use_fips(mut self, on: bool) -> Self {
        self.use_fips = on;
        self
    }

    /// The same, finding only what is listed or not.
    #[must_use]
    pub const fn strict_matching(mut self, on: bool) -> Self {
        self.strict_matching = on;
        self
    }

    /// The same, with endpoints for unknown services or not.
    #[must_use]
    pub const fn resolve_unknown_service(mut self, on: bool) -> Self {
        self.resolve_unknown_service = on;
        self
    }

    /// The same, with the global endpoint of STS for its early regions or not.
    #[must_use]
    pub const fn legacy_sts_endpoint(mut self, on: bool) -> Self {
        self.legacy_sts_endpoint = on;
        self
    }

    /// The same, with the global endpoint of S3 for `us-east-1` or not.
    #[must_use]
    pub const fn legacy_s3_us_east_1_endpoint(mut self, on: bool) -> Self {
        self.legacy_s3_us_east_1_endpoint = on;
        self
    }
}
