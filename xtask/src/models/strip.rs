//! Leaves every sentence of documentation out of a model.

use serde_json::{Map, Value};

/// The keys that hold prose wherever they describe something.
const PROSE: [&str; 5] =
    ["documentation", "documentationUrl", "deprecatedMessage", "description", "examples"];

/// The keys under which an object's keys are names of the service's choice, so that none of them is prose.
const NAMES: [&str; 8] = [
    "operations",
    "shapes",
    "members",
    "parameters",
    "clientContextParams",
    "staticContextParams",
    "operationContextParams",
    "waiters",
];

/// Removes the prose of a service model, its paginators, waiters or endpoint rules.
///
/// The messages that endpoint rules answer with stay: they are what a resolver returns.
pub(super) fn strip(model: &mut Value) {
    match model {
        Value::Object(object) => strip_object(object),
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

fn strip_object(object: &mut Map<String, Value>) {
    object.retain(|key, _| !PROSE.contains(&key.as_str()));
    for (key, value) in object {
        match value {
            Value::Object(named) if NAMES.contains(&key.as_str()) => named.values_mut().for_each(strip),
            value => strip(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn prose_is_removed_at_every_depth() {
        let mut model = json!({
            "documentation": "A service.",
            "examples": {"One": []},
            "operations": {"Get": {"documentation": "Gets.", "errors": [{"shape": "E", "documentation": "When."}]}},
            "shapes": {"S": {"type": "list", "member": {"shape": "T", "documentation": "One."}}},
        });
        strip(&mut model);
        assert_eq!(
            model,
            json!({
                "operations": {"Get": {"errors": [{"shape": "E"}]}},
                "shapes": {"S": {"type": "list", "member": {"shape": "T"}}},
            })
        );
    }

    #[test]
    fn a_member_that_is_called_like_prose_stays() {
        let mut model = json!({
            "shapes": {"description": {"type": "structure", "members": {
                "documentation": {"shape": "S", "documentation": "Text."},
                "description": {"shape": "S"},
            }}},
        });
        let expected = json!({
            "shapes": {"description": {"type": "structure", "members": {
                "documentation": {"shape": "S"},
                "description": {"shape": "S"},
            }}},
        });
        strip(&mut model);
        assert_eq!(model, expected);
    }

    #[test]
    fn the_messages_of_endpoint_rules_stay() {
        let mut rules = json!({
            "parameters": {"Region": {"type": "string", "documentation": "The region."}},
            "rules": [{"type": "error", "error": "Region is missing", "documentation": "Why."}],
        });
        strip(&mut rules);
        assert_eq!(
            rules,
            json!({
                "parameters": {"Region": {"type": "string"}},
                "rules": [{"type": "error", "error": "Region is missing"}],
            })
        );
    }
}
