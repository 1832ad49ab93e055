//! Regions, and a constant for the id of each.

use crate::generated::partitions::PARTITIONS;
pub use crate::generated::region_ids::*;
use crate::{Error, Options, Partition, ResolvedEndpoint, Service};

/// A place where services run, such as `eu-central-1`.
///
/// Source: the partitions file of the API models; Go's `endpoints.Region`.
///
/// ```
/// use cumulo_endpoints::{Options, aws_partition, region, service};
///
/// let frankfurt = aws_partition().region(region::EU_CENTRAL_1).expect("known");
/// assert_eq!(frankfurt.description(), "Europe (Frankfurt)");
/// assert!(frankfurt.services().any(|service| service.id() == service::S3));
/// let endpoint = frankfurt.endpoint_for(service::SQS, Options::new())?;
/// assert_eq!(endpoint.url, "https://sqs.eu-central-1.amazonaws.com");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    partition: usize,
    id: &'static str,
    description: &'static str,
}

impl Region {
    pub(crate) const fn new(partition: usize, id: &'static str, description: &'static str) -> Self {
        Self { partition, id, description }
    }

    /// The region's name in configuration and signatures: `eu-central-1`.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The region's name for people: `Europe (Frankfurt)`.
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// The partition it belongs to.
    pub fn partition(&self) -> &'static Partition {
        PARTITIONS[self.partition]
    }

    /// Whether this is a partition's pseudo-region (`aws-global`, `aws-cn-global`), which stands for the
    /// partition as a whole and is no place of its own.
    pub fn is_global(&self) -> bool {
        self.id.ends_with("-global")
    }

    /// The services that are listed with an endpoint here, sorted by id.
    pub fn services(&self) -> impl Iterator<Item = Service> {
        let id = self.id;
        self.partition().services().filter(move |service| service.endpoint(id).is_some())
    }

    /// Where a service is in this region: [`Partition::endpoint_for`]. Go's `Region.ResolveEndpoint`.
    ///
    /// # Errors
    /// As [`Partition::endpoint_for`].
    pub fn endpoint_for(&self, service: &str, options: Options) -> Result<ResolvedEndpoint, Error> {
        self.partition().endpoint_for(service, self.id, options)
    }
}

/// The listed regions in which a service is listed with an endpoint, sorted; `None` if the partition has no such service.
///
/// Source: Go's `endpoints.RegionsForService`.
///
/// ```
/// use cumulo_endpoints::{partition, region, regions_for_service, service};
///
/// let mut regions = regions_for_service(partition::AWS_CN, service::S3).expect("S3 is in China");
/// assert_eq!(regions.next().map(|region| region.id()), Some(region::CN_NORTH_1));
/// ```
pub fn regions_for_service(
    partition: &str,
    service: &str,
) -> Option<impl Iterator<Item = &'static Region> + use<>> {
    crate::partition(partition)?.service(service).map(Service::regions)
}
