//! Models, read strictly.

use super::*;
use crate::{services, workspace};

const METADATA: &str = r#"{"apiVersion": "2020-01-01", "endpointPrefix": "x", "serviceId": "X",
    "serviceFullName": "X", "protocol": "json", "signatureVersion": "v4"}"#;

fn parse_shapes(shapes: &str) -> Result<Model> {
    let service = format!(r#"{{"metadata": {METADATA}, "operations": {{}}, "shapes": {shapes}}}"#);
    Model::parse(&service, r#"{"pagination": {}}"#, r#"{"waiters": {}}"#)
}

#[test]
fn a_trait_that_is_not_known_is_an_error_that_names_shape_member_and_key() {
    let on_shape = parse_shapes(r#"{"Tag": {"type": "structure", "newTrait": true}}"#).unwrap_err();
    let on_member =
        parse_shapes(r#"{"Tag": {"type": "structure", "members": {"Key": {"shape": "S", "newTrait": 1}}}}"#)
            .unwrap_err();
    let message = format!("{on_shape:#}");
    assert!(
        message.starts_with("service-2.json: shapes.Tag.newTrait: unknown field `newTrait`"),
        "{message}"
    );
    let message = format!("{on_member:#}");
    assert!(message.contains("shapes.Tag.members.Key.newTrait: unknown field"), "{message}");
}

#[test]
fn a_type_that_is_not_known_is_an_error_that_names_the_shape() {
    let message = format!("{:#}", parse_shapes(r#"{"Odd": {"type": "bignum"}}"#).unwrap_err());
    assert!(message.contains("shapes.Odd.type: unknown variant `bignum`"), "{message}");
}

#[test]
fn members_keep_the_order_of_the_model() {
    let model = parse_shapes(
        r#"{"S": {"type": "string"}, "Tag": {"type": "structure", "members": {
            "b": {"shape": "S"}, "a": {"shape": "S"}, "c": {"shape": "S"}}}}"#,
    )
    .unwrap();
    assert_eq!(model.shapes["Tag"].members.keys().collect::<Vec<_>>(), ["b", "a", "c"]);
}

#[test]
fn one_token_and_several_tokens_are_both_lists() {
    let service = format!(r#"{{"metadata": {METADATA}, "operations": {{}}, "shapes": {{}}}}"#);
    let paginators = r#"{"pagination": {"List": {"input_token": "A", "output_token": ["B", "C"],
        "result_key": "Items"}}}"#;
    let model = Model::parse(&service, paginators, r#"{"waiters": {}}"#).unwrap();
    let paginator = &model.paginators["List"];
    assert_eq!(paginator.input_tokens, ["A"]);
    assert_eq!(paginator.output_tokens, ["B", "C"]);
}

#[test]
fn every_committed_model_can_be_read() {
    let root = workspace::root();
    for service in services::read(root).unwrap() {
        let model = Model::read(&root.join("xtask/models").join(&service.name)).unwrap();
        assert_eq!(model.metadata.api_version, service.api_version);
        assert!(!model.operations.is_empty());
    }
}

#[test]
fn the_traits_of_real_shapes_arrive() {
    let s3 = Model::read(&workspace::root().join("xtask/models/s3")).unwrap();
    let put = &s3.shapes["PutObjectRequest"];
    assert_eq!(put.payload.as_deref(), Some("Body"));
    assert_eq!(put.required, ["Bucket", "Key"]);
    assert!(put.members["Body"].streaming);
    assert_eq!(put.members["Metadata"].location, Some(shape::Location::Headers));
    assert_eq!(s3.shapes["Expires"].kind, shape::Kind::Timestamp, "merged from the sdk-extras file");
    assert_eq!(s3.shapes["Grantee"].xml_namespace.as_ref().unwrap().prefix.as_deref(), Some("xsi"));

    let sqs = Model::read(&workspace::root().join("xtask/models/sqs")).unwrap();
    assert!(sqs.metadata.aws_query_compatible.is_some());

    let sts = Model::read(&workspace::root().join("xtask/models/sts")).unwrap();
    assert_eq!(sts.metadata.xml_namespace.unwrap().uri, "https://sts.amazonaws.com/doc/2011-06-15/");
    let code = sts.shapes["PackedPolicyTooLargeException"].error.as_ref().unwrap().code.as_deref();
    assert_eq!(code, Some("PackedPolicyTooLarge"));
    assert_eq!(
        sts.operations["AssumeRole"].output.as_ref().unwrap().result_wrapper.as_deref(),
        Some("AssumeRoleResult")
    );
}
