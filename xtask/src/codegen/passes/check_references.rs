//! Checks that paginators and waiters name operations and members that exist.

use anyhow::{Context as _, Result, ensure};

use crate::codegen::api::Api;

pub(super) fn check(api: &mut Api) -> Result<()> {
    for operation in &api.operations {
        let Some(paginator) = &operation.paginator else { continue };
        let input = api.structures.get(&operation.input).context("every operation has an input")?;
        for name in paginator.input_tokens.iter().chain(&paginator.limit_key) {
            // A path leads to a member of a member; its start is what can be checked.
            let start = name.split('.').next().unwrap_or(name);
            ensure!(
                input.members.iter().any(|member| member.name == start),
                "the paginator of {} sets {name}, which {} does not have",
                operation.name,
                input.name
            );
        }
        ensure!(
            paginator.input_tokens.len() == paginator.output_tokens.len(),
            "the paginator of {} has not as many input tokens as output tokens",
            operation.name
        );
    }
    for (name, waiter) in &api.waiters {
        ensure!(
            api.operations.iter().any(|operation| operation.name == waiter.operation),
            "the waiter {name} calls {}, which does not exist",
            waiter.operation
        );
    }
    Ok(())
}
