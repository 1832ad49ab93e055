//! Marks the structures that hold a stream, at any depth: they cannot be cloned or compared.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::codegen::api::{Api, Member, Target};

pub(super) fn mark(api: &mut Api) -> Result<()> {
    let mut marked = BTreeSet::new();
    loop {
        let holds = |member: &Member| match &member.target {
            Target::EventStream(_) => true,
            Target::Structure(name) => marked.contains(name),
            _ => member.streaming,
        };
        let found: BTreeSet<String> = api
            .structures
            .values()
            .filter(|structure| structure.members.iter().any(holds))
            .map(|structure| structure.name.clone())
            .collect();
        if found == marked {
            break;
        }
        marked = found;
    }
    for structure in api.structures.values_mut() {
        structure.has_stream = marked.contains(&structure.name);
    }
    Ok(())
}
