//! From the model as it is published to the service as the emitters read it, in named passes.
//!
//! The passes before [`resolve`](resolve::resolve) change the model; those after it add what only the whole service
//! can tell. Their order is the order of the two lists.

mod check_names;
mod check_references;
mod inputs_and_outputs;
mod reachable;
mod recursion;
mod rename;
mod resolve;
mod streams;
#[cfg(test)]
pub(super) mod tests;

use anyhow::{Context as _, Result};

use super::api::Api;
use super::model::Model;
use super::overrides::Overrides;
use crate::services::Service;

type ModelPass = fn(&mut Model, &Overrides) -> Result<()>;
type ApiPass = fn(&mut Api) -> Result<()>;

const ON_THE_MODEL: [(&str, ModelPass); 4] = [
    ("rename shapes as the overrides say", rename::rename),
    ("give every operation an input and an output", inputs_and_outputs::complete),
    ("name inputs and outputs after their operations", inputs_and_outputs::rename),
    ("drop the shapes that no operation and no error needs", reachable::drop_the_rest),
];

const ON_THE_API: [(&str, ApiPass); 4] = [
    ("box the members through which a structure holds itself", recursion::mark),
    ("mark the structures that hold a stream", streams::mark),
    ("check that no two names become one", check_names::check),
    ("check that paginators and waiters name what exists", check_references::check),
];

/// Runs every pass over the model of one service.
///
/// # Errors
///
/// What makes a pass fail, after the pass's name: a reference to no shape, or two names that become one in Rust and
/// need an entry in the overrides.
pub(crate) fn prepare(service: Service, mut model: Model, overrides: &Overrides) -> Result<Api> {
    for (name, pass) in ON_THE_MODEL {
        pass(&mut model, overrides).context(name)?;
    }
    let mut api = resolve::resolve(service, model, overrides).context("resolve the traits of members")?;
    overrides.check(&api).context("check that the overrides name what exists")?;
    for (name, pass) in ON_THE_API {
        pass(&mut api).context(name)?;
    }
    Ok(api)
}
