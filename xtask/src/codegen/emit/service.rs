//! `service.rs`: the table of the service and its errors.

use super::super::api::{Api, ErrorInfo};
use super::super::model::{Protocol, Retryable};
use super::super::names;
use super::super::writer::Writer;
use super::{imports, schema, title, writer};

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! What {} is: its names, its protocol and its errors.", title(api)));
    let metadata = &api.metadata;
    let mut body = Writer::default();
    body.doc(format_args!("What {} is: its names, its protocol and its errors.", title(api)));
    body.line("pub static SERVICE: cumulo_core::operation::Service = cumulo_core::operation::Service {");
    body.line(format_args!("id: {:?},", metadata.service_id));
    body.line(format_args!("endpoint: {},", endpoint(api)));
    body.line("rules: Some(&crate::generated::ENDPOINT_RULES),");
    body.line(format_args!("signing: cumulo_core::signer::v4::Options::{}(),", signing(api)));
    body.line(format_args!("api_version: {:?},", metadata.api_version));
    body.line(format_args!("target_prefix: {:?},", metadata.target_prefix));
    let namespace = metadata.xml_namespace.as_ref().map(schema::namespace);
    let namespace = namespace.map_or_else(|| "None".into(), |namespace| format!("Some({namespace})"));
    body.line(format_args!("xml_namespace: {namespace},"));
    body.line(format_args!("protocol: &cumulo_core::protocol::{},", protocol(api)));
    body.line(format_args!("query_compatible: {},", metadata.aws_query_compatible.is_some()));
    body.line("errors: &[");
    for item in api.structures.values() {
        let Some(error) = &item.error else { continue };
        let fields = format!(
            "ShapeType::of::<{}>(&{})",
            names::type_name(&item.name),
            schema::structure_static(&item.name)
        );
        body.line(format_args!(
            "ErrorType {{ code: {:?}, shape_name: {:?}, status: {:?}, retryable: {}, fields: {fields} }},",
            error.code,
            item.name,
            error.status,
            retryable(error)
        ));
    }
    body.line("],\n};");
    imports::with_imports(api, head, body, "crate::generated::service")
}

fn retryable(error: &ErrorInfo) -> &'static str {
    match error.retryable {
        None => "None",
        Some(Retryable { throttling: true }) => "Some(cumulo_core::operation::Retryable::Throttling)",
        Some(Retryable { throttling: false }) => "Some(cumulo_core::operation::Retryable::Transient)",
    }
}

/// The services whose endpoints depart from the rule have a constant in the endpoints crate.
fn endpoint(api: &Api) -> String {
    match &api.endpoint_constant {
        Some(constant) => format!("cumulo_core::endpoints::service_endpoint::{constant}"),
        None => {
            let prefix = &api.metadata.endpoint_prefix;
            let signing = api.metadata.signing_name.as_ref().unwrap_or(prefix);
            format!("cumulo_core::endpoints::ServiceEndpoint::new({prefix:?}, {signing:?})")
        }
    }
}

fn signing(api: &Api) -> &'static str {
    if matches!(api.metadata.signature_version.as_str(), "s3" | "s3v4") { "s3" } else { "new" }
}

fn protocol(api: &Api) -> &'static str {
    match (api.metadata.protocol, api.metadata.json_version.as_deref()) {
        (Protocol::Ec2, _) => "EC2",
        (Protocol::Json, Some("1.0")) => "JSON_1_0",
        (Protocol::Json, _) => "JSON_1_1",
        (Protocol::Query, _) => "QUERY",
        (Protocol::RestJson, _) => "REST_JSON",
        (Protocol::RestXml, _) => "REST_XML",
        (Protocol::RpcV2Cbor, _) => "RPC_V2_CBOR",
    }
}
