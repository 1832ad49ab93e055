//! What an operation tells the rules: a static table, written by the generator.

/// A parameter of the endpoint rules that the calls of one operation set.
///
/// Only those stand in an [`Operation`](crate::operation::Operation) that the endpoint can depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointParam {
    /// Its place among the parameters of the service's rules.
    pub index: usize,
    /// Where its value comes from.
    pub source: ParamSource,
}

/// Where the value of an [`EndpointParam`] comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamSource {
    /// It is the same for all calls: the model's `staticContextParams`.
    Boolean(bool),
    /// The same for a text.
    Text(&'static str),
    /// A member of the input, by its index in the schema: the model's `contextParam`.
    Member(usize),
    /// What stands in the input at a path in the JMESPath subset of [`crate::path`]: the model's `operationContextParams`.
    Path(&'static str),
}

impl EndpointParam {
    /// The parameter at `index` with the value from `source`. Called by generated code.
    pub const fn new(index: usize, source: ParamSource) -> Self {
        Self { index, source }
    }
}
