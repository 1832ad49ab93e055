//! Resolves the traits of every member: what the reference says goes before what the shape says.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use indexmap::IndexMap;
use serde_json::Number;

use crate::codegen::api::{
    Api, Auth, Deprecated, Enum, EnumValue, ErrorCode, ErrorInfo, List, Location, Map, Member, Operation,
    Role, Structure, Target, XmlRoot,
};
use crate::codegen::model::{self, Kind, Model, OperationShapeRef, Shape, ShapeRef};
use crate::codegen::names;
use crate::codegen::overrides::Overrides;
use crate::services::Service;

pub(super) fn resolve(service: Service, mut model: Model, overrides: &Overrides) -> Result<Api> {
    let resolver = Resolver { shapes: &model.shapes, overrides, roles: roles(&model) };
    let mut structures = BTreeMap::new();
    let mut lists = BTreeMap::new();
    let mut maps = BTreeMap::new();
    let mut enums = BTreeMap::new();
    for (name, shape) in &model.shapes {
        match shape.kind {
            Kind::Structure if shape.document => {}
            Kind::Structure => {
                structures.insert(name.clone(), resolver.structure(name, shape)?);
            }
            Kind::List => {
                let element = resolver.part(name, "member", shape.member.as_ref())?;
                lists.insert(name.clone(), List { element, sparse: shape.sparse });
            }
            Kind::Map => {
                let key = resolver.part(name, "key", shape.key.as_ref())?;
                let value = resolver.part(name, "value", shape.value.as_ref())?;
                maps.insert(name.clone(), Map { key, value, sparse: shape.sparse });
            }
            Kind::String if !shape.values.is_empty() => {
                enums.insert(name.clone(), resolver.enumeration(name, shape));
            }
            _ => {}
        }
    }

    let error_codes = error_codes(&structures, overrides);
    let mut operations = Vec::new();
    for (name, operation) in std::mem::take(&mut model.operations) {
        let paginator = model.paginators.shift_remove(&name);
        operations.push(self::operation(operation, paginator, &model.metadata.auth, &model.shapes)?);
    }
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(name) = model.paginators.keys().next() {
        bail!("there are paginators for {name}, but there is no such operation");
    }
    Ok(Api {
        service,
        metadata: model.metadata,
        endpoint_constant: overrides.endpoint_constant.clone(),
        operations,
        structures,
        lists,
        maps,
        enums,
        error_codes,
        waiters: model.waiters.into_iter().collect(),
        client_context_params: model.client_context_params,
    })
}

fn roles(model: &Model) -> BTreeMap<String, Role> {
    let mut roles = BTreeMap::new();
    for operation in model.operations.values() {
        roles.extend(operation.input.iter().map(|io| (io.shape.clone(), Role::Input)));
        roles.extend(operation.output.iter().map(|io| (io.shape.clone(), Role::Output)));
        roles.extend(operation.errors.iter().map(|error| (error.shape.clone(), Role::Error)));
    }
    let exceptions = model.shapes.iter().filter(|(_, shape)| shape.exception);
    roles.extend(exceptions.map(|(name, _)| (name.clone(), Role::Error)));
    roles
}

struct Resolver<'a> {
    shapes: &'a IndexMap<String, Shape>,
    overrides: &'a Overrides,
    roles: BTreeMap<String, Role>,
}

impl Resolver<'_> {
    fn structure(&self, name: &str, shape: &Shape) -> Result<Structure> {
        let role = self.roles.get(name).copied().unwrap_or(Role::Nested);
        let mut members = shape
            .members
            .iter()
            .map(|(member, reference)| {
                let mut resolved =
                    self.member(member, reference).with_context(|| format!("{name}.{member}"))?;
                resolved.required = shape.required.contains(member);
                if let Some(field) = self.overrides.fields.get(name).and_then(|fields| fields.get(member)) {
                    resolved.field.clone_from(field);
                }
                Ok(resolved)
            })
            .collect::<Result<Vec<_>>>()?;
        let payload = match &shape.payload {
            Some(payload) => Some(
                shape
                    .members
                    .get_index_of(payload)
                    .with_context(|| format!("{name}: its payload {payload} is no member"))?,
            ),
            None => None,
        };
        if let Some(payload) = payload {
            self.name_document(&mut members[payload]);
        }
        Ok(Structure {
            name: name.into(),
            members,
            payload,
            role,
            union: shape.union,
            event: shape.event,
            event_stream: shape.eventstream,
            has_stream: false,
            error: (role == Role::Error).then(|| self.error(name, shape)),
            deprecated: deprecated(shape.deprecated, &shape.deprecated_since),
        })
    }

    /// Gives a payload the name that its structure has as a document, unless the member has one of its own. Models that give
    /// a member none repeat the member's name.
    fn name_document(&self, payload: &mut Member) {
        let has_own = payload.location_name.as_ref().is_some_and(|name| *name != payload.name);
        if let Target::Structure(shape) = &payload.target
            && let Some(name) = &self.shapes[shape].location_name
            && !has_own
        {
            payload.location_name = Some(name.clone());
        }
    }

    /// The element of a list, or the key or the value of a map.
    fn part(&self, owner: &str, name: &str, reference: Option<&ShapeRef>) -> Result<Member> {
        let reference = reference.with_context(|| format!("{owner} has no {name}"))?;
        self.member(name, reference).with_context(|| format!("{owner}.{name}"))
    }

    fn member(&self, name: &str, reference: &ShapeRef) -> Result<Member> {
        let shape =
            self.shapes.get(&reference.shape).with_context(|| format!("no shape {}", reference.shape))?;
        let location = match reference.location {
            None => Location::Body,
            Some(model::Location::Header) => Location::Header,
            Some(model::Location::Headers) => Location::Headers,
            Some(model::Location::Query) => Location::Query,
            Some(model::Location::StatusCode) => Location::StatusCode,
            Some(model::Location::Uri) => Location::Uri,
        };
        let is_label = location == Location::Uri || reference.host_label;
        let target = match target(&reference.shape, shape) {
            Target::String if self.overrides.blobs.contains(&reference.shape) => Target::Blob,
            target => target,
        };
        // An empty label would make the path or the host that of something else.
        let label_min = (is_label && shape.kind == Kind::String).then(|| Number::from(1));
        Ok(Member {
            name: name.into(),
            field: names::field(name),
            shape: reference.shape.clone(),
            target,
            boxed: false,
            required: false,
            location,
            // A structure's own name is that of the document it makes up, not of a member.
            location_name: reference
                .location_name
                .clone()
                .or_else(|| shape.location_name.clone().filter(|_| shape.kind != Kind::Structure)),
            query_name: reference.query_name.clone(),
            flattened: reference.flattened || shape.flattened,
            xml_attribute: reference.xml_attribute,
            xml_namespace: reference.xml_namespace.clone().or_else(|| shape.xml_namespace.clone()),
            timestamp_format: reference.timestamp_format.or(shape.timestamp_format),
            sensitive: reference.sensitive
                || shape.sensitive
                || self.overrides.sensitive.contains(&reference.shape),
            streaming: reference.streaming || shape.streaming,
            requires_length: reference.requires_length || shape.requires_length,
            idempotency_token: reference.idempotency_token,
            host_label: reference.host_label,
            json_value: reference.jsonvalue,
            event_payload: reference.eventpayload,
            event_header: reference.eventheader,
            context_param: reference.context_param.as_ref().map(|param| param.name.clone()),
            min: shape.min.clone().or(label_min),
            max: shape.max.clone(),
            pattern: shape.pattern.clone(),
            deprecated: deprecated(reference.deprecated, &reference.deprecated_since),
        })
    }

    fn enumeration(&self, name: &str, shape: &Shape) -> Enum {
        let constants = self.overrides.constants.get(name);
        let values = shape.values.iter().map(|value| EnumValue {
            constant: constants
                .and_then(|constants| constants.get(value).cloned())
                .unwrap_or_else(|| names::enum_constant(value)),
            value: value.clone(),
        });
        Enum {
            name: name.into(),
            values: values.collect(),
            deprecated: deprecated(shape.deprecated, &shape.deprecated_since),
        }
    }

    fn error(&self, name: &str, shape: &Shape) -> ErrorInfo {
        let modelled = shape.error.as_ref();
        let overridden = self.overrides.errors.get(name);
        ErrorInfo {
            code: overridden
                .map(|error| error.code.clone())
                .or_else(|| modelled.and_then(|error| error.code.clone()))
                .unwrap_or_else(|| name.into()),
            status: overridden
                .and_then(|error| error.status)
                .or_else(|| modelled.and_then(|error| error.http_status_code)),
            fault: shape.fault || modelled.is_some_and(|error| error.fault),
            retryable: overridden.and_then(|error| error.retryable).or(shape.retryable),
        }
    }
}

fn target(name: &str, shape: &Shape) -> Target {
    match shape.kind {
        Kind::Blob => Target::Blob,
        Kind::Boolean => Target::Boolean,
        Kind::Double => Target::Double,
        Kind::Float => Target::Float,
        Kind::Integer => Target::Integer,
        Kind::List => Target::List(name.into()),
        Kind::Long => Target::Long,
        Kind::Map => Target::Map(name.into()),
        Kind::String if shape.values.is_empty() => Target::String,
        Kind::String => Target::Enum(name.into()),
        Kind::Structure if shape.document => Target::Document,
        Kind::Structure if shape.eventstream => Target::EventStream(name.into()),
        Kind::Structure => Target::Structure(name.into()),
        Kind::Timestamp => Target::Timestamp,
    }
}

fn deprecated(is: bool, since: &Option<String>) -> Option<Deprecated> {
    is.then(|| Deprecated { since: since.clone() })
}

fn error_codes(structures: &BTreeMap<String, Structure>, overrides: &Overrides) -> Vec<ErrorCode> {
    let modelled = structures.values().filter_map(|structure| {
        let error = structure.error.as_ref()?;
        Some(ErrorCode {
            constant: names::constant(&structure.name),
            code: error.code.clone(),
            shape: Some(structure.name.clone()),
        })
    });
    let documented = overrides.error_codes.iter().map(|code| ErrorCode {
        constant: names::constant(code),
        code: code.clone(),
        shape: None,
    });
    let mut codes: Vec<_> = modelled.chain(documented).collect();
    codes.sort_by(|a, b| a.constant.cmp(&b.constant));
    codes
}

/// With SigV4 unless nothing is signed, or there is another signer.
fn auth(schemes: &[String]) -> Auth {
    if schemes.first().is_some_and(|scheme| scheme == "smithy.api#noAuth") {
        return Auth::None;
    }
    let known: Vec<_> = schemes
        .iter()
        .filter_map(|scheme| match scheme.as_str() {
            "aws.auth#sigv4" => Some("SigV4"),
            "aws.auth#sigv4a" => Some("SigV4a"),
            _ => None,
        })
        .collect();
    if known.iter().all(|scheme| *scheme == "SigV4") { Auth::SigV4 } else { Auth::AnyOf(known) }
}

fn operation(
    model: model::Operation,
    paginator: Option<model::Paginator>,
    service_auth: &[String],
    shapes: &IndexMap<String, Shape>,
) -> Result<Operation> {
    let name = model.name;
    let has = |io: Option<OperationShapeRef>| io.with_context(|| format!("{name} lacks an input or output"));
    let (input, output) = (has(model.input)?, has(model.output)?);
    let authtype = model.authtype.as_deref();
    let checksum_required = model.http_checksum_required
        || model.http_checksum.as_ref().is_some_and(|checksum| checksum.request_checksum_required);
    Ok(Operation {
        input_root: input_root(&input, shapes.get(&input.shape)),
        method: names::method(&name),
        module: names::module(&name),
        http_method: model.http.method,
        http_path: model.http.request_uri,
        response_code: model.http.response_code,
        input: input.shape,
        has_input: !input.added,
        output: output.shape,
        result_wrapper: output.result_wrapper,
        errors: model.errors.into_iter().map(|error| error.shape).collect(),
        auth: if authtype == Some("none") {
            Auth::None
        } else {
            auth(model.auth.as_deref().unwrap_or(service_auth))
        },
        unsigned_payload: model.unsigned_payload || authtype == Some("v4-unsigned-body"),
        checksum_required,
        checksum: model.http_checksum,
        host_prefix: model.endpoint.map(|endpoint| endpoint.host_prefix),
        compression: model.requestcompression.map(|compression| compression.encodings).unwrap_or_default(),
        static_context_params: model.static_context_params.into_iter().map(|(n, p)| (n, p.value)).collect(),
        operation_context_params: model
            .operation_context_params
            .into_iter()
            .map(|(name, param)| (name, param.path))
            .collect(),
        idempotent: model.idempotent,
        readonly: model.readonly,
        deprecated: deprecated(model.deprecated, &model.deprecated_since),
        paginator,
        name,
    })
}

/// The element around an input. What the shape says of its own element goes before what the operation says.
fn input_root(input: &OperationShapeRef, shape: Option<&Shape>) -> Option<XmlRoot> {
    let own_name = shape.and_then(|shape| shape.location_name.as_ref());
    let name = own_name.or(input.location_name.as_ref())?.clone();
    let own_namespace = shape.and_then(|shape| shape.xml_namespace.as_ref());
    Some(XmlRoot { name, namespace: input.xml_namespace.as_ref().or(own_namespace).cloned() })
}
