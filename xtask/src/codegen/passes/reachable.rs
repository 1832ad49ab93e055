//! Drops the shapes that neither an operation nor an error leads to.

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use crate::codegen::model::{Model, Shape};
use crate::codegen::overrides::Overrides;

pub(super) fn drop_the_rest(model: &mut Model, _: &Overrides) -> Result<()> {
    let mut reached = HashSet::new();
    let mut waiting: Vec<String> = Vec::new();
    for operation in model.operations.values() {
        waiting.extend(operation.input.iter().chain(&operation.output).map(|io| io.shape.clone()));
        waiting.extend(operation.errors.iter().map(|error| error.shape.clone()));
    }
    // Some services answer with errors that the model gives to no operation.
    waiting.extend(model.shapes.iter().filter(|(_, shape)| shape.exception).map(|(name, _)| name.clone()));

    while let Some(name) = waiting.pop() {
        let shape = model.shapes.get(&name).with_context(|| format!("there is no shape {name}"))?;
        if reached.insert(name) {
            waiting.extend(Shape::references(shape).map(|r| r.shape.clone()));
        }
    }
    model.shapes.retain(|name, _| reached.contains(name));
    Ok(())
}
