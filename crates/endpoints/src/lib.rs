//! Where a service lives: AWS partitions, regions and service endpoints.
//!
//! A client asks once, when it is made: it hands [`resolve`] its [`ServiceEndpoint`], the region and the two
//! variant switches (FIPS, dual-stack), and gets back a URL together with what the signer needs to know. The
//! tables are constants, so nothing is parsed or allocated before the first question is asked.
//!
//! ```
//! use cumulo_endpoints::{Params, resolve, service};
//!
//! let endpoint = resolve(&Params::new(&service::S3, "us-west-2"))?;
//! assert_eq!(endpoint.url, "https://s3.us-west-2.amazonaws.com");
//! assert_eq!(endpoint.signing_region, "us-west-2");
//! # Ok::<(), cumulo_endpoints::Error>(())
//! ```
//!
//! The tables can also be walked:
//!
//! ```
//! let aws = cumulo_endpoints::partition("aws").expect("the aws partition is always known");
//! let oregon = aws.regions().iter().find(|region| region.id() == "us-west-2");
//! assert_eq!(oregon.map(|region| region.description()), Some("US West (Oregon)"));
//! ```
//!
//! Reading order: [`partition`](mod@partition), [`service`], then `resolver`.

mod custom;
mod error;
mod generated {
    pub(crate) mod partitions;
}
pub mod partition;
mod resolver;
pub mod rules;
pub mod service;

pub use error::Error;
pub use partition::{Partition, Region, partition, partition_for_region, partitions};
pub use resolver::{Params, ResolvedEndpoint, resolve};
pub use service::{DualStack, Fips, ServiceEndpoint};
