//! The answer of every resolver.

use crate::{Error, Options, ResolveEndpoint};

/// Where to send requests, and the scope to sign them for.
///
/// Resolvers of a user's own make one from a URL; what they leave empty is the client's own.
///
/// Source: Go's `endpoints.ResolvedEndpoint`.
///
/// ```
/// use cumulo_endpoints::ResolvedEndpoint;
///
/// let endpoint = ResolvedEndpoint::new("https://s3.custom.example.com").signing_region("custom-signing-region");
/// assert_eq!(endpoint.signing_region, "custom-signing-region");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedEndpoint {
    /// Scheme and host, and a base path if there is one. Without a scheme it is refused by clients, with
    /// `InvalidEndpointURL`.
    pub url: String,
    /// The partition the region belongs to. Clients have no use for it.
    pub partition_id: String,
    /// The region in the signature's scope. Empty: the client's region.
    pub signing_region: String,
    /// The service in the signature's scope. Empty: the service's own.
    pub signing_name: String,
    /// Whether [`signing_name`](Self::signing_name) is but the id that was asked for, in which case clients use their own.
    pub signing_name_derived: bool,
    /// The signature that the service's metadata names: `v4` or, for S3, `s3v4`. Clients sign as their service does.
    pub signing_method: String,
}

impl ResolvedEndpoint {
    /// An endpoint at a URL, `https://host` or `http://host:port/base`, with all else the client's own.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }

    /// The same with a region to sign for.
    #[must_use]
    pub fn signing_region(mut self, region: impl Into<String>) -> Self {
        self.signing_region = region.into();
        self
    }

    /// The same with a service name to sign for.
    #[must_use]
    pub fn signing_name(mut self, name: impl Into<String>) -> Self {
        self.signing_name = name.into();
        self.signing_name_derived = false;
        self
    }
}

/// One endpoint for every service that is asked for; with [`only_for`](crate::only_for), for one.
impl ResolveEndpoint for ResolvedEndpoint {
    fn resolve_endpoint(&self, _: &str, _: &str, _: Options) -> Result<Option<ResolvedEndpoint>, Error> {
        Ok(Some(self.clone()))
    }
}
