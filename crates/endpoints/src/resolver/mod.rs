//! From a service and a region to a URL and what the signer must know.

use crate::host_label::is_host_label;
use crate::partition::{Partition, default_partition, partition_for_region};
use crate::service_endpoint::{DualStack, Fips, ServiceEndpoint};
use crate::{Error, ResolvedEndpoint};

/// The question put to [`resolve`].
///
/// ```
/// use cumulo_endpoints::{Params, resolve, service_endpoint};
///
/// let params = Params { use_fips: true, use_dual_stack: true, ..Params::new(&service_endpoint::S3, "us-west-2") };
/// assert_eq!(resolve(&params)?.url, "https://s3-fips.dualstack.us-west-2.amazonaws.com");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Params<'a> {
    /// The service that is called.
    pub service: &'a ServiceEndpoint<'a>,
    /// The region, such as `eu-central-1`. The old spellings `fips-us-east-1` and `us-east-1-fips` mean the region with [`use_fips`](Self::use_fips).
    pub region: &'a str,
    /// Whether to use a FIPS 140 endpoint. Default: no.
    pub use_fips: bool,
    /// Whether to use an endpoint that is reachable over IPv4 and IPv6. Default: no.
    pub use_dual_stack: bool,
}

impl<'a> Params<'a> {
    /// A question with every switch at its default.
    pub const fn new(service: &'a ServiceEndpoint<'a>, region: &'a str) -> Self {
        Self { service, region, use_fips: false, use_dual_stack: false }
    }
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
/// use cumulo_endpoints::{Params, resolve, service_endpoint};
///
/// let endpoint = resolve(&Params::new(&service_endpoint::SQS, "eu-west-1"))?;
/// assert_eq!(endpoint.url, "https://sqs.eu-west-1.amazonaws.com");
/// assert_eq!(endpoint.signing_region, "eu-west-1");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
///
/// # Errors
///
/// - [`Error::MissingRegion`] if the region is empty.
/// - [`Error::InvalidRegion`] if the region cannot be a host label, which would let it choose another host.
/// - [`Error::UnknownEndpoint`] if there is no FIPS or dual-stack endpoint there.
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

    let global_host = service
        .global_host
        .filter(|_| is_global && partition == default_partition())
        .filter(|_| !use_fips && !params.use_dual_stack);
    let host = match global_host {
        Some(host) => host.to_owned(),
        None => regional_host(service, partition, physical_region, use_fips, params.use_dual_stack)?,
    };
    Ok(ResolvedEndpoint {
        url: format!("https://{host}"),
        partition_id: partition.id().to_owned(),
        signing_region: physical_region.to_owned(),
        signing_name: service.signing_name.to_owned(),
        signing_name_derived: false,
        signing_method: "v4".to_owned(),
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
        nearest: Vec::new(),
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

/// Splits an old FIPS spelling into the region and whether FIPS was asked for.
fn without_fips(region: &str) -> (&str, bool) {
    match region.strip_prefix("fips-").or_else(|| region.strip_suffix("-fips")) {
        Some(region) => (region, true),
        None => (region, false),
    }
}

#[cfg(test)]
mod tests;
