//! Expressions, read and evaluated over shapes.

use super::*;
use crate::fake::{Deployment, DescribeServicesOutput, EcsService, ListOutput, Object};

fn cluster() -> DescribeServicesOutput {
    let service = |status: &str, running, deployments: &[&str]| {
        let deployments: Vec<_> = deployments.iter().map(|id| Deployment::default().id(*id)).collect();
        EcsService::default().status(status).running(running).desired(2).deployments(deployments)
    };
    DescribeServicesOutput::default().services(vec![
        service("ACTIVE", 2, &["a"]),
        service("DRAINING", 1, &["b", "c"]),
        EcsService::default(),
    ])
}

fn listing() -> ListOutput {
    let objects: Vec<_> = ["k1", "k2", "k3"].map(|key| Object::default().key(key)).into();
    let key = [("id".to_owned(), "7".to_owned()), ("sort".to_owned(), "s".to_owned())];
    ListOutput::default().contents(objects).part(5).last(std::collections::BTreeMap::from(key))
}

/// What stands at `path`, as JSON.
fn find(shape: &dyn Shape, path: &str) -> String {
    fn json(found: &Found<'_>) -> String {
        match found {
            Found::Null => "null".to_owned(),
            Found::Bool(value) => value.to_string(),
            Found::Integer(value) => value.to_string(),
            Found::Double(value) => value.to_string(),
            Found::Text(text) => format!("{text:?}"),
            Found::Ref(Ref::Map(_)) => "{}".to_owned(),
            Found::Ref(value) => match found.items() {
                Some(items) => json(&Found::List(items)),
                None => value.kind().to_owned(),
            },
            Found::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        }
    }
    json(&Path::parse(path).unwrap().search(shape))
}

#[test]
fn fields_and_elements_are_found_or_null() {
    for (path, found) in [
        ("NextPartNumberMarker", "5"),
        ("Contents[0].Key", r#""k1""#),
        ("Contents[-1].Key", r#""k3""#),
        ("Contents[3].Key", "null"),
        ("Contents[-4]", "null"),
        ("NextContinuationToken || Contents[-1].Key", r#""k3""#),
        ("LastEvaluatedKey.id", r#""7""#),
        (r#""LastEvaluatedKey"."id""#, r#""7""#),
        ("LastEvaluatedKey.other", "null"),
        ("Missing.id", "null"),
        ("NextPartNumberMarker.id", "null"),
        ("@.NextPartNumberMarker", "5"),
    ] {
        assert_eq!(find(&listing(), path), found, "{path}");
    }
}

#[test]
fn projections_open_lists_keep_what_passes_and_leave_out_nulls() {
    for (path, found) in [
        ("services[].status", r#"["ACTIVE","DRAINING"]"#),
        ("services[*].status", r#"["ACTIVE","DRAINING"]"#),
        ("services[].deployments[].id", r#"["a","b","c"]"#),
        ("services[*].deployments[*].id", r#"[["a"],["b","c"]]"#),
        ("services[*].deployments[0].id", r#"["a","b"]"#),
        ("services[?status == 'DRAINING'].deployments[].id", r#"["b","c"]"#),
        ("services[?runningCount < desiredCount].status | [0]", r#""DRAINING""#),
        ("services[?!status] | length(@)", "1"),
        ("services[*].[status, runningCount][]", r#"["ACTIVE",2,"DRAINING",1]"#),
        ("[length(services), failures]", "[3,null]"),
        ("failures[].reason", "null"),
        ("(services[].status)[0]", r#""ACTIVE""#),
    ] {
        assert_eq!(find(&cluster(), path), found, "{path}");
    }
    assert_eq!(find(&listing(), "LastEvaluatedKey.*"), r#"["7","s"]"#);
    assert_eq!(find(&listing(), "*.id"), r#"["7"]"#);
}

#[test]
fn operators_follow_the_binding_of_the_grammar() {
    for (path, found) in [
        ("`1` == `1.0`", "true"),
        ("`1` != '1'", "true"),
        ("`\"x\"` == 'x' && `true`", "true"),
        ("`2` >= `2` && `1` <= `0` || `3` > `2`", "true"),
        ("'a' < 'b'", "null"),
        ("!`false` && !(`null` || '')", "true"),
        ("'' || `null`", "null"),
        ("`0` && 'zero is something'", r#""zero is something""#),
        ("'it\\'s'", r#""it's""#),
    ] {
        assert_eq!(find(&listing(), path), found, "{path}");
    }
}

#[test]
fn functions_answer_null_for_what_they_do_not_take() {
    for (path, found) in [
        ("length(Contents)", "3"),
        ("length('héé')", "3"),
        ("length(LastEvaluatedKey)", "2"),
        ("length(NextPartNumberMarker)", "null"),
        ("length(Missing || '') > `0`", "false"),
        ("keys(LastEvaluatedKey)", r#"["id","sort"]"#),
        ("contains(keys(@), 'Contents')", "true"),
        ("contains('abc', 'bc')", "true"),
        ("contains(Contents[].Key, 'k9')", "false"),
        ("contains(NextPartNumberMarker, '5')", "null"),
    ] {
        assert_eq!(find(&listing(), path), found, "{path}");
    }
}

#[test]
fn what_is_no_path_is_an_error_that_says_where() {
    for path in [
        "",
        " ",
        "a[",
        "a]",
        "a.",
        ".a",
        "a b",
        "a[b]",
        "a ||",
        "a[?b",
        "(a",
        "length(a",
        "length(a, b)",
        "length()",
        "sum(a)",
        "'a",
        "`[1]`",
        "`a`",
        "\"a",
        "a[1:2]",
        "{a: b}",
        "a[*]*",
        "é",
        "a.'b'",
        "-",
        "&a",
        "a[99999999999999999999]",
    ] {
        let error = Path::parse(path).err().unwrap_or_else(|| panic!("{path} was read"));
        assert_eq!(error.code(), "SerializationError", "{path}");
        assert!(error.message().contains(&format!("`{path}`")), "{error}");
    }
    assert_eq!(
        Path::parse("a.b == ").err().unwrap().message(),
        "the path `a.b == ` cannot be read at 7: something is missing"
    );
}

#[test]
fn a_path_too_deep_for_the_stack_is_an_error() {
    for deep in [
        "!".repeat(100_000),
        "(".repeat(100_000),
        format!("a{}", ".a".repeat(100_000)),
        "[?a".repeat(100_000),
    ] {
        assert!(Path::parse(&deep).err().unwrap().message().ends_with("too many parts"));
    }
    let long = format!("a{}", ".a".repeat(140));
    assert_eq!(find(&listing(), &long), "null");
}

#[test]
fn a_path_that_would_multiply_what_it_finds_without_end_is_an_error() {
    let tripled = |times| format!("[Contents, Contents, Contents]{}", "[][@, @, @]".repeat(times));
    let path = Path::parse(&tripled(7)).unwrap();
    assert_eq!(path.search(&listing()).items().unwrap().len(), 3_usize.pow(8));
    for path in [tripled(8), format!("{} || {}", tripled(7), tripled(7)), tripled(40)] {
        let error = Path::parse(&path).err().unwrap();
        assert!(error.message().ends_with("multiply what they find too often"), "{}", error.message());
    }
}

#[test]
fn debug_shows_kinds_and_no_values() {
    let (path, listing) = (Path::parse("[Contents[0].Key, Missing, LastEvaluatedKey]").unwrap(), listing());
    assert_eq!(format!("{:?}", path.search(&listing)), "[a string, null, a map]");
}

#[test]
fn every_form_that_service_models_use_is_read() {
    for path in [
        "Jobs[-1].JobId",
        "length(items) == `0`",
        "status != 'DELETING'",
        "length(Images[]) > `0`",
        "length(Output || '') > `0`",
        "length(PasswordData) > `0`",
        "NextMarker || Contents[-1].Key",
        "length(KeyPairs[].KeyName) > `0`",
        "StreamDescription.Shards[-1].ShardId",
        "length(assessmentSummaries[]) == `0`",
        "Reservations[].Instances[].State.Name",
        "VerificationAttributes.*.VerificationStatus",
        "status != 'CANCELLING' && status != 'CANCELLED'",
        "length(services[?!(length(deployments) == `1` && runningCount == desiredCount)]) == `0`",
        "length(KinesisDataStreamDestinations) > `0` && length(KinesisDataStreamDestinations[?DestinationStatus == 'DISABLED' || DestinationStatus == 'ENABLE_FAILED']) == length(KinesisDataStreamDestinations)",
        "TransactItems[*].[ConditionCheck.TableName, Put.TableName, Delete.TableName, Update.TableName][]",
        "keys(RequestItems)",
        "tasks[].lastStatus",
        "daemon.status",
    ] {
        Path::parse(path).unwrap();
    }
}
