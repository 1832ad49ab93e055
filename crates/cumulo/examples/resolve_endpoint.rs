//! Finds out where services are, by the tables of the SDK: nothing is sent.

use cumulo::endpoints::{Error, Options, aws_partition, default_resolver, region, service};

fn main() -> Result<(), Error> {
    // Where S3 is in us-west-2.
    let resolver = default_resolver();
    let endpoint = resolver.endpoint_for(service::S3, region::US_WEST_2, Options::new())?;
    println!("Resolved URL: {}", endpoint.url);

    // The variants, and a region that is newer than this release.
    let both = Options::new().use_fips(true).use_dual_stack(true);
    println!("FIPS, dual-stack: {}", resolver.endpoint_for(service::S3, region::US_WEST_2, both)?.url);
    println!("A new region: {}", resolver.endpoint_for(service::S3, "cn-west-9", Options::new())?.url);

    // A service with one endpoint for all regions, and the region that its requests are signed for.
    let iam = resolver.endpoint_for(service::IAM, region::EU_CENTRAL_1, Options::new())?;
    println!("{} is signed for {}", iam.url, iam.signing_region);

    // What is not listed is an error for who asks strictly.
    let strict = Options::new().strict_matching(true);
    for (service, region) in [(service::S3, "us-west-9"), ("s33", region::US_WEST_2)] {
        match resolver.endpoint_for(service, region, strict) {
            Ok(endpoint) => println!("{}", endpoint.url),
            Err(error) => println!("{}: {error}", error.code()),
        }
    }

    for partition in resolver.partitions() {
        println!("Partition: {}", partition.id());
    }
    if let Some(region) = aws_partition().region(region::US_WEST_2) {
        let ids: Vec<&str> = region.services().map(|service| service.id()).collect();
        println!("Services in {}: {}, among them {}", region.id(), ids.len(), ids[..5].join(", "));
        println!("SQS there: {}", region.endpoint_for(service::SQS, Options::new())?.url);
    }
    Ok(())
}
