//! The steps from a service and a region to an endpoint, within one partition.

use crate::error::ALL_PARTITIONS;
use crate::host_label::is_host_label;
use crate::metadata::Form;
use crate::{Error, Options, Partition, ResolvedEndpoint, Service, nearest, partitions, service};

pub(super) fn endpoint_for(
    partition: &'static Partition,
    service_id: &str,
    region: &str,
    options: Options,
) -> Result<ResolvedEndpoint, Error> {
    let unknown = |reason, nearest| Error::UnknownEndpoint {
        service: service_id.to_owned(),
        region: region.to_owned(),
        partition: partition.id(),
        reason,
        nearest,
    };
    let Some(service) = partition.service(service_id) else {
        if !options.resolve_unknown_service || !is_dotted_name(service_id) {
            return Err(unknown_service(partition, service_id));
        }
        if region.is_empty() {
            return Err(unknown("the service is not listed, and needs a region", Vec::new()));
        }
        check_region(region)?;
        return unlisted_service(partition, service_id, region, options);
    };

    let asked = match asked_for(&service, region, options) {
        "" => return Err(unknown("the service needs a region", known_near(&service, region))),
        asked => asked,
    };
    let listed = service.row().endpoint(asked);
    if listed.is_none() {
        if options.strict_matching {
            return Err(unknown("it is not listed there", known_near(&service, region)));
        }
        check_region(region)?;
    }
    // A service without regions has one endpoint, whichever region is named.
    let of_partition = || service.row().endpoint(service.partition_endpoint()?);
    let endpoint = listed.or_else(|| if service.is_regionalized() { None } else { of_partition() });
    let (id, signing_region, form) = match endpoint {
        Some(endpoint) => (endpoint.id(), endpoint.signing_region(), endpoint.form()),
        None => (asked, None, service.row().form()),
    };
    let Some(host) = form.host(options.use_fips, options.use_dual_stack) else {
        return Err(unknown(missing(options), Vec::new()));
    };
    let scope = signing_region.unwrap_or(id);
    let host = host.replace("{service}", service.id()).replace("{region}", id).replace("{scope}", scope);
    Ok(resolved(partition, &service, form, &host, signing_region.unwrap_or(asked), options))
}

/// Refuses a region that could change the host that it becomes a part of.
fn check_region(region: &str) -> Result<(), Error> {
    if is_host_label(region) { Ok(()) } else { Err(Error::InvalidRegion { region: region.to_owned() }) }
}

/// The endpoint's id that a region stands for.
fn asked_for<'a>(service: &Service, region: &'a str, options: Options) -> &'a str {
    let is_plain = !options.use_fips && !options.use_dual_stack;
    let is_legacy = match service.id() {
        service::S3 => options.legacy_s3_us_east_1_endpoint && region == crate::region::US_EAST_1,
        service::STS => options.legacy_sts_endpoint && LEGACY_STS_REGIONS.contains(&region),
        _ => false,
    };
    match region {
        _ if is_legacy && is_plain => crate::region::AWS_GLOBAL,
        // The global endpoint of S3 serves the buckets of one region: it is not what to take where none is named.
        "" if service.id() != service::S3 => service.partition_endpoint().unwrap_or_default(),
        region => region,
    }
}

/// The regions that STS had before its endpoints became regional.
///
/// Source: Go's `legacyGlobalRegions`.
const LEGACY_STS_REGIONS: [&str; 15] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

fn resolved(
    partition: &Partition,
    service: &Service,
    form: Form,
    host: &str,
    signing_region: &str,
    options: Options,
) -> ResolvedEndpoint {
    let scheme = if options.disable_ssl || !form.has_tls() { "http" } else { "https" };
    ResolvedEndpoint {
        url: format!("{scheme}://{host}"),
        partition_id: partition.id().to_owned(),
        signing_region: signing_region.to_owned(),
        signing_name: form.signing_name().unwrap_or(service.id()).to_owned(),
        signing_name_derived: form.signing_name().is_none(),
        signing_method: form.signing_method().to_owned(),
    }
}

/// An endpoint of the common form, for a service that the tables do not have.
fn unlisted_service(
    partition: &'static Partition,
    service: &str,
    region: &str,
    options: Options,
) -> Result<ResolvedEndpoint, Error> {
    // A dual-stack suffix alone does not make dual-stack endpoints of the common form: the tables say whether there are.
    let has_dual_stack = partition.services().any(|service| service.row().form().host(false, true).is_some());
    if options.use_dual_stack && !has_dual_stack {
        return Err(Error::UnknownEndpoint {
            service: service.to_owned(),
            region: region.to_owned(),
            partition: partition.id(),
            reason: missing(options),
            nearest: Vec::new(),
        });
    }
    let scheme = if options.disable_ssl { "http" } else { "https" };
    let fips = if options.use_fips { "-fips" } else { "" };
    let suffix =
        if options.use_dual_stack { partition.dual_stack_dns_suffix() } else { partition.dns_suffix() };
    Ok(ResolvedEndpoint {
        url: format!("{scheme}://{service}{fips}.{region}.{suffix}"),
        partition_id: partition.id().to_owned(),
        signing_region: region.to_owned(),
        signing_name: service.to_owned(),
        signing_name_derived: true,
        signing_method: "v4".to_owned(),
    })
}

/// Whether the text is host labels with dots between, so that it cannot change the host that it begins.
fn is_dotted_name(service: &str) -> bool {
    service.split('.').all(is_host_label)
}

const fn missing(options: Options) -> &'static str {
    match (options.use_fips, options.use_dual_stack) {
        (true, true) => "it has no FIPS endpoint with dual-stack",
        (true, false) => "it has no FIPS endpoint",
        (false, _) => "it has no dual-stack endpoint",
    }
}

fn unknown_service(partition: &'static Partition, service: &str) -> Error {
    let known = partition.services().map(|service| service.id());
    Error::UnknownService {
        service: service.to_owned(),
        partition: partition.id(),
        nearest: nearest::nearest(service, known),
    }
}

/// That no partition lists the service in the region.
pub(super) fn not_listed_anywhere(service_id: &str, region: &str) -> Error {
    let mut services = partitions().filter_map(|partition| partition.service(service_id));
    let Some(first) = services.next() else {
        let known = partitions().flat_map(Partition::services).map(|service| service.id());
        return Error::UnknownService {
            service: service_id.to_owned(),
            partition: ALL_PARTITIONS,
            nearest: nearest::nearest(service_id, known),
        };
    };
    let known =
        [first].into_iter().chain(services).flat_map(Service::endpoints).map(|endpoint| endpoint.id());
    Error::UnknownEndpoint {
        service: service_id.to_owned(),
        region: region.to_owned(),
        partition: ALL_PARTITIONS,
        reason: "it is not listed there",
        nearest: nearest::nearest(region, known),
    }
}

fn known_near(service: &Service, region: &str) -> Vec<&'static str> {
    nearest::nearest(region, service.endpoints().map(|endpoint| endpoint.id()))
}
