//! A service as the emitters read it: every trait resolved, every name decided, nothing left that needs a lookup rule.
//!
//! Structures, lists, maps and enums are kept by shape name, and refer to each other by it;
//! [`names`](super::names) turns a shape name into a Rust name.
#![allow(dead_code, reason = "what the emitters do not need yet is kept with what they do")]

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Number, Value};

use super::model::{
    ContextParam, HttpChecksum, Metadata, Paginator, Retryable, TimestampFormat, Waiter, XmlNamespace,
};
use crate::services::Service;

/// One service.
#[derive(Debug)]
pub(crate) struct Api {
    /// The entry in `services.toml`.
    pub(crate) service: Service,
    pub(crate) metadata: Metadata,
    /// The constant that names the service's endpoints, if it has one.
    pub(crate) endpoint_constant: Option<String>,
    /// By name in alphabetical order.
    pub(crate) operations: Vec<Operation>,
    /// Inputs, outputs, nested structures and errors.
    pub(crate) structures: BTreeMap<String, Structure>,
    pub(crate) lists: BTreeMap<String, List>,
    pub(crate) maps: BTreeMap<String, Map>,
    pub(crate) enums: BTreeMap<String, Enum>,
    /// By constant in alphabetical order.
    pub(crate) error_codes: Vec<ErrorCode>,
    /// By name in alphabetical order.
    pub(crate) waiters: BTreeMap<String, Waiter>,
    pub(crate) client_context_params: IndexMap<String, ContextParam>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name in the model, such as `PutObject`.
    pub(crate) name: String,
    /// The Rust method, such as `put_object`.
    pub(crate) method: String,
    /// The Rust module and file, such as `put_object`.
    pub(crate) module: String,
    pub(crate) http_method: String,
    /// Path and query with `{Label}` and `{Label+}` places.
    pub(crate) http_path: String,
    pub(crate) response_code: Option<u16>,
    /// Always the operation's name and `Input`.
    pub(crate) input: String,
    /// Whether the model gives it an input, and not the passes.
    pub(crate) has_input: bool,
    /// Always the operation's name and `Output`.
    pub(crate) output: String,
    /// The XML element around the input, in `rest-xml`.
    pub(crate) input_root: Option<XmlRoot>,
    /// The XML element around the output, in `query`.
    pub(crate) result_wrapper: Option<String>,
    /// The error structures that the model names for the operation.
    pub(crate) errors: Vec<String>,
    pub(crate) auth: Auth,
    pub(crate) unsigned_payload: bool,
    /// Whether a checksum of the body must be sent.
    pub(crate) checksum_required: bool,
    pub(crate) checksum: Option<HttpChecksum>,
    /// With `{Label}` places.
    pub(crate) host_prefix: Option<String>,
    /// The encodings that the body can be compressed with, such as `gzip`.
    pub(crate) compression: Vec<String>,
    /// Endpoint parameters with a fixed value.
    pub(crate) static_context_params: IndexMap<String, Value>,
    /// Endpoint parameters with a JMESPath expression over the input.
    pub(crate) operation_context_params: IndexMap<String, String>,
    pub(crate) idempotent: bool,
    pub(crate) readonly: bool,
    pub(crate) deprecated: Option<Deprecated>,
    pub(crate) paginator: Option<Paginator>,
}

/// An XML element around a whole body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct XmlRoot {
    pub(crate) name: String,
    pub(crate) namespace: Option<XmlNamespace>,
}

/// How an operation's requests are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Auth {
    None,
    SigV4,
    /// In one of several ways, the best first: variants of the runtime's `SchemeName`.
    AnyOf(Vec<&'static str>),
}

/// Something that the service would rather not have used any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deprecated {
    /// The date since when, such as `2023-04-15`.
    pub(crate) since: Option<String>,
}

/// One structure.
#[derive(Debug)]
pub(crate) struct Structure {
    pub(crate) name: String,
    /// In the order of the model, which is the order of the indices in a schema.
    pub(crate) members: Vec<Member>,
    /// The index of the member that alone makes up the HTTP body.
    pub(crate) payload: Option<usize>,
    pub(crate) role: Role,
    pub(crate) union: bool,
    /// Whether it is an event of a stream.
    pub(crate) event: bool,
    /// Whether it is a stream of events, with a member for each kind of event.
    pub(crate) event_stream: bool,
    /// Whether it holds a body that is read or written piece by piece, at any depth, and so cannot be cloned.
    pub(crate) has_stream: bool,
    /// What is wrong, if it is an error.
    pub(crate) error: Option<ErrorInfo>,
    pub(crate) deprecated: Option<Deprecated>,
}

/// What a structure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Error,
    Input,
    Nested,
    Output,
}

/// What is known about an error besides its members.
#[derive(Debug, Clone)]
pub(crate) struct ErrorInfo {
    /// The code on the wire.
    pub(crate) code: String,
    pub(crate) status: Option<u16>,
    /// Whether the service is to blame.
    pub(crate) fault: bool,
    pub(crate) retryable: Option<Retryable>,
}

/// A member of a structure, the element of a list, or the key or value of a map.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// The name in the model; `member` for an element, `key` and `value` in a map.
    pub(crate) name: String,
    /// The Rust field and setter.
    pub(crate) field: String,
    /// The shape that it refers to.
    pub(crate) shape: String,
    pub(crate) target: Target,
    /// Whether the field must be boxed, because the structure would hold itself.
    pub(crate) boxed: bool,
    pub(crate) required: bool,
    pub(crate) location: Location,
    /// The name on the wire, if it is not `name`.
    pub(crate) location_name: Option<String>,
    /// The name in the `ec2` protocol.
    pub(crate) query_name: Option<String>,
    pub(crate) flattened: bool,
    pub(crate) xml_attribute: bool,
    pub(crate) xml_namespace: Option<XmlNamespace>,
    pub(crate) timestamp_format: Option<TimestampFormat>,
    pub(crate) sensitive: bool,
    pub(crate) streaming: bool,
    pub(crate) requires_length: bool,
    pub(crate) idempotency_token: bool,
    pub(crate) host_label: bool,
    pub(crate) json_value: bool,
    pub(crate) event_payload: bool,
    pub(crate) event_header: bool,
    /// The endpoint parameter that takes the value.
    pub(crate) context_param: Option<String>,
    /// The least length or value.
    pub(crate) min: Option<Number>,
    /// The greatest length or value.
    pub(crate) max: Option<Number>,
    pub(crate) pattern: Option<String>,
    pub(crate) deprecated: Option<Deprecated>,
}

/// The type of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Blob,
    Boolean,
    /// Any JSON value.
    Document,
    Double,
    /// A string with known values.
    Enum(String),
    /// A stream of the events that are the members of a structure.
    EventStream(String),
    Float,
    Integer,
    List(String),
    Long,
    Map(String),
    String,
    Structure(String),
    Timestamp,
}

/// Where in an HTTP message a member travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Body,
    Header,
    Headers,
    Query,
    StatusCode,
    Uri,
}

#[derive(Debug)]
pub(crate) struct List {
    pub(crate) element: Member,
    /// Whether it can hold null.
    pub(crate) sparse: bool,
}

#[derive(Debug)]
pub(crate) struct Map {
    pub(crate) key: Member,
    pub(crate) value: Member,
    /// Whether it can hold null.
    pub(crate) sparse: bool,
}

/// An open enum.
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: String,
    /// In the order of the model.
    pub(crate) values: Vec<EnumValue>,
    pub(crate) deprecated: Option<Deprecated>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct EnumValue {
    /// The Rust constant.
    pub(crate) constant: String,
    /// The value on the wire.
    pub(crate) value: String,
}

/// A constant of the module `err_code`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ErrorCode {
    /// The Rust constant.
    pub(crate) constant: String,
    /// The code on the wire.
    pub(crate) code: String,
    /// The structure, or none if only the service's documentation names the code.
    pub(crate) shape: Option<String>,
}
