//! The shapes of a service model and the references to them, each with its traits.

use indexmap::IndexMap;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// One shape. Which fields can be filled depends on its kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,

    /// The members of a structure, in the order of the model.
    #[serde(default)]
    pub(crate) members: IndexMap<String, ShapeRef>,
    /// The members of a structure that a request must have.
    #[serde(default)]
    pub(crate) required: Vec<String>,
    /// The member of a structure that alone makes up the HTTP body.
    pub(crate) payload: Option<String>,
    /// Whether exactly one member of the structure is set.
    #[serde(default)]
    pub(crate) union: bool,
    /// Whether the structure stands for any JSON value.
    #[serde(default)]
    pub(crate) document: bool,
    /// The order in which the members of a structure stood in XML.
    #[serde(default)]
    pub(crate) xml_order: Vec<String>,

    /// The element of a list.
    pub(crate) member: Option<ShapeRef>,
    /// The key of a map.
    pub(crate) key: Option<ShapeRef>,
    /// The value of a map.
    pub(crate) value: Option<ShapeRef>,
    /// Whether a list or a map repeats without an element around it.
    #[serde(default)]
    pub(crate) flattened: bool,
    /// Whether a list or a map can hold null.
    #[serde(default)]
    pub(crate) sparse: bool,

    /// The known values of a string.
    #[serde(rename = "enum", default)]
    pub(crate) values: Vec<String>,
    pub(crate) pattern: Option<String>,
    /// The least length or value.
    pub(crate) min: Option<Number>,
    /// The greatest length or value.
    pub(crate) max: Option<Number>,
    pub(crate) timestamp_format: Option<TimestampFormat>,
    #[serde(default)]
    pub(crate) streaming: bool,
    #[serde(default)]
    pub(crate) requires_length: bool,

    #[serde(default)]
    pub(crate) exception: bool,
    pub(crate) error: Option<ErrorTrait>,
    /// Whether the service is to blame for the error.
    #[serde(default)]
    pub(crate) fault: bool,
    pub(crate) retryable: Option<Retryable>,
    /// Whether the publisher's tools added the shape.
    #[serde(default)]
    pub(crate) synthetic: bool,

    #[serde(default)]
    pub(crate) eventstream: bool,
    #[serde(default)]
    pub(crate) event: bool,

    pub(crate) location_name: Option<String>,
    pub(crate) xml_namespace: Option<XmlNamespace>,
    #[serde(default)]
    pub(crate) wrapper: bool,
    #[serde(default)]
    pub(crate) sensitive: bool,
    /// Whether an unset value differs from zero. Every member is optional here, so nothing depends on it.
    #[serde(rename = "box", default)]
    pub(crate) boxed: bool,
    #[serde(default)]
    pub(crate) deprecated: bool,
    pub(crate) deprecated_since: Option<String>,
}

impl Shape {
    /// The shapes that this one is made of.
    pub(crate) fn references(&self) -> impl Iterator<Item = &ShapeRef> {
        self.members.values().chain(&self.member).chain(&self.key).chain(&self.value)
    }

    /// A structure without members.
    pub(crate) fn empty_structure() -> Self {
        serde_json::from_str(r#"{"type": "structure"}"#).expect("`type` is the only key a shape must have")
    }
}

/// The type of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Blob,
    Boolean,
    Double,
    Float,
    Integer,
    List,
    Long,
    Map,
    String,
    Structure,
    Timestamp,
}

/// A use of a shape: a member of a structure, the element of a list, the key or the value of a map.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ShapeRef {
    pub(crate) shape: String,
    pub(crate) location: Option<Location>,
    pub(crate) location_name: Option<String>,
    /// The name in the `ec2` protocol.
    pub(crate) query_name: Option<String>,
    #[serde(default)]
    pub(crate) flattened: bool,
    #[serde(default)]
    pub(crate) xml_attribute: bool,
    pub(crate) xml_namespace: Option<XmlNamespace>,
    pub(crate) timestamp_format: Option<TimestampFormat>,
    #[serde(default)]
    pub(crate) sensitive: bool,
    #[serde(default)]
    pub(crate) streaming: bool,
    #[serde(default)]
    pub(crate) requires_length: bool,
    #[serde(default)]
    pub(crate) idempotency_token: bool,
    #[serde(default)]
    pub(crate) host_label: bool,
    #[serde(default)]
    pub(crate) jsonvalue: bool,
    #[serde(default)]
    pub(crate) eventpayload: bool,
    #[serde(default)]
    pub(crate) eventheader: bool,
    /// The parameter of the endpoint rules that takes the member's value.
    pub(crate) context_param: Option<ContextParamName>,
    #[serde(rename = "enum", default)]
    pub(crate) values: Vec<String>,
    #[serde(rename = "box", default)]
    pub(crate) boxed: bool,
    #[serde(default)]
    pub(crate) deprecated: bool,
    pub(crate) deprecated_since: Option<String>,
}

/// Where in an HTTP message a member travels, if not in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Location {
    #[serde(rename = "header")]
    Header,
    #[serde(rename = "headers")]
    Headers,
    #[serde(rename = "querystring")]
    Query,
    #[serde(rename = "statusCode")]
    StatusCode,
    #[serde(rename = "uri")]
    Uri,
}

/// How a timestamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum TimestampFormat {
    #[serde(rename = "iso8601")]
    Iso8601,
    #[serde(rename = "rfc822")]
    Rfc822,
    #[serde(rename = "unixTimestamp")]
    UnixTimestamp,
}

/// An XML namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct XmlNamespace {
    pub(crate) uri: String,
    pub(crate) prefix: Option<String>,
}

impl<'de> Deserialize<'de> for XmlNamespace {
    /// Reads an object with `uri` and perhaps `prefix`, or the uri alone as `metadata` has it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Object {
            uri: String,
            prefix: Option<String>,
        }
        match Value::deserialize(deserializer)? {
            Value::String(uri) => Ok(Self { uri, prefix: None }),
            value => {
                let Object { uri, prefix } = serde_json::from_value(value).map_err(D::Error::custom)?;
                Ok(Self { uri, prefix })
            }
        }
    }
}

/// What an error looks like on the wire.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ErrorTrait {
    /// The code, if it is not the shape's name.
    pub(crate) code: Option<String>,
    pub(crate) http_status_code: Option<u16>,
    #[serde(default)]
    pub(crate) sender_fault: bool,
    #[serde(default)]
    pub(crate) fault: bool,
}

/// Whether a request that failed with the error can be sent again.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retryable {
    #[serde(default)]
    pub(crate) throttling: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextParamName {
    pub(crate) name: String,
}
