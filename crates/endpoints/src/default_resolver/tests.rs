//! What the tables answer, service by service, and what they refuse.

use super::*;
use crate::{Service, aws_iso_partition, aws_partition, partition, region, regions_for_service, service};

fn find(service: &str, region: &str, options: Options) -> Result<ResolvedEndpoint, Error> {
    default_resolver().endpoint_for(service, region, options)
}

fn url(service: &str, region: &str, options: Options) -> String {
    find(service, region, options).unwrap().url
}

fn error(service: &str, region: &str, options: Options) -> (&'static str, String) {
    let error = find(service, region, options).unwrap_err();
    (error.code(), error.to_string())
}

const PLAIN: Options = Options::new();
const FIPS: Options = PLAIN.use_fips(true);
const DUAL_STACK: Options = PLAIN.use_dual_stack(true);
const STRICT: Options = PLAIN.strict_matching(true);

#[test]
fn endpoints_have_the_host_and_the_scope_that_the_models_give() {
    // service, region, URL, partition, region and name to sign for
    let expected = [
        ("s3", "us-west-2", "https://s3.us-west-2.amazonaws.com", "aws", "us-west-2", "s3"),
        ("s3", "us-east-1", "https://s3.us-east-1.amazonaws.com", "aws", "us-east-1", "s3"),
        ("s3", "aws-global", "https://s3.amazonaws.com", "aws", "us-east-1", "s3"),
        ("s3", "s3-external-1", "https://s3-external-1.amazonaws.com", "aws", "us-east-1", "s3"),
        ("sts", "us-west-2", "https://sts.us-west-2.amazonaws.com", "aws", "us-west-2", "sts"),
        ("sts", "aws-global", "https://sts.amazonaws.com", "aws", "us-east-1", "sts"),
        ("sqs", "cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn", "aws-cn", "cn-north-1", "sqs"),
        (
            "ecs",
            "us-gov-west-1",
            "https://ecs.us-gov-west-1.amazonaws.com",
            "aws-us-gov",
            "us-gov-west-1",
            "ecs",
        ),
        ("kms", "us-iso-east-1", "https://kms.us-iso-east-1.c2s.ic.gov", "aws-iso", "us-iso-east-1", "kms"),
        (
            "ec2",
            "eusc-de-east-1",
            "https://ec2.eusc-de-east-1.amazonaws.eu",
            "aws-eusc",
            "eusc-de-east-1",
            "ec2",
        ),
        ("iam", "eu-west-1", "https://iam.amazonaws.com", "aws", "us-east-1", "iam"),
        ("iam", "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn", "aws-cn", "cn-north-1", "iam"),
        ("cloudfront", "aws-global", "https://cloudfront.amazonaws.com", "aws", "us-east-1", "cloudfront"),
        ("data.iot", "eu-west-1", "https://data.iot.eu-west-1.amazonaws.com", "aws", "eu-west-1", "iotdata"),
        ("api.ecr", "eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com", "aws", "eu-west-1", "api.ecr"),
        ("dynamodb", "local", "http://localhost:8000", "aws", "us-east-1", "dynamodb"),
        ("kms", "us-west-1-fips", "https://kms-fips.us-west-1.amazonaws.com", "aws", "us-west-1", "kms"),
        ("rds", "rds-fips.us-east-1", "https://rds-fips.us-east-1.amazonaws.com", "aws", "us-east-1", "rds"),
        ("sdb", "eu-west-1", "https://sdb.eu-west-1.amazonaws.com", "aws", "eu-west-1", "sdb"),
    ];
    for (service, region, url, partition, signing_region, signing_name) in expected {
        let found = find(service, region, PLAIN).unwrap();
        assert_eq!(found.url, url);
        let scope = (&*found.partition_id, &*found.signing_region, &*found.signing_name);
        assert_eq!(scope, (partition, signing_region, signing_name), "{service} in {region}");
    }
}

#[test]
fn a_signing_name_that_is_but_the_id_is_marked_so() {
    assert!(find("s3", "us-west-2", PLAIN).unwrap().signing_name_derived);
    assert!(!find("data.iot", "eu-west-1", PLAIN).unwrap().signing_name_derived);
}

#[test]
fn the_best_signing_method_on_offer_is_named() {
    for (service, method) in [("sqs", "v4"), ("s3", "s3v4"), ("sdb", "v2")] {
        assert_eq!(find(service, "us-east-1", PLAIN).unwrap().signing_method, method);
    }
}

#[test]
fn fips_and_dual_stack_have_hosts_of_their_own() {
    let both = FIPS.use_dual_stack(true);
    assert_eq!(url("s3", "us-west-2", FIPS), "https://s3-fips.us-west-2.amazonaws.com");
    assert_eq!(url("s3", "us-west-2", DUAL_STACK), "https://s3.dualstack.us-west-2.amazonaws.com");
    assert_eq!(url("s3", "us-west-2", both), "https://s3-fips.dualstack.us-west-2.amazonaws.com");
    assert_eq!(url("kms", "us-gov-east-1", FIPS), "https://kms-fips.us-gov-east-1.amazonaws.com");
    assert_eq!(url("lambda", "eu-central-1", DUAL_STACK), "https://lambda.eu-central-1.api.aws");
    let line = "no endpoint for kms in us-iso-east-1 (partition aws-iso): it has no dual-stack endpoint";
    assert_eq!(error("kms", "us-iso-east-1", DUAL_STACK), ("UnknownEndpointError", line.to_owned()));
    let line =
        "no endpoint for kms in us-iso-east-1 (partition aws-iso): it has no FIPS endpoint with dual-stack";
    assert_eq!(error("kms", "us-iso-east-1", both).1, line);
}

#[test]
fn the_old_global_endpoints_of_sts_and_s3_are_there_on_request() {
    let legacy = PLAIN.legacy_sts_endpoint(true).legacy_s3_us_east_1_endpoint(true);
    assert_eq!(url("sts", "eu-west-1", legacy), "https://sts.amazonaws.com");
    assert_eq!(find("sts", "eu-west-1", legacy).unwrap().signing_region, "us-east-1");
    assert_eq!(url("sts", "af-south-1", legacy), "https://sts.af-south-1.amazonaws.com");
    assert_eq!(url("s3", "us-east-1", legacy), "https://s3.amazonaws.com");
    assert_eq!(url("s3", "us-east-2", legacy), "https://s3.us-east-2.amazonaws.com");
    assert_eq!(url("sts", "us-east-1", legacy.use_fips(true)), "https://sts-fips.us-east-1.amazonaws.com");
    let dual_stack = legacy.use_dual_stack(true);
    assert_eq!(url("s3", "us-east-1", dual_stack), "https://s3.dualstack.us-east-1.amazonaws.com");
}

#[test]
fn disable_ssl_makes_the_url_http() {
    assert_eq!(url("sqs", "eu-west-1", PLAIN.disable_ssl(true)), "http://sqs.eu-west-1.amazonaws.com");
    let unknown = PLAIN.disable_ssl(true).resolve_unknown_service(true);
    assert_eq!(url("new", "eu-west-1", unknown), "http://new.eu-west-1.amazonaws.com");
}

#[test]
fn a_region_newer_than_the_tables_is_placed_by_its_form_and_one_without_form_in_aws() {
    assert_eq!(url("s3", "eu-mars-1", PLAIN), "https://s3.eu-mars-1.amazonaws.com");
    assert_eq!(url("sqs", "cn-mars-1", PLAIN), "https://sqs.cn-mars-1.amazonaws.com.cn");
    assert_eq!(url("sqs", "mars", PLAIN), "https://sqs.mars.amazonaws.com");
    assert_eq!(url("kms", "aws-cn-global", PLAIN), "https://kms.aws-cn-global.amazonaws.com.cn");
}

#[test]
fn strict_matching_finds_what_is_listed_alone() {
    assert_eq!(url("s3", "eu-west-1", STRICT), "https://s3.eu-west-1.amazonaws.com");
    let line =
        "no endpoint for s3 in eu-west-9 (all partitions): it is not listed there; known, among others: ";
    let (code, text) = error("s3", "eu-west-9", STRICT);
    assert_eq!((code, &text[..line.len()]), ("UnknownEndpointError", line));
    assert!(text.contains("eu-west-1"), "{text}");
    assert_eq!(error("s33", "eu-west-1", STRICT).0, "UnknownServiceError");
    let line =
        "no endpoint for s3 in cn-north-1 (partition aws): it is not listed there; known, among others: ";
    let error = aws_partition().endpoint_for("s3", "cn-north-1", STRICT).unwrap_err().to_string();
    assert!(error.starts_with(line), "{error}");
}

#[test]
fn an_unknown_service_is_an_error_that_names_like_ones_unless_it_is_to_be_resolved() {
    let line = "the service \"sqz\" is not known (partition aws); known, among others: sqs, mq, s3";
    assert_eq!(error("sqz", "eu-west-1", PLAIN), ("UnknownServiceError", line.to_owned()));
    let resolving = PLAIN.resolve_unknown_service(true);
    let found = find("sqz", "cn-north-1", resolving).unwrap();
    assert_eq!(found.url, "https://sqz.cn-north-1.amazonaws.com.cn");
    assert_eq!((&*found.signing_name, found.signing_name_derived), ("sqz", true));
    assert_eq!(
        url("sqz", "cn-north-1", resolving.use_fips(true)),
        "https://sqz-fips.cn-north-1.amazonaws.com.cn"
    );
    assert_eq!(url("sqz", "eu-west-1", resolving.use_dual_stack(true)), "https://sqz.eu-west-1.api.aws");
    let iso = resolving.use_dual_stack(true);
    assert_eq!(error("sqz", "us-iso-east-1", iso).0, "UnknownEndpointError");
    for service in ["", "evil.com/", "a b", ".s3", "s3.", "a..b", "x@y"] {
        assert_eq!(error(service, "eu-west-1", resolving).0, "UnknownServiceError", "{service:?}");
    }
}

#[test]
fn an_empty_region_means_the_partitions_own_endpoint_where_there_is_one() {
    for id in [
        "budgets",
        "ce",
        "chime",
        "cloudfront",
        "iam",
        "importexport",
        "organizations",
        "route53",
        "sts",
        "waf",
    ] {
        let found = find(id, "", PLAIN).unwrap();
        assert_eq!(found.signing_region, "us-east-1", "{id}");
    }
    assert_eq!(url("iam", "", PLAIN), "https://iam.amazonaws.com");
    for id in ["s3", "sqs"] {
        let (code, text) = error(id, "", PLAIN);
        let line = format!("no endpoint for {id} in no region (partition aws): the service needs a region");
        assert_eq!(code, "UnknownEndpointError");
        assert!(text.starts_with(&line), "{text}");
    }
    let resolving = PLAIN.resolve_unknown_service(true);
    assert_eq!(error("new", "", resolving).0, "UnknownEndpointError");
}

#[test]
fn a_region_that_could_change_the_host_is_refused() {
    let long = "a".repeat(64);
    let resolving = PLAIN.resolve_unknown_service(true);
    for region in ["-us", "us-", "a.b", "a/b", "evil.com#", "us east", "us\r\n", "é", "@x", long.as_str()] {
        for service in ["s3", "new"] {
            assert_eq!(error(service, region, resolving).0, "InvalidRegion", "{region:?}");
        }
    }
}

#[test]
fn partitions_regions_services_and_endpoints_lead_to_one_another() {
    let oregon = aws_partition().region(region::US_WEST_2).unwrap();
    assert_eq!((oregon.partition().id(), oregon.is_global()), (partition::AWS, false));
    assert_eq!(oregon.endpoint_for(service::S3, PLAIN).unwrap().url, url("s3", "us-west-2", PLAIN));
    let s3 = oregon.services().find(|service| service.id() == service::S3).unwrap();
    assert_eq!((s3.partition().id(), s3.partition_endpoint()), ("aws", Some("aws-global")));
    assert!(s3.regions().any(|region| region == oregon));
    assert!(s3.is_regionalized());
    assert_eq!(s3.endpoint_for("eu-west-1", PLAIN).unwrap().url, url("s3", "eu-west-1", PLAIN));

    let external = s3.endpoint("s3-external-1").unwrap();
    assert_eq!((external.id(), external.service()), ("s3-external-1", s3));
    assert_eq!(external.resolve(PLAIN).unwrap().url, "https://s3-external-1.amazonaws.com");
    assert!(s3.endpoints().any(|endpoint| endpoint == external) && !external.is_deprecated());
    assert!(s3.endpoint("fips-us-east-1").unwrap().is_deprecated());
    assert_eq!(s3.endpoint("cn-north-1"), None);

    let iam = aws_partition().service(service::IAM).unwrap();
    assert!(!iam.is_regionalized());
    assert_eq!(iam.regions().map(crate::Region::id).collect::<Vec<_>>(), [region::AWS_GLOBAL]);
    assert_eq!(aws_iso_partition().service("no-such"), None);
}

#[test]
fn every_listed_endpoint_resolves() {
    for partition in default_resolver().partitions() {
        for endpoint in partition.services().flat_map(Service::endpoints) {
            let found = endpoint.resolve(STRICT).unwrap();
            assert!(found.url.starts_with("http") && !found.url.contains(['{', '}']), "{found:?}");
            assert_eq!(found.partition_id, partition.id());
        }
    }
}

#[test]
fn the_regions_of_a_service_are_listed_by_partition() {
    let ids = |partition, service| {
        regions_for_service(partition, service)
            .map(|regions| regions.map(crate::Region::id).collect::<Vec<_>>())
    };
    assert_eq!(ids("aws-cn", "s3").unwrap(), ["cn-north-1", "cn-northwest-1"]);
    assert_eq!(ids("aws-cn", "no-such"), None);
    assert_eq!(ids("no-such", "s3"), None);
}
