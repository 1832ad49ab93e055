//! What the operations of a model tell its endpoint rules.

use cumulo_endpoints::rules::RuleSet;

use super::node::{Node, invalid};
use super::schemas::Schemas;
use crate::error::Error;
use crate::operation::{EndpointParam, Operation, ParamSource};

/// Fills in what depends on the rules: the parameters that the operation sets, and the host prefix, which goes away where
/// the rules put its label into the host themselves.
pub(super) fn add(
    operation: &mut Operation,
    model: &Node,
    rules: &RuleSet,
    schemas: &mut Schemas<'_>,
) -> Result<(), Error> {
    let place = |name: &str| {
        let mut parameters = rules.parameters();
        parameters.position(|parameter| parameter.is_used && parameter.name == name)
    };
    let mut params = Vec::new();
    for (name, param) in entries(model, "operationContextParams") {
        if let (Some(index), Some(path)) = (place(name), param.text("path")) {
            params.push(EndpointParam::new(index, ParamSource::Path(schemas.text(path))));
        }
    }
    let input = model.get("input").and_then(|input| input.text("shape")).and_then(|name| schemas.shape(name));
    let members = input.map(|shape| entries(shape, "members")).unwrap_or_default();
    for (at, (member, reference)) in members.iter().enumerate() {
        let Some(name) = reference.get("contextParam").and_then(|param| param.text("name")) else { continue };
        if let Some(index) = place(name) {
            params.push(EndpointParam::new(index, ParamSource::Member(at)));
            let label = format!("{{{member}}}");
            operation.host_prefix = operation.host_prefix.filter(|prefix| !prefix.contains(&label));
        }
    }
    for (name, param) in entries(model, "staticContextParams") {
        let Some(index) = place(name) else { continue };
        let source = match param.get("value") {
            Some(Node::Bool(value)) => ParamSource::Boolean(*value),
            Some(Node::Text(text)) => ParamSource::Text(schemas.text(text)),
            _ => return Err(invalid(format!("{} sets {name} to what rules cannot take", operation.name))),
        };
        params.push(EndpointParam::new(index, source));
    }
    operation.endpoint_params = Box::leak(params.into_boxed_slice());
    Ok(())
}

fn entries<'a>(node: &'a Node, key: &str) -> &'a [(String, Node)] {
    node.get(key).map(Node::entries).unwrap_or_default()
}
