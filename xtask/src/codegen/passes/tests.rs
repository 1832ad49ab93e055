//! The passes, each on a small model.

use super::*;
use crate::codegen::api::{Auth, Location, Role, Structure, Target};
use crate::codegen::overrides::ErrorOverride;
use crate::{services, workspace};

/// Prepares a service with these operations and shapes, given as the insides of two JSON objects.
fn prepared(operations: &str, shapes: &str, overrides: &Overrides) -> Result<Api> {
    prepared_with(operations, shapes, overrides, "", "")
}

/// The same with paginators and waiters.
fn prepared_with(
    operations: &str,
    shapes: &str,
    overrides: &Overrides,
    paginators: &str,
    waiters: &str,
) -> Result<Api> {
    let service = format!(
        r#"{{"metadata": {{"apiVersion": "2020-01-01", "endpointPrefix": "x", "serviceId": "X",
            "serviceFullName": "X", "protocol": "rest-xml", "signatureVersion": "v4"}},
            "operations": {{{operations}}},
            "shapes": {{"Text": {{"type": "string"}}, "Bytes": {{"type": "blob"}}, {shapes}}}}}"#
    );
    let paginators = format!(r#"{{"pagination": {{{paginators}}}}}"#);
    let waiters = format!(r#"{{"waiters": {{{waiters}}}}}"#);
    let model = Model::parse(&service, &paginators, &waiters)?;
    let service = Service {
        name: "x".into(),
        botocore: "x".into(),
        api_version: "2020-01-01".into(),
        crate_folder: "crates/x".into(),
    };
    prepare(service, model, overrides)
}

/// An operation with the given name and the rest of its JSON object.
pub(in crate::codegen) fn operation(name: &str, rest: &str) -> String {
    format!(r#""{name}": {{"name": "{name}", "http": {{"method": "POST", "requestUri": "/"}}{rest}}}"#)
}

pub(in crate::codegen) fn structure(members: &str) -> String {
    format!(r#"{{"type": "structure", "members": {{{members}}}}}"#)
}

pub(in crate::codegen) fn api(operations: &str, shapes: &str) -> Api {
    prepared(operations, shapes, &Overrides::default()).unwrap()
}

fn members(structure: &Structure) -> Vec<&str> {
    structure.members.iter().map(|member| member.name.as_str()).collect()
}

#[test]
fn an_operation_without_input_and_output_gets_empty_ones() {
    let api = api(&operation("Ping", ""), &format!(r#""Unused": {}"#, structure("")));
    assert_eq!(api.operations[0].input, "PingInput");
    assert_eq!(api.operations[0].output, "PingOutput");
    assert_eq!(api.structures["PingInput"].role, Role::Input);
    assert_eq!(api.structures["PingOutput"].role, Role::Output);
    assert_eq!(api.structures["PingInput"].members.len(), 0);
    assert!(!api.operations[0].has_input);
}

#[test]
fn a_document_is_named_by_its_shape_before_its_operation_and_a_member_by_itself() {
    let io = r#", "input": {"shape": "In", "locationName": "PutRequest"}"#;
    let members = r#""A": {"shape": "Named", "locationName": "A"}, "B": {"shape": "Named", "locationName": "Hola"},
        "C": {"shape": "Named"}"#;
    let shapes = format!(
        r#""In": {{"type": "structure", "locationName": "Ahoy", "xmlNamespace": {{"uri": "u"}}, "payload": "A",
            "members": {{{members}}}}},
            "Named": {{"type": "structure", "locationName": "Hello", "members": {{}}}}"#
    );
    let api = api(&operation("Put", io), &shapes);
    let root = api.operations[0].input_root.as_ref().unwrap();
    assert_eq!((&*root.name, &*root.namespace.as_ref().unwrap().uri), ("Ahoy", "u"));
    let names = api.structures["PutInput"].members.iter().map(|member| member.location_name.as_deref());
    assert_eq!(names.collect::<Vec<_>>(), [Some("Hello"), Some("Hola"), None]);
}

#[test]
fn inputs_and_outputs_are_named_after_their_operation_and_no_longer_shared() {
    let io = r#", "input": {"shape": "Shared"}, "output": {"shape": "Shared"}"#;
    let operations = format!("{}, {}", operation("Get", io), operation("Cut", io));
    let api = api(&operations, &format!(r#""Shared": {}"#, structure(r#""A": {"shape": "Text"}"#)));
    let names: Vec<_> = api.structures.keys().collect();
    assert_eq!(names, ["CutInput", "CutOutput", "GetInput", "GetOutput"]);
    assert_eq!(members(&api.structures["GetOutput"]), ["A"]);
    assert!(api.operations.iter().all(|operation| operation.has_input));
}

#[test]
fn an_output_that_is_also_nested_keeps_its_name_there() {
    let shapes = format!(
        r#""Result": {}, "Batch": {}"#,
        structure(r#""A": {"shape": "Text"}"#),
        structure(r#""One": {"shape": "Result"}"#)
    );
    let io = r#", "input": {"shape": "Batch"}, "output": {"shape": "Result"}"#;
    let api = api(&operation("Run", io), &shapes);
    assert_eq!(api.structures["RunInput"].members[0].target, Target::Structure("Result".into()));
    assert_eq!(api.structures["Result"].role, Role::Nested);
    assert_eq!(members(&api.structures["RunOutput"]), ["A"]);
}

#[test]
fn an_input_whose_name_is_taken_by_a_member_needs_an_override() {
    let shapes = format!(
        r#""Request": {}, "RunInput": {}"#,
        structure(r#""One": {"shape": "RunInput"}"#),
        structure("")
    );
    let operations = operation("Run", r#", "input": {"shape": "Request"}"#);
    let error = prepared(&operations, &shapes, &Overrides::default()).unwrap_err();
    assert!(format!("{error:#}").contains("Run needs the name RunInput"), "{error:#}");

    let overrides: Overrides = toml::from_str("[shapes]\nRunInput = \"RunPart\"\n").unwrap();
    let api = prepared(&operations, &shapes, &overrides).unwrap();
    assert_eq!(api.structures["RunInput"].members[0].target, Target::Structure("RunPart".into()));
}

#[test]
fn shapes_that_nothing_needs_are_dropped_but_every_error_stays() {
    let shapes = r#""Unused": {"type": "string", "enum": ["a"]},
        "Lost": {"type": "structure", "exception": true, "error": {"code": "LostOnWire", "httpStatusCode": 410}}"#;
    let api = api(&operation("Ping", ""), shapes);
    assert!(api.enums.is_empty());
    assert_eq!(api.error_codes.len(), 1);
    assert_eq!(api.error_codes[0].constant, "LOST");
    assert_eq!(api.error_codes[0].code, "LostOnWire");
    assert_eq!(api.structures["Lost"].error.as_ref().unwrap().status, Some(410));
}

#[test]
fn a_reference_to_no_shape_is_an_error_that_names_it() {
    let shapes = format!(r#""In": {}"#, structure(r#""A": {"shape": "Missing"}"#));
    let operations = operation("Get", r#", "input": {"shape": "In"}"#);
    let error = prepared(&operations, &shapes, &Overrides::default()).unwrap_err();
    assert!(format!("{error:#}").ends_with("there is no shape Missing"), "{error:#}");
}

#[test]
fn what_a_reference_says_goes_before_what_its_shape_says() {
    let shapes = format!(
        r#""Time": {{"type": "timestamp", "timestampFormat": "iso8601"}},
           "Names": {{"type": "list", "member": {{"shape": "Text", "locationName": "Name"}}, "flattened": true}},
           "Secret": {{"type": "string", "sensitive": true, "locationName": "shaped"}},
           "In": {}"#,
        structure(
            r#""A": {"shape": "Time", "timestampFormat": "rfc822"}, "B": {"shape": "Time"},
               "C": {"shape": "Names"}, "D": {"shape": "Secret", "locationName": "referred"}, "E": {"shape": "Secret"},
               "F": {"shape": "Text", "location": "uri", "locationName": "F"}"#
        )
    );
    let api = api(&operation("Get", r#", "input": {"shape": "In"}"#), &shapes);
    let [a, b, c, d, e, f] = api.structures["GetInput"].members.as_slice() else { panic!("six members") };
    assert_eq!(a.timestamp_format, Some(crate::codegen::model::TimestampFormat::Rfc822));
    assert_eq!(b.timestamp_format, Some(crate::codegen::model::TimestampFormat::Iso8601));
    assert!(c.flattened);
    assert_eq!(api.lists["Names"].element.location_name.as_deref(), Some("Name"));
    assert!(d.sensitive && e.sensitive);
    assert_eq!(d.location_name.as_deref(), Some("referred"));
    assert_eq!(e.location_name.as_deref(), Some("shaped"));
    assert_eq!(f.location, Location::Uri);
    assert_eq!(f.min.as_ref().unwrap().as_i64(), Some(1), "a label must not be empty");
}

#[test]
fn members_through_which_a_structure_holds_itself_are_boxed() {
    let shapes = format!(
        r#""In": {}, "Node": {}, "Leaf": {}, "Nodes": {{"type": "list", "member": {{"shape": "Node"}}}}"#,
        structure(r#""Root": {"shape": "Node"}"#),
        structure(
            r#""Left": {"shape": "Node"}, "Via": {"shape": "Leaf"}, "Many": {"shape": "Nodes"}, "Text": {"shape": "Text"}"#
        ),
        structure(r#""Owner": {"shape": "Node"}, "Many": {"shape": "Nodes"}"#),
    );
    let api = api(&operation("Put", r#", "input": {"shape": "In"}"#), &shapes);
    let boxed = |name: &str| {
        let members = api.structures[name].members.iter();
        members.filter(|member| member.boxed).map(|member| member.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(boxed("Node"), ["Left", "Via"]);
    assert_eq!(boxed("Leaf"), ["Owner"]);
    assert!(boxed("PutInput").is_empty());
}

#[test]
fn streams_are_seen_through_structures() {
    let shapes = format!(
        r#""In": {}, "Body": {}, "Out": {}, "Events": {{"type": "structure", "eventstream": true, "members": {{}}}}"#,
        structure(r#""Part": {"shape": "Body"}"#),
        structure(r#""Data": {"shape": "Bytes", "streaming": true}"#),
        structure(r#""Payload": {"shape": "Events"}"#),
    );
    let io = r#", "input": {"shape": "In"}, "output": {"shape": "Out"}"#;
    let api = api(&format!("{}, {}", operation("Put", io), operation("Ping", "")), &shapes);
    assert!(api.structures["PutInput"].has_stream);
    assert!(api.structures["PutOutput"].has_stream);
    assert!(!api.structures["PingInput"].has_stream);
    assert_eq!(api.structures["PutOutput"].members[0].target, Target::EventStream("Events".into()));
}

#[test]
fn overrides_decide_fields_constants_and_codes() {
    let shapes = format!(
        r#""Color": {{"type": "string", "enum": ["red", "RED"]}}, "In": {},
           "Bad": {{"type": "structure", "exception": true}}"#,
        structure(r#""size": {"shape": "Text"}, "Size": {"shape": "Color"}"#)
    );
    let operations = operation("Get", r#", "input": {"shape": "In"}"#);
    let clash = prepared(&operations, &shapes, &Overrides::default()).unwrap_err();
    assert!(format!("{clash:#}").contains(r#"fields of GetInput: "size" and "Size" both become size"#));

    let mut overrides: Overrides = toml::from_str(
        "error_codes = [\"AccessDenied\"]\n[fields.GetInput]\nSize = \"color\"\n[constants.Color]\nRED = \"LOUD_RED\"\n",
    )
    .unwrap();
    overrides
        .errors
        .insert("Bad".into(), ErrorOverride { code: "X.Bad".into(), status: None, retryable: None });
    let api = prepared(&operations, &shapes, &overrides).unwrap();
    assert_eq!(api.structures["GetInput"].members[1].field, "color");
    assert_eq!(api.enums["Color"].values[1].constant, "LOUD_RED");
    let codes: Vec<_> = api.error_codes.iter().map(|e| (e.constant.as_str(), e.code.as_str())).collect();
    assert_eq!(codes, [("ACCESS_DENIED", "AccessDenied"), ("BAD", "X.Bad")]);
}

#[test]
fn a_paginator_or_waiter_of_something_that_does_not_exist_is_an_error() {
    let fails = |paginators: &str, waiters: &str| {
        let shapes = r#""Unused": {"type": "string"}"#;
        let overrides = Overrides::default();
        format!(
            "{:#}",
            prepared_with(&operation("List", ""), shapes, &overrides, paginators, waiters).unwrap_err()
        )
    };
    let tokens = r#"{"input_token": "Marker", "output_token": "Next", "result_key": "Items"}"#;
    let error = fails(&format!(r#""List": {tokens}"#), "");
    assert!(error.ends_with("the paginator of List sets Marker, which ListInput does not have"), "{error}");
    let error = fails(&format!(r#""Gone": {tokens}"#), "");
    assert!(error.contains("there are paginators for Gone"), "{error}");
    let waiter = r#""Ready": {"operation": "Gone", "delay": 1, "maxAttempts": 2, "acceptors": []}"#;
    let error = fails("", waiter);
    assert!(error.ends_with("the waiter Ready calls Gone, which does not exist"), "{error}");
}

#[test]
fn an_override_of_something_that_does_not_exist_is_an_error() {
    for (text, expected) in [
        ("[fields.GetInput]\nGone = \"x\"\n", "fields: there is no member GetInput.Gone"),
        ("[constants.Gone]\nred = \"X\"\n", "constants: there is no value \"red\" of Gone"),
        ("[errors]\nGone = { code = \"X\" }\n", "errors: there is no error Gone"),
    ] {
        let overrides = toml::from_str(text).unwrap();
        let error =
            prepared(&operation("Get", ""), r#""Unused": {"type": "string"}"#, &overrides).unwrap_err();
        assert!(format!("{error:#}").ends_with(expected), "{error:#}");
    }
}

#[test]
fn every_committed_service_can_be_prepared() {
    let root = workspace::root();
    for service in services::read(root).unwrap() {
        let api = super::super::api(root, service).unwrap();
        assert!(api.operations.is_sorted_by(|a, b| a.name < b.name));
        for operation in &api.operations {
            assert_eq!(operation.input, format!("{}Input", operation.name));
            assert_eq!(api.structures[&operation.input].role, Role::Input);
            assert_eq!(api.structures[&operation.output].role, Role::Output);
        }
    }
}

#[test]
fn real_operations_are_resolved() {
    let root = workspace::root();
    let by_name = |name: &str| {
        let service = services::read(root).unwrap().into_iter().find(|service| service.name == name);
        super::super::api(root, service.unwrap()).unwrap()
    };
    let s3 = by_name("s3");
    let put = &s3.structures["PutObjectInput"];
    assert_eq!(put.members[put.payload.unwrap()].name, "Body");
    assert!(put.has_stream);
    let key = put.members.iter().find(|member| member.name == "SSEKMSKeyId").unwrap();
    assert_eq!((key.field.as_str(), key.sensitive, key.location), ("sse_kms_key_id", true, Location::Header));
    let key = put.members.iter().find(|member| member.name == "SSECustomerKey").unwrap();
    assert!(key.sensitive && matches!(key.target, Target::Blob), "bytes by the overrides");
    let list = s3.operations.iter().find(|o| o.name == "ListObjectsV2").unwrap();
    assert_eq!(list.paginator.as_ref().unwrap().result_keys, ["Contents", "CommonPrefixes"]);
    assert!(s3.error_codes.iter().any(|e| e.constant == "NO_SUCH_BUCKET" && e.code == "NoSuchBucket"));

    let sts = by_name("sts");
    let web = sts.operations.iter().find(|o| o.name == "AssumeRoleWithWebIdentity").unwrap();
    assert_eq!(web.auth, Auth::None);
    let role = sts.operations.iter().find(|o| o.name == "AssumeRole").unwrap();
    assert_eq!(role.auth, Auth::AnyOf(vec!["SigV4", "SigV4a"]));
    assert_eq!(web.result_wrapper.as_deref(), Some("AssumeRoleWithWebIdentityResult"));

    let sqs = by_name("sqs");
    let missing = sqs.error_codes.iter().find(|e| e.constant == "QUEUE_DOES_NOT_EXIST").unwrap();
    assert_eq!(missing.code, "AWS.SimpleQueueService.NonExistentQueue");
}
