//! What an operation and a service are: static tables, written by the generator.

use cumulo_endpoints::ServiceEndpoint;
use cumulo_endpoints::rules::RuleSet;

use crate::auth_scheme::SchemeName;
pub use crate::endpoint_rules::{EndpointParam, ParamSource};
use crate::handlers::Handlers;
use crate::protocol::Protocol;
use crate::schema::{Schema, XmlNamespace};
use crate::shape::Shape;
use crate::signer::v4;

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// The name in the service model, for example `PutObject`.
    pub name: &'static str,
    /// The HTTP method.
    pub http_method: &'static str,
    /// The path and query with `{Label}` and `{Label+}` places.
    pub http_path: &'static str,
    /// What the request holds.
    pub input: ShapeType,
    /// Whether the model gives it an input at all; if not, `smithy-rpc-v2-cbor` sends no body.
    pub has_input: bool,
    /// What the answer holds.
    pub output: ShapeType,
    /// The XML element around the input in `rest-xml`, if the model names one.
    pub input_root: Option<XmlRoot>,
    /// The element around the output in `query`, if there is one.
    pub result_wrapper: Option<&'static str>,
    /// How the request is signed.
    pub auth: Auth,
    /// A host name prefix, with `{Label}` places.
    pub host_prefix: Option<&'static str>,
    /// What its calls tell the service's endpoint rules.
    pub endpoint_params: &'static [EndpointParam],
    /// How its bodies are checked, if they are: the model's `httpChecksum` and `httpChecksumRequired`.
    pub checksum: Option<HttpChecksum>,
    /// Whether the payload's hash is left out of the signature.
    pub unsigned_payload: bool,
    /// Whether the service takes a body that was compressed with gzip.
    pub request_compression: bool,
    /// How its answers are split into pages, if they are.
    pub pagination: Option<&'static Pagination>,
    /// Adds what its requests need beside their client's handlers, if its input or its output is a stream of events.
    pub event_handlers: Option<fn(&mut Handlers, &Self)>,
}

impl Operation {
    /// An operation without any of the optional traits, signed with Signature Version 4.
    pub const fn new(
        name: &'static str,
        http_method: &'static str,
        http_path: &'static str,
        input: ShapeType,
        output: ShapeType,
    ) -> Self {
        Self {
            name,
            http_method,
            http_path,
            input,
            has_input: true,
            output,
            input_root: None,
            result_wrapper: None,
            auth: Auth::SigV4,
            host_prefix: None,
            endpoint_params: &[],
            checksum: None,
            unsigned_payload: false,
            request_compression: false,
            pagination: None,
            event_handlers: None,
        }
    }

    /// The same with the element around its input.
    #[must_use]
    pub const fn input_root(mut self, name: &'static str, namespace: Option<XmlNamespace>) -> Self {
        self.input_root = Some(XmlRoot { name, namespace });
        self
    }

    /// The same without an input in the model; `input` has no members then.
    #[must_use]
    pub const fn without_input(mut self) -> Self {
        self.has_input = false;
        self
    }

    /// The same with the element around its output.
    #[must_use]
    pub const fn result_wrapper(mut self, name: &'static str) -> Self {
        self.result_wrapper = Some(name);
        self
    }

    /// The same, sent without a signature.
    #[must_use]
    pub const fn anonymous(mut self) -> Self {
        self.auth = Auth::None;
        self
    }

    /// The same, signed in one of these ways, the best first.
    #[must_use]
    pub const fn any_auth_of(mut self, schemes: &'static [SchemeName]) -> Self {
        self.auth = Auth::AnyOf(schemes);
        self
    }

    /// The same with a host name prefix.
    #[must_use]
    pub const fn host_prefix(mut self, prefix: &'static str) -> Self {
        self.host_prefix = Some(prefix);
        self
    }

    /// The same, telling the service's endpoint rules these parameters.
    #[must_use]
    pub const fn endpoint_params(mut self, params: &'static [EndpointParam]) -> Self {
        self.endpoint_params = params;
        self
    }

    /// The same, with bodies that are checked.
    #[must_use]
    pub const fn checksum(mut self, checksum: HttpChecksum) -> Self {
        self.checksum = Some(checksum);
        self
    }

    /// The same, with the payload's hash left out of the signature.
    #[must_use]
    pub const fn unsigned_payload(mut self) -> Self {
        self.unsigned_payload = true;
        self
    }

    /// The same, taking bodies that were compressed with gzip.
    #[must_use]
    pub const fn request_compression(mut self) -> Self {
        self.request_compression = true;
        self
    }

    /// The same, split into pages.
    #[must_use]
    pub const fn pagination(mut self, pagination: &'static Pagination) -> Self {
        self.pagination = Some(pagination);
        self
    }

    /// The same with a stream of events as its input or its output; `add_handlers` is
    /// [`event_stream::add_handlers`](crate::stages::event_stream::add_handlers), so that programs without such operations
    /// are linked without what it takes.
    #[must_use]
    pub const fn event_stream(mut self, add_handlers: fn(&mut Handlers, &Self)) -> Self {
        self.event_handlers = Some(add_handlers);
        self
    }
}

/// A structure that can be made by name: its schema and how an empty one is made.
#[derive(Debug, Clone, Copy)]
pub struct ShapeType {
    /// Its table.
    pub schema: &'static Schema,
    /// Makes one with no member set.
    pub new: fn(&'static Schema) -> Box<dyn Shape>,
}

impl ShapeType {
    /// The generated structure `T` with its table.
    pub const fn of<T: Shape + Default>(schema: &'static Schema) -> Self {
        Self { schema, new: |_| Box::new(T::default()) }
    }

    /// A value with no member set.
    pub fn make(&self) -> Box<dyn Shape> {
        (self.new)(self.schema)
    }
}

/// An XML root element.
#[derive(Debug, Clone, Copy)]
pub struct XmlRoot {
    /// The element's name.
    pub name: &'static str,
    /// The namespace it declares.
    pub namespace: Option<XmlNamespace>,
}

/// An error that a service model describes.
#[derive(Debug, Clone, Copy)]
pub struct ErrorType {
    /// The code on the wire.
    pub code: &'static str,
    /// The shape's name, which JSON services may send in the place of the code.
    pub shape_name: &'static str,
    /// The status that the model gives it.
    pub status: Option<u16>,
    /// What the model says of repeating the request; if nothing, the lists of the standard mode decide.
    pub retryable: Option<Retryable>,
    /// Its members.
    pub fields: ShapeType,
}

/// Why a request that met an error of the model may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retryable {
    /// It may go well the next time.
    Transient,
    /// The service asked for fewer requests.
    Throttling,
}

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// With Signature Version 4.
    SigV4,
    /// With the first of these that there is a signer of, unless the configuration prefers another or the endpoint decides.
    AnyOf(&'static [SchemeName]),
    /// Not at all.
    None,
}

/// How the bodies of an operation are checked, besides the signature; what becomes of it stands in [`crate::checksum`].
#[derive(Debug, Clone, Copy)]
pub struct HttpChecksum {
    /// Whether requests must carry a checksum.
    pub is_required: bool,
    /// The input member that names the algorithm. Without one, a required checksum is `Content-MD5`.
    pub algorithm_member: Option<&'static str>,
    /// The input member that asks for the answer's checksum.
    pub mode_member: Option<&'static str>,
    /// The algorithms that answers may carry checksums of, by their names in the model.
    pub response_algorithms: &'static [&'static str],
}

impl HttpChecksum {
    /// No checksum in either direction.
    pub const NONE: Self =
        Self { is_required: false, algorithm_member: None, mode_member: None, response_algorithms: &[] };

    /// The same, required in requests.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// The same, with the algorithm chosen by an input member.
    #[must_use]
    pub const fn algorithm_member(mut self, member: &'static str) -> Self {
        self.algorithm_member = Some(member);
        self
    }

    /// The same, with answers that carry a checksum if an input member asks for it.
    #[must_use]
    pub const fn validated(mut self, mode_member: &'static str, algorithms: &'static [&'static str]) -> Self {
        self.mode_member = Some(mode_member);
        self.response_algorithms = algorithms;
        self
    }
}

/// How an operation's answers are split into pages: paths in the JMESPath subset of [`crate::path`].
#[derive(Debug)]
pub struct Pagination {
    /// The input members that take the tokens.
    pub input_tokens: &'static [&'static str],
    /// Where in the output the tokens of the next page stand.
    pub output_tokens: &'static [&'static str],
    /// Where the output says whether there is more, if it does.
    pub more_results: Option<&'static str>,
    /// The input member that limits a page's size.
    pub limit_key: Option<&'static str>,
    /// Where in the output the items stand.
    pub result_keys: &'static [&'static str],
}

/// One service: its names, its protocol and its errors.
#[derive(Debug)]
pub struct Service {
    /// The service id, for example `S3` or `Lex Runtime Service`.
    pub id: &'static str,
    /// How its endpoints are named, and the service in the scope of its signatures.
    pub endpoint: ServiceEndpoint<'static>,
    /// Its endpoint rules; without them it has the endpoints of its name in the tables of [`crate::endpoints`].
    pub rules: Option<&'static RuleSet>,
    /// How its requests are signed.
    pub signing: v4::Options,
    /// The version of its API.
    pub api_version: &'static str,
    /// The prefix of `X-Amz-Target`, in the JSON protocols.
    pub target_prefix: Option<&'static str>,
    /// The namespace of its XML.
    pub xml_namespace: Option<XmlNamespace>,
    /// How its messages are written and read.
    pub protocol: &'static dyn Protocol,
    /// Whether JSON errors carry the code of the query protocol in `x-amzn-query-error`.
    pub query_compatible: bool,
    /// Every error that the model describes.
    pub errors: &'static [ErrorType],
}

/// Every operation of a service, found by name: the way to build any operation's input without knowing its type.
///
/// A table of its own, apart from [`Service`], so that a program which names no operation by text links only those
/// that it calls.
#[derive(Debug)]
pub struct Operations(&'static [&'static Operation]);

impl Operations {
    /// A table of these operations, which are in alphabetical order. Called by generated code.
    pub const fn new(operations: &'static [&'static Operation]) -> Self {
        Self(operations)
    }

    /// The operation called `name` in the service model.
    pub fn get(&self, name: &str) -> Option<&'static Operation> {
        self.0.binary_search_by(|operation| operation.name.cmp(name)).ok().map(|at| self.0[at])
    }

    /// The operations in alphabetical order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'static Operation> {
        self.0.iter().copied()
    }
}
