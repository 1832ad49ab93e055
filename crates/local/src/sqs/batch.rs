//! Batches: up to ten entries, each of which succeeds or fails for itself.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::errors;
use crate::error::ServiceError;
use crate::json::Input;

const MAXIMUM_ENTRIES: usize = 10;

/// Applies `act` to every entry and sorts the outcomes into `Successful` and `Failed`.
pub(super) fn each(
    entries: &[Input],
    mut act: impl FnMut(&Input) -> Result<Value, ServiceError>,
) -> Result<Value, ServiceError> {
    if entries.is_empty() {
        return Err(errors::empty_batch());
    }
    if entries.len() > MAXIMUM_ENTRIES {
        return Err(errors::too_many_entries(entries.len()));
    }
    let mut ids = BTreeSet::new();
    for entry in entries {
        let id = entry.required_text("Id")?;
        if !ids.insert(id) {
            return Err(errors::entry_ids_not_distinct(id));
        }
    }

    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = entry.required_text("Id")?;
        match act(entry).map_err(errors::in_sqs_terms) {
            Ok(mut output) => {
                output["Id"] = id.into();
                successful.push(output);
            }
            Err(error) => failed.push(json!({
                "Id": id,
                "SenderFault": true,
                "Code": error.query_code.unwrap_or("InternalError"),
                "Message": error.message,
            })),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}
