//! Where the bucket stands: in the host name where that is possible, else in the path.

use std::borrow::Cow;

use cumulo_core::http::Url;
use cumulo_core::{Error, Request, err_code};

const BUCKET_LABEL: &str = "/{Bucket}";

/// The operations that the accelerate endpoint does not have.
const NOT_ACCELERATED: [&str; 3] = ["CreateBucket", "DeleteBucket", "ListBuckets"];

/// Moves the bucket from the path template into the host name.
///
/// Same rules as Go's `host_style_bucket.go`: the name must be fit for a host name, without dots under TLS (no
/// certificate covers them), and `GetBucketLocation` always takes it in the path. So do endpoints whose host is an IP
/// address or has no dot, such as `localhost`: no bucket name resolves below them.
///
/// With [`Config::s3_use_accelerate`](cumulo_core::Config::s3_use_accelerate), requests on buckets and objects go to the
/// accelerate endpoint, which has buckets in the host name alone.
pub(crate) fn place_bucket(request: &mut Request) {
    let Some(bucket) = request.params.text("Bucket") else { return };
    if bucket.starts_with("arn:") {
        let message = "a bucket given as an ARN needs endpoint rules, which this version does not have";
        return request.fail(Error::new(err_code::INVALID_PARAMETER, message));
    }
    let Some(rest) = request.http_path.strip_prefix(BUCKET_LABEL) else { return };
    match authority_with(bucket, request) {
        Ok(None) => {}
        Ok(Some(authority)) => {
            let path = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
            request.http_path = Cow::Owned(path);
            request.http_request.url.authority = authority;
        }
        Err(error) => request.fail(error),
    }
}

/// The host that names the bucket; none where it stays in the path.
fn authority_with(bucket: &str, request: &Request) -> Result<Option<String>, Error> {
    let (config, operation) = (&request.settings().config, request.operation().name);
    if config.s3_use_accelerate == Some(true) && !NOT_ACCELERATED.contains(&operation) {
        return accelerated(bucket, request).map(Some);
    }
    let url = &request.http_request.url;
    let is_path_style = config.s3_path_style.unwrap_or(false)
        || operation == "GetBucketLocation"
        || !takes_buckets(url)
        || !is_host_name(bucket, url.is_https);
    Ok((!is_path_style).then(|| format!("{bucket}.{}", url.authority)))
}

/// The bucket at the accelerate endpoint, which is the same for all regions of the partition `aws`.
fn accelerated(bucket: &str, request: &Request) -> Result<String, Error> {
    let config = &request.settings().config;
    let conflict = |what: String| Err(Error::new(err_code::CONFIG_ERROR, what));
    if request.settings().endpoint.as_ref().is_ok_and(|endpoint| endpoint.is_custom) {
        return conflict("S3 Accelerate cannot be used with a configured endpoint".to_owned());
    }
    if config.use_fips == Some(true) {
        return conflict("S3 Accelerate has no endpoint that is validated for FIPS 140".to_owned());
    }
    if !request.http_request.url.host().ends_with(".amazonaws.com") {
        return conflict(format!("S3 Accelerate is not available in the region {}", request.signing_region));
    }
    if bucket.contains('.') || !is_host_name(bucket, true) {
        let message = format!("bucket name {bucket} is not compatible with S3 Accelerate");
        return Err(Error::new("InvalidParameterException", message));
    }
    let dual_stack = if config.use_dual_stack == Some(true) { ".dualstack" } else { "" };
    Ok(format!("{bucket}.s3-accelerate{dual_stack}.amazonaws.com"))
}

fn takes_buckets(url: &Url) -> bool {
    let host = url.host();
    host.contains('.') && !host.starts_with('[') && host.parse::<std::net::Ipv4Addr>().is_err()
}

/// Whether a bucket's name can be part of a host name: 3 to 63 lower-case letters, digits, hyphens and, without TLS, dots; not
/// like an IP address.
fn is_host_name(bucket: &str, is_https: bool) -> bool {
    let is_edge =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_inner =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    (3..=63).contains(&bucket.len())
        && is_edge(bucket.bytes().next())
        && is_edge(bucket.bytes().last())
        && bucket.bytes().all(is_inner)
        && !(is_https && bucket.contains('.'))
        && !bucket.contains("..")
        && bucket.parse::<std::net::Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use cumulo_core::{Config, Credentials};

    use crate::{Client, GetBucketLocationInput, ListObjectsV2Input, PutObjectInput};

    fn config(endpoint: Option<&str>) -> Config {
        let config = Config::new().region("eu-west-1").credentials(Credentials::from_keys("AKID", "SECRET"));
        match endpoint {
            Some(endpoint) => config.endpoint(endpoint),
            None => config,
        }
    }

    async fn url_of(config: &Config, bucket: &str) -> String {
        let input = PutObjectInput::new().bucket(bucket).key("a b/c");
        let presigned =
            Client::new(config).put_object_request(input).presign(std::time::Duration::from_secs(60)).await;
        presigned.unwrap().url.split('?').next().unwrap().to_owned()
    }

    #[tokio::test]
    async fn the_bucket_is_in_the_host_name_where_a_certificate_covers_it() {
        for (bucket, url) in [
            ("plain", "https://plain.s3.eu-west-1.amazonaws.com/a%20b/c"),
            ("with.dot", "https://s3.eu-west-1.amazonaws.com/with.dot/a%20b/c"),
            ("UPPER", "https://s3.eu-west-1.amazonaws.com/UPPER/a%20b/c"),
            ("127.0.0.1", "https://s3.eu-west-1.amazonaws.com/127.0.0.1/a%20b/c"),
            ("no", "https://s3.eu-west-1.amazonaws.com/no/a%20b/c"),
        ] {
            assert_eq!(url_of(&config(None), bucket).await, url);
        }
    }

    #[tokio::test]
    async fn a_custom_endpoint_has_the_bucket_in_the_host_name_only_if_it_can_resolve() {
        for (endpoint, url) in [
            ("http://minio.example.com:9000", "http://with.dot.minio.example.com:9000/a%20b/c"),
            ("http://localhost:4566", "http://localhost:4566/with.dot/a%20b/c"),
            ("http://127.0.0.1:4566", "http://127.0.0.1:4566/with.dot/a%20b/c"),
            ("http://[::1]:4566/base", "http://[::1]:4566/base/with.dot/a%20b/c"),
        ] {
            assert_eq!(url_of(&config(Some(endpoint)), "with.dot").await, url);
        }
        let path_style = config(Some("http://minio.example.com")).s3_path_style(true);
        assert_eq!(url_of(&path_style, "plain").await, "http://minio.example.com/plain/a%20b/c");
    }

    #[tokio::test]
    async fn requests_on_the_bucket_itself_have_a_slash_and_keep_their_query() {
        let client = Client::new(&config(None));
        let minute = std::time::Duration::from_secs(60);
        let list =
            client.list_objects_v2_request(ListObjectsV2Input::new().bucket("plain")).presign(minute).await;
        let url = list.unwrap().url;
        assert!(url.starts_with("https://plain.s3.eu-west-1.amazonaws.com/?"), "{url}");
        assert!(url.contains("list-type=2"), "{url}");
        let location = GetBucketLocationInput::new().bucket("plain");
        let url = client.get_bucket_location_request(location).presign(minute).await.unwrap().url;
        assert!(url.starts_with("https://s3.eu-west-1.amazonaws.com/plain?"), "{url}");
    }

    #[tokio::test]
    async fn the_accelerate_endpoint_has_the_bucket_in_its_host() {
        let accelerated = config(None).s3_use_accelerate(true).s3_path_style(true);
        assert_eq!(url_of(&accelerated, "plain").await, "https://plain.s3-accelerate.amazonaws.com/a%20b/c");
        let dual_stack = accelerated.clone().use_dual_stack(true);
        let url = "https://plain.s3-accelerate.dualstack.amazonaws.com/a%20b/c";
        assert_eq!(url_of(&dual_stack, "plain").await, url);
        let minute = std::time::Duration::from_secs(60);
        let delete = crate::DeleteBucketInput::new().bucket("plain");
        let url = Client::new(&config(None).s3_use_accelerate(true)).delete_bucket_request(delete);
        let url = url.presign(minute).await.unwrap().url;
        assert!(url.starts_with("https://plain.s3.eu-west-1.amazonaws.com/?"), "{url}");
    }

    #[tokio::test]
    async fn what_the_accelerate_endpoint_cannot_do_is_refused_with_the_reason() {
        let accelerated = || config(None).s3_use_accelerate(true);
        for (config, bucket, code, reason) in [
            (accelerated(), "with.dot", "InvalidParameterException", "with.dot is not compatible"),
            (accelerated(), "UPPER", "InvalidParameterException", "UPPER is not compatible"),
            (accelerated().endpoint("http://localhost:1"), "plain", "ConfigError", "configured endpoint"),
            (accelerated().use_fips(true), "plain", "ConfigError", "FIPS"),
            (accelerated().region("cn-north-1"), "plain", "ConfigError", "cn-north-1"),
        ] {
            let input = PutObjectInput::new().bucket(bucket).key("k");
            let refused = Client::new(&config).put_object(input).await.unwrap_err();
            assert_eq!(refused.code(), code);
            assert!(refused.message().contains(reason), "{refused}");
        }
    }

    #[tokio::test]
    async fn an_arn_is_refused_with_the_reason() {
        let input = PutObjectInput::new().bucket("arn:aws:s3:eu-west-1:123456789012:accesspoint/a").key("k");
        let refused = Client::new(&config(None)).put_object(input).await.unwrap_err();
        assert_eq!(refused.code(), "InvalidParameter");
        assert!(refused.message().contains("ARN"), "{refused}");
    }
}
