//! Prints every partition and region, and where a service is listed: `cargo run --example endpoints -- s3`.

use std::error::Error;

use cumulo::endpoints::{Options, default_resolver, partition_for_region, regions_for_service, service};

fn main() -> Result<(), Box<dyn Error>> {
    let service = std::env::args().nth(1).unwrap_or_else(|| service::S3.to_owned());
    let (mut regions, mut with_service, mut global) = (0, 0, 0);
    for partition in default_resolver().partitions() {
        println!("{} ({}, {} services)", partition.id(), partition.dns_suffix(), partition.services().len());
        let listed: Vec<_> = regions_for_service(partition.id(), &service).into_iter().flatten().collect();
        for region in partition.regions() {
            let has_service = listed.contains(&region);
            let endpoint = match has_service {
                true => region.endpoint_for(&service, Options::new().strict_matching(true))?.url,
                false => "-".to_owned(),
            };
            println!("  {:<18} {:<40} {endpoint}", region.id(), region.description());
            regions += usize::from(!region.is_global());
            with_service += usize::from(has_service && !region.is_global());
            global += usize::from(has_service && region.is_global());
        }
    }
    println!("{service}: in {with_service} of {regions} regions; global in {global} partitions");

    if with_service + global == 0
        && let Some(partition) = partition_for_region("us-east-1")
        && let Err(error) = partition.endpoint_for(&service, "us-east-1", Options::new())
    {
        println!("{}: {error}", error.code());
    }
    Ok(())
}
