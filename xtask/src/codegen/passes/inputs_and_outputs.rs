//! Gives every operation an input and an output of its own, called `<Operation>Input` and `<Operation>Output`.
//!
//! A structure that several operations share is copied for each, so that one can gain a member without the others.
//! A structure that is also a member of another keeps its name as well.

use std::collections::HashSet;

use anyhow::{Context as _, Result, ensure};

use crate::codegen::model::{Model, OperationShapeRef, Shape};
use crate::codegen::overrides::Overrides;

/// Operations without an input or an output get one without members.
pub(super) fn complete(model: &mut Model, _: &Overrides) -> Result<()> {
    for (name, operation) in &mut model.operations {
        for (io, suffix) in [(&mut operation.input, "Input"), (&mut operation.output, "Output")] {
            if io.is_none() {
                let shape = format!("{name}{suffix}");
                ensure!(!model.shapes.contains_key(&shape), "{shape} exists, but is not what {name} uses");
                model.shapes.insert(shape.clone(), Shape::empty_structure());
                *io = Some(OperationShapeRef::added(shape));
            }
        }
    }
    Ok(())
}

pub(super) fn rename(model: &mut Model, _: &Overrides) -> Result<()> {
    let nested: HashSet<String> =
        model.shapes.values().flat_map(Shape::references).map(|r| r.shape.clone()).collect();
    let originals = model.shapes.clone();
    for (name, operation) in &mut model.operations {
        for (io, suffix) in [(&mut operation.input, "Input"), (&mut operation.output, "Output")] {
            let Some(io) = io else { continue };
            let original =
                originals.get(&io.shape).with_context(|| format!("{name}: no shape {}", io.shape))?;
            let own = format!("{name}{suffix}");
            if io.shape != own {
                ensure!(!nested.contains(&own), "{name} needs the name {own}, which a member's shape has");
                model.shapes.insert(own.clone(), original.clone());
                io.shape = own;
            }
        }
    }
    Ok(())
}
