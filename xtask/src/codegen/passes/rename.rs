//! Renames shapes as the overrides say, wherever they are referred to.

use anyhow::{Result, ensure};

use crate::codegen::model::{Model, Shape};
use crate::codegen::overrides::Overrides;

pub(super) fn rename(model: &mut Model, overrides: &Overrides) -> Result<()> {
    for (old, new) in &overrides.shapes {
        ensure!(model.shapes.contains_key(old), "the overrides rename {old}, which the model does not have");
        ensure!(!model.shapes.contains_key(new), "the overrides rename {old} to {new}, which the model has");
    }
    let rename = |shape: &mut String| {
        if let Some(new) = overrides.shapes.get(shape) {
            shape.clone_from(new);
        }
    };
    model.shapes = std::mem::take(&mut model.shapes)
        .into_iter()
        .map(|(mut name, mut shape)| {
            rename(&mut name);
            references(&mut shape).for_each(rename);
            (name, shape)
        })
        .collect();
    for operation in model.operations.values_mut() {
        operation.input.iter_mut().chain(&mut operation.output).for_each(|io| rename(&mut io.shape));
        operation.errors.iter_mut().for_each(|error| rename(&mut error.shape));
    }
    Ok(())
}

fn references(shape: &mut Shape) -> impl Iterator<Item = &mut String> {
    let members = shape.members.values_mut();
    members.chain(&mut shape.member).chain(&mut shape.key).chain(&mut shape.value).map(|r| &mut r.shape)
}
