//! Where the bucket of a request is named: in the host `<bucket>.localhost`, else in the path.

use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

#[derive(Debug)]
pub(super) struct Hosts;

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.split(':').next().unwrap_or(host);
        Ok(match name.strip_suffix(".localhost") {
            Some(bucket) => VirtualHost::new(&host[bucket.len() + 1..]).with_bucket(bucket),
            None => VirtualHost::new(host),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_below_localhost_names_the_bucket() {
        let bucket = |host| Hosts.parse_host_header(host).unwrap().bucket().map(str::to_owned);
        assert_eq!(bucket("my.bucket.localhost:4566").as_deref(), Some("my.bucket"));
        assert_eq!(bucket("bucket.localhost").as_deref(), Some("bucket"));
        assert_eq!(bucket("localhost:4566"), None);
        assert_eq!(bucket("storage"), None);
    }
}
