//! What an operation tells the rules: a static table, written by the generator.

use crate::error::Error;
use crate::path::{Found, Path};
use crate::shape::{Ref, Shape};

/// A parameter of the endpoint rules that the calls of one operation set.
///
/// Only those stand in an [`Operation`](crate::operation::Operation) that the endpoint can depend on.
#[derive(Debug, Clone, Copy)]
pub struct EndpointParam {
    /// Its place among the parameters of the service's rules.
    pub index: usize,
    /// Where its value comes from.
    pub source: ParamSource,
}

/// Where the value of an [`EndpointParam`] comes from.
#[derive(Debug, Clone, Copy)]
pub enum ParamSource {
    /// It is the same for all calls: the model's `staticContextParams`.
    Boolean(bool),
    /// The same for a text.
    Text(&'static str),
    /// A member of the input, by its index in the schema: the model's `contextParam`.
    Member(usize),
    /// What stands in the input at a path: the model's `operationContextParams`. Made by [`ParamSource::path`].
    Path(PathSource),
}

/// A path into the input, with what searches it, so that programs without such parameters are linked without paths.
#[derive(Debug, Clone, Copy)]
pub struct PathSource {
    path: &'static str,
    search: Search,
}

type Search = fn(&str, &dyn Shape) -> Result<Option<Vec<String>>, Error>;

impl ParamSource {
    /// What stands in the input at a path in the JMESPath subset of [`crate::path`]: a list of texts, or one of them.
    pub const fn path(path: &'static str) -> Self {
        Self::Path(PathSource { path, search: texts_at })
    }
}

impl PathSource {
    /// The texts in `input`; none where there is nothing.
    pub(super) fn texts(&self, input: &dyn Shape) -> Result<Option<Vec<String>>, Error> {
        (self.search)(self.path, input)
    }
}

fn texts_at(path: &str, input: &dyn Shape) -> Result<Option<Vec<String>>, Error> {
    let path = Path::parse(path)?;
    let found = path.search(input);
    Ok(match found.items() {
        Some(items) => Some(items.iter().filter_map(text).collect()),
        None => text(&found).map(|text| vec![text]),
    })
}

fn text(found: &Found<'_>) -> Option<String> {
    match found {
        Found::Text(text) => Some(text.to_string()),
        Found::Ref(Ref::String(text)) => Some((*text).to_owned()),
        _ => None,
    }
}

impl EndpointParam {
    /// The parameter at `index` with the value from `source`. Called by generated code.
    pub const fn new(index: usize, source: ParamSource) -> Self {
        Self { index, source }
    }
}
