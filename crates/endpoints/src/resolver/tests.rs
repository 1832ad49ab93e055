//! What the resolver answers, service by service.

use super::*;
use crate::service_endpoint::{ECS, KMS, S3, SQS, STS};

fn url(service: &ServiceEndpoint<'_>, region: &str, fips: bool, dual_stack: bool) -> String {
    let params = Params { use_fips: fips, use_dual_stack: dual_stack, ..Params::new(service, region) };
    resolve(&params).unwrap().url
}

fn scope(service: &ServiceEndpoint<'_>, region: &str) -> (String, String, String) {
    let endpoint = resolve(&Params::new(service, region)).unwrap();
    (endpoint.partition_id, endpoint.signing_region, endpoint.signing_name)
}

#[test]
fn ordinary_endpoints_are_prefix_region_and_suffix() {
    assert_eq!(url(&SQS, "eu-central-1", false, false), "https://sqs.eu-central-1.amazonaws.com");
    assert_eq!(url(&KMS, "cn-north-1", false, false), "https://kms.cn-north-1.amazonaws.com.cn");
    assert_eq!(url(&ECS, "us-iso-east-1", false, false), "https://ecs.us-iso-east-1.c2s.ic.gov");
    assert_eq!(url(&STS, "eusc-de-east-1", false, false), "https://sts.eusc-de-east-1.amazonaws.eu");
}

#[test]
fn variants_change_prefix_and_suffix() {
    assert_eq!(url(&KMS, "us-east-1", true, false), "https://kms-fips.us-east-1.amazonaws.com");
    assert_eq!(url(&KMS, "us-east-1", false, true), "https://kms.us-east-1.api.aws");
    assert_eq!(url(&KMS, "us-east-1", true, true), "https://kms-fips.us-east-1.api.aws");
    let china = "https://kms-fips.cn-north-1.api.amazonwebservices.com.cn";
    assert_eq!(url(&KMS, "cn-north-1", true, true), china);
}

#[test]
fn s3_puts_dual_stack_into_a_label() {
    assert_eq!(url(&S3, "us-west-2", false, true), "https://s3.dualstack.us-west-2.amazonaws.com");
    assert_eq!(url(&S3, "us-west-2", true, false), "https://s3-fips.us-west-2.amazonaws.com");
    assert_eq!(url(&S3, "us-west-2", true, true), "https://s3-fips.dualstack.us-west-2.amazonaws.com");
}

#[test]
fn s3_and_sts_are_regional_even_in_us_east_1() {
    assert_eq!(url(&S3, "us-east-1", false, false), "https://s3.us-east-1.amazonaws.com");
    assert_eq!(url(&STS, "us-east-1", false, false), "https://sts.us-east-1.amazonaws.com");
}

#[test]
fn aws_global_gives_the_global_host_signed_for_us_east_1() {
    assert_eq!(url(&S3, "aws-global", false, false), "https://s3.amazonaws.com");
    assert_eq!(url(&STS, "aws-global", false, false), "https://sts.amazonaws.com");
    assert_eq!(scope(&STS, "aws-global"), ("aws".into(), "us-east-1".into(), "sts".into()));
}

#[test]
fn aws_global_with_a_variant_or_without_a_global_host_is_the_implicit_region() {
    assert_eq!(url(&S3, "aws-global", true, false), "https://s3-fips.us-east-1.amazonaws.com");
    assert_eq!(url(&S3, "aws-global", false, true), "https://s3.dualstack.us-east-1.amazonaws.com");
    assert_eq!(url(&KMS, "aws-global", false, false), "https://kms.us-east-1.amazonaws.com");
    assert_eq!(url(&S3, "aws-cn-global", false, false), "https://s3.cn-northwest-1.amazonaws.com.cn");
}

#[test]
fn govcloud_serves_fips_from_the_ordinary_hosts_of_sts_and_sqs() {
    assert_eq!(url(&STS, "us-gov-west-1", true, false), "https://sts.us-gov-west-1.amazonaws.com");
    assert_eq!(url(&SQS, "us-gov-west-1", true, false), "https://sqs.us-gov-west-1.amazonaws.com");
    assert_eq!(url(&SQS, "us-gov-west-1", true, true), "https://sqs-fips.us-gov-west-1.api.aws");
    assert_eq!(url(&KMS, "us-gov-west-1", true, false), "https://kms-fips.us-gov-west-1.amazonaws.com");
}

#[test]
fn old_fips_spellings_mean_the_region_with_fips() {
    for region in ["fips-us-east-1", "us-east-1-fips"] {
        assert_eq!(url(&KMS, region, false, false), "https://kms-fips.us-east-1.amazonaws.com");
        assert_eq!(scope(&KMS, region).1, "us-east-1");
    }
}

#[test]
fn regions_newer_than_the_tables_are_placed_by_their_form() {
    assert_eq!(url(&S3, "us-gov-south-9", false, false), "https://s3.us-gov-south-9.amazonaws.com");
    assert_eq!(scope(&S3, "us-gov-south-9").0, "aws-us-gov");
    assert_eq!(url(&S3, "cn-west-9", false, false), "https://s3.cn-west-9.amazonaws.com.cn");
}

#[test]
fn a_region_of_no_known_form_is_tried_in_partition_aws() {
    assert_eq!(url(&S3, "mars", false, false), "https://s3.mars.amazonaws.com");
    assert_eq!(scope(&S3, "mars"), ("aws".into(), "mars".into(), "s3".into()));
}

#[test]
fn a_region_that_could_change_the_host_is_refused() {
    let long = "a".repeat(64);
    for region in ["-us", "us-", "a.b", "a/b", "evil.com#", "us east", "us\r\n", "é", "@x", long.as_str()] {
        let error = resolve(&Params::new(&S3, region)).unwrap_err();
        assert_eq!(error.code(), "InvalidRegion", "{region:?}");
    }
}

#[test]
fn a_missing_region_has_its_own_code() {
    let error = resolve(&Params::new(&S3, "")).unwrap_err();
    assert_eq!((error.code(), error), ("MissingRegion", Error::MissingRegion));
}

#[test]
fn s3_in_china_says_that_it_has_no_fips_endpoint() {
    let error = resolve(&Params { use_fips: true, ..Params::new(&S3, "cn-north-1") }).unwrap_err();
    assert_eq!(error.code(), "UnknownEndpointError");
    let text = "no endpoint for s3 in cn-north-1 (partition aws-cn): it has no FIPS endpoint";
    assert_eq!(error.to_string(), text);
}
