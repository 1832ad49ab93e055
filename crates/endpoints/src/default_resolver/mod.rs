//! Where a service is, by the tables: any service of any region, by name.
//!
//! Clients do not come here: they have [`resolve`](crate::resolve). This is for programs that list, print or choose
//! endpoints, and for resolvers of their own that go on with the default.

mod lookup;
mod options;

use crate::generated::partitions::PARTITIONS;
use crate::partition::default_partition;
use crate::{Error, Partition, ResolvedEndpoint, partitions};

pub use options::Options;

/// The resolver over every known partition. Same role as what Go's `endpoints.DefaultResolver` answers.
///
/// ```
/// use cumulo_endpoints::{Options, default_resolver, region, service};
///
/// let endpoint = default_resolver().endpoint_for(service::S3, region::US_WEST_2, Options::new())?;
/// assert_eq!(endpoint.url, "https://s3.us-west-2.amazonaws.com");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
pub const fn default_resolver() -> Resolver {
    Resolver { _private: () }
}

/// Finds endpoints in the tables of every partition. Made by [`default_resolver`].
#[derive(Debug, Clone, Copy)]
pub struct Resolver {
    _private: (),
}

impl Resolver {
    /// The partitions it looks in, sorted by id. Go's `endpoints.EnumPartitions`.
    pub fn partitions(&self) -> impl ExactSizeIterator<Item = &'static Partition> {
        partitions()
    }

    /// Where `service` is in `region`, and what to sign requests for.
    ///
    /// The partition is that which lists the service there, else the one whose region names have the form, else `aws`:
    /// a region newer than this release works. With [`strict_matching`](Options::strict_matching) only what is listed
    /// counts. `region` may also be the id of an endpoint: `aws-global`, `s3-external-1`, `fips-us-east-1`.
    ///
    /// An empty region asks for the endpoint of the partition as a whole, which IAM has, and STS; and S3, which is
    /// refused because its global endpoint serves the buckets of one region.
    ///
    /// Source: Go's `endpoints.Resolver.EndpointFor`.
    ///
    /// # Errors
    /// - [`Error::InvalidRegion`] if the region is not listed and cannot be part of a host name.
    /// - [`Error::UnknownService`] if the partition has no such service, unless unknown services are
    ///   [resolved](Options::resolve_unknown_service).
    /// - [`Error::UnknownEndpoint`] if the service is not listed there and has to be, there is no FIPS or dual-stack
    ///   endpoint, or the region is empty and the service needs one.
    pub fn endpoint_for(
        &self,
        service: &str,
        region: &str,
        options: Options,
    ) -> Result<ResolvedEndpoint, Error> {
        let lists = |partition: &&'static Partition| {
            partition.service(service).is_some_and(|service| service.endpoint(region).is_some())
        };
        let matches = |partition: &&'static Partition| !options.strict_matching && partition.has(region);
        let found = PARTITIONS.iter().copied().find(|partition| lists(partition) || matches(partition));
        let partition = match found {
            Some(partition) => partition,
            None if options.strict_matching => return Err(lookup::not_listed_anywhere(service, region)),
            None => default_partition(),
        };
        lookup::endpoint_for(partition, service, region, options)
    }
}

impl Partition {
    /// Where `service` is in `region`, looked for in this partition alone; otherwise as [`Resolver::endpoint_for`].
    ///
    /// ```
    /// use cumulo_endpoints::{Options, aws_cn_partition, region, service};
    ///
    /// let beijing = aws_cn_partition().endpoint_for(service::SQS, region::CN_NORTH_1, Options::new())?;
    /// assert_eq!(beijing.url, "https://sqs.cn-north-1.amazonaws.com.cn");
    /// # Ok::<(), cumulo_endpoints::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Resolver::endpoint_for`].
    pub fn endpoint_for(
        &'static self,
        service: &str,
        region: &str,
        options: Options,
    ) -> Result<ResolvedEndpoint, Error> {
        lookup::endpoint_for(self, service, region, options)
    }
}

#[cfg(test)]
mod tests;
