//! The endpoint rules that the service crates hold are those of the models word by word, and so answer alike.

use std::fs;
use std::path::Path;

use cumulo::endpoints::rules::RuleSet;
use cumulo::{ecs, kms, s3, sqs, sts};

#[test]
fn the_rules_of_the_service_crates_are_those_of_the_models() {
    for (name, constant) in [
        ("ecs", &ecs::ENDPOINT_RULES),
        ("kms", &kms::ENDPOINT_RULES),
        ("s3", &s3::ENDPOINT_RULES),
        ("sqs", &sqs::ENDPOINT_RULES),
        ("sts", &sts::ENDPOINT_RULES),
    ] {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/models");
        let text = fs::read_to_string(models.join(name).join("endpoint-rule-set-1.json")).unwrap();
        assert!(RuleSet::from_json(&text).unwrap() == *constant, "{name}");
    }
}

#[test]
fn services_that_differ_in_their_names_share_a_table() {
    assert!(std::ptr::eq(kms::ENDPOINT_RULES.table(), ecs::ENDPOINT_RULES.table()));
    for (rules, url) in [
        (&kms::ENDPOINT_RULES, "https://kms-fips.us-gov-west-1.amazonaws.com"),
        (&ecs::ENDPOINT_RULES, "https://ecs-fips.us-gov-west-1.amazonaws.com"),
    ] {
        let mut params = rules.params();
        params.set("Region", "us-gov-west-1").unwrap().set("UseFIPS", true).unwrap();
        assert_eq!(params.resolve().unwrap().url, url);
    }
}
