//! Where a service lives: AWS partitions, regions and service endpoints.
//!
//! A client asks once, when it is made: it hands [`resolve`] its [`ServiceEndpoint`], the region and the two
//! variant switches (FIPS, dual-stack), and gets back a URL together with what the signer needs to know. A
//! [`ResolveEndpoint`] of the user's own is asked before that.
//!
//! ```
//! use cumulo_endpoints::{Params, resolve, service_endpoint};
//!
//! let endpoint = resolve(&Params::new(&service_endpoint::S3, "us-west-2"))?;
//! assert_eq!(endpoint.url, "https://s3.us-west-2.amazonaws.com");
//! assert_eq!(endpoint.signing_region, "us-west-2");
//! # Ok::<(), cumulo_endpoints::Error>(())
//! ```
//!
//! Programs ask the tables of every service, by name, and can walk them: partitions, their regions, their services, and
//! the endpoints of each.
//!
//! ```
//! use cumulo_endpoints::{Options, aws_partition, default_resolver, region, service};
//!
//! let endpoint = default_resolver().endpoint_for(service::S3, region::US_WEST_2, Options::new())?;
//! assert_eq!(endpoint.url, "https://s3.us-west-2.amazonaws.com");
//!
//! let oregon = aws_partition().region(region::US_WEST_2).expect("known");
//! assert_eq!(oregon.description(), "US West (Oregon)");
//! assert!(oregon.services().count() > 200);
//! # Ok::<(), cumulo_endpoints::Error>(())
//! ```
//!
//! The tables are constants: nothing is parsed or allocated before the first question, and what a program does not ask
//! for is not linked. They come from two files of the API models. `partitions.json` is the newer one and has the
//! partitions, the form and the names of their regions and their DNS suffixes; where both files speak of those, they are
//! checked to agree. `endpoints.json` has the services; AWS adds new ones to it no more, so that a service missing from
//! it may exist all the same ([`Options::resolve_unknown_service`]).
//!
//! Reading order: [`partition`](mod@partition), [`region`], [`service`], `default_resolver`, `custom_resolver`; then
//! `resolver`, which is what clients use, and [`rules`], the newer description of a service's endpoints.

mod custom_resolver;
mod default_resolver;
mod error;
mod generated {
    pub(crate) mod partition_ids;
    pub(crate) mod partitions;
    pub(crate) mod region_ids;
    pub(crate) mod service_ids;
    pub(crate) mod services;
}
mod host_label;
mod metadata;
mod nearest;
pub mod partition;
pub mod region;
mod resolved_endpoint;
mod resolver;
pub mod rules;
pub mod service;
pub mod service_endpoint;

pub use custom_resolver::{EndpointResolver, ResolveEndpoint, only_for, resolver_fn};
pub use default_resolver::{Options, Resolver, default_resolver};
pub use error::Error;
pub use host_label::is_host_label;
pub use partition::{
    Partition, aws_cn_partition, aws_eusc_partition, aws_iso_b_partition, aws_iso_e_partition,
    aws_iso_f_partition, aws_iso_partition, aws_partition, aws_us_gov_partition, partition,
    partition_for_region, partitions,
};
pub use region::{Region, regions_for_service};
pub use resolved_endpoint::ResolvedEndpoint;
pub use resolver::{Params, resolve};
pub use service::{Endpoint, Service};
pub use service_endpoint::{DualStack, Fips, ServiceEndpoint};
