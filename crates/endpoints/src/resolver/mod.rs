//! From a service and a region to a URL and what the signer must know.

use crate::Error;
use crate::custom::custom_url;
use crate::partition::{Partition, default_partition, partition_for_region};
use crate::service::{DualStack, Fips, ServiceEndpoint};

/// The question put to [`resolve`].
///
/// ```
/// use cumulo_endpoints::{Params, resolve, service};
///
/// let params = Params { use_fips: true, use_dual_stack: true, ..Params::new(&service::S3, "us-west-2") };
/// assert_eq!(resolve(&params)?.url, "https://s3-fips.dualstack.us-west-2.amazonaws.com");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Params<'a> {
    /// The service that is called.
    pub service: &'a ServiceEndpoint<'a>,
    /// The region, such as `eu-central-1`. A custom endpoint needs one too, for the signature. The old spellings `fips-us-east-1` and `us-east-1-fips` mean the
    /// region with [`use_fips`](Self::use_fips).
    pub region: &'a str,
    /// Whether to use a FIPS 140 endpoint. Default: no.
    pub use_fips: bool,
    /// Whether to use an endpoint that is reachable over IPv4 and IPv6. Default: no.
    pub use_dual_stack: bool,
    /// Whether to use `http` for AWS endpoints, and for a custom endpoint without a scheme. Default: no.
    pub disable_ssl: bool,
    /// An endpoint to use in place of AWS's. Default: none.
    pub endpoint: Option<&'a str>,
}

impl<'a> Params<'a> {
    /// A question with every switch at its default.
    pub const fn new(service: &'a ServiceEndpoint<'a>, region: &'a str) -> Self {
        Self { service, region, use_fips: false, use_dual_stack: false, disable_ssl: false, endpoint: None }
    }
}

/// Where to send requests, and the scope to sign them for.
///
/// Source: Go's `endpoints.ResolvedEndpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedEndpoint {
    /// Scheme, host and, for a custom endpoint, a base path; no closing slash.
    pub url: String,
    /// The partition the region belongs to.
    pub partition_id: String,
    /// The region in the signature's scope.
    pub signing_region: String,
    /// The service name in the signature's scope.
    pub signing_name: String,
}

/// Finds the endpoint of a service in a region. Clients call it once, when they are made.
///
/// A region that no partition lists is placed by the form of its name, and in partition `aws` if that fails
/// too: a region newer than this release works. A partition's pseudo-region (`aws-global`) gives the service's
/// global endpoint if it has one, else that of the partition's implicit global region.
///
/// Source: Go's `endpoints.Resolver` (non-strict); the endpoint rules of the API models.
///
/// ```
/// use cumulo_endpoints::{Params, resolve, service};
///
/// let params = Params { endpoint: Some("http://localhost:4566"), ..Params::new(&service::SQS, "eu-west-1") };
/// let endpoint = resolve(&params)?;
/// assert_eq!(endpoint.url, "http://localhost:4566");
/// assert_eq!(endpoint.signing_region, "eu-west-1");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
///
/// # Errors
///
/// - [`Error::MissingRegion`] if the region is empty.
/// - [`Error::InvalidRegion`] if the region cannot be a host label, which would let it choose another host.
/// - [`Error::UnknownEndpoint`] if there is no FIPS or dual-stack endpoint there.
/// - [`Error::InvalidEndpoint`], [`Error::CustomEndpointConflict`] for a custom endpoint that is no URL, or
///   that is combined with FIPS or dual-stack.
pub fn resolve(params: &Params<'_>) -> Result<ResolvedEndpoint, Error> {
    let service = params.service;
    if params.region.is_empty() {
        return Err(Error::MissingRegion);
    }
    if !is_host_label(params.region) {
        return Err(Error::InvalidRegion { region: params.region.to_owned() });
    }
    let (region, named_fips) = without_fips(params.region);
    let partition = partition_for_region(region).unwrap_or_else(default_partition);
    let is_global = partition.region(region).is_some_and(|region| region.is_global());
    let physical_region = if is_global { partition.implicit_global_region() } else { region };
    let use_fips = params.use_fips || named_fips;

    let url = if let Some(endpoint) = params.endpoint {
        refuse_switches(use_fips, params.use_dual_stack)?;
        custom_url(endpoint, params.disable_ssl)?
    } else {
        let global_host = service
            .global_host
            .filter(|_| is_global && partition == default_partition())
            .filter(|_| !use_fips && !params.use_dual_stack);
        let host = match global_host {
            Some(host) => host.to_owned(),
            None => regional_host(service, partition, physical_region, use_fips, params.use_dual_stack)?,
        };
        let scheme = if params.disable_ssl { "http" } else { "https" };
        format!("{scheme}://{host}")
    };
    Ok(ResolvedEndpoint {
        url,
        partition_id: partition.id().to_owned(),
        signing_region: physical_region.to_owned(),
        signing_name: service.signing_name.to_owned(),
    })
}

fn regional_host(
    service: &ServiceEndpoint<'_>,
    partition: &'static Partition,
    region: &str,
    use_fips: bool,
    use_dual_stack: bool,
) -> Result<String, Error> {
    let unknown = |reason| Error::UnknownEndpoint {
        service: service.endpoint_prefix.to_owned(),
        region: region.to_owned(),
        partition: partition.id(),
        reason,
    };
    let exception =
        service.fips_exceptions.iter().find(|(id, _)| *id == partition.id()).map(|(_, fips)| *fips);
    if use_fips && (!partition.supports_fips() || exception == Some(Fips::Absent)) {
        return Err(unknown("it has no FIPS endpoint"));
    }
    if use_dual_stack && !partition.supports_dual_stack() {
        return Err(unknown("it has no dual-stack endpoint"));
    }
    let ordinary_is_fips = exception == Some(Fips::Ordinary) && !use_dual_stack;
    let fips = if use_fips && !ordinary_is_fips { "-fips" } else { "" };
    let (label, suffix) = match (use_dual_stack, service.dual_stack) {
        (false, _) => ("", partition.dns_suffix()),
        (true, DualStack::Suffix) => ("", partition.dual_stack_dns_suffix()),
        (true, DualStack::Label) => (".dualstack", partition.dns_suffix()),
    };
    Ok(format!("{prefix}{fips}{label}.{region}.{suffix}", prefix = service.endpoint_prefix))
}

fn refuse_switches(use_fips: bool, use_dual_stack: bool) -> Result<(), Error> {
    match (use_fips, use_dual_stack) {
        (true, _) => Err(Error::CustomEndpointConflict { switch: "FIPS" }),
        (false, true) => Err(Error::CustomEndpointConflict { switch: "dual-stack" }),
        (false, false) => Ok(()),
    }
}

/// Whether the text is letters and digits with hyphens only inside, at most one DNS label long.
fn is_host_label(region: &str) -> bool {
    let bytes = region.as_bytes();
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= 63
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Splits an old FIPS spelling into the region and whether FIPS was asked for.
fn without_fips(region: &str) -> (&str, bool) {
    match region.strip_prefix("fips-").or_else(|| region.strip_suffix("-fips")) {
        Some(region) => (region, true),
        None => (region, false),
    }
}

#[cfg(test)]
mod tests;
