//! How parameters become HTTP messages and answers become values: one file for each protocol, written once over
//! schemas.

mod cbor;
mod ec2;
mod errors;
mod events;
mod form;
mod json;
mod json_rpc;
mod percent;
mod query;
mod rest;
mod rest_json;
mod rest_xml;
mod rpc_v2_cbor;
mod scalar;
mod steps;
mod timestamp;
mod tokens;
mod xml;
mod xml_error;
#[cfg(test)]
mod tests;

pub use ec2::Ec2;
pub(crate) use errors::of_event as event_error;
pub use events::EventDocuments;
pub use json::{read as read_json, write as write_json};
pub use json_rpc::JsonRpc;
pub use query::Query;
pub use rest_json::RestJson;
pub use rest_xml::RestXml;
pub use rpc_v2_cbor::RpcV2Cbor;
#[cfg(any(feature = "dynamic", test))]
pub(crate) use scalar::not_finite;
pub(crate) use steps::is_blank;
#[cfg(any(feature = "dynamic", test))]
pub(crate) use timestamp::parse as parse_timestamp;

use std::fmt;

use crate::future::BoxFuture;
use crate::request::Request;

/// The `rest-json` protocol.
pub static REST_JSON: RestJson = RestJson;
/// The `rest-xml` protocol.
pub static REST_XML: RestXml = RestXml;
/// The `query` protocol.
pub static QUERY: Query = Query;
/// The `ec2` protocol.
pub static EC2: Ec2 = Ec2;
/// The `json` protocol, version 1.0.
pub static JSON_1_0: JsonRpc = JsonRpc::V1_0;
/// The `json` protocol, version 1.1.
pub static JSON_1_1: JsonRpc = JsonRpc::V1_1;
/// The `smithy-rpc-v2-cbor` protocol.
pub static RPC_V2_CBOR: RpcV2Cbor = RpcV2Cbor;

/// A protocol: four steps of a request's life. A service names one; its steps are handlers called `<name>.Build`,
/// `<name>.UnmarshalMeta`, `<name>.Unmarshal` and `<name>.UnmarshalError`.
///
/// Each step fails the request by setting its error.
pub trait Protocol: fmt::Debug + Send + Sync {
    /// The name that its handlers start with, for example `rest_xml`.
    fn name(&self) -> &'static str;

    /// Writes the parameters into the HTTP request.
    fn build(&self, request: &mut Request);

    /// Reads the request id from the head of the answer.
    fn unmarshal_meta(&self, request: &mut Request);

    /// Reads a good answer into the request's data.
    fn unmarshal<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()>;

    /// Reads an error answer into the request's error.
    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()>;

    /// How the payloads of events are written and read; `None`, which is the default, for a protocol without event streams.
    fn event_documents(&self) -> Option<&'static dyn EventDocuments> {
        None
    }
}
