//! Boxes the members through which a structure would hold itself. Lists and maps hold their values on the heap anyway.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::codegen::api::{Api, Target};

pub(super) fn mark(api: &mut Api) -> Result<()> {
    let held: BTreeMap<String, BTreeSet<String>> = api
        .structures
        .values()
        .map(|structure| {
            let held = structure.members.iter().filter_map(|member| match &member.target {
                Target::Structure(name) => Some(name.clone()),
                _ => None,
            });
            (structure.name.clone(), held.collect())
        })
        .collect();
    for structure in api.structures.values_mut() {
        for member in &mut structure.members {
            if let Target::Structure(name) = &member.target {
                member.boxed = leads_to(&held, name, &structure.name);
            }
        }
    }
    Ok(())
}

/// Whether a value of `from` can hold a value of `to`, or is one.
fn leads_to(held: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(name) = waiting.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            waiting.extend(held.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
