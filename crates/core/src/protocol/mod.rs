//! How parameters become HTTP messages and answers become values: one file for each protocol, written once over
//! schemas.

use std::fmt;

use crate::future::BoxFuture;
use crate::request::Request;

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
}
