//! Where requests go: buckets, access points, and what is refused.

use cumulo_core::{AuthScheme, Config, Credentials, Error, RegionalEndpoints, Request};

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
    let accelerated = config(None).s3_use_accelerate(true);
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
        (accelerated(), "with.dot", "InvalidParameter", "Bucket \"with.dot\""),
        (accelerated(), "UPPER", "InvalidParameter", "cannot be used with S3 Accelerate"),
        (accelerated().endpoint("http://localhost:1"), "plain", "ConfigError", "custom endpoint"),
        (accelerated().use_fips(true), "plain", "ConfigError", "Accelerate cannot be used with FIPS"),
        (accelerated().s3_path_style(true), "plain", "InvalidParameter", "Path-style addressing cannot"),
        (accelerated().region("cn-north-1"), "plain", "InvalidParameter", "cannot be used in this region"),
    ] {
        let refused = resolved(&config, bucket).await;
        assert!(refused.starts_with(code), "{refused}");
        assert!(refused.contains(reason), "{refused}");
    }
}

/// A client whose requests stop before they are signed, with an error that says where they would go and how they would be
/// signed.
fn stopping(config: &Config) -> Client {
    let mut client = Client::new(config);
    client.handlers_mut().sign.clear();
    client.handlers_mut().sign.push_back(|request: &mut Request| {
        let AuthScheme { name, signing_region_set, .. } = &request.auth_scheme;
        let (name, region, service) = (name.as_str(), &request.signing_region, &request.signing_name);
        let headers = &request.http_request.headers;
        let outpost = headers.get("x-amz-outpost-id").map_or("", |id| id.to_str().unwrap());
        let regions = signing_region_set.join(",");
        let url = &request.http_request.url;
        request.fail(Error::new("Stopped", format!("{url} {name} {region} {service} {regions}{outpost}")));
    });
    client
}

/// Where a request would go and how it would be signed, or why it cannot.
async fn resolved(config: &Config, bucket: &str) -> String {
    let input = PutObjectInput::new().bucket(bucket).key("a b/c");
    let stopped = stopping(config).put_object(input).await.unwrap_err();
    match stopped.code() {
        "Stopped" => stopped.message().trim_end().to_owned(),
        code => format!("{code}: {}", stopped.message()),
    }
}

#[tokio::test]
async fn an_arn_goes_to_what_it_names() {
    let config = config(None);
    for (arn, expected) in [
        (
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine",
            "https://mine-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/a%20b/c sigv4 eu-west-1 s3",
        ),
        (
            "arn:aws:s3:us-west-2:123456789012:accesspoint:mine",
            "https://mine-123456789012.s3-accesspoint.us-west-2.amazonaws.com/a%20b/c sigv4 us-west-2 s3",
        ),
        (
            "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/mine",
            "https://mine-123456789012.s3-object-lambda.eu-west-1.amazonaws.com/a%20b/c sigv4 eu-west-1 s3-object-lambda",
        ),
        (
            "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
            "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com/a%20b/c sigv4a eu-west-1 s3 *",
        ),
    ] {
        assert_eq!(resolved(&config, arn).await, expected);
    }
    let outpost = resolved(
        &config,
        "arn:aws:s3-outposts:eu-west-1:123456789012:outpost:op-01234567890123456:accesspoint:mine",
    );
    let outpost = outpost.await;
    let host =
        "https://mine-123456789012.op-01234567890123456.s3-outposts.eu-west-1.amazonaws.com/a%20b/c sigv4";
    assert!(outpost.starts_with(host) && outpost.contains(" s3-outposts"), "{outpost}");
}

#[tokio::test]
async fn directory_buckets_have_endpoints_in_their_zone() {
    let bucket = "logs--euw1-az1--x-s3";
    let express = resolved(&config(None), bucket).await;
    let host = "https://logs--euw1-az1--x-s3.s3express-euw1-az1.eu-west-1.amazonaws.com/a%20b/c";
    assert_eq!(express, format!("{host} sigv4-s3express eu-west-1 s3express"));
    let without_session = config(None).s3_disable_express_session_auth(true);
    assert_eq!(resolved(&without_session, bucket).await, format!("{host} sigv4 eu-west-1 s3express"));
}

#[tokio::test]
async fn an_arn_that_cannot_be_followed_is_refused_with_the_rules_own_sentence() {
    let west = "arn:aws:s3:us-west-2:123456789012:accesspoint:mine";
    let mrap = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap";
    for (config, arn, reason) in [
        (config(None), "arn:aws:s3:eu-west-1", "`arn:aws:s3:eu-west-1` was not a valid ARN"),
        (config(None), "arn:aws:s3:eu-west-1:1:accesspoint/my_own", "Found: `my_own`"),
        (
            config(None),
            "arn:aws-cn:s3:cn-north-1:1:accesspoint:a",
            "Client was configured for partition `aws`",
        ),
        (config(None).s3_use_arn_region(false), west, "does not match client region `eu-west-1`"),
        (config(None).s3_disable_multiregion_access_points(true), mrap, "Access Point ARNs are disabled"),
        (config(None).use_dual_stack(true), mrap, "S3 MRAP does not support dual-stack"),
        (config(None).s3_path_style(true), west, "Path-style addressing cannot be used with ARN buckets"),
    ] {
        let refused = resolved(&config, arn).await;
        assert!(refused.starts_with("InvalidParameter: ") && refused.contains(reason), "{refused}");
        assert!(refused.contains(&format!("the endpoint rules of S3 for Bucket \"{arn}\", ")), "{refused}");
    }
}

#[tokio::test]
async fn an_endpoint_below_which_no_bucket_resolves_takes_access_points_all_the_same() {
    let local = config(Some("http://localhost:4566"));
    let arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint:mine";
    let url = "http://mine-123456789012.localhost:4566/a%20b/c";
    assert_eq!(resolved(&local, arn).await, format!("{url} sigv4 eu-west-1 s3"));
}

#[tokio::test]
async fn the_global_endpoint_is_used_only_if_it_is_asked_for() {
    let config = config(None).region("us-east-1");
    let own = "https://plain.s3.us-east-1.amazonaws.com/a%20b/c sigv4 us-east-1 s3";
    assert_eq!(resolved(&config, "plain").await, own);
    let legacy = config.s3_us_east_1_regional_endpoint(RegionalEndpoints::Legacy);
    let global = "https://plain.s3.amazonaws.com/a%20b/c sigv4 us-east-1 s3";
    assert_eq!(resolved(&legacy, "plain").await, global);
}

#[tokio::test]
async fn what_a_region_does_with_directory_buckets_is_signed_by_the_clients_credentials() {
    let minute = std::time::Duration::from_secs(60);
    let bucket = "logs--euw1-az1--x-s3";
    for (endpoint, url) in [
        (None, "https://s3express-control.eu-west-1.amazonaws.com/logs--euw1-az1--x-s3?"),
        (Some("http://127.0.0.1:4566"), "http://127.0.0.1:4566/logs--euw1-az1--x-s3?"),
        (Some("http://localhost:4566"), "http://logs--euw1-az1--x-s3.localhost:4566/?"),
    ] {
        let client = Client::new(&config(endpoint));
        let create = client.create_bucket_request(crate::CreateBucketInput::new().bucket(bucket));
        let delete = client.delete_bucket_request(crate::DeleteBucketInput::new().bucket(bucket));
        for presigned in [create.presign(minute).await.unwrap(), delete.presign(minute).await.unwrap()] {
            assert!(presigned.url.starts_with(url), "{}", presigned.url);
            assert!(presigned.url.contains("Credential=AKID%2F"), "{}", presigned.url);
            assert!(presigned.url.contains("%2Feu-west-1%2Fs3express%2Faws4_request"), "{}", presigned.url);
        }
    }
}

#[tokio::test]
async fn what_a_zone_does_with_directory_buckets_is_signed_by_their_sessions() {
    let bucket = "logs--euw1-az1--x-s3";
    for endpoint in [None, Some("http://127.0.0.1:4566"), Some("http://localhost:4566")] {
        let client = stopping(&config(endpoint));
        let listed = client.list_objects_v2(ListObjectsV2Input::new().bucket(bucket)).await.unwrap_err();
        let found = client.head_bucket(crate::HeadBucketInput::new().bucket(bucket)).await.unwrap_err();
        for stopped in [listed, found] {
            assert!(stopped.message().contains(" sigv4-s3express eu-west-1 s3express"), "{stopped}");
        }
        let made = client.create_bucket(crate::CreateBucketInput::new().bucket(bucket)).await.unwrap_err();
        assert!(made.message().contains(" sigv4 eu-west-1 s3express"), "{made}");
    }
}
