//! What an operation tells its service's endpoint rules, as a part of its table.

use cumulo_core::endpoints::rules::RuleSet;
use serde_json::Value;

use super::super::api::{Api, Operation};

/// `.endpoint_params(..)` and `.host_prefix(..)`; both depend on the rules, as a label that they put into the host is no part
/// of a prefix any more.
pub(super) fn traits(api: &Api, operation: &Operation, rules: &RuleSet) -> String {
    let place = |name: &str| {
        let mut parameters = rules.parameters();
        parameters.position(|parameter| parameter.is_used && parameter.name == name)
    };
    let mut params = Vec::new();
    for (name, path) in &operation.operation_context_params {
        params.extend(place(name).map(|index| (index, format!("Path({path:?})"))));
    }
    let mut prefix = operation.host_prefix.as_deref();
    for (at, member) in api.structures[&operation.input].members.iter().enumerate() {
        let Some(index) = member.context_param.as_deref().and_then(place) else { continue };
        params.push((index, format!("Member({at})")));
        prefix = prefix.filter(|prefix| !prefix.contains(&format!("{{{}}}", member.name)));
    }
    for (name, value) in &operation.static_context_params {
        let Some(index) = place(name) else { continue };
        let source = match value {
            Value::Bool(value) => format!("Boolean({value})"),
            Value::String(text) => format!("Text({text:?})"),
            other => panic!("{} sets {name} to {other}, which rules cannot take", operation.name),
        };
        params.push((index, source));
    }
    let mut traits = prefix.map(|prefix| format!(".host_prefix({prefix:?})")).unwrap_or_default();
    if !params.is_empty() {
        let params = params
            .iter()
            .map(|(index, source)| format!("EndpointParam::new({index}, ParamSource::{source})"));
        traits += &format!(".endpoint_params(&[{}])", params.collect::<Vec<_>>().join(", "));
    }
    traits
}
