//! Services and their endpoints, as they can be listed, and a constant for the id of each service.

pub use crate::generated::service_ids::*;
use crate::metadata::{EndpointRow, ServiceRow};
use crate::{Error, Options, Partition, Region, ResolvedEndpoint};

/// A service in one partition. A view: cheap to copy.
///
/// Its id is that of the endpoints file, most often the first label of its hosts: `s3`, `monitoring`, `api.ecr`.
///
/// Source: Go's `endpoints.Service`.
///
/// ```
/// use cumulo_endpoints::{Options, aws_partition, region, service};
///
/// let sqs = aws_partition().service(service::SQS).expect("known");
/// assert!(sqs.regions().any(|region| region.id() == region::EU_WEST_1));
/// assert_eq!(sqs.endpoint_for(region::EU_WEST_1, Options::new())?.url, "https://sqs.eu-west-1.amazonaws.com");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    partition: &'static Partition,
    row: ServiceRow,
}

impl Service {
    pub(crate) const fn new(partition: &'static Partition, row: ServiceRow) -> Self {
        Self { partition, row }
    }

    /// The id: `s3`.
    pub fn id(&self) -> &'static str {
        self.row.id()
    }

    /// The partition it is listed in.
    pub const fn partition(&self) -> &'static Partition {
        self.partition
    }

    /// Whether each region has an endpoint of its own. IAM, for one, has a single endpoint for its partition.
    pub fn is_regionalized(&self) -> bool {
        self.row.is_regionalized()
    }

    /// The id of the endpoint for the partition as a whole, for example `aws-global`, if there is one.
    pub fn partition_endpoint(&self) -> Option<&'static str> {
        self.row.partition_endpoint()
    }

    /// The listed regions that it is listed in, sorted; with the pseudo-region `aws-global` if it has an endpoint there.
    pub fn regions(self) -> impl Iterator<Item = &'static Region> {
        self.partition.regions().iter().filter(move |region| self.row.endpoint(region.id()).is_some())
    }

    /// The listed endpoints, sorted by id. Some are not named for a region: `fips-us-east-1`, `s3-external-1`.
    pub fn endpoints(self) -> impl ExactSizeIterator<Item = Endpoint> {
        self.row.endpoints().map(move |row| Endpoint { service: self, row })
    }

    /// One listed endpoint.
    pub fn endpoint(&self, id: &str) -> Option<Endpoint> {
        Some(Endpoint { service: *self, row: self.row.endpoint(id)? })
    }

    /// Where it is in a region: [`Partition::endpoint_for`]. Go's `Service.ResolveEndpoint`.
    ///
    /// # Errors
    /// As [`Partition::endpoint_for`].
    pub fn endpoint_for(&self, region: &str, options: Options) -> Result<ResolvedEndpoint, Error> {
        self.partition.endpoint_for(self.id(), region, options)
    }

    pub(crate) const fn row(&self) -> ServiceRow {
        self.row
    }
}

/// A listed endpoint of a service: a region, or a name of its own. A view: cheap to copy.
///
/// Source: Go's `endpoints.Endpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    service: Service,
    row: EndpointRow,
}

impl Endpoint {
    /// The id, with which it is asked for in the place of a region: `eu-west-1`, `aws-global`, `s3-external-1`.
    pub fn id(&self) -> &'static str {
        self.row.id()
    }

    /// The service whose endpoint it is.
    pub const fn service(&self) -> Service {
        self.service
    }

    /// Whether another endpoint has taken its place: the old FIPS names.
    pub fn is_deprecated(&self) -> bool {
        self.row.form().is_deprecated()
    }

    /// Where it is: [`Partition::endpoint_for`]. Go's `Endpoint.ResolveEndpoint`.
    ///
    /// # Errors
    /// As [`Partition::endpoint_for`].
    pub fn resolve(&self, options: Options) -> Result<ResolvedEndpoint, Error> {
        self.service.endpoint_for(self.id(), options)
    }
}
