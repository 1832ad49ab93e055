//! Resolvers of a user's own: a gateway, a local server, another vendor's S3, for some services or for all.

use std::fmt;
use std::sync::Arc;

use crate::{Error, Options, ResolvedEndpoint, Resolver};

/// Says where services are, in the place of the default. A closure is one: see [`resolver_fn`].
///
/// Set on a session or a client with `Config::endpoint_resolver`. Each client asks once, when it is made, so the answer
/// costs requests nothing.
///
/// Source: Go's `endpoints.Resolver` and `endpoints.ResolverFunc`.
///
/// ```
/// use cumulo_endpoints::{Error, Options, ResolveEndpoint, ResolvedEndpoint};
///
/// /// Every service at a gateway, under its own name.
/// struct Gateway;
///
/// impl ResolveEndpoint for Gateway {
///     fn resolve_endpoint(&self, service: &str, _: &str, _: Options) -> Result<Option<ResolvedEndpoint>, Error> {
///         Ok(Some(ResolvedEndpoint::new(format!("https://{service}.gateway.example.com"))))
///     }
/// }
/// ```
pub trait ResolveEndpoint: Send + Sync {
    /// Where the service is, or `None` to leave it to the default.
    ///
    /// `service` is an id of [`service`](crate::service); the region is empty if none is configured. Of the options, a
    /// client fills in FIPS and dual-stack.
    ///
    /// # Errors
    /// Why there can be no endpoint; every call of the client then fails with it. [`Error::custom`] makes one.
    fn resolve_endpoint(
        &self,
        service: &str,
        region: &str,
        options: Options,
    ) -> Result<Option<ResolvedEndpoint>, Error>;
}

impl<F> ResolveEndpoint for F
where
    F: Fn(&str, &str, Options) -> Result<Option<ResolvedEndpoint>, Error> + Send + Sync,
{
    fn resolve_endpoint(
        &self,
        service: &str,
        region: &str,
        options: Options,
    ) -> Result<Option<ResolvedEndpoint>, Error> {
        self(service, region, options)
    }
}

/// A closure as a [`ResolveEndpoint`], with the types of its arguments known. Same role as Go's `endpoints.ResolverFunc`.
///
/// ```
/// use cumulo_endpoints::{Options, ResolveEndpoint, ResolvedEndpoint, resolver_fn, service};
///
/// let resolver = resolver_fn(|service, _region, _options| {
///     if service == service::S3 {
///         let endpoint = ResolvedEndpoint::new("https://s3.custom.example.com");
///         return Ok(Some(endpoint.signing_region("custom-signing-region")));
///     }
///     Ok(None) // what it would be without this resolver
/// });
/// assert!(resolver.resolve_endpoint(service::S3, "us-west-2", Options::new())?.is_some());
/// assert!(resolver.resolve_endpoint(service::SQS, "us-west-2", Options::new())?.is_none());
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
pub fn resolver_fn<F>(resolve: F) -> F
where
    F: Fn(&str, &str, Options) -> Result<Option<ResolvedEndpoint>, Error> + Send + Sync,
{
    resolve
}

/// The tables as a client's resolver: listed hosts, for clients that would otherwise follow the rules of their service.
impl ResolveEndpoint for Resolver {
    fn resolve_endpoint(
        &self,
        service: &str,
        region: &str,
        options: Options,
    ) -> Result<Option<ResolvedEndpoint>, Error> {
        self.endpoint_for(service, region, options).map(Some)
    }
}

/// A resolver that is asked for one service alone.
///
/// ```
/// use cumulo_endpoints::{Options, ResolveEndpoint, ResolvedEndpoint, only_for, service};
///
/// let resolver = only_for(service::S3, ResolvedEndpoint::new("http://localhost:9000"));
/// assert!(resolver.resolve_endpoint(service::S3, "us-west-2", Options::new())?.is_some());
/// assert!(resolver.resolve_endpoint(service::STS, "us-west-2", Options::new())?.is_none());
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
pub fn only_for(service: impl Into<String>, resolver: impl ResolveEndpoint) -> impl ResolveEndpoint {
    let wanted = service.into();
    move |service: &str, region: &str, options: Options| {
        if service == wanted { resolver.resolve_endpoint(service, region, options) } else { Ok(None) }
    }
}

/// A shared [`ResolveEndpoint`], as configurations hold it. Cheap to clone.
#[derive(Clone)]
pub struct EndpointResolver(Arc<dyn ResolveEndpoint>);

impl EndpointResolver {
    /// Shares a resolver.
    pub fn new(resolver: impl ResolveEndpoint + 'static) -> Self {
        Self(Arc::new(resolver))
    }
}

impl ResolveEndpoint for EndpointResolver {
    fn resolve_endpoint(
        &self,
        service: &str,
        region: &str,
        options: Options,
    ) -> Result<Option<ResolvedEndpoint>, Error> {
        self.0.resolve_endpoint(service, region, options)
    }
}

impl fmt::Debug for EndpointResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointResolver")
    }
}
