//! The head of a service model: its metadata and its operations.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::shape::{Shape, XmlNamespace};

/// `service-2.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "version")]
    _version: Option<Value>,
    pub(super) metadata: Metadata,
    pub(super) operations: IndexMap<String, Operation>,
    pub(super) shapes: IndexMap<String, Shape>,
    #[serde(default)]
    pub(super) client_context_params: IndexMap<String, ContextParam>,
    #[serde(rename = "deprecated")]
    _deprecated: Option<bool>,
}

/// What holds for a whole service.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Metadata {
    /// Such as `2006-03-01`.
    pub(crate) api_version: String,
    /// The service's name in `endpoints.json`, and its default signing name.
    pub(crate) endpoint_prefix: String,
    pub(crate) signing_name: Option<String>,
    /// Such as `S3` or `Lex Runtime Service`.
    pub(crate) service_id: String,
    pub(crate) service_full_name: String,
    pub(crate) service_abbreviation: Option<String>,
    /// The protocol that the model's publisher prefers.
    pub(crate) protocol: Protocol,
    /// Every protocol that the service speaks; empty if the model does not say.
    #[serde(default)]
    pub(crate) protocols: Vec<Protocol>,
    /// `h2`: whether HTTP/2 is needed, `eventstream` or `optional`.
    #[serde(default)]
    pub(crate) protocol_settings: IndexMap<String, String>,
    /// `1.0` or `1.1`.
    pub(crate) json_version: Option<String>,
    /// The part of `X-Amz-Target` before the dot.
    pub(crate) target_prefix: Option<String>,
    /// The namespace of the service's XML.
    pub(crate) xml_namespace: Option<XmlNamespace>,
    /// `v4`, `s3`, `s3v4`, `v2` or `bearer`.
    pub(crate) signature_version: String,
    /// The authentication schemes in the order of preference, such as `aws.auth#sigv4`.
    #[serde(default)]
    pub(crate) auth: Vec<String>,
    /// The host that serves all regions.
    pub(crate) global_endpoint: Option<String>,
    /// Whether JSON errors carry the code of the query protocol in a header: an empty object if so.
    pub(crate) aws_query_compatible: Option<IndexMap<String, Value>>,
    pub(crate) checksum_format: Option<String>,
    /// The API's name in links to the reference, such as `s3-2006-03-01`.
    pub(crate) uid: Option<String>,
    pub(crate) rip_service_name: Option<String>,
}

/// How the messages of a service are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Protocol {
    #[serde(rename = "ec2")]
    Ec2,
    #[serde(rename = "json")]
    Json,
    #[serde(rename = "query")]
    Query,
    #[serde(rename = "rest-json")]
    RestJson,
    #[serde(rename = "rest-xml")]
    RestXml,
    #[serde(rename = "smithy-rpc-v2-cbor")]
    RpcV2Cbor,
}

/// One operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) http: Http,
    pub(crate) input: Option<OperationShapeRef>,
    pub(crate) output: Option<OperationShapeRef>,
    #[serde(default)]
    pub(crate) errors: Vec<OperationError>,
    /// `none` or `v4-unsigned-body`.
    pub(crate) authtype: Option<String>,
    /// The operation's own authentication schemes, such as `smithy.api#noAuth`.
    pub(crate) auth: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) unsigned_payload: bool,
    #[serde(default)]
    pub(crate) http_checksum_required: bool,
    pub(crate) http_checksum: Option<HttpChecksum>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) requestcompression: Option<RequestCompression>,
    /// Parameters of the endpoint rules with a value fixed for this operation.
    #[serde(default)]
    pub(crate) static_context_params: IndexMap<String, StaticContextParam>,
    /// Parameters of the endpoint rules that are taken out of the input.
    #[serde(default)]
    pub(crate) operation_context_params: IndexMap<String, OperationContextParam>,
    /// Whether the service names a host to be asked first.
    pub(crate) endpointdiscovery: Option<EndpointDiscovery>,
    /// Whether this is the operation that answers with such hosts.
    #[serde(default)]
    pub(crate) endpointoperation: bool,
    #[serde(default)]
    pub(crate) idempotent: bool,
    #[serde(default)]
    pub(crate) readonly: bool,
    #[serde(default)]
    pub(crate) deprecated: bool,
    pub(crate) deprecated_since: Option<String>,
}

/// The request line of an operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Http {
    pub(crate) method: String,
    /// Path and query with `{Label}` and `{Label+}` places.
    pub(crate) request_uri: String,
    pub(crate) response_code: Option<u16>,
}

/// The input or output of an operation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OperationShapeRef {
    pub(crate) shape: String,
    /// The element around the input, in `rest-xml`.
    pub(crate) location_name: Option<String>,
    pub(crate) xml_namespace: Option<XmlNamespace>,
    /// The element around the output, in `query`.
    pub(crate) result_wrapper: Option<String>,
    #[serde(default)]
    pub(crate) wrapper: bool,
    /// Whether the model has none, and a pass has added it.
    #[serde(skip)]
    pub(crate) added: bool,
}

/// One error of an operation. Older models repeat traits of the shape here.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OperationError {
    pub(crate) shape: String,
    #[serde(rename = "error")]
    _error: Option<Value>,
    #[serde(rename = "exception")]
    _exception: Option<bool>,
    #[serde(rename = "fault")]
    _fault: Option<bool>,
}

/// How the body is checked, besides the signature.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HttpChecksum {
    /// The input member that names the algorithm.
    pub(crate) request_algorithm_member: Option<String>,
    #[serde(default)]
    pub(crate) request_checksum_required: bool,
    /// The input member that switches the check of the answer on.
    pub(crate) request_validation_mode_member: Option<String>,
    #[serde(default)]
    pub(crate) response_algorithms: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Endpoint {
    /// With `{Label}` places, and a dot at its end where it needs one.
    pub(crate) host_prefix: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestCompression {
    pub(crate) encodings: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaticContextParam {
    pub(crate) value: Value,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OperationContextParam {
    /// A JMESPath expression over the input.
    pub(crate) path: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointDiscovery {
    #[serde(default)]
    pub(crate) required: bool,
}

/// A parameter of endpoint rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextParam {
    /// `boolean` or `string`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

impl OperationShapeRef {
    /// A reference that the model does not have.
    pub(crate) fn added(shape: impl Into<String>) -> Self {
        Self { shape: shape.into(), added: true, ..Self::default() }
    }
}
