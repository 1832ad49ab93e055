//! From the head of a model to the tables of a service: its operations, errors, paginators and waiters.

use cumulo_endpoints::ServiceEndpoint;
use cumulo_endpoints::rules::RuleSet;

use super::endpoint_params;
use super::node::{Node, invalid};
use super::schemas::{Schemas, items_of};
use super::shape::DynamicShape;
use crate::auth_scheme::SchemeName;
use crate::error::Error;
use crate::operation::{
    Auth, ErrorType, HttpChecksum, Operation, Operations, Pagination, Retryable, Service, ShapeType, XmlRoot,
};
use crate::protocol::{self, Protocol};
use crate::schema::Schema;
use crate::signer::v4;
use crate::stages::event_stream;
use crate::waiter::{Acceptor, Expected, Matcher, State, WaiterModel};

/// Makes the table of the service that `model` describes.
pub(super) fn service(
    model: &Node,
    rules: Option<&'static RuleSet>,
    schemas: &mut Schemas<'_>,
) -> Result<Service, Error> {
    let metadata = model.get("metadata").ok_or_else(|| invalid("the model has no metadata"))?;
    let prefix = metadata.text("endpointPrefix").unwrap_or_default();
    let names = ["serviceId", "serviceAbbreviation", "serviceFullName", "uid", "endpointPrefix"];
    let id = names.iter().find_map(|key| metadata.text(key)).unwrap_or("unnamed service");
    let is_s3 = matches!(metadata.text("signatureVersion"), Some("s3" | "s3v4"));
    let prefix = schemas.text(prefix);
    let signing_name = metadata.text("signingName").map_or(prefix, |name| schemas.text(name));
    Ok(Service {
        id: schemas.text(id),
        endpoint: ServiceEndpoint::new(prefix, signing_name),
        rules,
        signing: if is_s3 { v4::Options::s3() } else { v4::Options::new() },
        api_version: schemas.text(metadata.text("apiVersion").unwrap_or_default()),
        target_prefix: metadata.text("targetPrefix").map(|prefix| schemas.text(prefix)),
        xml_namespace: schemas.namespace(metadata),
        protocol: protocol(metadata)?,
        query_compatible: metadata.get("awsQueryCompatible").is_some(),
        errors: Box::leak(errors(model, schemas)?.into_boxed_slice()),
    })
}

/// Makes the tables of the operations.
pub(super) fn operations(
    model: &Node,
    paginators: Option<&Node>,
    rules: Option<&RuleSet>,
    schemas: &mut Schemas<'_>,
) -> Result<Operations, Error> {
    let pagination = paginators.and_then(|file| file.get("pagination"));
    let mut operations = Vec::new();
    let service_auth =
        model.get("metadata").map_or(Auth::SigV4, |metadata| auth(metadata).unwrap_or(Auth::SigV4));
    for (name, model) in model.get("operations").map(Node::entries).unwrap_or_default() {
        let paginator = pagination.and_then(|all| all.get(name));
        let mut operation = operation(name, model, paginator, schemas)?;
        operation.auth = auth(model).unwrap_or(service_auth);
        if let Some(rules) = rules {
            endpoint_params::add(&mut operation, model, rules, schemas)?;
        }
        operations.push(&*Box::leak(Box::new(operation)));
    }
    // They are looked up by binary search.
    operations.sort_by_key(|operation| operation.name);
    if let Some(pair) = operations.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(invalid(format!("the model describes the operation {} twice", pair[0].name)));
    }
    Ok(Operations::new(Box::leak(operations.into_boxed_slice())))
}

/// The protocol that the model prefers, or else the first that it lists and that there is.
fn protocol(metadata: &Node) -> Result<&'static dyn Protocol, Error> {
    let preferred = metadata.text("protocol").into_iter();
    let names: Vec<&str> =
        preferred.chain(items_of(metadata, "protocols").filter_map(Node::as_text)).collect();
    let version = metadata.text("jsonVersion");
    let found = names.iter().find_map(|name| {
        let found: &'static dyn Protocol = match *name {
            "ec2" => &protocol::EC2,
            "query" => &protocol::QUERY,
            "rest-json" => &protocol::REST_JSON,
            "rest-xml" => &protocol::REST_XML,
            "smithy-rpc-v2-cbor" => &protocol::RPC_V2_CBOR,
            "json" if version == Some("1.0") => &protocol::JSON_1_0,
            "json" => &protocol::JSON_1_1,
            _ => return None,
        };
        Some(found)
    });
    found.ok_or_else(|| match names.first() {
        Some(name) => invalid(format!("the protocol {name} is not supported")),
        None => invalid("the model names no protocol"),
    })
}

fn operation(
    name: &str,
    model: &Node,
    paginator: Option<&Node>,
    schemas: &mut Schemas<'_>,
) -> Result<Operation, Error> {
    let http = model.get("http").unwrap_or(&Node::Null);
    let (input, output) = (model.get("input"), model.get("output"));
    let name = schemas.text(name);
    let mut operation = Operation::new(
        name,
        schemas.text(http.text("method").unwrap_or("POST")),
        schemas.text(http.text("requestUri").unwrap_or("/")),
        shape_type(input, name, "Input", schemas)?,
        shape_type(output, name, "Output", schemas)?,
    );
    operation.has_input = input.is_some();
    operation.input_root = input.and_then(|input| input_root(input, schemas));
    let wrapper = output.and_then(|output| output.text("resultWrapper"));
    operation.result_wrapper = wrapper.map(|wrapper| schemas.text(wrapper));
    let authtype = model.text("authtype");
    let prefix = model.get("endpoint").and_then(|endpoint| endpoint.text("hostPrefix"));
    operation.host_prefix = prefix.map(|prefix| schemas.text(prefix));
    operation.checksum = checksum(model, schemas);
    operation.unsigned_payload = model.is_true("unsignedPayload") || authtype == Some("v4-unsigned-body");
    operation.request_compression = model.get("requestcompression").is_some_and(|compression| {
        items_of(compression, "encodings").any(|encoding| encoding.as_text() == Some("gzip"))
    });
    if let Some(paginator) = paginator {
        operation.pagination = Some(Box::leak(Box::new(pagination(paginator, schemas))));
    }
    if operation.input.schema.event_stream.or(operation.output.schema.event_stream).is_some() {
        operation = operation.event_stream(event_stream::add_handlers);
    }
    Ok(operation)
}

/// How requests are signed, if the model says so here: with SigV4 unless nothing is, or there is another signer.
fn auth(model: &Node) -> Option<Auth> {
    if model.text("authtype") == Some("none") {
        return Some(Auth::None);
    }
    let names: Vec<&str> = items_of(model, "auth").filter_map(Node::as_text).collect();
    let schemes = || {
        names.iter().filter_map(|name| match *name {
            "aws.auth#sigv4" => Some(SchemeName::SigV4),
            "aws.auth#sigv4a" => Some(SchemeName::SigV4a),
            _ => None,
        })
    };
    match names.first()? {
        &"smithy.api#noAuth" => Some(Auth::None),
        _ if schemes().all(|scheme| scheme == SchemeName::SigV4) => Some(Auth::SigV4),
        _ => Some(Auth::AnyOf(Box::leak(schemes().collect()))),
    }
}

/// How the bodies of an operation are checked.
fn checksum(model: &Node, schemas: &mut Schemas<'_>) -> Option<HttpChecksum> {
    let flexible = model.get("httpChecksum");
    let is_required = model.is_true("httpChecksumRequired")
        || flexible.is_some_and(|checksum| checksum.is_true("requestChecksumRequired"));
    if flexible.is_none() && !is_required {
        return None;
    }
    let flexible = flexible.unwrap_or(&Node::Null);
    let mut member = |key: &str| flexible.text(key).map(|name| schemas.text(name));
    let (algorithm_member, mode_member) =
        (member("requestAlgorithmMember"), member("requestValidationModeMember"));
    let names = items_of(flexible, "responseAlgorithms").filter_map(Node::as_text);
    let names: Vec<&'static str> = names.map(|name| schemas.text(name)).collect();
    let response_algorithms = Box::leak(names.into_boxed_slice());
    Some(HttpChecksum { is_required, algorithm_member, mode_member, response_algorithms })
}

/// The element around an input. What the shape says of its own element goes before what the operation says.
fn input_root(input: &Node, schemas: &mut Schemas<'_>) -> Option<XmlRoot> {
    let shape = input.text("shape").and_then(|name| schemas.shape(name));
    let own_name = shape.and_then(|shape| shape.text("locationName"));
    let name = schemas.text(own_name.or_else(|| input.text("locationName"))?);
    let namespace = schemas.namespace(input).or_else(|| schemas.namespace(shape?));
    Some(XmlRoot { name, namespace })
}

/// The input or the output of an operation; one without has a structure without members.
fn shape_type(
    reference: Option<&Node>,
    operation: &str,
    suffix: &str,
    schemas: &mut Schemas<'_>,
) -> Result<ShapeType, Error> {
    let schema: &'static Schema = match reference {
        Some(reference) => {
            let shape = reference.text("shape");
            let shape =
                shape.ok_or_else(|| invalid(format!("the {suffix} of {operation} names no shape")))?;
            schemas.structure(shape)?
        }
        None => {
            let name = schemas.text(&format!("{operation}{suffix}"));
            Box::leak(Box::new(Schema::new(name, &[])))
        }
    };
    Ok(DynamicShape::type_of(schema))
}

/// The structures that are exceptions, or that an operation names as its errors.
fn errors(model: &Node, schemas: &mut Schemas<'_>) -> Result<Vec<ErrorType>, Error> {
    let operations = model.get("operations").map(Node::entries).unwrap_or_default();
    let named = operations.iter().flat_map(|(_, operation)| items_of(operation, "errors"));
    let named: Vec<&str> = named.filter_map(|error| error.text("shape")).collect();
    let shapes = model.get("shapes").map(Node::entries).unwrap_or_default();
    let errors =
        shapes.iter().filter(|(name, shape)| shape.is_true("exception") || named.contains(&name.as_str()));
    errors
        .map(|(name, shape)| {
            let modelled = shape.get("error");
            let code = modelled.and_then(|error| error.text("code")).unwrap_or(name);
            let status = modelled.and_then(|error| error.integer("httpStatusCode"));
            Ok(ErrorType {
                code: schemas.text(code),
                shape_name: schemas.text(name),
                status: status.and_then(|status| status.try_into().ok()),
                retryable: shape.get("retryable").map(|retryable| match retryable.is_true("throttling") {
                    true => Retryable::Throttling,
                    false => Retryable::Transient,
                }),
                fields: DynamicShape::type_of(schemas.structure(name)?),
            })
        })
        .collect()
}

fn pagination(paginator: &Node, schemas: &mut Schemas<'_>) -> Pagination {
    let mut texts = |key: &str| -> &'static [&'static str] {
        let one = paginator.text(key).into_iter();
        let texts = one.chain(items_of(paginator, key).filter_map(Node::as_text));
        let texts: Vec<&'static str> = texts.map(|text| schemas.text(text)).collect();
        Box::leak(texts.into_boxed_slice())
    };
    Pagination {
        input_tokens: texts("input_token"),
        output_tokens: texts("output_token"),
        more_results: texts("more_results").first().copied(),
        limit_key: texts("limit_key").first().copied(),
        result_keys: texts("result_key"),
    }
}

/// Makes the tables of the waiters in `file`.
pub(super) fn waiters(
    file: &Node,
    operations: &Operations,
    schemas: &mut Schemas<'_>,
) -> Result<Vec<WaiterModel>, Error> {
    let waiters = file.get("waiters").map(Node::entries).unwrap_or_default();
    waiters
        .iter()
        .map(|(name, waiter)| {
            let operation = waiter.text("operation").unwrap_or_default();
            let operation = operations
                .get(operation)
                .ok_or_else(|| invalid(format!("the waiter {name} calls {operation}, which is not there")))?;
            let number = |key: &str| waiter.integer(key).and_then(|number| number.try_into().ok());
            let acceptors: Result<Vec<Acceptor>, Error> =
                items_of(waiter, "acceptors").map(|model| acceptor(name, model, schemas)).collect();
            Ok(WaiterModel {
                name: schemas.text(name),
                operation,
                delay: number("delay").unwrap_or(1),
                max_attempts: number("maxAttempts").unwrap_or(1),
                acceptors: Box::leak(acceptors?.into_boxed_slice()),
            })
        })
        .collect()
}

fn acceptor(waiter: &str, model: &Node, schemas: &mut Schemas<'_>) -> Result<Acceptor, Error> {
    let state = match model.text("state") {
        Some("success") => State::Success,
        Some("failure") => State::Failure,
        Some("retry") => State::Retry,
        _ => return Err(invalid(format!("a rule of the waiter {waiter} has no state that is known"))),
    };
    let path = schemas.text(model.text("argument").unwrap_or_default());
    let matcher = match (model.text("matcher"), model.get("expected")) {
        (Some("status"), Some(Node::Number(status))) => Some(Matcher::Status(*status as u16)),
        (Some("error"), Some(Node::Bool(true))) => Some(Matcher::AnyError),
        (Some("error"), Some(Node::Bool(false))) => Some(Matcher::NoError),
        (Some("error"), Some(Node::Text(code))) => Some(Matcher::Error(schemas.text(code))),
        (Some(name), Some(value)) => {
            let expected = match value {
                Node::Text(text) => Some(Expected::Text(schemas.text(text))),
                Node::Bool(value) => Some(Expected::Bool(*value)),
                Node::Number(number) => Some(Expected::Integer(*number as i64)),
                Node::Null | Node::List(_) | Node::Object(_) => None,
            };
            expected.and_then(|expected| match name {
                "path" => Some(Matcher::Path(path, expected)),
                "pathAll" => Some(Matcher::PathAll(path, expected)),
                "pathAny" => Some(Matcher::PathAny(path, expected)),
                _ => None,
            })
        }
        _ => None,
    };
    let matcher = matcher
        .ok_or_else(|| invalid(format!("a rule of the waiter {waiter} has no matcher that is known")))?;
    Ok(Acceptor { matcher, state })
}
